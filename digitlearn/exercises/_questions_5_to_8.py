"""The quick questions of chapters 5 to 8."""

from digitlearn.exercises.quiz import Question

QUESTIONS = (
    Question(
        name="which-illness",
        chapter=5,
        kind="choice",
        question="The training loss is near 0, the validation loss falls and then rises. What is "
        "it?",
        options={
            "Underfitting": "It fits the training images all too well.",
            "Overfitting": "It learns its examples by heart and grows too sure.",
            "Diverged": "A training that diverges does not reach a training loss near 0.",
            "A healthy training": "Then the validation loss would not rise.",
        },
        answer="Overfitting",
    ),
    Question(
        name="stuck",
        chapter=5,
        kind="choice",
        question="The loss stays at 2.3, the logarithm of 10. What would you try first?",
        options={
            "More epochs": "It does not fall at all; waiting does not help.",
            "A tenth of the learning rate": "Yes, once labels and pixels are checked.",
            "More units": "Even a small network gets below a blind guess.",
            "Dropout": "That is against overfitting. Here nothing is learned.",
        },
        answer="A tenth of the learning rate",
    ),
    Question(
        name="patience",
        chapter=5,
        kind="number",
        question="Validation losses 0.5, 0.4, 0.45, 0.41, 0.42, 0.43 and a patience of 3. After "
        "which epoch "
        "does training stop?",
        options={
            3: "One epoch without a gain is not enough for a patience of 3.",
            4: "Epochs 3 and 4 are only two without a gain.",
            2: "That is the best epoch, whose network is kept.",
            6: "By epoch 5 three in a row have not beaten 0.4.",
        },
        answer=5,
        right="Epochs 3, 4 and 5 did not beat epoch 2.",
        otherwise="Which is the best epoch so far? Count three more that do not beat it.",
    ),
    Question(
        name="standard-error-seeds",
        chapter=5,
        kind="number",
        question="With 4 seeds the standard error of the mean is 0.2 points. About how large is "
        "it with 16?",
        options={
            0.05: "It falls with the root of the number of seeds, not with the number.",
            0.2: "A mean of more results is surer.",
            0.4: "More seeds make it smaller.",
        },
        answer=0.1,
        right="Four times the seeds, half the error.",
        otherwise="Divide by the root of how many times more seeds there are.",
        tolerance=0.001,
    ),
    Question(
        name="check-order",
        chapter=5,
        kind="order",
        question="A training fails. In which order do you check, from the cheapest on?",
        options={
            "Ten images and their labels, by eye": "Looking costs nothing, and wrong labels can be "
            "learned by heart.",
            "The loss at the start": "If it is not near log(10), no training tells more.",
            "One batch, learned by heart": "If one batch cannot be learned, all images cannot.",
            "All images": "",
        },
        answer=(
            "Ten images and their labels, by eye",
            "The loss at the start",
            "One batch, learned by heart",
            "All images",
        ),
        right="Each check costs more than the one before.",
    ),
    Question(
        name="four-times",
        chapter=6,
        kind="number",
        question="How many times as many test images halve the error bar of an accuracy?",
        options={
            2: "Twice the images make it only 1.4 times narrower.",
            8: "The error falls with the root of the number of images.",
            0.5: "Fewer images make it wider.",
        },
        answer=4,
        right="The width falls with the root of the number.",
        otherwise="Half the width: what must be under the root?",
    ),
    Question(
        name="rare-class",
        chapter=6,
        kind="choice",
        question="One image in ten is a five. A program always says *not a five*. What is its "
        "accuracy and "
        "its recall of fives?",
        options={
            "0.9 and 0.9": "It finds no five at all.",
            "0.9 and 0": "Accuracy praises the lazy where a class is rare.",
            "0.1 and 0": "It is right on nine images in ten.",
            "0.5 and 0.5": "It does not toss a coin.",
        },
        answer="0.9 and 0",
    ),
    Question(
        name="large-p",
        chapter=6,
        kind="choice",
        question="Two networks are compared on one test set, and the p-value is 0.4. What follows?",
        options={
            "They are equally good": "Not shown to be different is not shown to be equal.",
            "The difference may well be luck": "Yes, and nothing more.",
            "A is better with a probability of 0.6": "A p-value is no probability of that kind.",
            "The test set is wrong": "It may only be too short to tell.",
        },
        answer="The difference may well be luck",
    ),
    Question(
        name="p-of-three",
        chapter=6,
        kind="number",
        question="On three images exactly one of two networks is right, each time B. What is the "
        "exact "
        "p-value?",
        options={
            0.125: "That is one side. All three for A would be just as uneven.",
            0.5: "Three tosses fall in 8 ways; in how many are all alike?",
            0.0: "Three heads in a row are nothing strange.",
            1.0: "That would be no difference at all.",
        },
        answer=0.25,
        right="Two of eight ways are so uneven. Three images prove nothing.",
        otherwise="Of eight ways, count those in which all three are alike.",
        tolerance=0.001,
    ),
    Question(
        name="compare-order",
        chapter=6,
        kind="order",
        question="You want to report how good a network is. Put the steps in order.",
        options={
            "Train several networks": "There must be candidates to choose from.",
            "Choose one on the validation images": "If the test images choose, they contain the "
            "luck of the winner.",
            "Test it once": "The interval belongs to the result of the test.",
            "Report accuracy and interval": "",
        },
        answer=(
            "Train several networks",
            "Choose one on the validation images",
            "Test it once",
            "Report accuracy and interval",
        ),
        right="Chosen by one set, examined by another, once.",
    ),
    Question(
        name="which-distortion",
        chapter=7,
        kind="choice",
        question="Which of these must not be done to handwritten digits?",
        options={
            "A shift by two pixels": "A digit stays what it is.",
            "A turn by five degrees": "Hands differ by more than that.",
            "Mirroring left and right": "A mirrored 2 is no digit that anybody writes.",
            "A slight bend": "Every hand bends a little differently.",
        },
        answer="Mirroring left and right",
    ),
    Question(
        name="cosine-middle",
        chapter=7,
        kind="number",
        question="The learning rate starts at 0.002 and falls along half a cosine. What is it "
        "half-way?",
        options={
            0.002: "It has fallen by then.",
            0: "That is the end.",
            0.0014: "That would be the cosine of an eighth of a turn alone.",
        },
        answer=0.001,
        right="The cosine of a quarter turn is 0: half of the start.",
        otherwise="(1 + cos of a quarter turn) / 2, times the start.",
        tolerance=0.00005,
    ),
    Question(
        name="harder-training",
        chapter=7,
        kind="choice",
        question="With distorted training images the training loss is above the validation loss. "
        "Why?",
        options={
            "The network overfits": "Then it would be far below.",
            "The validation images were seen": "No: they are only easier.",
            "The training images are harder than the validation images": "Those are "
            "distorted, "
            "and these are not.",
            "A mistake in the code": "It is to be expected.",
        },
        answer="The training images are harder than the validation images",
    ),
    Question(
        name="vote",
        chapter=7,
        kind="choice",
        question="A vote of three networks is better on the test images than each alone, so you "
        "report the "
        "vote. What is wrong?",
        options={
            "A vote is never better": "It often is.",
            "Networks may not be mixed": "Their probabilities may be averaged.",
            "The test images have now made a choice": "Decide on the validation images.",
            "Nothing": "Whatever is chosen by the test images contains luck with them.",
        },
        answer="The test images have now made a choice",
    ),
    Question(
        name="copies-order",
        chapter=7,
        kind="order",
        question="You want validation images, and ten distorted copies of the rest. Put the "
        "steps in order.",
        options={
            "Split off the validation images": "Copies of one image must not be on both sides.",
            "Distort the training images": "They are to be learned from.",
            "Train": "Only then is there something to measure.",
            "Measure on the validation images as they are": "",
        },
        answer=(
            "Split off the validation images",
            "Distort the training images",
            "Train",
            "Measure on the validation images as they are",
        ),
        right="Split first. Otherwise the exam shows digits that were nearly seen.",
    ),
    Question(
        name="photo-fails",
        chapter=8,
        kind="choice",
        question="A network that reads MNIST well fails on your photos. What is the likeliest "
        "reason?",
        options={
            "It overfits": "It reads new MNIST images well.",
            "Your photos are of another kind than its images": "Ink and paper, size, place.",
            "Your handwriting is too bad": "Perhaps, but look at what the network is shown first.",
            "Too few epochs": "More of the same images do not help with others.",
        },
        answer="Your photos are of another kind than its images",
    ),
    Question(
        name="fit-box",
        chapter=8,
        kind="number",
        question="A digit is 40 pixels high and 10 wide. It is fitted into the box of 20 by 20, "
        "keeping its "
        "proportions. How wide is it then?",
        options={
            20: "Then it would be stretched.",
            10: "It gets smaller in both directions.",
            2.5: "40 becomes 20: a half, not a quarter.",
        },
        answer=5,
        right="The longer side becomes 20, a half; so does the other.",
        otherwise="By which factor does the longer side shrink?",
    ),
    Question(
        name="median",
        chapter=8,
        kind="number",
        question="Five pixels: 201, 30, 203, 200, 202. What is the median, the brightness of "
        "paper?",
        options={
            167.2: "That is the mean, which the ink has pulled down.",
            203: "That is the brightest.",
            200: "Sort them: 200 is the second.",
            202: "Sort them: 202 is the fourth.",
            30: "That is the ink.",
        },
        answer=201,
        right="Sorted, it stands in the middle. One pixel of ink hardly moves it.",
        otherwise="Sort the five numbers and take the one in the middle.",
    ),
    Question(
        name="none-of-these",
        chapter=8,
        kind="choice",
        question="What does softmax say to a drawing of a cat?",
        options={
            "That it is no digit": "Its ten probabilities add up to 1: there is no place for that.",
            "One tenth for each digit": "Only if all logits are equal, which is not to be "
            "expected.",
            "Some digit, perhaps very surely": "Refuse what can be refused before it is asked.",
            "An error": "It computes with any pixels.",
        },
        answer="Some digit, perhaps very surely",
    ),
    Question(
        name="photo-order",
        chapter=8,
        kind="order",
        question="Put the way from a photo to MNIST's form in order.",
        options={
            "Grey levels": "Ink is found by its brightness.",
            "Ink apart from paper": "Which digit to cut out is seen in the ink.",
            "The box around one digit": "The size of the digit must be known before it is fitted.",
            "Fit into 20 by 20, centre in 28 by 28": "",
        },
        answer=(
            "Grey levels",
            "Ink apart from paper",
            "The box around one digit",
            "Fit into 20 by 20, centre in 28 by 28",
        ),
        right="Grey, ink, digit, frame.",
    ),
)

"""The quick questions of chapters 1 to 4."""

from digitlearn.exercises.quiz import Question

QUESTIONS = (
    Question(
        name="test-images",
        chapter=1,
        kind="choice",
        question="Which images may say how good the finished network is?",
        options={
            "The training images": "It has learned from them; it may know them by heart.",
            "The validation images": "Networks are chosen by them: the choice fits them.",
            "Test images that were used for nothing else": "Nothing was learned or chosen by them.",
            "All images together": "Most of them are training images, which it may know by heart.",
        },
        answer="Test images that were used for nothing else",
    ),
    Question(
        name="weights-first-layer",
        chapter=1,
        kind="number",
        question="A Dense layer of 10 units stands behind 784 pixels. How many numbers does it "
        "learn?",
        options={
            7840: "Those are the weights. Each unit has a bias, too.",
            794: "Each of the 10 units has a weight of its own for each pixel: multiply.",
            8624: "A bias belongs to a unit, not to a pixel: 10 of them, not 784.",
            7841: "Every unit has a bias of its own.",
        },
        answer=7850,
        right="784 weights for each of 10 units, and 10 biases.",
        otherwise="Multiply pixels by units for the weights, and add one bias for each unit.",
    ),
    Question(
        name="road",
        chapter=1,
        kind="order",
        question="Put the steps in order.",
        options={
            "Build several networks": "There must be something that can be trained.",
            "Train them": "An untrained network has nothing to be chosen for.",
            "Choose one by its accuracy on validation images": "Test images are for the chosen "
            "network alone.",
            "Examine it on test images": "",
        },
        answer=(
            "Build several networks",
            "Train them",
            "Choose one by its accuracy on validation images",
            "Examine it on test images",
        ),
        right="The test images come last, once.",
    ),
    Question(
        name="amount-of-four",
        chapter=1,
        kind="number",
        question="A machine reads each digit rightly with a probability of 0.9, whatever "
        "happened to "
        "the others. With which probability does it read an amount of two digits?",
        options={
            0.9: "Both digits must be right; that is rarer than one.",
            1.8: "A probability is never above 1: do not add, multiply.",
            0.99: "That is how often at least one of the two is right.",
            0.8: "Nearly: that counts amounts with two wrong digits twice. Multiply instead.",
        },
        answer=0.81,
        right="0.9 times 0.9.",
        otherwise="Both must be right: multiply the two probabilities.",
        tolerance=0.001,
    ),
    Question(
        name="forgot-to-scale",
        chapter=1,
        kind="choice",
        question="Trained on pixels from 0 to 1, the network is shown test images from 0 to 255. "
        "What "
        "happens?",
        options={
            "Keras refuses": "The shapes fit; Keras does not know what the numbers mean.",
            "Every answer is wrong": "The sums grow, but mostly the same one stays the largest.",
            "Most answers stay, and nearly all become too sure": "The sums grow about 255 times.",
            "Nothing changes": "The sums grow about 255 times; the probabilities go to 0 and 1.",
        },
        answer="Most answers stay, and nearly all become too sure",
    ),
    Question(
        name="which-row",
        chapter=2,
        kind="number",
        question="An image of 28 by 28 is flattened row by row. In which row, counted from 0, "
        "was number "
        "100?",
        options={
            4: "Rows are counted from 0: the first 28 numbers are row 0.",
            16: "That is the column.",
            100: "There are only 28 rows.",
        },
        answer=3,
        right="100 divided by 28 is 3 whole rows, and 16 more.",
        otherwise="How many whole rows of 28 fit into 100?",
    ),
    Question(
        name="uint8-minus",
        chapter=2,
        kind="number",
        question="What is 0 minus 1 for two pixels of dtype `uint8`?",
        options={
            -1: "A uint8 has no negative numbers.",
            0: "It does not stop at 0; it begins again at the other end.",
            256: "The largest uint8 is 255.",
        },
        answer=255,
        right="It begins again from the top: 255. Convert to floats before you subtract.",
        otherwise="A uint8 goes from 0 to 255, and begins again at the other end.",
    ),
    Question(
        name="leak",
        chapter=2,
        kind="choice",
        question="Which of these is leakage?",
        options={
            "Dividing all images by 255": "255 was known before any image was seen.",
            "Subtracting the mean of training and test images together": "That mean has seen "
            "the test images.",
            "Choosing the number of units on the validation images": "That is what they are for.",
            "Shuffling the training images": "It tells the network nothing of other images.",
        },
        answer="Subtracting the mean of training and test images together",
    ),
    Question(
        name="why-one-hot",
        chapter=2,
        kind="choice",
        question="Why ten outputs, and not one output that gives the digit as a number?",
        options={
            "Ten outputs compute faster": "They compute a little more.",
            "A 7 is not more than a 3": "Digits are names here. Between 1 and 7 there is no 4.",
            "A number cannot be an output": "It can, for instance for a temperature.",
            "One output could not be 9": "A weighted sum can be any number.",
        },
        answer="A 7 is not more than a 3",
    ),
    Question(
        name="split-order",
        chapter=2,
        kind="order",
        question="Pixels are to be brought to mean 0. Put the steps in order.",
        options={
            "Split into training and validation images": "A mean over all images has seen those "
            "for "
            "validation.",
            "Compute the mean of the training images": "It must be known before it is subtracted.",
            "Subtract this mean from both parts": "The network learns from pixels prepared like "
            "those of the exam.",
            "Train": "",
        },
        answer=(
            "Split into training and validation images",
            "Compute the mean of the training images",
            "Subtract this mean from both parts",
            "Train",
        ),
        right="What is learned from data, even a mean, is learned from training images only.",
    ),
    Question(
        name="dense-shape",
        chapter=3,
        kind="choice",
        question="`x` has shape (32, 784), the kernel (784, 128). Which shape has `x @ kernel`?",
        options={
            "(784, 784)": "Those are the inner sizes; they vanish.",
            "(128, 32)": "The rows stay the examples: they come first.",
            "(32, 128)": "A row for each example, a column for each unit.",
            "(32, 784, 128)": "A matrix product adds up along 784.",
        },
        answer="(32, 128)",
    ),
    Question(
        name="without-relu",
        chapter=3,
        kind="choice",
        question="What do three Dense layers without an activation between them compute?",
        options={
            "More than one layer, since they have more weights": "Their product is a single "
            "kernel.",
            "The same kind of thing as one Dense layer": "Their kernels multiply to one kernel.",
            "Nothing, they cancel": "They still multiply and add.",
            "Three digits": "How many layers there are has nothing to do with how many answers.",
        },
        answer="The same kind of thing as one Dense layer",
    ),
    Question(
        name="softmax-of-equals",
        chapter=3,
        kind="number",
        question="All ten logits are 5. What does softmax make of each?",
        options={
            5: "Softmax makes probabilities: they add up to 1.",
            0.5: "There are ten of them.",
            1: "Ten times 1 is not 1.",
        },
        answer=0.1,
        right="Only differences count, and there are none.",
        otherwise="Ten equal probabilities add up to 1.",
        tolerance=0.001,
    ),
    Question(
        name="add-to-logits",
        chapter=3,
        kind="choice",
        question="You add 100 to all logits of an image. What happens to its probabilities?",
        options={
            "They get more extreme": "That happens when the logits are multiplied.",
            "Nothing": "The factor cancels in the fraction.",
            "They are all 1": "They add up to 1, whatever the logits are.",
            "They get more even": "That happens when the logits are divided.",
        },
        answer="Nothing",
    ),
    Question(
        name="forward-order",
        chapter=3,
        kind="order",
        question="Put the way of an image through the network in order.",
        options={
            "Flatten": "A Dense layer takes a line of numbers, not a square.",
            "Dense, 128 units": "ReLU needs sums that it can bend.",
            "ReLU": "Without it the two Dense layers would be one.",
            "Dense, 10 units": "Softmax needs one logit for each digit.",
            "Softmax": "",
        },
        answer=("Flatten", "Dense, 128 units", "ReLU", "Dense, 10 units", "Softmax"),
        right="Line, sums, bend, sums, probabilities.",
    ),
    Question(
        name="loss-at-the-start",
        chapter=4,
        kind="number",
        question="An untrained network gives every one of ten digits the same probability. What "
        "is the "
        "cross-entropy, to one decimal?",
        options={
            0.1: "That is the probability. The loss is minus its natural logarithm.",
            1.0: "That is the logarithm to base 10.",
            3.3: "That is the logarithm to base 2.",
            -2.3: "The loss is minus the logarithm: never negative.",
            0.9: "That is the error rate of a blind guess.",
        },
        answer=2.3,
        right="The natural logarithm of 10: a training should start a little above it.",
        otherwise="Minus the natural logarithm of one tenth.",
        tolerance=0.049,
    ),
    Question(
        name="slope-sign",
        chapter=4,
        kind="choice",
        question="The loss has slope 3 for a weight. What lowers the loss?",
        options={
            "A larger weight": "With a positive slope the loss rises with the weight.",
            "A smaller weight": "Against the slope.",
            "Either": "The loss has one slope there, and it is not 0.",
            "A larger learning rate": "How far one steps does not change which way is down.",
        },
        answer="A smaller weight",
    ),
    Question(
        name="zero-start",
        chapter=4,
        kind="choice",
        question="All weights of a network start at 0. What happens?",
        options={
            "It trains faster": "No gradient reaches the first layers.",
            "Its hidden units stay equal": "Equal weights get equal gradients, for ever.",
            "The loss is infinite": "All logits are 0: it is the logarithm of 10.",
            "It overfits": "It can hardly learn anything.",
        },
        answer="Its hidden units stay equal",
    ),
    Question(
        name="relu-gradient",
        chapter=4,
        kind="number",
        question="A ReLU unit's sum was -2, and the gradient for its output is 5. What is the "
        "gradient "
        "for the sum?",
        options={
            5: "It passes only where the sum was above 0.",
            -10: "Slopes multiply, but ReLU's slope there is not -2.",
            -5: "ReLU's slope is 0 or 1, never -1.",
        },
        answer=0,
        right="The unit was off: its sum does not move the loss.",
        otherwise="Which slope has ReLU at -2?",
    ),
    Question(
        name="step-order",
        chapter=4,
        kind="order",
        question="Put one training step in order.",
        options={
            "Take a batch": "There is nothing to go through the network yet.",
            "Forward, to the logits": "The loss is computed from logits.",
            "Loss, and its gradient for the logits": "Backward starts from that gradient.",
            "Backward, to all gradients": "The optimizer needs them.",
            "Optimizer: change the weights": "",
        },
        answer=(
            "Take a batch",
            "Forward, to the logits",
            "Loss, and its gradient for the logits",
            "Backward, to all gradients",
            "Optimizer: change the weights",
        ),
        right="And then the next batch.",
    ),
)

# %% [markdown]
# # 1 A first recognizer
#
# *Can 40 lines of Python read handwriting?*
#
# Write a 4. Now imagine a friend on the telephone who has never seen a digit and takes each word literally. Before your friend
# lies a pile of squared paper, some squares dark, some light, and some sheets show a 4. What do you say,
# so that your friend picks out those? "Two strokes that cross a third" sounds promising, until the friend asks how one knows
# a stroke. You read your 4 in a blink, and yet you cannot say how.
#
# A computer is that friend. Nobody has found words for it that fit every 4, and still machines have read the amounts on bank
# cheques since the nineties ([LeCun and others](https://doi.org/10.1109/5.726791) 1998), where one misread digit pays out the
# wrong sum. In this chapter you make such a reader yourself, in the time of a coffee.
#
# We begin with words, because their failure shows what we need: examples. Then we let a network learn from them, and
# ask how well it reads handwriting that it has never met. You need not understand
# all of it yet; later chapters explain it.
#
# **You will be able to** train a neural network in [Keras](https://keras.io) that reads handwritten digits, say
# how often it is right, look at what it gets wrong, and save it.
#
# **You need to know** a little Python: variables, lists, writing and calling a function.
#
# ## Which rule would you write for a 4?
#
# A rule has to hold for real digits, so we load some through `digitlearn`, the small package of this
# tutorial ([how to install it](../index.md#three-ways-to-use-it)).

# %%
import digitlearn.keras_models  # quietly loads TensorFlow, which computes for Keras
from digitlearn import plots

train = digitlearn.load("train")
test = digitlearn.load("test")
print(train.notice, end="")  # empty for MNIST, the digits used here; else a warning

# %% [markdown]
# Here are the first 25 fours. Put your rule into words before you read on.

# %% alt="Twenty-five handwritten fours. Some are closed at the top, some open, some upright, some slanted." tags=["hide-input"]
plots.use_style()
fours = train.images[train.labels == 4]  # only the images whose label is 4
fig = plots.plot_digits(fours[:25])

# %% [markdown]
# Perhaps your rule begins with *two strokes at the top that do not touch*. Many fours pass, but those closed
# at the top break it. So you turn to *an upright line on the right*, and now the slanted ones break it. Loosen
# the rule until every four passes, and perhaps some nines pass, too.
#
# So we give up telling the computer what a 4 is, and do as with a child: we show it many digits, each with its
# right answer, and let it find a rule of its own. This is called
# **[supervised learning](../glossary.md#supervised-learning)**.
#
# ## The examples
#
# We have loaded two sets of digits, one to learn from and one for a final examination. Their source is
# *{{ train.source }}*.
#
# Each image is squared paper, and each square, a pixel, holds a whole number from 0 (paper) to 255 (full ink). With each image
# comes a label, the digit that the writer meant. Here are the shape of all training images together and ten labels.

# %%
print(train.images.shape, train.images.dtype)  # uint8: whole numbers from 0 to 255
print(train.labels[:10])

# %% [markdown]
# So there are {{ len(train.images):,}} images of 28 rows with 28 pixels each. The first is meant to be a {{ train.labels[0] }}.
#
# The images need two preparations. First, we divide every pixel by 255, so that paper stays 0 and full ink becomes 1, because the
# usual steps of learning are made for such numbers. NumPy, which calculates with whole tables of
# numbers, does it for all images at once.

# %%
import numpy as np

x_train = np.float32(train.images) / 255  # float32: numbers with a decimal point
x_test = np.float32(test.images) / 255
print("pixels from", x_train.min(), "to", x_train.max())

# %% [markdown]
# Second, we put aside a random tenth of the training images. Is that a waste?
# Think of a worksheet: you can learn its answers by heart without understanding anything, and nobody notices as long as the
# questions come from that sheet. A network can do the same, so we must ask it about images that it never learned from. These are
# the **[validation split](../glossary.md#validation-split)**: we watch the progress on them, and by them we choose between networks. But then they cannot also give the final mark: of several networks, the one that does best on these images was partly
# lucky with just these. For the mark we keep the test images.
#
# `test_size` is our tenth (the library's name; our test images stay untouched), and `stratify` gives both
# parts nearly the same share of each digit. `random_state` is a **[seed](../glossary.md#seed)**: the same seed makes the same random choice.

# %%
from sklearn.model_selection import train_test_split

x_fit, x_val, y_fit, y_val = train_test_split(  # x for images, y for their labels
    x_train, train.labels, test_size=0.1, stratify=train.labels, random_state=1
)
print("to learn from:   ", x_fit.shape)
print("to validate with:", x_val.shape)

# %% [markdown]
# ## Four layers
#
# The examples are ready, but what learns from them? We need a machine that turns an image into an answer, with
# many knobs that decide which answer, because then learning can mean turning the knobs. A neural network is such a machine: a
# chain of **[layers](../glossary.md#layer)**, each of which turns one list of numbers into another. Ours has four.

# %% alt="The network as a row of columns: an image of 28 by 28 pixels, then Flatten with 784 numbers, a first hidden layer with 512 units, a second with 256 units, and ten probabilities, one for each digit." tags=["hide-input"]
ax = plots.plot_network((512, 256), image=test.images[0])

# %% [markdown]
# - **[Flatten](../glossary.md#flatten)** lays the 28 rows of the image end to end: 28 × 28 = 784 numbers in a line.
# - The first **[Dense](../glossary.md#dense)** layer makes 512 new numbers from them. Each is the work of one
#   **[unit](../glossary.md#unit)**: it multiplies each pixel by a number, the **weight** that it gives to this pixel, adds
#   everything up, and adds one more number, its **[bias](../glossary.md#bias)**.
# - The second **Dense** layer makes 256 numbers from those 512, in the same way.
# - The last **Dense** layer makes ten, one for each digit. `softmax` turns these into
#   probabilities: none is negative, and together they make 1.
#
# You can play a unit yourself. Take three pixels, 0, 0.5 and 1, the weights 2, -3 and 4, and the
# bias 1. The sum is 0 × 2 + 0.5 × (-3) + 1 × 4 + 1 = 3.5, and you pass it on. If it were negative, a unit of the middle layers
# would pass on 0 instead. This is called `relu`. Its curve is a line with a bend at 0, and we need that bend, because without
# it two Dense layers in a row could do no more than one: sums of sums are only sums again. Weights and biases are the knobs
# that learning turns.
#
# Why not go straight from pixels to answers? A single pixel says little about a 4, and
# your rule spoke of strokes. We can hope for such a step in between: one unit could look for a loop at the top,
# another for a stroke below, and the last layer could take both together for a 9. But nobody tells them to, and what they
# really look for, [chapter 3](03_layers.ipynb#what-the-first-layer-looks-for) shows.
#
# Layers in the middle are called
# **[hidden](../glossary.md#hidden-layer)** layers, because what they pass on is neither the picture nor the answer. In books,
# the whole is a **[multilayer perceptron](../glossary.md#multilayer-perceptron)**, or a
# **[fully connected](../glossary.md#fully-connected)** network.
#
# In Keras each layer is one line. The weights start at random, so we set a seed here, too.

# %%
import keras

keras.utils.set_random_seed(1)
layers = [
    keras.Input((28, 28)),  # no layer, only the shape of what comes in
    keras.layers.Flatten(),
    keras.layers.Dense(512, activation="relu"),
    keras.layers.Dense(256, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
]
model = keras.Sequential(layers)
model.summary(print_fn=print)  # as plain text

# %% [markdown]
# `summary` shows the layers, the shape of what each passes on (`None` is for any number of images), and how many knobs each
# has. Check the last one by hand: each of its ten units has 256 weights and one bias, and
# 10 × (256 + 1) = {{ 10 * (256 + 1):,}}. {{ assert model.layers[-1].count_params() == 2570 }} In all there are
# {{ model.count_params():,}} knobs, too many to turn by hand. {{ assert model.count_params() == 535818 }}
#
# So it must turn them itself, as you learn with a stack of cards with the answer on the back: try a few, turn them over,
# correct yourself, take the next. For that it must know what counts as better, and how to get there. `compile`
# says both, and what we watch:
#
# - The **[loss](../glossary.md#loss)** is one number that says how wrong the network is. For one image it is nearly zero when
#   the right digit gets nearly all the probability, {{ -np.log(0.1):.1f}} when it gets a tenth, and more when it gets less;
#   for many images it is their mean. How this *cross-entropy* is calculated can wait until
#   [chapter 4](04_learning.ipynb#one-number-for-how-wrong-it-is).
# - The **[optimizer](../glossary.md#optimizer)**, here `adam`, is the method that changes the weights so that the loss falls.
# - The metric is for us: **[accuracy](../glossary.md#accuracy)**, the share of digits named correctly. The network
#   cannot learn from it, because most small changes of a weight change no answer. They do shift the probabilities a little,
#   and so the loss tells which way is better.

# %%
model.compile(
    optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"]
)

# %% [markdown]
# `sparse` in the loss's name says that the labels are whole numbers.
#
# > **Make a guess.** How often would this network be right before it has learned anything? And
# > after it has seen its examples ten times, how many of the {{ len(test.images):,}} test
# > digits will it get wrong? <!-- guess: number (right before learning) = before[1]:.1% -->
# > <!-- guess: number (wrong afterwards) = len(wrong) -->
#
# The first half we can look up at once, because even an untrained network gives answers. `evaluate` compares
# them with the labels; `verbose=0` keeps it quiet, and `:.1%` prints a share as a
# percentage with one decimal.

# %%
before = model.evaluate(x_val, y_val, verbose=0)  # [loss, accuracy]
print(f"loss {before[0]:.2f}, accuracy {before[1]:.1%}")

# %% [markdown]
# It is right on {{ before[1]:.1%}} of the validation images, about as often as a ten-sided die. {{ assert 0.04 < before[1] < 0.2 }}
# Its loss is close to that of somebody who gives each digit a tenth.
# {{ assert abs(before[0] + np.log(0.1)) < 0.25 }}
#
# ## Training
#
# How does a network that guesses become one that reads? With its cards: the few that it turns over are 128 images, a
# **[batch](../glossary.md#batch)**: it compares its probabilities for them with the right answers and changes its weights a little. For {{ len(x_fit):,}} images that makes
# {{ len(x_fit):,}} / 128 = {{ len(x_fit) / 128:.1f}}, so {{ -(-len(x_fit) // 128) }} steps, the last one with what is
# left over. {{ assert len(x_fit) == 54000 and len(x_val) == 6000 }} That is all images once, an **[epoch](../glossary.md#epoch)**. One round is not enough, because each
# step corrects the weights only a little. We train for ten.
#
# Why not all images at once? Then an epoch would bring only one step. A single image would bring one sooner, but a rough
# one, because what helps with one 4 may harm the next. The 128 are a compromise.
#
# One thing is left to choose: how far a step moves the weights. Large steps get there soon and small ones settle, so we begin
# with a step size of 0.001 and take a fifth off after each epoch. Such numbers, which we choose and the network does not learn,
# are called **[hyperparameters](../glossary.md#hyperparameter)**; 512, 128 and the ten epochs are others.
# Keras counts epochs from 0.


# %%
def step_size(epoch):
    return 0.001 * 0.8**epoch


print(f"first: {step_size(0):.5f}   second: {step_size(1):.5f}")

# %% [markdown]
# `fit` gets the step size, which Keras calls the learning rate, by a
# **[callback](../glossary.md#callback)**, a task for along the way. We hand over the function itself, without parentheses, and Keras calls it at the
# start of each epoch. Now wait a little.

# %%
history = model.fit(
    x_fit,
    y_fit,
    batch_size=128,
    epochs=10,
    validation_data=(x_val, y_val),
    callbacks=[keras.callbacks.LearningRateScheduler(step_size)],
    verbose=0,
)

# %% [markdown]
# What it measured stands in `history.history`, a dictionary: lists, each under a name. Here are the accuracies, epoch by epoch.

# %%
curves = history.history
print("training:  ", np.round(curves["accuracy"], 4))
print("validation:", np.round(curves["val_accuracy"], 4))

# %% [markdown]
# As curves they are easier to read, with the loss above:

# %% alt="Two panels against the epoch. Above, the training loss falls steadily towards zero, while the validation loss is lowest at the sixth epoch and then rises a little. Below, training accuracy rises towards 100%; validation accuracy starts above it and ends below." tags=["hide-input"]
fig = plots.plot_history(history)

# %% [markdown]
# A single look at each example brought the network from {{ before[1]:.1%}} of the validation images to
# {{ curves["val_accuracy"][0]:.1%}}, and nine more looks brought it only to {{ curves["val_accuracy"][-1]:.1%}}.
# {{ assert 0.01 < curves["val_accuracy"][-1] - curves["val_accuracy"][0] < 0.1 }} On its own examples it went on improving, to
# {{ curves["accuracy"][-1]:.2%}}. {{ assert (np.diff(curves["loss"]) < 0).all() and curves["loss"][-1] < 0.01 }}
# {{ assert curves["accuracy"][-1] > 0.995 }} But what it learned late was of little use elsewhere: the validation loss
# stopped falling after {{ int(np.argmin(curves["val_loss"])) + 1 }} epochs and at last rose a little.
# {{ assert curves["val_loss"][-1] > min(curves["val_loss"]) + 0.001 }}
# {{ assert curves["val_loss"][0] > 1.5 * min(curves["val_loss"]) }}
# {{ assert max(curves["val_loss"][2:]) - min(curves["val_loss"]) < 0.3 * curves["loss"][0] }}
# How can practice make anything worse? [Chapter 5](05_training_in_practice.ipynb#learning-by-heart) finds out.
#
# Did it surprise you that training accuracy starts below validation? {{ assert curves["accuracy"][0] < curves["val_accuracy"][0] and curves["loss"][0] > curves["val_loss"][0] }} It is a mean over the whole epoch, clumsy beginning included, while validation is measured when the epoch is over.
#
# So the network has its worksheet almost by heart, and a fresh one catches it out in nearly two of a hundred
# questions. {{ assert 1 / 65 < 1 - curves["val_accuracy"][-1] < 1 / 40 and curves["accuracy"][-1] > 0.995 }} To do well
# on what one has not seen is to **[generalize](../glossary.md#generalization)**. It is what counts, because it tells understanding
# a subject from knowing its exercises.
#
# ## The examination
#
# Even the validation images are not quite strangers, since we watched the curves on them. The
# {{ len(test.images):,}} test digits are strangers: the network has learned nothing from them, we have chosen nothing by them, and
# other people wrote them.

# %%
loss, accuracy = model.evaluate(x_test, test.labels, verbose=0)
print(f"right: {accuracy:.2%}   wrong: {(1 - accuracy) * len(x_test):.0f}")

# %% [markdown]
# The network is right on **{{ accuracy:.2%}}** of the test digits. The recognizer that this tutorial follows
# [reports 97.87%](../index.md#where-the-target-comes-from), so this run beats it. {{ assert accuracy > 0.9787 + 0.0008 }}
# How far four layers can go, [chapter 7](07_same_layers_better.ipynb) tries.
#
# On your computer the last places may differ, because another processor rounds sums differently, and training magnifies that.
# To train afresh, run again the cell that builds the network, and `compile`, because `fit` alone goes on from the weights it has.
# The seed then brings the same starting weights and batches.
#
# And the 40 lines? They are 38: all from the first `import` to this result, without blank lines, printing
# and the folded code of figures.
#
# What does the network say about a single digit? `predict` wants a stack of images, so we cut out a stack of one.

# %%
one = x_test[:1]  # shape (1, 28, 28): a stack of one image
answer = model.predict(one, verbose=0)  # shape (1, 10): ten numbers for that image
print(np.round(answer[0], 4))
print("answer:", answer[0].argmax(), "  label:", test.labels[0])

# %% [markdown]
# Out come ten probabilities, for the digits 0 to 9 in order. The place of the largest, which
# `argmax` finds, is the answer, a {{ answer[0].argmax() }}. It is right, {{ assert answer[0].argmax() == test.labels[0] }} and, rounded to
# four places, it has all the probability. {{ assert np.round(answer[0].max(), 4) == 1 }} Using a trained network like this is called
# **[inference](../glossary.md#inference)**.
#
# Which answers are wrong? We ask for all test images.

# %%
probabilities = model.predict(x_test, verbose=0)  # a row of ten for each image
predictions = probabilities.argmax(axis=1)  # in each row, the largest one's place
wrong = np.flatnonzero(predictions != test.labels)  # the places of the mistakes
print(len(wrong), "wrong, the first at places", wrong[:5])

# %% [markdown]
# How far can one trust the {{ len(wrong) }}? We want to know how the network reads
# in general, and these {{ len(test.images):,}} digits may by chance be easier or harder than others. As a rule of thumb, such a count of rare events is off from its long-run average by at most twice its square root, nineteen times
# out of twenty. The root is about {{ np.sqrt(len(wrong)):.0f}}, so we say {{ len(wrong) }} mistakes, give or take
# {{ 2 * np.sqrt(len(wrong)):.0f}}. As an accuracy that is an [interval](../glossary.md#interval) from
# {{ 1 - (len(wrong) + 2 * np.sqrt(len(wrong))) / len(x_test):.2%}} to
# {{ 1 - (len(wrong) - 2 * np.sqrt(len(wrong))) / len(x_test):.2%}}.
# {{ assert abs((1 - accuracy) * len(x_test) - len(wrong)) < 0.5 }}
#
# But the rule counts as if each digit came from another writer. In truth each writer gave many, and one odd hand brings several
# mistakes at once, so for new writers the interval may be too narrow. Another seed would make
# another network, with a count of its own. And all of it holds only for images made like these. For a photo of your
# own digit, with another pen, light and frame, the mark promises nothing.
#
# The probabilities also say how sure the network was of each digit: the largest of the ten is its confidence.

# %%
confidence = probabilities.max(axis=1)  # in each row, the largest one
sure = confidence > 0.99  # True or False for each image, and True counts as 1
print(f"surer than 99%: {sure.mean():.1%} of the answers")
print("the least sure answer:", np.round(probabilities[confidence.argmin()], 2))

# %% [markdown]
# > **Check your understanding.** Does an accuracy of {{ accuracy:.0%}} mean that the network is
# > {{ accuracy:.0%}} sure of each digit?
# >
# > No. The accuracy counts how often it was right. How sure it is differs from digit to digit: it is almost certain of most
# > and in doubt about a few.
# > {{ assert sure.mean() > 0.8 and 10 < (confidence < 0.8).sum() < 0.05 * len(x_test) }}
# > Of its least sure answer, printed above, the confidence is {{ confidence.min():.2f}}. {{ assert confidence.min() < 0.6 }}
#
# ## What does it confuse?
#
# We know which digits it misreads, but what does it take them for? A
# **[confusion matrix](../glossary.md#confusion-matrix)** counts, for each digit that was written (row), which digit was read
# (column), so everything off the diagonal is a mistake.

# %% alt="Confusion matrix of ten rows and ten columns. Nearly all counts are on the diagonal; the few mistakes are spread over many pairs of digits."
from sklearn.metrics import confusion_matrix

confusion = confusion_matrix(test.labels, predictions)  # shape (10, 10)
ax = plots.plot_confusion(confusion)
print("fours read as nines:", confusion[4, 9])  # row 4, column 9

# %% [markdown]
# Nearly all counts are on the diagonal. {{ assert np.trace(confusion) > 0.97 * confusion.sum() }} The most
# frequent mistake, made {{ confusion[4, 9] }} times, was to read a 4 as a 9.
# {{ assert confusion[4, 9] == np.sort((confusion * (1 - np.eye(10))).ravel())[-1] > np.sort((confusion * (1 - np.eye(10))).ravel())[-2] }}
# {{ assert confusion.sum() - np.trace(confusion) == len(wrong) and confusion[4, 9] < 0.15 * len(wrong) }}
# A closed four, which broke your rule, can look like a nine. But {{ confusion[4, 9] }} are too few to build on,
# because the {{ len(wrong) }} mistakes are spread over {{ (confusion > 0).sum() - 10 }} of the 90 possible pairs. {{ assert (confusion > 0).sum() - 10 > 30 and (np.diag(confusion) > 0).all() }}
#
# ## Ten old acquaintances
#
# Here is the first test image of each digit, and below it what the network read. They return in later chapters,
# because on familiar digits you notice what has changed.

# %% alt="The first test image of each digit from 0 to 9, with the digit that the network read below each." tags=["hide-input"]
_, first = np.unique(test.labels, return_index=True)
read = predictions[first]
fig = plots.plot_digits(test.images[first], test.labels[first], predictions=read)

# %% [markdown]
# All ten are right, {{ assert (read == np.arange(10)).all() }} which proves little, because even a network that misreads one digit
# in ten would manage that about one time in three ($0.9^{10}$ is {{ 0.9**10:.2f}}). {{ assert abs(0.9**10 - 1 / 3) < 0.02 }} More telling
# are the mistakes that the network was most sure of.

# %% alt="Five test digits that the network read wrongly with high confidence, each with its label, the digit that was read and its probability." tags=["hide-input"]
fig = plots.plot_mistakes(test.images, test.labels, probabilities, top=5)

# %% [markdown]
# The network's confidence was above 99% in all five.
# {{ assert np.sort(confidence[wrong])[-5] > 0.99 }} You might have hoped
# that wrong answers would come with doubt, but being sure is not being right. Nor
# can the network say "none of these": show it a letter, and the ten probabilities still make 1, so some digit wins.
# Can one catch such answers? [Chapter 6](06_evaluation.ipynb) tries.
#
# ## Keep what was learned
#
# Training may take days, while an answer takes a moment, so what was learned is worth keeping. `save` writes layers,
# weights and what `compile` said to one file, and `load_model` brings the network back.

# %%
import tempfile

folder = tempfile.TemporaryDirectory()  # a folder that Python deletes at the end
path = folder.name + "/digits.keras"  # to keep the file: path = "digits.keras"
model.save(path)
again = keras.models.load_model(path)
same = np.array_equal(again.predict(x_test, verbose=0), probabilities)
print("the same probabilities:", same)

# %% [markdown]
# Nothing was lost, for any test digit. {{ assert same }} But what we did before the network is not in the file: `again`, too,
# wants pixels from 0 to 1, so divide every new image by 255, and hand it over in a stack.
#
# ## What you have seen
#
# Where words failed, you showed the computer examples, and it found weights that work. The road was: load,
# scale, split, build (`Sequential`), choose how to learn (`compile`), train (`fit`), examine
# (`evaluate`) on fresh images, use (`predict`), keep (`save`).
#
# ## What we did not explain
#
# Read the 38 lines again: none mentions a stroke, a loop or a 4. Change the sizes and give them X-rays with a doctor's verdicts,
# and they learn those. That is their power, and their danger: a network may go by anything that tells the labels apart,
# even a hospital's stamp.
#
# What has ours learned? It lies open, in {{ model.count_params():,}} numbers. But ask these what a 4 is, and they say even less than
# you did on the telephone. So we go in, from [the first pixel](02_images_as_arrays.ipynb) through [the four
# layers](03_layers.ipynb) and [the turning of the knobs](04_learning.ipynb) to [your own
# handwriting](08_your_own_handwriting.ipynb).

# %% [markdown]
# ## Exercises that answer
#
# Write each function in place of the three dots. On this site's page *Check* tries it on many inputs; in the notebook, run
# its cell. Either says whether it is right, and if not, on which input it fails and what to ask yourself. In the notebook
# `hint("most_probable")` gives the first of three hints, `hint("most_probable", 2)` the second, and `solution("most_probable")` an answer and its reason.

# %%
from digitlearn.exercises import check, hint, solution

for tool in (check, hint, solution):
    print(tool.__doc__.partition("\n")[0])

# %% [markdown]
# ### From probabilities to a digit
#
# A network gives ten probabilities for each image: `probabilities` has shape (N, 10), and column 7
# belongs to the digit 7. Return the most probable digit of each image, an array of N integers.
# Where two are equally probable, return the smaller one.

# %% exercise="most_probable"
import numpy as np


def most_probable(probabilities):
    """Return the most probable digit of each image."""
    return ...


check("most_probable", most_probable)

# %% [markdown]
# ### How many are right?
#
# `predictions` and `labels` are two arrays of N digits. Return the accuracy: the share of images
# whose prediction is the label, a number from 0 to 1.

# %% exercise="share_right"
import numpy as np


def share_right(predictions, labels):
    """Return the share of predictions that are right."""
    return ...


check("share_right", share_right)

# %% [markdown]
# ### Whole amounts
#
# A machine reads the digits of cheques one after the other: the first `digits` of them are the
# first amount, the next `digits` the second, and so on. `right`, of shape (amounts × digits,), says
# of each digit whether it was read rightly. Return the share of *amounts* without a mistake.

# %% exercise="share_of_amounts"
import numpy as np


def share_of_amounts(right, digits):
    """Return the share of amounts whose digits are all right."""
    return ...


check("share_of_amounts", share_of_amounts)

# %% [markdown]
# ## Exercises

# %% [markdown]
# **1. By hand.** How many numbers does the first Dense layer have to find? And the second? Look at
# the summary only afterwards.

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# first_dense = 784 * 512 + 512
# second_dense = 512 * 256 + 256
# print(f"{first_dense:,} and {second_dense:,}")
# assert first_dense + second_dense + 10 * 257 == model.count_params()
# ```
#
# {{ printed }}
#
# Each unit has a weight for each input, and a bias. Flatten only moves numbers, so it has nothing to learn.
#
# </details>

# %% [markdown]
# **2. Cheques, without code.** A machine reads each digit of an amount correctly with a probability of 0.98, whatever
# happened to the others. What share of amounts of four digits does it read without a mistake? Of a hundred, how many go wrong?

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# All four must be right: $0.98 \times 0.98 \times 0.98 \times 0.98$ is {{ 0.98**4:.3f}}. Of a hundred amounts, about
# {{ 100 * (1 - 0.98**4):.0f}} go wrong. An accuracy that sounds high can be too low.
#
# </details>

# %% [markdown]
# **3. The hardest digit.** Which digit does the network miss most often, as a share of that digit's images?
# (`confusion.sum(axis=1)` adds up each row, `np.diag(confusion)` is the diagonal.)

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# recognized = np.diag(confusion) / confusion.sum(axis=1)
# hardest = recognized.argmin()
# print(f"hardest: {hardest}, recognized {recognized[hardest]:.2%} of the time")
# assert recognized[hardest] <= recognized.mean()
# ```
#
# {{ printed }}
#
# We compare shares, because the digits are not equally frequent.
#
# </details>

# %% [markdown]
# **4. Spot the error.** Somebody writes `model.evaluate(np.float32(test.images), test.labels)`. The accuracy looks all right,
# but the loss is many times as large as ours. What has been forgotten, and what does it do to the probabilities?

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# forgotten = model.evaluate(np.float32(test.images), test.labels, verbose=0)
# print(f"scaled:     loss {loss:.3f}, accuracy {accuracy:.2%}")
# print(f"not scaled: loss {forgotten[0]:.3f}, accuracy {forgotten[1]:.2%}")
# assert forgotten[0] > 5 * loss
# ```
#
# {{ printed }}
#
# The network is shown pixels from 0 to 255, and Keras does not complain, because the shapes fit. The sums grow about 255 times
# as large. Most answers stay the same, but nearly every one, right or wrong, becomes nearly certain. That the last
# places of the accuracy differ is no gain, only doubtful digits that tipped the other way. What is done to
# the training images must be done to every image.
#
# </details>

# %% [markdown]
# **5. Fewer examples.** Train a fresh network on the first 1,000 images of `x_fit` only. Guess first: how well does it read
# validation images?

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# keras.utils.set_random_seed(1)
# few = keras.models.clone_model(model)  # the same layers, with fresh weights
# few.compile(
#     optimizer="adam",
#     loss="sparse_categorical_crossentropy",
#     metrics=["accuracy"],
# )
# few.fit(x_fit[:1000], y_fit[:1000], batch_size=128, epochs=10, verbose=0)
# _, on_examples = few.evaluate(x_fit[:1000], y_fit[:1000], verbose=0)
# _, on_new = few.evaluate(x_val, y_val, verbose=0)
# print(f"on its examples: {on_examples:.1%}   on validation images: {on_new:.1%}")
# assert on_new < on_examples
# ```
#
# {{ printed }}
#
# It knows its own thousand examples and reads new digits worse. But fewer examples also meant fewer steps.
#
# </details>

# %% [markdown]
# **6. A project of your own.** (No solution.) Walk this chapter's road with pictures of clothes:
# `keras.datasets.fashion_mnist.load_data()` gives images of our digits' shape. Which are confused? Or write fifty digits yourself, photograph them, and keep the photos until
# [chapter 8](08_your_own_handwriting.ipynb).

# %% [markdown]
# ## Further reading
#
# - Y. LeCun, L. Bottou, Y. Bengio and P. Haffner,
#   [Gradient-based learning applied to document recognition](https://doi.org/10.1109/5.726791),
#   *Proceedings of the IEEE* 86 (11), 2278–2324, 1998.
# - F. Chollet and others, [Keras: the Sequential model](https://keras.io/guides/sequential_model/) and [training and evaluation](https://keras.io/guides/training_with_built_in_methods/).
#
# Next: [what the computer sees](02_images_as_arrays.ipynb).

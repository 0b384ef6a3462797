# %% [markdown]
# # 1 A first recognizer
#
# *Can 40 lines of Python read handwriting?*
#
# **You will be able to** train a neural network that reads handwritten digits, say how often it is
# right, and look at what it gets wrong.
#
# **You need to know** a little Python: variables, lists, calling a function. No mathematics yet.
#
# ## Which rule would you write for a 4?
#
# Suppose you had to write a program that looks at a picture and answers: is this a 4? Here are 25
# fours, each written by hand. Look at them and try to put your rule into words.

# %% alt="Twenty-five handwritten fours. Some are closed at the top, some open, some upright, some slanted, some are drawn in one stroke and some in two."
import numpy as np
from sklearn.metrics import confusion_matrix

import digitlearn
from digitlearn import evaluation, plots
from digitlearn.keras_models import fit_keras
from digitlearn.preprocessing import scale_pixels, split_validation

plots.use_style()
train, test = digitlearn.load("train"), digitlearn.load("test")
fig = plots.plot_digits(train.images[train.labels == 4][:25])

# %% [markdown]
# Perhaps your rule begins with *two strokes at the top that do not touch*. The closed fours break
# it. Perhaps it asks for *an upright line on the right*. The slanted ones break that. Loosen the rule
# until every four passes, and many nines pass as well.
#
# So we do not write the rule. We show the computer many digits, each with its right answer, and let
# it find a rule by itself. This is **learning from examples**, and the examples are all we need to
# bring.
#
# ## The examples
#
# The first lines above have already loaded them: {{ len(train.images):,}} digits to learn from and
# {{ len(test.images):,}} other digits to be examined on. Their source is *{{ train.source }}*.
# MNIST is sometimes described as 10,000 images. That is its test set only; the network learns from
# 60,000 others.
#
# Each image is a square of 28 × 28 pixels. Each pixel is a whole number from 0 (paper) to 255 (ink).
# Each label is the digit that the writer meant. Here are the shape of all training images together, the kind
# of number they hold, and the first ten labels.

# %%
print(train.images.shape, train.images.dtype, train.labels[:10])

# %% [markdown]
# Two small preparations follow. First, the pixels are divided by 255, so that they lie between 0 and 1;
# [chapter 2](02_images_as_arrays.ipynb) shows what happens to a network that is not given this help.
#
# Second, a tenth of the training images, chosen at random, is put aside. The network never learns from these
# {{ len(train.images) // 10:,}} images. They are the **[validation split](../glossary.md#validation-split)**:
# we use them to watch its progress. The 1 in the code is a **seed**: it makes the random choice the same each
# time.

# %%
x_train, x_test = scale_pixels(train.images), scale_pixels(test.images)
rng = np.random.default_rng(1)
fit, validation = split_validation(x_train, train.labels, rng=rng)

# %% [markdown]
# ## Four layers
#
# A neural network is a chain of **layers**. Each layer takes a list of numbers and makes another
# list of numbers from it. Ours has four.

# %% alt="The network as a row of columns: an image of 28 by 28 pixels, then Flatten with 784 numbers, a first hidden layer with 512 units, a second with 256 units, and ten probabilities, one for each digit."
ax = plots.plot_network((512, 256), image=test.images[0])

# %% [markdown]
# - **[Flatten](../glossary.md#flatten)** lays the 28 rows of the image end to end: 28 × 28 = 784 numbers in a line.
# - The first **[Dense](../glossary.md#dense)** layer makes 512 new numbers from them. Each is a weighted sum of all 784
#   pixels, plus one more number, its **[bias](../glossary.md#bias)**. The network finds weights and biases by itself;
#   this is what "learning" means. `relu` then
#   replaces negative sums by 0.
# - The second **Dense** layer makes 256 numbers from those 512, in the same way.
# - The last **Dense** layer makes ten, one for each digit. `softmax` turns these into
#   probabilities: none is negative, and together they make 1.
#
# The two layers in the middle are called **[hidden](../glossary.md#hidden-layer)**, because what they pass on
# is neither the picture that goes in nor the answer that comes out. In [Keras](https://keras.io), TensorFlow's
# interface for networks, the chain is written down just as we said it.

# %%
import keras

keras.utils.set_random_seed(1)
four_layers = [
    keras.layers.Flatten(),
    keras.layers.Dense(512, activation="relu"),
    keras.layers.Dense(256, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
]
model = keras.Sequential([keras.Input((28, 28)), *four_layers])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])

# %% [markdown]
# The last line says how to learn. `sparse_categorical_crossentropy` is the **[loss](../glossary.md#loss)**: one
# number that is large when the network gives the right digit a small probability. `adam` is the method that
# changes the weights, little by little, so that the loss falls.
#
# There are {{ model.count_params():,}} numbers to find, nearly all of them weights. The weights start at random, so
# the first answers are guesses.
#
# > **Make a guess.** How often would this network be right before it has learned anything? And
# > after it has seen every training image ten times, how many of the {{ len(test.images):,}} test
# > digits will it get wrong?
#
# ## Training
#
# The network looks at 128 images, compares its ten probabilities with the right answers, and changes every
# weight a little. Then it takes the next 128. When it has seen all the images once, an
# **[epoch](../glossary.md#epoch)** has passed. We train for ten epochs. After each one, the steps get a little
# smaller: the first epoch uses a step size of 0.001, each later one 0.8 times the last. (`verbose=0` keeps
# Keras quiet.)

# %% alt="Two curves against the epoch. The training loss falls steadily towards zero, while the validation loss falls quickly at first and then stays level. Training accuracy rises towards 100 percent; validation accuracy starts above it and ends a little below."
before = model.evaluate(*validation, verbose=0)[1]
slower = keras.callbacks.LearningRateScheduler(lambda epoch: 0.001 * 0.8**epoch)
history = fit_keras(model, fit, validation, epochs=10, seed=1, callbacks=[slower])
fig = plots.plot_history(history)

# %% [markdown]
# The upper curves are the loss, the lower ones the **[accuracy](../glossary.md#accuracy)**: the share of digits
# that are named correctly. Before training the network read {{ before:.1%}} of the validation images correctly,
# which is guessing. After one epoch it read {{ history.val_accuracy[0]:.1%}} of them, after ten
# {{ history.val_accuracy[-1]:.1%}}.
#
# In the first epoch the training curve is the worse one. It averages over the whole epoch, most of which the
# network spent learning; validation is measured at the end. From then on training is ahead. On the images it
# learned from, the network ends at {{ history.accuracy[-1]:.2%}}. The gap is the difference between knowing the
# exercises and understanding the subject. Never quote the accuracy on training images: it says how well the
# network remembers, not how well it reads.
#
# ## The examination
#
# Now, once, the {{ len(test.images):,}} test digits. The network has learned nothing from them and we
# have chosen nothing by them. Their writers are not among those of the training digits.

# %%
probabilities = model.predict(x_test, verbose=0)
report = evaluation.evaluate(test.labels, probabilities)
wrong = evaluation.mistakes(test.labels, probabilities)
print(f"right: {report.accuracy:.2%}   wrong: {len(wrong)} of {len(test.labels):,}")

# %% [markdown]
# The network is right on **{{ report.accuracy:.2%}}** of the test digits and wrong on
# {{ len(wrong)}}. The recognizer that this tutorial follows [reports 97.87 %](../index.md#where-the-target-comes-from).
#
# How far can one trust such a number? A different {{ len(test.images):,}} digits from similar writers
# would give a slightly different accuracy. The usual way to say this is an interval: with 95 %
# confidence, this network's accuracy on such digits lies between {{ report.interval[0]:.2%}} and
# {{ report.interval[1]:.2%}}.
# We come back to this in [chapter
# 6](06_evaluation.ipynb).
#
# > **Check your understanding.** Does an accuracy of {{ report.accuracy:.0%}} mean that the network is
# > {{ report.accuracy:.0%}} sure of each digit?
# >
# > No. It is almost certain of most digits and in doubt about a few. The accuracy counts how often it
# > was right; how sure it was of one digit, its ten probabilities say.
#
# ## What does it confuse?
#
# A **[confusion matrix](../glossary.md#confusion-matrix)** counts, for each digit that was written (row), which
# digit was read (column). scikit-learn computes it. Everything off the diagonal is a mistake.

# %% alt="Confusion matrix of ten rows and ten columns. Nearly all counts are on the diagonal; the few mistakes are spread over many pairs of digits."
predictions = probabilities.argmax(axis=1)
confusion = confusion_matrix(test.labels, predictions)
ax = plots.plot_confusion(confusion)
meant, taken, times = evaluation.most_confused(confusion, top=1)[0]

# %% [markdown]
# The most frequent mistake: a {{ meant }} is read as a {{ taken }}, {{ times }} times out of {{ len(wrong) }} mistakes.
# The others are spread over many pairs of digits.
#
# ## Ten old acquaintances
#
# Here are the first zero, the first one, and so on, of the test set. You will meet these ten digits in
# every chapter. Below each stands what the network read, in orange if it is not what the writer meant.

# %% alt="The first test image of each digit from 0 to 9, with the digit that the network read below each."
_, first = np.unique(test.labels, return_index=True)
read = predictions[first]
fig = plots.plot_digits(test.images[first], test.labels[first], predictions=read)

# %% [markdown]
# And here is the other end: the mistakes that the network was most sure of.

# %% alt="Five test digits that the network read wrongly with high confidence, each with its label, the digit that was read and its probability."
fig = plots.plot_mistakes(test.images, test.labels, probabilities, top=5)

# %% [markdown]
# In the first one, the writer meant a {{ test.labels[wrong[0]] }}. The network read a
# {{ predictions[wrong[0]] }} and gave that answer a probability of at least
# {{ np.floor(1000 * probabilities[wrong[0]].max()) / 1000:.1%}}. Being sure and being right are two different things.
#
# ## What you have seen
#
# - Nobody wrote a rule for a 4. The network found weights that work, from examples.
# - The road is always the same: load, scale, build, train, examine, look at the mistakes.
# - Training, validation and test images have different jobs. Only the test images say how good the
#   network is, and only if they were used for nothing else.
#
# ## What we did not explain
#
# | Question | Chapter |
# |---|---|
# | What are these images, and why divide by 255? | [2 Images as arrays](02_images_as_arrays.ipynb) |
# | What do the four layers compute? | [3 Layers](03_layers.ipynb) |
# | What does `adam` do to the weights? | [4 Learning](04_learning.ipynb) |
# | Why 512 and 256? Why ten epochs? | [5 Training in practice](05_training_in_practice.ipynb) |
# | What is that interval? May one believe the probabilities? | [6 Evaluation](06_evaluation.ipynb) |
# | Can the same four layers do better? | 7 The same layers, better |
# | Would it read *your* handwriting? | 8 Your own handwriting |
#
# ## Exercises
#
# **1. The hardest digit.** `report.recall` holds, for each digit, the share of its images that were
# recognized. Which digit does the network miss most often?
#
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# hardest = int(report.recall.argmin())
# print(f"hardest: {hardest}, recognized {report.recall[hardest]:.2%} of the time")
# assert (report.recall >= report.recall[hardest]).all()
# ```
#
# </details>
#
# **2. Fewer examples.** Train a fresh network on the first 1,000 images of `fit` only. Guess first:
# how much worse will it be on the validation images? `build_ann` from
# [`keras_models`](../reference/keras_models.md) makes the four layers in one line.
#
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# from digitlearn.keras_models import build_ann
#
# small_sample = build_ann((512, 256), seed=2)
# x_fit, y_fit = fit
# few = x_fit[:1000], y_fit[:1000]
# curves = fit_keras(small_sample, few, validation, epochs=10, seed=2)
# print(f"on its 1,000 examples: {curves.accuracy[-1]:.1%}")
# print(f"on validation images:  {curves.val_accuracy[-1]:.1%}")
# assert curves.val_accuracy[-1] < history.val_accuracy[-1]
# ```
#
# It does well on its own thousand examples and reads new digits worse. But with the same number of epochs, fewer
# examples also mean fewer steps. Train longer and see how much of the gap remains.
#
# </details>
#
# **3. A tiny network.** Give each hidden layer 8 units instead of 512 and 256. How many numbers are there to
# find now, and what does that cost in validation accuracy?
#
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# from digitlearn.keras_models import build_ann
#
# tiny = build_ann((8, 8), seed=3)
# curves = fit_keras(tiny, fit, validation, epochs=10, seed=3, callbacks=[slower])
# cost = history.val_accuracy[-1] - curves.val_accuracy[-1]
# print(f"{tiny.count_params():,} numbers; validation accuracy lower by {cost:.1%}")
# assert tiny.count_params() == 784 * 8 + 8 + 8 * 8 + 8 + 8 * 10 + 10
# ```
#
# Fewer than one number in eighty is left, and most digits are still read correctly. We come back to width in
# chapter 5.
#
# </details>
#
# ## Further reading
#
# - Y. LeCun, L. Bottou, Y. Bengio and P. Haffner,
#   [Gradient-based learning applied to document recognition](https://doi.org/10.1109/5.726791),
#   *Proceedings of the IEEE* 86 (11), 2278–2324, 1998. The paper that introduced MNIST.
# - F. Chollet and others, [Keras: the Sequential model](https://keras.io/guides/sequential_model/).
#
# Next: [what the computer sees when it looks at a digit](02_images_as_arrays.ipynb).

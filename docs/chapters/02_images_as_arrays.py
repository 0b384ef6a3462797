# %% [markdown]
# # 2 Images as arrays
#
# *What does the computer see?*
#
# **You will be able to** read an image as an array of numbers, describe a data set before you trust it,
# prepare images and labels for a network, and say why there must be three splits.
#
# **You need to know** what an average is, and how to call a function. This chapter uses
# [NumPy](https://numpy.org/doc/stable/user/quickstart.html) arrays and explains them as they come.
#
# ## A seven, in numbers
#
# This is what we see.

# %%
import matplotlib.pyplot as plt
import numpy as np

import digitlearn
from digitlearn import evaluation, losses, network, optimizers, plots, training
from digitlearn.preprocessing import (
    flatten,
    one_hot,
    scale_pixels,
    split_validation,
)

plots.use_style()

# %% alt="A handwritten seven in dark ink on a light square of 28 by 28 pixels."
train, test = digitlearn.load("train"), digitlearn.load("test")
_, first = np.unique(test.labels, return_index=True)
seven = test.images[first[7]]
fig = plots.plot_digits(seven[None])

# %% [markdown]
# And this is what the computer sees: rows 6 to 15 of the same image, columns 5 to 22. NumPy counts from 0, so row 6 is
# the seventh.

# %%
for row in seven[6:16, 5:23]:
    print(" ".join(f"{pixel:3d}" for pixel in row))

# %% [markdown]
# Each number is a **pixel**. 0 is paper, 255 is full ink, and what lies between is the soft edge of a
# stroke. There are no lines, corners or loops in there: only numbers, and where they stand.
#
# Such a table is an **array**. Its **shape** says how many numbers it has in each direction, its
# **dtype** says what kind of number.

# %%
print("one image: ", seven.shape, seven.dtype)
print("all images:", train.images.shape, train.images.dtype)
print("all labels:", train.labels.shape, train.labels.dtype)

# %% [markdown]
# `train.images` stacks {{ len(train.images):,}} tables like the one above. `uint8` is a whole number
# from 0 to 255, which fits in one byte. `train.labels` holds the right answers, one whole number for
# each image.
#
# ## Who wrote these digits?
#
# MNIST was made from two collections of the American standards institute NIST. One was written by employees of
# the Census Bureau, the other by high-school students. The students' digits are harder to read, so training and
# test set were each mixed from both, half and half. Of the 500 students, 250 wrote for the training set and the
# other 250 for the test set. No writer, student or employee, is in both ([LeCun, Cortes and
# Burges](http://yann.lecun.com/exdb/mnist/)).
#
# The originals were black and white. Each was shrunk, keeping its proportions, to fit into 20 × 20
# pixels; the shrinking made the grey edges. Then it was laid into 28 × 28 pixels so that its
# **centre of mass**, the average position of its ink, came to the middle. Remember this: it is a
# promise about every image, and a network learns to rely on it. We come back to that in chapter 8.
#
# MNIST comes in two parts: 60,000 images to learn from and 10,000 to be examined on. Here you
# work with {{ len(train.images):,}} and {{ len(test.images):,}} images of *{{ train.source }}*.
#
# Do not take such a description on trust when you can check it. Does any test image also appear among the training
# images? `tobytes` turns an image into one long word, and a `set` keeps each different word once.

# %%
seen = {image.tobytes() for image in train.images}
repeated = sum(image.tobytes() in seen for image in test.images)
print("different training images:", len(seen))
print("test images among them:   ", repeated)

# %% [markdown]
# The ten digits are the **[classes](../glossary.md#class)** that we want to tell apart. Are they equally
# frequent? Nearly, but not quite.

# %% alt="One bar for each digit from 0 to 9, showing how many training images there are. The bars are of similar but not equal length."
counts = np.bincount(train.labels)
fig, ax = plt.subplots(figsize=(5.2, 2.6))
ax.bar(range(10), counts, color=plots.ACCENT, width=0.6)
for digit, count in enumerate(counts):
    ax.text(digit, count, f"{count:,}", ha="center", va="bottom", fontsize=9)
ax.margins(y=0.15)
ax.set_title("training images of each digit")
_ = ax.set(xticks=range(10), yticks=[], xlabel="digit")

# %% [markdown]
# There are {{ counts.max():,}} images of the most frequent digit, {{ counts.argmax() }}, and
# {{ counts.min():,}} of the rarest, {{ counts.argmin() }}. A program that always answers
# {{ counts.argmax() }} would be right {{ counts.max() / counts.sum():.1%}} of the time on these images.
# That is the lowest bar there is.
#
# > **Check your understanding.** In another collection, 95 of 100 images show a 1. A program reaches 95 %
# > accuracy on it. Is it a good program?
# >
# > You cannot know. It may have learned nothing but to say "1". Look at the class balance before you
# > look at an accuracy.
#
# ## Where is the ink?
#
# > **Make a guess.** How many of all the pixels are exactly 0, pure paper? And is there a pixel that is
# > paper in *every* training image?

# %%
paper = (train.images == 0).mean()
never = (train.images == 0).all(axis=0)
print(f"paper: {paper:.1%} of all pixels")
print(f"never inked: {never.sum()} of the 784 positions")

# %% [markdown]
# `train.images == 0` compares every pixel with 0 at once and gives an array of the same shape, filled
# with true and false. `mean()` counts the share of true. `all(axis=0)` goes along the first direction,
# the images, and keeps one answer for each position.
#
# Now let us average all images of the same digit, position by position. The average says where the ink usually
# is. The **[standard deviation](../glossary.md#standard-deviation)** says where the images of a digit differ.
# It is drawn at double strength.

# %% alt="Two rows of ten pictures, one for each digit. The upper row shows the mean digits: soft but readable. The lower row shows the standard deviation: dark where images of the digit differ."
x_train = scale_pixels(train.images)
by_digit = [x_train[train.labels == digit] for digit in range(10)]
means = np.stack([images.mean(axis=0) for images in by_digit])
spreads = np.stack([images.std(axis=0) for images in by_digit])
fig = plots.plot_digits(np.concatenate([means, 2 * spreads]), columns=10)

# %% [markdown]
# `means` has shape (10, 28, 28): one mean image for each digit. The mean zero is a clean ring, since most
# people draw a zero alike. The spread of the one fans out from the middle: ones lean left and
# right.
#
# ## A recognizer that has learned almost nothing
#
# The ten means already make a recognizer. Compare a new image with each of them and answer with the
# nearest.
#
# What is "near"? Take the difference at each of the 784 pixels, square it, and add all the squares. In
# symbols, for an image $x$ and a mean $m$, both with 784 numbers:
#
# $$D(x, m) = \sum_{i=1}^{784} (x_i - m_i)^2$$
#
# In words: the **squared distance** is the sum, over all pixels $i$, of the squared difference between
# the image's pixel $x_i$ and the mean's pixel $m_i$. $D$ is a single number. (In formulas we count
# the pixels from 1 to 784.)
#
# > **Make a guess.** Guessing blindly is right one time in ten. How often is the nearest mean right?

# %%
x_test = scale_pixels(test.images)


def nearest(templates, images):
    distances = [((images - one) ** 2).sum(axis=(1, 2)) for one in templates]
    return np.argmin(distances, axis=0)


right = nearest(means, x_test) == test.labels
baseline = right.mean()
low, high = evaluation.wilson_interval(right.sum(), len(right))
print(f"nearest mean: {baseline:.1%} right (95 % interval {low:.1%} to {high:.1%})")

# %% [markdown]
# In `nearest`, the picture `one`, of shape (28, 28), is subtracted from every image at once. Summing over axes
# 1 and 2, the rows and columns, leaves one distance for each image. `argmin` says which of the ten is smallest.
#
# {{ baseline:.1%}} with ten averages and no training at all. This is our
# **[baseline](../glossary.md#baseline)**: a method so simple that anything more complicated must beat it, or it
# is not worth having.
#
# The distance never asks which pixels are neighbours. Neither does our network: its first layer, **Flatten**,
# lays the 28 rows of an image end to end. This changes the shape from (N, 28, 28) to (N, 784) and no number in
# it. The pixel in row 7 and column 11 has seven whole rows before it: 7 × 28 + 11 = 207. Blue in the picture
# is what this chapter is about.

# %% alt="The network as a row of columns: an image of a seven, then Flatten with 784 numbers, both in blue; then two hidden layers with 128 and 64 units and ten outputs, in black."
ax = plots.plot_network((128, 64), image=seven, highlight=(0, 1))
flat = flatten(x_test)
print(x_test.shape, "becomes", flat.shape)
print("Is row 7, column 11 now number 207?", flat[0, 207] == x_test[0, 7, 11])

# %% [markdown]
# ## Why divide by 255?
#
# A pixel of 255 and a pixel of 1.0 carry the same information. So why does
# [`scale_pixels`](../reference/preprocessing.md) bother?
#
# Let us train the same network, with hidden layers of 128 and 64 units, three times, from the same random
# weights, in the same order, with the same step size of 0.1. Once on pixels from 0 to 255, once on 0 to 1, once
# **[standardized](../glossary.md#standardization)**: shifted and stretched so that all the pixels together have
# mean 0 and standard deviation 1.
#
# > **Make a guess.** Which of the three learns best? Does any fail?

# %%
rng = np.random.default_rng(2)
fit, validation = split_validation(x_train, train.labels, rng=rng)
(x_fit, y_fit), (x_val, y_val) = fit, validation
mean, std = x_fit.mean(), x_fit.std()
inputs = {
    "0 to 255": (x_fit * 255, x_val * 255),
    "0 to 1": (x_fit, x_val),
    "standardized": ((x_fit - mean) / std, (x_val - mean) / std),
}
curves = {}
for name, (x, x_new) in inputs.items():
    net, rng = network.mlp(rng=np.random.default_rng(3)), np.random.default_rng(4)
    how = {"epochs": 5, "optimizer": optimizers.SGD(learning_rate=0.1), "rng": rng}
    # fit refuses pixels from 0 to 255 unless we say that we mean them.
    sets = (x, y_fit), (x_new, y_val)
    curves[name] = training.fit(net, *sets, unscaled=True, **how)

# %% alt="Validation loss over five epochs for three ways of scaling. With pixels from 0 to 255 the loss stays high; with 0 to 1 and with standardized pixels it falls to a low value."
fig, ax = plt.subplots(figsize=(5.2, 3.0))
looks = [(plots.WRONG, "center"), (plots.ACCENT, "bottom"), (plots.MUTED, "top")]
for (name, curve), (color, va) in zip(curves.items(), looks, strict=True):
    ax.plot(range(1, 6), curve.val_loss, color=color)
    ax.text(5.1, curve.val_loss[-1], name, color=color, va=va)
_ = ax.set(xticks=range(1, 6), xlabel="epoch", title="validation loss")

# %% [markdown]
# With this step size the network learns nothing from pixels of 0 to 255: after five epochs it reads
# {{ curves["0 to 255"].val_accuracy[-1]:.1%}} of the validation images, no better than blind guessing. On 0 to 1
# it reads {{ curves["0 to 1"].val_accuracy[-1]:.1%}}, standardized
# {{ curves["standardized"].val_accuracy[-1]:.1%}}.
#
# The reason is in the sums. A unit of the first hidden layer adds up 784 products of a pixel and a weight.
# Pixels 255 times as large make sums 255 times as large. A step that is right for small numbers then throws the
# weights so far off that the network never comes back. A much smaller step would let it learn (exercise 3), but
# we should have to find that step first. We come back to steps in chapter 4.
#
# What counts is that the inputs are about as large as 1. Which recipe made them so matters much
# less. One caution belongs to every recipe: `mean` and `std` were computed from `x_fit` alone. Whatever is learned
# from data, even an average, must be learned from training images only.
#
# ## Why a 7 is not more than a 3
#
# The labels are whole numbers, so it is tempting to let the computer learn the number itself. Let us
# try: find the weighted sum of the pixels that comes nearest to the label, and round it. Then the other way:
# ten weighted sums, one for each digit, each of which should be 1 for its own digit and 0 for all
# others. Such a row of zeros with a single 1 is called **[one-hot](../glossary.md#one-hot)**.

# %%
print("label", train.labels[0], "as one-hot:", one_hot(train.labels[:1])[0])
pixels, names = flatten(x_fit[:10_000]), y_fit[:10_000]
as_number = np.linalg.lstsq(pixels, names.astype(np.float32), rcond=1e-3)[0]
as_one_hot = np.linalg.lstsq(pixels, one_hot(names), rcond=1e-3)[0]
number_right = (np.rint(flatten(x_val) @ as_number) == y_val).mean()
one_hot_right = ((flatten(x_val) @ as_one_hot).argmax(axis=1) == y_val).mean()
print(f"right as a number: {number_right:.1%};  as one-hot: {one_hot_right:.1%}")

# %% [markdown]
# `lstsq` finds the weights with the smallest squared error, here from 10,000 images, and `@` multiplies every
# image by them. (`rcond=1e-3` makes it ignore combinations of pixels that hardly vary.) The same pixels and the
# same method: {{ number_right:.1%}} against {{ one_hot_right:.1%}}. As a number, a picture halfway between a 3
# and a 7 must be a 5. But digits are names, not amounts. A 7 is not more than a 3, and nothing lies between
# them.
#
# So the network gives ten probabilities, and the loss looks at the probability of the right digit. Keras takes
# the right digit in two forms. With one-hot rows the loss is called `categorical_crossentropy`, with whole
# numbers `sparse_categorical_crossentropy`. They are the same number. For each image it is minus the logarithm
# of the right digit's probability; we come back to why in chapter 4. The network here has not been trained, for
# the two agree for any network.

# %%
net = network.mlp(rng=np.random.default_rng(5))
log_probabilities = np.log(net.predict_proba(x_val))
with_one_hot = -(one_hot(y_val) * log_probabilities).sum(axis=1).mean()
with_integers = losses.cross_entropy(net.forward(x_val), y_val)
print(f"one-hot: {with_one_hot:.5f}   integers: {with_integers:.5f}")

# %% [markdown]
# Multiplying by a one-hot row keeps the one number at the right digit and drops the rest. The integer form
# goes straight to that number. We use integers: they say the same with one number instead of ten.
#
# ## Three splits, three jobs
#
# - **Training** images: the weights are learned from them.
# - **Validation** images: we choose with them. Which step size? How many epochs? Which of two networks?
# - **Test** images: they say, once, how good the chosen network is.
#
# Why not choose on the test set? It would be simpler, and every candidate is measured fairly there.
# Here is why. We make 300 weak recognizers, each from the means of only three random images of each digit.
# We give them all the same exam of 100 images, and keep the best.
#
# > **Make a guess.** Will the winner's result on fresh images be higher than in the exam, lower, or the
# > same?

# %%
rng = np.random.default_rng(6)
learned = [x_fit[y_fit == digit] for digit in range(10)]
exam, fresh = slice(0, 100), slice(100, 1100)
scores = np.empty((300, 2))
for trial in range(300):
    chosen = [rng.choice(images, 3, replace=False) for images in learned]
    templates = [images.mean(axis=0) for images in chosen]
    right = nearest(templates, x_val[:1100]) == y_val[:1100]
    scores[trial] = right[exam].mean(), right[fresh].mean()
best = scores[:, 0].argmax()
promised, kept = scores[best]

# %% alt="Scatter plot of 300 recognizers: result on the exam against result on fresh images. Most lie near or above the diagonal, on which both results are equal; the recognizer with the best exam result, marked, lies clearly below it."
fig, ax = plt.subplots(figsize=(5.2, 3.6))
ax.plot(*scores.T, ".", color=plots.MUTED, alpha=0.5)
ends = [scores.min(), scores.max()]
ax.plot(ends, ends, color=plots.HAIRLINE)
ax.plot(promised, kept, "o", color=plots.WRONG)
ax.text(promised, kept - 0.02, "the winner", ha="center", va="top")
_ = ax.set(xlabel="right on the exam", title="right on fresh images")

# %% [markdown]
# The winner scored {{ promised:.1%}} on the exam and {{ kept:.1%}} on {{ len(y_val[fresh]):,}} fresh images. On
# the line both results are equal. All 300 together scored {{ scores[:, 0].mean():.1%}} on the exam and
# {{ scores[:, 1].mean():.1%}} on the fresh images, so the exam was not the easier of the two. The winner falls
# all the same. A recognizer wins an exam by being good *and* by being lucky, and luck does not repeat. The more
# candidates and the smaller the exam, the larger the share of luck.
#
# When information about the exam finds its way into the choice, we speak of
# **[leakage](../glossary.md#leakage)**. Choosing on the test set is its most common form. Others are scaling
# with the mean of all images, test images included, or the same writer in training and test.
#
# Hundreds of publications have reported results on MNIST's test set, and each could look at those before it.
# What has that done? [Yadav and Bottou](https://arxiv.org/abs/1905.10498) (2019) reconstructed 50,000 test
# digits that were never distributed, and repeated the exam. The error rates changed a little; the order of the
# methods stayed broadly the same. We come back to it in chapter 6.
#
# One more limit belongs here. Even a perfect reader would not get all of MNIST's test set right: 15 of its labels,
# picked out by an algorithm and then shown to people, are held to be wrong ([Northcutt, Athalye and
# Mueller](https://arxiv.org/abs/2103.14749) 2021).
#
# ## Summary
#
# - An image is an array of numbers with a shape and a dtype. {{ paper:.0%}} of the pixels are paper.
# - Look at the data first: who made them, are the classes balanced, do train and test overlap?
# - A baseline without learning, here {{ baseline:.1%}}, tells you what an accuracy is worth.
# - Scale pixels to numbers about as large as 1. Learn every scale from training images only.
# - Digits are names: one probability for each, and a loss that looks at the right one.
# - Train on one split, choose on the second, report on the third, once.
#
# ## Exercises
#
# **1. A second baseline.** Answer with the label of the *single* nearest training image, looking only at the
# first 1,000 training images. Does it beat the nearest mean on the first 500 validation images?
#
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# neighbour = y_fit[nearest(x_fit[:1000], x_val[:500])]
# with_neighbour = (neighbour == y_val[:500]).mean()
# means_of_fit = [images.mean(axis=0) for images in learned]
# with_means = (nearest(means_of_fit, x_val[:500]) == y_val[:500]).mean()
# print(f"nearest image: {with_neighbour:.1%}   nearest mean: {with_means:.1%}")
# assert with_neighbour > with_means
# ```
#
# A mean blurs all ways to write a digit into one. A thousand single images keep them apart.
#
# </details>
#
# **2. What a shift does.** Shift every validation image two pixels to the right with
# `np.roll(images, 2, axis=2)` and ask the nearest mean again. (`np.roll` brings what leaves on the right back
# in on the left; there is hardly any ink there.) Guess first.
#
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# centred = (nearest(means, x_val) == y_val).mean()
# shifted = (nearest(means, np.roll(x_val, 2, axis=2)) == y_val).mean()
# print(f"centred: {centred:.1%}   shifted: {shifted:.1%}")
# assert shifted < centred
# ```
#
# You would hardly notice a shift of two pixels. The distance compares pixel with pixel, so it notices little
# else. MNIST's centring is doing a good part of the work.
#
# </details>
#
# **3. A smaller step.** Train once more on pixels from 0 to 255, with a step size of 0.001 instead of 0.1. Does
# the network learn now?
#
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# net, rng = network.mlp(rng=np.random.default_rng(3)), np.random.default_rng(4)
# x, x_new = inputs["0 to 255"]
# how = {"epochs": 5, "optimizer": optimizers.SGD(learning_rate=0.001), "rng": rng}
# slow = training.fit(net, (x, y_fit), (x_new, y_val), unscaled=True, **how)
# print(f"step 0.1: {curves['0 to 255'].val_accuracy[-1]:.1%}", end="   ")
# print(f"step 0.001: {slow.val_accuracy[-1]:.1%}")
# assert slow.val_accuracy[-1] > curves["0 to 255"].val_accuracy[-1]
# ```
#
# It learns. The information was there all the time; only the step was wrong for it. Scaling the pixels lets us use the
# steps that everybody else uses.
#
# </details>
#
# ## Further reading
#
# - Y. LeCun, C. Cortes and C. J. C. Burges, [The MNIST database of handwritten
#   digits](http://yann.lecun.com/exdb/mnist/). How it was made, in its makers' words.
# - L. Bottou, C. Cortes, J. S. Denker and others, Comparison of classifier methods: a case study in
#   handwritten digit recognition, *Proceedings of the 12th International Conference on Pattern Recognition*, 1994.
# - C. Yadav and L. Bottou, [Cold case: the lost MNIST digits](https://arxiv.org/abs/1905.10498),
#   *NeurIPS*, 2019.
# - C. G. Northcutt, A. Athalye and J. Mueller, [Pervasive label errors in test sets destabilize machine
#   learning benchmarks](https://arxiv.org/abs/2103.14749), *NeurIPS Datasets and Benchmarks*, 2021.
#
# Next: [what the four layers do with such an array](03_layers.ipynb).

# %% [markdown]
# # 2 Images as arrays
#
# *What does the computer see?*
#
# Punch a small hole into a sheet of paper, lay it on a page and try to read through it. You see a grey dot, then another, and
# never a letter. So it is for your computer: it gets a 7 as 784 numbers, one for each dot, and nobody tells it that there is a
# stroke among them. Still, in chapter 1 it read nearly all the digits. How can that be?
#
# Before we open the network, we look at what it is fed, because it will learn whatever is wrong with these numbers as
# faithfully as what is right. We go from a single image to the hands that wrote all of them, and to a first recognizer, ten
# averages and no network at all. A fair exam must tell what it is worth, and with one we can try what else a network needs:
# pixels of the right size, and labels of the right kind.
#
# **You will be able to** read an image as an array, describe and prepare a data set, and defend the three splits.
#
# **You need to know** loops, functions and averages; [NumPy](https://numpy.org/doc/stable/user/quickstart.html) arrays are
# explained as they come.
#
# ## A seven, in numbers
#
# First the tools, then the first seven among the test images.

# %%
import matplotlib.pyplot as plt
import numpy as np

import digitlearn.keras_models  # this also loads TensorFlow, without its log
from digitlearn import network, optimizers, plots, training
from digitlearn.preprocessing import (
    flatten,
    one_hot,
    scale_pixels,
    split_validation,
)

plots.use_style()

# %% alt="A handwritten seven in dark ink on a light square of 28 by 28 pixels."
train = digitlearn.load("train")
test = digitlearn.load("test")
print(train.notice, end="")  # a word to you if these are not MNIST's digits
# Where the first image of each digit is:
_, first = np.unique(test.labels, return_index=True)
seven = test.images[first[7]]
fig = plots.plot_digits(seven[None])  # a stack of one image: (1, 28, 28)

# %% [markdown]
# And this is what the computer sees: rows 6 to 15 of the same image, columns 8 to 21. NumPy counts from 0, so row 6 is
# the seventh.

# %% live="pixels" alt="A table of ten rows and fourteen columns of numbers from 0 to 255, tinted by their size. The large numbers form most of the bar of the seven and the beginning of its stem." tags=["hide-input"]
part = seven[6:16, 8:22]
fig, ax = plt.subplots(figsize=(5.2, 3.4))
ax.imshow(part, cmap=plots.INKS, vmin=0, vmax=700, aspect="auto")
for row in range(10):
    for column in range(14):
        number = part[row, column]
        ax.text(column, row, str(number), ha="center", va="center")
ax.set_axis_off()

# %% tags=["remove-cell"]
# For the page, where this table answers a touch:
live = {"levels": seven.ravel().tolist()}
display({"application/vnd.digitlearn+json": live}, raw=True)

# %% [markdown]
# Each number is a **pixel**. 0 is paper, 255 is full ink, and what lies between is the soft edge of a
# stroke. You find the bar of the seven in the table with your eyes; in the numbers there are no
# lines, corners or loops: only sizes, and where they stand.
# {{ assert part.max() == 255 and part.min() == 0 and seven.max() <= 255 }}
#
# Such a table is an **array**. Its **shape** says how many numbers it has in each direction, its
# **dtype** says what kind of number.

# %%
print("one image: ", seven.shape, seven.dtype)
print("all images:", train.images.shape, train.images.dtype)
print("all labels:", train.labels.shape, train.labels.dtype)

# %% [markdown]
# `train.images` stacks {{ len(train.images):,}} tables like the one above. A `uint8` fits in one byte. `train.labels` holds the right answers, the **[labels](../glossary.md#label)**, one whole number for each image.
# {{ assert train.images.shape == (len(train.labels), 28, 28) and train.images.dtype == np.uint8 }}
#
# What did `load` do? MNIST was published as four files. Keras packs them into one, and two lines open it:
#
# ```python
# with np.load("mnist.npz") as file:
#     images, labels = file["x_train"], file["y_train"]
# ```
#
# `load` also downloads this file, checks it byte for byte, and turns the labels, there `uint8` too, into `int64`, with which
# you can calculate beyond 255.
#
# ## Who wrote these digits?
#
# Such numbers are all that the computer learns from, so their history matters. MNIST was made from two collections
# of the American standards institute NIST. One was written by employees of the Census Bureau, the other by 500 high-school
# students, whose digits are harder to read, so training and test set were each mixed from both, half and half. No writer is in both training and test set ([LeCun, Cortes and Burges](http://yann.lecun.com/exdb/mnist/)).
#
# What does this mean for your hand? The computer learns the forms that these Americans wrote, and hardly any other. If your
# 1 has an upstroke as long as its stem, as in some digits from Italy, expect trouble
# ([chapter 8](08_your_own_handwriting.ipynb#writers-whom-mnist-never-met) measures it).
#
# The originals were black and white. Each was shrunk, keeping its proportions, to fit into 20 × 20
# pixels; the shrinking made the grey edges. Then it was laid into 28 × 28 pixels so that its
# **centre of mass**, the average position of its ink, came to the middle. Our network learns to rely on this, because every weight
# belongs to one position: shift the digit, and its ink meets other weights ([chapter 6](06_evaluation.ipynb#the-cliffs)).
#
# One need not just believe what is said of a data set. A test image that is also among the training images would let the
# network pass its exam by memory. Is there one? `tobytes` turns an image into one long word, and a `set` keeps each different word
# once.

# %%
seen = set()
for image in train.images:
    seen.add(image.tobytes())
repeated = 0
for image in test.images:
    if image.tobytes() in seen:
        repeated += 1
print("different training images:", len(seen))
print("test images among them:   ", repeated)

# %% [markdown]
# All training images are different, and no test image is among them.
# {{ assert len(seen) == len(train.images) and repeated == 0 }}
#
# And are the ten digits, the **[classes](../glossary.md#class)** that we want to tell apart, equally
# frequent? `bincount` counts each label.

# %%
counts = np.bincount(train.labels)
print(counts)

# %% alt="One bar for each digit from 0 to 9, showing how many training images there are. The bars are of similar but not equal length." tags=["hide-input"]
fig, ax = plt.subplots(figsize=(5.2, 3.2))
ax.barh(range(10), counts, color=plots.ACCENT, height=0.6)
for digit, count in enumerate(counts):
    ax.text(count + 60, digit, f"{count:,}", ha="left", va="center")
ax.margins(x=0.15)
ax.invert_yaxis()
ax.set_title("training images of each digit")
_ = ax.set(xticks=[], yticks=range(10), ylabel="digit")

# %% [markdown]
# Not quite: {{ assert 0.75 * counts.max() < counts.min() < 0.9 * counts.max() }}
# there are {{ counts.max():,}} images of the most frequent digit, {{ counts.argmax() }}, and
# {{ counts.min():,}} of the rarest, {{ counts.argmin() }}. A program that always answers
# {{ counts.argmax() }} would be right {{ counts.max() / counts.sum():.1%}} of the time.
#
# > **Check your understanding.** In another collection, 95 of 100 images show a 1, and a program reaches 95%
# > accuracy. Is it a good program?
# >
# > You cannot know. It may have learned nothing but to say "1", so look at the class balance first.
#
# ## Where is the ink?
#
# What is there in the numbers that could tell a 7 from a 9? We cannot look at each image, but we can ask them all at once
# where they have ink.
#
# > **Make a guess.** How many of all the pixels are exactly 0, pure paper? And is there a pixel that is
# > paper in *every* training image? <!-- guess: number (are paper) = paper:.0% -->

# %%
paper = (train.images == 0).mean()
never = (train.images == 0).all(axis=0)
print(f"paper: {paper:.1%} of all pixels")
print(f"never inked: {never.sum()} of the 784 positions")

# %% [markdown]
# {{ paper:.0%}} of all pixels are paper, and {{ never.sum() }} positions see no ink in any training image.
# {{ assert 0.79 < paper < 0.82 and 50 < never.sum() < 80 }} Digits fit into 20 × 20 pixels, so the corners stay bare. Here
# `train.images == 0` compares every pixel with 0 and gives an array of the same shape, of true and false.
# `mean()` takes true as 1 and false as 0, and so gives the share of true. An array of shape (60000, 28, 28) has three
# directions, called **axes**: axis 0 counts the images, axis 1 the rows, axis 2 the columns. `all(axis=0)` goes along axis 0
# and keeps one answer for each position: was this pixel paper in all images?
#
# To tell digits apart we must ask for each by itself, so let us average all images of the
# same digit, position by position. The average says where the ink usually is. Below it, at double strength, is the
# **[standard deviation](../glossary.md#standard-deviation)**, the usual distance from the average, which says where the images
# of a digit differ. (A pixel that is always 0.5, and one that is 0 in half of them and 1 in the others, have the same average,
# but standard deviations of 0 and 0.5.)

# %% alt="Two rows of ten pictures, one for each digit. The upper row shows the mean digits: soft but readable. The lower row shows the standard deviation: dark where images of the digit differ."
x_train = scale_pixels(train.images)
x_test = scale_pixels(test.images)
means = []
spreads = []
for digit in range(10):
    images = x_train[train.labels == digit]
    means.append(images.mean(axis=0))
    spreads.append(images.std(axis=0))
means = np.stack(means)
spreads = np.stack(spreads)
print("mean spread:", np.round(spreads.mean(axis=(1, 2)), 3))
fig = plots.plot_digits(np.concatenate([means, 2 * spreads]), columns=10)

# %% [markdown]
# `means` has shape (10, 28, 28): one mean image for each digit. The mean zero is a ring with a nearly bare centre, because
# hardly anybody's zero has ink there. {{ assert means[0, 14, 14] < 0.05 < 0.7 < means[0].max() }} The 1 varies least: it
# merely fans out from its middle, because ones lean left and right. {{ assert spreads.mean(axis=(1, 2)).argmin() == 1 }}
#
# ## A recognizer that has learned almost nothing
#
# You can read the upper row. Before you read on: how could a computer use these ten pictures to read a new digit? Here is one idea: compare the image with each mean and answer with the nearest.
#
# But what is "near"? A first idea is to add up the differences at all pixels. It fails, because a stroke too many and a
# stroke missing would cancel. So we square each difference first. A square is never negative, so nothing cancels, and a
# large difference, a stroke where none should be, outweighs small ones of equal sum: $1^2$ is 1, but ten times $0.1^2$
# only 0.1. And squares suit averages: of all pictures, the mean is the one whose squared distances to its images
# add up to the least. For example, three pixels
# (0, 0.5, 1) and a mean (0.2, 0.5, 0.6) differ by 0.2, 0 and 0.4, and $0.2^2+0^2+0.4^2=0.2$.
# In symbols, for an image $x$ and a mean $m$:
#
# $$D(x,m)=\sum_{i=1}^{784}(x_i-m_i)^2$$
#
# In words: the **squared distance** $D$ adds up, over all pixels $i$, the squared difference of the image's pixel $x_i$ and
# the mean's pixel $m_i$.

# %% live="means" alt="Two rows of three pictures. Above: our seven, the mean seven, and their squared difference. Below: our seven, the mean nine, and their squared difference, which holds more ink." tags=["hide-input"]
x_seven = x_test[first[7]]
panels = []
for digit in [7, 9]:
    panels.extend([x_seven, means[digit], (x_seven - means[digit]) ** 2])
fig = plots.plot_digits(np.stack(panels), columns=3)
distances = ((x_seven - means) ** 2).sum(axis=(1, 2))
print(train.notice, end="")
print("to the means of 0 to 9:")
print(distances.round(1))

# %% tags=["remove-cell"]
# For the page, where this figure answers a touch:
levels = (1000 * means).round().astype(int)
live = {"image": " ".join(map(str, seven.ravel()))}
live["means"] = " ".join(map(str, levels.ravel()))
display({"application/vnd.digitlearn+json": live}, raw=True)

# %% [markdown]
# Left our seven, then a mean digit, then the squared difference at each pixel. Adding up the right-hand picture gives
# the distance: {{ distances[7]:.1f}} to the mean seven and {{ distances[9]:.1f}} to the mean nine. All other means are
# farther off, so it is read as a seven.
# {{ assert distances.argsort()[:2].tolist() == [7, 9] and distances[7] < 0.8 * distances[9] }}
#
# > **Make a guess.** Guessing blindly is right one time in ten. How often is the nearest mean right?
# > <!-- guess: number = baseline:.1% -->


# %%
def nearest(templates, images):
    distances = []
    for template in templates:
        differences = images - template
        distances.append((differences**2).sum(axis=(1, 2)))
    return np.argmin(distances, axis=0)


right = nearest(means, x_test) == test.labels
baseline = right.mean()
print(f"nearest mean: {right.sum():,} of {len(right):,} right, {baseline:.1%}")

# %% [markdown]
# Ten averages, no network, and already {{ baseline:.1%}} are right. {{ assert 0.81 < baseline < 0.83 }} That is part of the
# answer to how one can read through a hole: for most digits it is enough to know how much ink lies where. Keep the number: it
# is our **[baseline](../glossary.md#baseline)**, and a network that cannot beat something so simple is not worth having.
# The means may fail where a digit is written unlike the average, because an average blurs all ways of writing into one.
#
# In `nearest`, `template` has shape (28, 28) and `images` has (N, 28, 28), for any number N of images. NumPy subtracts the one
# from each of the others: **[broadcasting](../glossary.md#broadcasting)**. Summing over axes
# 1 and 2, the rows and columns, leaves one distance for each image, and `argmin` says which of the ten is smallest.
#
# The distance never asks which pixels are neighbours, and neither does our network, here a smaller one. Its first layer, **Flatten**,
# lays the 28 rows end to end: (N, 28, 28) becomes (N, 784), and no number changes. The pixel in row 7 and column 11 has seven
# whole rows before it: 7 × 28 + 11 = {{ 7 * 28 + 11 }}. In blue: this chapter's part.

# %% alt="The network as a row of columns: an image of a seven, then Flatten with 784 numbers, both in blue; then two hidden layers with 128 and 64 units and ten outputs, in black."
ax = plots.plot_network((128, 64), image=seven, highlight=(0, 1))
flat = flatten(x_test)
print(x_test.shape, "becomes", flat.shape)
print("row 7, column 11:", x_test[0, 7, 11], "  number 207:", flat[0, 207])

# %% [markdown]
# ## Three splits, three jobs
#
# Suppose you now try a hundred other distances and averages, and keep what scores best. Is its score still a promise about new
# digits? We need an answer before anything is trained, because training brings many such choices.
#
# The usual way is to put aside a tenth of the training images, at random: more would
# measure better, but teach less. The generator `rng` makes the random numbers, and its **[seed](../glossary.md#seed)**,
# here 2, decides them, so yours are ours.

# %%
rng = np.random.default_rng(2)
(x_fit, y_fit), (x_val, y_val) = split_validation(x_train, train.labels, rng=rng)
print(len(x_fit), "to learn from,", len(x_val), "to validate with")

# %% alt="A bar in three parts: 54,000 images for training, 6,000 for validation, 10,000 for the test. The first two come from MNIST's training set." tags=["hide-input"]
parts = [
    ("training", len(x_fit), plots.MUTED, 0.35),
    ("validation", len(x_val), plots.ACCENT, 0.35),
    ("test", len(test), plots.WRONG, -0.75),
]
fig, ax = plt.subplots(figsize=(5.6, 1.3))
left = 0
for name, size, color, height in parts:
    ax.barh(0, size, left=left, height=0.5, color=color, edgecolor=plots.PAPER)
    ax.text(left, height, f"{name}: {size:,}", color=color)
    left += size
ax.set_ylim(-0.9, 0.9)
ax.set_axis_off()

# %% [markdown]
# Each has its job: {{ assert (len(x_fit), len(x_val), len(test)) == (54000, 6000, 10000) }}
#
# - **Training** images: the weights are learned from them.
# - **Validation** images: we choose with them. Which step size? How many epochs? Which of two networks?
# - **Test** images: they say, at the end, how good the chosen network is. (We have asked them about the means, but chosen nothing by it.)
#
# Is it harmful to choose on the test set, when it is the same for all? We make 300 weak recognizers, each from
# the means of only three random images of each digit, give them all the same exam of 100 validation images, so that the test
# set stays sealed, and keep the best.
#
# > **Make a guess.** Will the winner's result on fresh images be higher than in the exam, lower, or the
# > same? <!-- guess: higher | lower | the same = lower -->


# %%
def weak_recognizer(rng):  # ten means, each of only three images
    templates = []
    for digit in range(10):
        of_digit = np.flatnonzero(y_fit == digit)
        chosen = rng.choice(of_digit, 3, replace=False)
        templates.append(x_fit[chosen].mean(axis=0))
    return templates


# %%
rng = np.random.default_rng(6)
scores = np.empty((300, 2))
for trial in range(300):
    right = nearest(weak_recognizer(rng), x_val[:1100]) == y_val[:1100]
    scores[trial, 0] = right[:100].mean()  # the exam
    scores[trial, 1] = right[100:].mean()  # 1,000 fresh images
best = scores[:, 0].argmax()
promised, kept = scores[best]
print(f"the winner: {promised:.1%} on the exam, {kept:.1%} on fresh images")
print(f"all 300: {scores[:, 0].mean():.1%} and {scores[:, 1].mean():.1%}")

# %% alt="Scatter plot of 300 recognizers: result on the exam against result on fresh images. Most lie near or above the diagonal, on which both results are equal; the recognizer with the best exam result, marked, lies clearly below it." tags=["hide-input"]
fig, ax = plt.subplots(figsize=(5.2, 3.6))
ax.plot(scores[:, 0], scores[:, 1], ".", color=plots.MUTED, alpha=0.5)
ends = [scores.min(), scores.max()]
ax.plot(ends, ends, color=plots.HAIRLINE)
ax.plot(promised, kept, "o", color=plots.WRONG)
ax.text(promised, kept - 0.02, "the winner", ha="center", va="top")
_ = ax.set(xlabel="right on the exam", title="right on fresh images")

# %% [markdown]
# On the line both results are equal. All 300 together scored {{ scores[:, 0].mean():.1%}} on the exam and
# {{ scores[:, 1].mean():.1%}} on 1,000 fresh images, so the exam was not the easier of the two,
# {{ assert scores[:, 0].mean() < scores[:, 1].mean() + 0.005 }}
# {{ assert (scores[:, 1] > scores[:, 0] - 0.03).mean() > 0.75 }}
# and still the winner fell from {{ promised:.1%}} to {{ kept:.1%}}. {{ assert promised > kept + 0.04 }} Nobody cheated, so
# where did the difference go? Whoever comes first among 300 is good and also lucky, and luck stays behind in the exam room. The
# more candidates and the smaller the exam, the larger its share. On 10,000 images luck would be about ten times
# smaller, because it shrinks with the square root of their number. But good networks are so close that even
# this little can choose the winner ([chapter 6](06_evaluation.ipynb#when-is-a-better-than-b)).
#
# When information about the exam finds its way into learning or choosing, we speak of **[leakage](../glossary.md#leakage)**.
# Choosing on the test set is one form. Others are scaling with a mean that includes test images, or the same writer in
# training and test.
#
# By that measure our own validation split leaks a little, because it holds digits of hands that the network learns from ([Yadav and Bottou](https://arxiv.org/abs/1905.10498) found out who wrote which). All networks that we compare share this advantage. In your own project, split by person.
#
# ## Why divide by 255?
#
# Now we can test what chapter 1 only claimed. A pixel of 255 and a pixel of 1.0 carry the same
# information, so why does [`scale_pixels`](../reference/preprocessing.md) bother? (It returns
# `images.astype(np.float32) / 255`. A `float32` is a number with decimals, in four bytes.)
#
# We train one network, with hidden layers of 128 and 64 units, for five epochs, from the same random weights: once on
# pixels from 0 to 255, once on 0 to 1, once **[standardized](../glossary.md#standardization)**: minus their mean, divided by
# their standard deviation, so that all the pixels together have mean 0 and standard deviation 1. Ours are
# {{ x_fit.mean():.2f}} and {{ x_fit.std():.2f}}, so paper becomes
# (0 - {{ x_fit.mean():.2f}}) / {{ x_fit.std():.2f}} = {{ -x_fit.mean() / x_fit.std():.2f}}. These two numbers are used for every
# image, also for new ones, because the weights are learned for pixels scaled so.
#
# Each runs with two optimizers: `adam`, as in chapter 1, and the simplest, **SGD**.
# [Chapter 4](04_learning.ipynb) opens both; here we only watch.
#
# > **Make a guess.** Which of the three learns best? Does any fail?
# > <!-- guess: 0 to 255 | 0 to 1 | standardized -->


# %%
def scaled(images, name):
    if name == "0 to 255":
        return images * 255
    if name == "standardized":
        return (images - x_fit.mean()) / x_fit.std()
    return images


# %%
def train_on(name, optimizer):
    history = training.fit(
        network.mlp(rng=np.random.default_rng(3)),
        (scaled(x_fit, name), y_fit),
        (scaled(x_val, name), y_val),
        epochs=5,
        optimizer=optimizer,
        rng=np.random.default_rng(4),
        unscaled=True,  # otherwise fit refuses pixels from 0 to 255
    )
    return history.val_accuracy[-1]


# %%
sgd = {}
adam = {}
for name in ["0 to 255", "0 to 1", "standardized"]:
    sgd[name] = train_on(name, optimizers.SGD(learning_rate=0.1))
    adam[name] = train_on(name, optimizers.Adam(learning_rate=0.001))
    print(f"{name:14}SGD {sgd[name]:.1%}   Adam {adam[name]:.1%}")

# %% [markdown]
# With SGD at the step size 0.1 it learns nothing from pixels of 0 to 255: {{ sgd["0 to 255"]:.1%}} of the validation images is what it
# would read by always giving the most frequent digit. {{ assert abs(sgd["0 to 255"] - (y_val == 1).mean()) < 0.005 }}
# Yet from the same images on 0 to 1 it reads {{ sgd["0 to 1"]:.1%}}, so it cannot be the information that was missing.
# {{ assert sgd["0 to 1"] > 0.95 and sgd["standardized"] > 0.95 }}
# With Adam the network does learn from 0 to 255, but worse:
# {{ adam["0 to 255"]:.1%}} against {{ adam["0 to 1"]:.1%}}.
# {{ assert 0.85 < adam["0 to 255"] < adam["0 to 1"] - 0.015 }}
#
# Why? A unit adds up pixels times weights, so when the pixels are 255 times as large, the same small step of a weight moves
# the sum that much further, and steps that are fine for pixels up to 1 become leaps
# ([chapter 4](04_learning.ipynb#steps) shows what a leap does). SGD's steps even grow with the pixels, while Adam's do not.
# Inputs and steps must fit each other (exercise 5).
# Whether 0 to 1 or standardized matters much less, {{ assert abs(sgd["0 to 1"] - sgd["standardized"]) < 0.015 }}
# {{ assert abs(adam["0 to 1"] - adam["standardized"]) < 0.01 }}
# and one run each cannot say which is better ([chapter 5](05_training_in_practice.ipynb#one-run-is-not-a-result)).
#
# ## Why a 7 is not more than a 3
#
# The pixels are ready, but an example has another half. The labels are whole numbers, so it is tempting to let the computer
# learn the number itself: find the weighted sum of the pixels that comes nearest to the label, and round it. Or else find ten
# weighted sums, one for each digit, each of which should be 1 for its own digit and 0 for all others. A label written so, as
# a row with a single 1, is called **[one-hot](../glossary.md#one-hot)**.
#
# Ten sums have ten times the weights of one, so to be fair we give both readings the same ten scores. As a name, the largest
# wins. As a number, we add 0 times the first, 1 times the second, up to 9 times the last, and round.

# %%
print("label", train.labels[0], "as one-hot:", one_hot(train.labels[:1])[0])
pixels = flatten(x_fit[:10_000])
targets = one_hot(y_fit[:10_000])  # (10000, 10)
# rcond ignores pixels that are hardly ever inked: they could get huge weights.
ten_sums = np.linalg.lstsq(pixels, targets, rcond=1e-3)[0]  # (784, 10)
ten_scores = flatten(x_val) @ ten_sums  # ten for each image: (6000, 10)
as_name = ten_scores.argmax(axis=1)
as_number = ten_scores @ np.arange(10)
name_right = (as_name == y_val).mean()
number_right = (np.rint(as_number) == y_val).mean()
print(f"label {y_val[0]}, scores:", ten_scores[0].round(3))
print(f"read as a name: {as_name[0]};  as a number: {as_number[0]:.1f}")
print(f"right as names: {name_right:.1%};  as numbers: {number_right:.1%}")

# %% [markdown]
# `lstsq`, least squares, finds the weights with the smallest squared error, and `@` multiplies every validation image by them.
# The image printed is a {{ y_val[0] }}, and its own score is by far the largest, but mixed with all the others it makes
# {{ as_number[0]:.1f}}, which rounds to 8. {{ assert as_name[0] == y_val[0] == 9 }}
# {{ assert np.sort(ten_scores[0])[-2] < 0.5 * ten_scores[0].max() and np.rint(as_number[0]) == 8 }} So it goes with most:
# {{ name_right:.1%}} are right as names, {{ number_right:.1%}} as numbers.
# {{ assert number_right < 0.35 and name_right > 0.75 }} As a number,
# whatever looks half like a 3 and half like a 7 must be a 5. But digits are names, like Anna and Max: nothing lies between
# them.
#
# So our network, too, has ten outputs, and a label says which of them should win. (Whole numbers go with chapter 1's *sparse*
# loss, one-hot rows with `categorical_crossentropy`.)
#
# ## The same in Keras
#
# Keras has all this. The scaling can be a layer, `Rescaling`, so
# that it goes wherever the saved model goes. And `fit` can split by itself: `validation_split=0.1`
# puts aside the *last* tenth of its input, before any shuffling, so that every epoch is judged on the same images. But if the
# rows are sorted, say by date, that tenth is like no other, so we shuffle them first, as `split_validation` does.

# %%
import keras

order = np.random.default_rng(7).permutation(len(train.images))
images = train.images[order]
labels = train.labels[order]

# %%
keras.utils.set_random_seed(7)
layers = [
    keras.Input((28, 28)),
    keras.layers.Rescaling(1 / 255),
    keras.layers.Flatten(),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dense(64, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
]
model = keras.Sequential(layers)
model.compile(
    optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"]
)

# %%
log = model.fit(
    images, labels, batch_size=128, epochs=3, validation_split=0.1, verbose=0
)
print("validation accuracy:", np.round(log.history["val_accuracy"], 3))
tail = np.sort(train.labels)[54_000:]
print("if sorted by digit, the last tenth:", np.bincount(tail, minlength=10))

# %% [markdown]
# The model takes the pixels as they come, 0 to 255, and after three epochs it reads {{ log.history["val_accuracy"][-1]:.1%}}
# correctly. Had the images been sorted by digit, the last tenth would hold hardly anything but nines.
# {{ assert (tail == 9).mean() > 0.95 }}
#
# ## Summary
#
# Seen through the hole, a digit is 784 numbers and no stroke, {{ paper:.0%}} of them paper. That is still enough for ten
# averages to read {{ baseline:.1%}}. Such a result is worth something only if
# you know who made the numbers, and if the exam is fair: train on one part, choose on the second, report on the third.
# Then scale the pixels to about 1, and treat digits as names.
#
# But our ten averages misread more than one digit in six, {{ assert 1 - baseline > 1 / 6 }} and chapter 1's network only about one in sixty. It was fed the same numbers, so the difference must be in its weights, its layers, or both. The next chapter walks from one to the other, a change at a time.

# %% [markdown]
# ## Exercises that answer
#
# Write each function in place of the three dots. On this site's page *Check* tries it on many inputs; in the notebook, run
# its cell. Either says whether it is right, and if not, on which input it fails and what to ask yourself. In the notebook
# `hint("scale_pixels")` gives the first of three hints, `hint("scale_pixels", 2)` the second, and `solution("scale_pixels")` an answer and its reason.

# %%
from digitlearn.exercises import check, hint, solution

for tool in (check, hint, solution):
    print(tool.__doc__.partition("\n")[0])

# %% [markdown]
# ### From grey levels to numbers near 1
#
# Scale `images`, an array of `uint8` with grey levels from 0 to 255 and any shape. Return an array
# of the same shape with numbers from 0 to 1, of dtype `float32`: 51 becomes 0.2.

# %% exercise="scale_pixels"
import numpy as np


def scale_pixels(images):
    """Scale grey levels from 0-255 to 0-1."""
    return ...


check("scale_pixels", scale_pixels)

# %% [markdown]
# ### Digits are names
#
# Turn `labels`, N digits, into an array of shape (N, `classes`) and dtype `float32`: row n has a 1
# in the column of label n and zeros elsewhere. Some classes may have no label at all.

# %% exercise="one_hot"
import numpy as np


def one_hot(labels, classes):
    """Turn each label into a row of zeros with a single 1."""
    rows = np.zeros((len(labels), classes), dtype=np.float32)
    ...
    return rows


check("one_hot", one_hot)

# %% [markdown]
# ### The nearest mean digit
#
# `images` has shape (N, pixels), `means` has shape (digits, pixels): the mean image of each digit,
# rounded to grey levels. Both are `uint8`. Return for each image the digit whose mean has the
# smallest squared distance, an array of N integers; of equals the smaller digit.

# %% exercise="nearest_mean"
import numpy as np


def nearest_mean(images, means):
    """Return the digit whose mean is nearest to each image."""
    return ...


check("nearest_mean", nearest_mean)

# %% [markdown]
# ### A split without leakage
#
# `images` has shape (N, pixels), `writers` says who wrote each. Return two arrays of N True and
# False: which images are for training, which for validation. All images by the writers in
# `held_out` are for validation. The others are for training, unless the very same picture is among
# the validation images; then it is in neither.

# %% exercise="split_by_writer"
import numpy as np


def split_by_writer(images, writers, held_out):
    """Return which images are for training, and which for validation."""
    validation = ...
    training = ...
    return training, validation


check("split_by_writer", split_by_writer)

# %% [markdown]
# ## Exercises

# %% [markdown]
# **1. By hand.** After Flatten, which row and column did number 400 come from? And how far apart, in squared distance, are the
# three-pixel images (1, 0, 0.5) and (0.5, 0, 0)?

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# row, column = divmod(400, 28)
# print("row", row, "column", column)
# assert x_test[0].reshape(784)[400] == x_test[0, row, column]
# distance = (1 - 0.5) ** 2 + (0 - 0) ** 2 + (0.5 - 0) ** 2
# print("squared distance", distance)
# assert distance == 0.5
# ```
#
# {{ printed }}
#
# 400 / 28 is {{ 400 // 28 }} whole rows and {{ 400 % 28 }} more.
#
# </details>

# %% [markdown]
# **2. Leak or no leak? Without code.** (a) Dividing all images, test images too, by 255. (b) Subtracting the mean of
# all 70,000 images. (c) Stopping the training when the test accuracy is highest. (d) Choosing between 64 and 128 units on the
# validation split. (e) Testing on photos by the people whose photos were trained on.

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# (a) No: 255 was known before any image was seen. (b) Yes: the mean has seen the test images. (c) Yes: the test set
# made a choice. (d) No, the split is for that, although the winner's validation accuracy is now a little too good.
# (e) Yes, if it is to work for strangers.
#
# </details>

# %% [markdown]
# **3. Spot the error.** Somebody wants the pixels with the paper at -100 instead of 0 and writes `train.images - np.uint8(100)`.
# The figure looks odd. Why?

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# odd = seven - np.uint8(100)
# print("0 became", odd[0, 0])
# assert odd[0, 0] == 156
# ```
#
# {{ printed }}
#
# A `uint8` knows no numbers below 0. It starts again from the top, so 0 - 100 is 156, and 3 - 5 would be 254.
#
# </details>

# %% [markdown]
# **4. A second baseline.** Answer with the label of the *single* nearest training image, looking only at the
# first 1,000 images of `x_fit`. Does it beat the means of all `x_fit` on the first 500 validation images?

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# neighbour = y_fit[nearest(x_fit[:1000], x_val[:500])]
# with_neighbour = (neighbour == y_val[:500]).mean()
# means_of_fit = []
# for digit in range(10):
#     means_of_fit.append(x_fit[y_fit == digit].mean(axis=0))
# with_means = (nearest(means_of_fit, x_val[:500]) == y_val[:500]).mean()
# print(f"nearest image: {with_neighbour:.1%}   nearest mean: {with_means:.1%}")
# assert with_neighbour > with_means
# ```
#
# {{ printed }}
#
# The nearest image wins, probably because single images keep apart the ways of writing that a mean blurs into one.
#
# </details>

# %% [markdown]
# **5. A smaller step.** Train SGD once more on pixels from 0 to 255, with a step size of 0.001 instead of 0.1. Does
# the network learn now?

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# slow = train_on("0 to 255", optimizers.SGD(learning_rate=0.001))
# before = sgd["0 to 255"]
# print(f"step 0.1: {before:.1%}   step 0.001: {slow:.1%}")
# assert before < slow < sgd["0 to 1"]
# ```
#
# {{ printed }}
#
# It learns, so the step was the main trouble, but perhaps not all of it: pixels up to 1 gave more. The random weights at the start,
# too, are made for such inputs.
#
# </details>

# %% [markdown]
# **6. A data set of your own.** Collect small pictures of two or three kinds, say leaves, screws or letters by several people.
# Describe the collection as this chapter describes MNIST, up to the nearest mean. Who or what must not be on both sides of
# your split? (No solution.)

# %% [markdown]
# ## Further reading
#
# - Y. LeCun, C. Cortes and C. J. C. Burges, [The MNIST database of handwritten
#   digits](http://yann.lecun.com/exdb/mnist/).
# - C. Yadav and L. Bottou, [Cold case: the lost MNIST digits](https://arxiv.org/abs/1905.10498),
#   *NeurIPS*, 2019.
#
# Next: [what the four layers do with such an array](03_layers.ipynb).

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
# faithfully as what is right. We ask who wrote these digits, read them with ten averages, and
# try which pixels and labels a network needs.
#
# **You will be able to** read an image as an array, describe and prepare a data set, and defend the three splits.
#
# **You need to know** loops, functions, averages, and the lines of Keras in [chapter 1](01_first_recognizer.ipynb);
# [NumPy](https://numpy.org/doc/stable/user/quickstart.html) arrays are explained as they come.
#
# ## A seven, in numbers
#
# First the tools.

# %%
import matplotlib.pyplot as plt
import numpy as np

import digitlearn.keras_models  # this also loads TensorFlow, without its log
from digitlearn import plots
from digitlearn.preprocessing import flatten, one_hot, split_validation

plots.use_style()

# %% [markdown]
# Now a seven. `test.labels == 7` is true wherever the label is 7; in square brackets it picks out the images
# there, and we take the first.

# %% alt="A handwritten seven in dark ink on a light square of 28 by 28 pixels."
train = digitlearn.load("train")
test = digitlearn.load("test")
print(train.notice, end="")  # a word to you if these are not MNIST's digits
sevens = test.images[test.labels == 7]
seven = sevens[0]
fig = plots.plot_digits(sevens[:1])

# %% [markdown]
# And this is part of what the computer sees: `seven[6:16, 8:22]`, the rows 6 to 15 and the columns 8 to 21. NumPy
# counts from 0 and stops before the second number.

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
# stroke. You find the bar of the seven because your eyes join what stands side by side. In the numbers
# there are no lines, corners or loops: only sizes, and where they stand.
# {{ assert part.max() == 255 and part.min() == 0 and seven.max() <= 255 }}
#
# Such a table is an **array**. Its **shape** says how many numbers it has in each direction, its
# **dtype** what kind they are:

# %%
print("one image: ", seven.shape, seven.dtype)
print("all images:", train.images.shape, train.images.dtype)
print("all labels:", train.labels.shape, train.labels.dtype)

# %% [markdown]
# A `uint8` is a whole number from 0 to 255; an `int64` has more room. `train.images` stacks {{ len(train.images):,}} such
# tables, so it has three directions, called **axes**: axis 0 counts the images, axis 1 the rows, axis 2 the columns. And
# `train.labels` holds the **[labels](../glossary.md#label)**, the right answers, one for each image.
# {{ assert train.images.shape == (len(train.labels), 28, 28) and train.images.dtype == np.uint8 }}
#
# A single number in square brackets picks one place, and its axis disappears: `sevens[0]` has the shape (28, 28). A range
# keeps the axis, even a range of one: `sevens[:1]` is (1, 28, 28). And `:` alone means all.
# {{ assert sevens[0].shape == (28, 28) and sevens[:1].shape == (1, 28, 28) }}
#
# ## Who wrote these digits?
#
# These numbers are all that the computer will know of handwriting, so it matters where they come from. MNIST was made from
# two collections of the American standards institute NIST. One is by employees of the Census Bureau, the other by 500
# high-school students, whose digits are harder to read. Training and test set were therefore each mixed from both, half and
# half, and no writer is in both sets ([LeCun, Cortes and Burges](http://yann.lecun.com/exdb/mnist/)).
#
# With one source each, the exam would hold another kind of writing than the network had learned. And with the same writers
# in both, it could profit from their habits, and its score would promise too much about strangers.
#
# So the computer learns the forms that these Americans wrote, and hardly any others. If your 1 has an upstroke as long as
# its stem, expect trouble ([chapter 8](08_your_own_handwriting.ipynb#writers-whom-mnist-never-met)).
#
# The images were prepared, too. Each black and white original was shrunk to fit into 20 × 20 pixels, which made the grey
# edges. Then it was laid into 28 × 28 pixels so that its **[centre of mass](../glossary.md#centre-of-mass)**, the average position of its ink, came to the
# middle. Our network learns to rely on this, because every weight belongs to one position
# ([chapter 6](06_evaluation.ipynb#the-cliffs)).
#
# And are the ten digits, the **[classes](../glossary.md#class)** that we want to tell apart, equally frequent? `bincount`
# counts each label.

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
# there are {{ counts.max():,}} images of a {{ counts.argmax() }} and
# {{ counts.min():,}} of a {{ counts.argmin() }}. So a program that always answers
# {{ counts.argmax() }} would be right {{ counts.max() / counts.sum():.1%}} of the time.
#
# > **Check your understanding.** In another collection, 95 of 100 images show a 1, and a program reaches 95%
# > accuracy. Is it a good program?
# >
# > You cannot know. It may have learned nothing but to say "1", so look at the class balance first.
#
# ## Where is the ink?
#
# What in the numbers could tell a 7 from a 9? We cannot look at {{ len(train.images):,}} tables, but we
# can ask them all at once where they have ink.
#
# > **Make a guess.** How many of all the pixels are exactly 0, pure paper? And is there a pixel that is
# > paper in *every* training image? <!-- guess: number (are paper) = paper:.0% -->

# %%
is_paper = train.images == 0  # true or false for every pixel, in the same shape
paper = is_paper.mean()
print(f"paper: {paper:.1%} of all pixels")

# %% [markdown]
# `mean()` takes true as 1 and false as 0, so it gives the share of true: {{ paper:.0%}}.
# {{ assert 0.79 < paper < 0.82 }}
#
# For the second question, `all(axis=0)` goes along axis 0, from image to image,
# and asks: was this pixel paper in all of them?

# %%
never_inked = is_paper.all(axis=0)
print("shape:", never_inked.shape, "  never inked:", never_inked.sum())

# %% [markdown]
# Axis 0 is gone, rows and columns are left. {{ never_inked.sum() }} of the 784 positions see no ink in any image, the
# corners among them. {{ assert 50 < never_inked.sum() < 80 and never_inked[[0, 0, 27, 27], [0, 27, 0, 27]].all() }} A pixel that is always bare cannot tell a 7 from a 9.
#
# To find pixels that can, we average all the sevens, position by position, because the average says where sevens usually
# have ink. Before that we divide by 255, so that 1 is full ink; a later section asks why.
# `mean(axis=0)` goes from image to image, as `all` did, and `stack` puts pictures into one array.

# %% alt="Two pictures: our seven, sharp, and the mean of all sevens, which is soft but clearly a seven."
x_train = np.float32(train.images) / 255
x_test = np.float32(test.images) / 255
all_sevens = x_train[train.labels == 7]
mean_seven = all_sevens.mean(axis=0)
print(all_sevens.shape, "becomes", mean_seven.shape)
x_seven = np.float32(seven) / 255
fig = plots.plot_digits(np.stack([x_seven, mean_seven]))

# %% [markdown]
# On the right, the mean of all {{ len(all_sevens):,}} is dark where most have ink, soft where only some have. Now the same
# for each digit.

# %% alt="Ten pictures, one for each digit: the mean digits, soft but readable."
means = []
for digit in range(10):
    of_this_digit = x_train[train.labels == digit]
    means.append(of_this_digit.mean(axis=0))
means = np.stack(means)  # (10, 28, 28)
fig = plots.plot_digits(means, columns=10)

# %% [markdown]
# What, then, tells a 7 from a 9? A pixel where their means differ. Where the nine's loop closes below, in row 15, column 11,
# the mean nine has {{ means[9, 15, 11]:.2f}} of full ink, the mean seven only {{ means[7, 15, 11]:.2f}}, so ink there speaks
# for a 9. {{ assert means[9, 15, 11] > 0.5 and means[7, 15, 11] < 0.1 and (means[9] - means[7]).argmax() == 15 * 28 + 11 }}
#
# ## A recognizer that has learned almost nothing
#
# You can read these ten pictures. But how could a computer use them to read a new digit? One idea: compare the image
# with each mean and answer with the nearest. What is "near"?
#
# We could subtract the mean from the image, pixel by pixel, and add up the differences. Take three pixels: if the image is
# (0, 0.5, 1) and the mean (0.4, 0.5, 0.6), the differences are -0.4, 0 and 0.4. Their sum is 0, as if the two were the same,
# because a stroke too many cancels one that is missing. So we square each difference before we add. A square is never
# negative, so nothing cancels: $0.4^2+0^2+0.4^2=0.32$.
#
# In symbols:
#
# $$D(x,m)=\sum_{i=1}^{784}(x_i-m_i)^2$$
#
# In words: the **squared distance** $D$ adds up, over all pixels $i$, the squared difference of the image's pixel $x_i$ and
# the mean's pixel $m_i$. We compute both sums for our seven and each of the ten means:

# %%
sums = []
distances = []
print("mean    sum  distance")
for digit in range(10):
    difference = x_seven - means[digit]  # (28, 28)
    squared = difference**2  # (28, 28)
    sums.append(difference.sum())
    distances.append(squared.sum())
    print(f"{digit:4}  {sums[digit]:5.1f}  {distances[digit]:8.1f}")

# %% [markdown]
# The plain sums fail indeed, because each compares only the total ink of the two images. The one nearest to 0,
# {{ sums[1]:.1f}}, belongs to the mean one, so our seven would be read as a 1. {{ assert np.abs(sums).argmin() == 1 }}
# {{ assert abs(sums[1] - (x_seven.sum() - means[1].sum())) < 0.01 }} The smallest squared distance, however, belongs to the
# mean seven, and the next to the mean nine. {{ assert np.argsort(distances)[:2].tolist() == [7, 9] }} Here is where these
# two come from:

# %% live="means" alt="Two rows of three pictures. Above: our seven, the mean seven, and their squared difference. Below: our seven, the mean nine, and their squared difference, which holds more ink." tags=["hide-input"]
panels = []
for digit in [7, 9]:
    panels.extend([x_seven, means[digit], (x_seven - means[digit]) ** 2])
fig = plots.plot_digits(np.stack(panels), columns=3)

# %% tags=["remove-cell"]
# For the page, where this figure answers a touch:
levels = (1000 * means).round().astype(int)
live = {"image": " ".join(map(str, seven.ravel()))}
live["means"] = " ".join(map(str, levels.ravel()))
display({"application/vnd.digitlearn+json": live}, raw=True)

# %% [markdown]
# On the right is the squared difference at each pixel. Added up, it gives the distance: {{ distances[7]:.1f}} to the mean
# seven, but {{ distances[9]:.1f}} to the mean nine, mostly because its loop lies where our seven has only paper.
# {{ assert distances[7] < 0.8 * distances[9] }}
# {{ assert (means[9][x_seven == 0] ** 2).sum() > 2 * (means[7][x_seven == 0] ** 2).sum() }}
#
# All test images at once:

# %%
differences = x_test - means[7]
print(x_test.shape, "minus", means[7].shape, "is", differences.shape)

# %% [markdown]
# NumPy subtracts the mean from each image, as if there were {{ len(x_test):,}} copies of it:
# **[broadcasting](../glossary.md#broadcasting)**. Summing the squares over axes 1 and 2, the rows and columns, leaves one distance
# for each image. `nearest` does this for all ten means, its `templates`, and answers with the nearest.


# %%
def nearest(templates, images):
    distances = []
    for template in templates:
        differences = images - template  # (N, 28, 28)
        distances.append((differences**2).sum(axis=(1, 2)))  # (N,)
    # Ten rows of N distances; the place of the smallest in each column: (N,)
    return np.argmin(distances, axis=0)


# %% [markdown]
# Was our seven a lucky case?
#
# > **Make a guess.** Guessing blindly is right one time in ten. How often is the nearest mean right?
# > <!-- guess: number = baseline:.1% -->

# %%
answers = nearest(means, x_test)
right = answers == test.labels
baseline = right.mean()
print(f"nearest mean: {right.sum():,} of {len(right):,} right, {baseline:.1%}")

# %% [markdown]
# Ten averages, no network, and already {{ baseline:.1%}} are right. {{ assert 0.81 < baseline < 0.83 }} That is part of the
# answer to how one can read through a hole: for most digits it is enough to know how much ink lies where.
# But a mean holds only one form of its digit. A stem that slants more leaves dark pixels of the mean bare and inks bare
# ones, so the distance grows although it is still a 7.
#
# Keep the number: it is our **[baseline](../glossary.md#baseline)**, and a network that cannot beat something so
# simple is not worth having.
#
# ## Three splits, three jobs
#
# Suppose you now try a hundred other averages, and keep what scores best on the test images. Is its score still a promise
# about new digits?
#
# As in chapter 1, we put aside a tenth of the training images to choose with. A larger part would measure better,
# but leave less to learn from. `rng` picks them at random, and its [seed](../glossary.md#seed), 2,
# fixes which.

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
# Each part has its job: {{ assert (len(x_fit), len(x_val), len(test)) == (54000, 6000, 10000) }}
#
# - **Training** images: the weights are learned from them.
# - **Validation** images: we choose with them. Which step size? How many epochs? Which of two networks?
# - **Test** images: they say, at the end, how good the chosen network is. (We asked them about the means, but chose nothing by it.)
#
# But is choosing on the test set so bad? All take the same exam, so nobody has an advantage. To find out,
# we make 300 weak recognizers, each with ten means of only three random images.


# %%
images_of = []  # ten arrays, one with all the images of each digit
for digit in range(10):
    images_of.append(x_fit[y_fit == digit])


def weak_recognizer(rng):
    weak_means = []
    for digit in range(10):
        three = rng.choice(images_of[digit], 3, replace=False)  # (3, 28, 28)
        weak_means.append(three.mean(axis=0))
    return weak_means


# %% [markdown]
# Their exam has 100 images, and the best one wins: these 100 play a test set on which somebody chooses. Then 1,000
# fresh images, which play the digits that come later, show how good each really is. All are from the validation split, so
# that nothing is chosen on the true test set.
#
# > **Make a guess.** Will the winner's result on fresh images be higher than in the exam, lower, or the
# > same? <!-- guess: higher | lower | the same = lower -->

# %%
rng = np.random.default_rng(6)
exam = []
fresh = []
for _ in range(300):
    right = nearest(weak_recognizer(rng), x_val[:1100]) == y_val[:1100]
    exam.append(right[:100].mean())  # the first 100
    fresh.append(right[100:].mean())  # the other 1,000
winner = np.argmax(exam)
print(f"all 300:    {np.mean(exam):.1%} in the exam, {np.mean(fresh):.1%} on fresh")
print(f"the winner: {exam[winner]:.1%} in the exam, {fresh[winner]:.1%} on fresh")

# %% alt="Scatter plot of 300 recognizers: result on the exam against result on fresh images. Most lie near or above the diagonal, on which both results are equal; the recognizer with the best exam result, marked, lies clearly below it." tags=["hide-input"]
fig, ax = plt.subplots(figsize=(5.2, 3.6))
ax.plot(exam, fresh, ".", color=plots.MUTED, alpha=0.5)
ends = [min(exam + fresh), max(exam + fresh)]
ax.plot(ends, ends, color=plots.HAIRLINE)
ax.plot(exam[winner], fresh[winner], "o", color=plots.WRONG)
ax.text(exam[winner], fresh[winner] - 0.02, "the winner", ha="center", va="top")
_ = ax.set(xlabel="right in the exam", title="right on fresh images")

# %% [markdown]
# Each dot is a recognizer; on the line both results are equal. All 300 together scored {{ np.mean(exam):.1%}} in the exam and
# {{ np.mean(fresh):.1%}} on fresh images, so the exam was not the easier of the two.
# {{ assert np.mean(exam) < np.mean(fresh) + 0.005 }}
# {{ assert (np.array(fresh) > np.array(exam) - 0.03).mean() > 0.75 }}
# Still the winner fell from {{ exam[winner]:.1%}} to {{ fresh[winner]:.1%}}. {{ assert exam[winner] > fresh[winner] + 0.04 }}
# Nobody cheated, so where did the points go? Whoever comes first among 300 is good and also lucky, and luck stays
# behind in the exam room. With more candidates or a smaller exam, luck's share grows, because among many someone is very
# lucky, and few questions leave much to chance.
#
# With 10,000 test images luck is smaller, but good networks are also closer together
# ([chapter 6](06_evaluation.ipynb#when-is-a-better-than-b)).
#
# When information about the exam finds its way into learning or choosing, we speak of **[leakage](../glossary.md#leakage)**.
# Choosing on the test set is one form. Another is the same picture in training and test (exercise 4), or the same
# writer. By that measure our own validation split leaks a little, because it holds digits by people from whose other digits
# the network learns ([Yadav and Bottou](https://arxiv.org/abs/1905.10498) 2019). All networks that we
# compare share this advantage, but in a project of your own, split by person.
#
# ## Why divide by 255?
#
# A pixel of 255 and a pixel of 1.0 carry the same information, so why did chapter 1 divide?
#
# We ask chapter 1's network, made smaller, with 128 and 64 hidden units. Its first layer, **Flatten**, lays the 28 rows end
# to end: (N, 28, 28) becomes (N, 784), and no number changes. The pixel in row 7 and column 11 has seven whole rows before
# it: 7 × 28 + 11 = {{ 7 * 28 + 11 }}. In blue: this chapter's part.

# %% alt="The network as a row of columns: an image of a seven, then Flatten with 784 numbers, both in blue; then two hidden layers with 128 and 64 units and ten outputs, in black."
ax = plots.plot_network((128, 64), image=seven, highlight=(0, 1))
flat = flatten(x_test)
print(x_test.shape, "becomes", flat.shape)
print("row 7, column 11:", x_test[0, 7, 11], "  number 207:", flat[0, 207])

# %% [markdown]
# We train it twice for five epochs: once on pixels from 0 to 1, once on them times 255. The optimizer is new since chapter 1: SGD, the simplest, with a constant step size of 0.1. [Chapter 4](04_learning.ipynb) opens it.

# %%
import keras


def small_network():
    layers = [
        keras.Input((28, 28)),
        keras.layers.Flatten(),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
    return keras.Sequential(layers)


# %%
def train_on(fit_images, val_images, optimizer):
    keras.utils.set_random_seed(3)  # the same random weights every time
    model = small_network()
    loss = "sparse_categorical_crossentropy"
    model.compile(optimizer=optimizer, loss=loss, metrics=["accuracy"])
    log = model.fit(
        fit_images,
        y_fit,
        batch_size=128,
        epochs=5,
        validation_data=(val_images, y_val),
        verbose=0,
    )
    return log.history["val_accuracy"][-1]


# %% [markdown]
# > **Make a guess.** From which pixels does the network learn more?
# > <!-- guess: 0 to 1 | 0 to 255 | no difference = 0 to 1 -->

# %%
sgd_1 = train_on(x_fit, x_val, keras.optimizers.SGD(0.1))
sgd_255 = train_on(255 * x_fit, 255 * x_val, keras.optimizers.SGD(0.1))
print(f"0 to 1: {sgd_1:.1%} right   0 to 255: {sgd_255:.1%} right")

# %% [markdown]
# From pixels of 0 to 255 it learns no more than which digit is most frequent: a program that always answers it
# gets {{ sgd_255:.1%}} of the validation images right.
# {{ assert abs(sgd_255 - (y_val == 1).mean()) < 0.0005 and np.bincount(y_val).argmax() == 1 }} Yet from the same images on 0
# to 1 it reads {{ sgd_1:.1%}}, so no information was missing. {{ assert sgd_1 > 0.95 }}
#
# Why? A unit adds up pixels times weights. Change a weight by 0.1: a pixel of 1 moves the sum by 0.1, but a pixel of 255 by
# 25.5. So a step that is fine for small pixels becomes a leap past the good value, and the next one
# may land even further away ([chapter 4](04_learning.ipynb#steps)). Worse, SGD makes the step itself larger where
# the pixel is larger, so the 255 counts twice: the step is 255 times as large, and the pixel multiplies it by
# 255 again. The steps of chapter 1's `adam` do not grow with the pixels, so we try that,
# too, with its usual step size.

# %%
adam_1 = train_on(x_fit, x_val, keras.optimizers.Adam(0.001))
adam_255 = train_on(255 * x_fit, 255 * x_val, keras.optimizers.Adam(0.001))
print(f"0 to 1: {adam_1:.1%} right   0 to 255: {adam_255:.1%} right")

# %% [markdown]
# With Adam the network does learn from 0 to 255, but worse: {{ adam_255:.1%}} against {{ adam_1:.1%}}.
# {{ assert 0.85 < adam_255 < adam_1 - 0.015 }} But we changed the step size, too; exercise 6 gives SGD the small step, and
# shows how much that alone explains. Either way, inputs and steps must fit each other, and the usual steps fit inputs of about 1.
#
# ## Why a 7 is not more than a 3
#
# The pixels are ready, but what about the labels? They are whole numbers, so it is tempting to let the
# computer learn the number itself: find weights for the pixels so that the weighted sum comes nearest to the label, and
# round it. With the weights 2 and 6, the pixels 0.5 and 1 make 1 + 6 = 7, and `@` computes this sum for every image.
# `lstsq`, least squares, finds weights whose sums miss the labels by the smallest sum of squares.

# %%
pixels = flatten(x_fit[:10_000])  # (10000, 784)
numbers = y_fit[:10_000]  # (10000,)
# lstsq returns more than the weights, [0]; rcond=None is its usual setting.
weights = np.linalg.lstsq(pixels, numbers, rcond=None)[0]  # (784,)
as_number = flatten(x_val) @ weights  # one for each image: (6000,)
number_right = (np.round(as_number) == y_val).mean()
print(f"a {y_val[0]} is read as {as_number[0]:.1f}")
print(f"right as numbers: {number_right:.1%}")

# %% [markdown]
# The {{ y_val[0] }} is read as {{ as_number[0]:.1f}}, which rounds to 8, {{ assert y_val[0] == 9 and np.round(as_number[0]) == 8 }}
# and only {{ number_right:.1%}} come out right. {{ assert number_right < 0.35 }} As a number,
# whatever looks half like a 3 and half like a 7 must be a 5. But digits are names, like Anna and Max: nothing lies between
# them.
#
# So we give each name a weighted sum of its own, which should be 1 for this digit and 0 for all others. A label
# written so, as a row with a single 1, is called **[one-hot](../glossary.md#one-hot)**. The largest of the ten sums wins.

# %%
print("label", y_fit[0], "as one-hot:", one_hot(y_fit[:1])[0])
targets = one_hot(y_fit[:10_000])  # (10000, 10)
# Each column of targets gets a column of 784 weights of its own:
ten_weights = np.linalg.lstsq(pixels, targets, rcond=None)[0]  # (784, 10)
scores = flatten(x_val) @ ten_weights  # ten for each image: (6000, 10)
as_name = scores.argmax(axis=1)  # (6000,)
name_right = (as_name == y_val).mean()
print(f"scores of the {y_val[0]}:", scores[0].round(2))
print(f"right as names: {name_right:.1%}")

# %% [markdown]
# Now the {{ y_val[0] }} has by far the largest score,
# {{ assert as_name[0] == y_val[0] and np.sort(scores[0])[-2] < 0.5 * scores[0].max() }} and {{ name_right:.1%}} of all are
# right. {{ assert name_right > 0.75 }} (Do not compare this with the ten means: they had more images and another exam.)
#
# The number from before mixed these ten scores, 0 times the first plus 1 times the second, up to 9 times the last. Try it
# with the scores above: the wrong answer comes back, because in a sum it no longer counts which score is the largest.
# {{ assert np.abs(scores @ np.arange(10) - as_number).max() < 0.01 }} So our network, too, has ten outputs.
#
# ## The same in Keras
#
# Keras can split, too: its `fit` takes `validation_split=0.1`, and puts aside the *last* tenth of its input,
# before any shuffling. If the rows were sorted by digit, that tenth would hold:

# %%
in_order = np.sort(train.labels)
print("sorted:  ", np.bincount(in_order[54_000:], minlength=10))

# %% [markdown]
# We would validate on hardly anything but nines. {{ assert (in_order[54_000:] == 9).mean() > 0.95 }} Ours are not sorted, but
# a file's order is no promise, so we shuffle, images and labels in the same order.

# %%
order = np.random.default_rng(7).permutation(len(train.images))
images = train.images[order]
labels = train.labels[order]
print("shuffled:", np.bincount(labels[54_000:], minlength=10))

# %% [markdown]
# {{ assert np.bincount(labels[54_000:], minlength=10).min() > 400 }}
# The division, too, can be a layer, `keras.layers.Rescaling(1 / 255)` before Flatten, so that it goes wherever the saved model
# goes and nobody can forget it. But then nobody may divide again: divided twice, full ink is {{ 1 / 255:.3f}}, almost
# paper, and the model answers without a warning.
#
# The labels may stay whole numbers, as "sparse" in the loss's name says: Keras uses them only as places, to say which output
# should win, and never calculates with a 7. `categorical_crossentropy` takes one-hot rows.
#
# ## Summary
#
# Seen through the hole, a digit is 784 numbers, {{ paper:.0%}} of them paper. That is still enough for ten
# averages to read {{ baseline:.1%}}. Such a result is worth something only if
# you know who made the numbers, and if the exam is fair: train on one part, choose on the second, report on the third.
# Then scale the pixels to about 1, and treat digits as names.
#
# But our ten averages misread more than one digit in six, {{ assert 1 - baseline > 1 / 6 }} and chapter 1's network only
# about one in sixty. It was fed the same numbers, so the difference must be in its weights, its layers, or both.

# %% [markdown]
# ## Exercises that answer
#
# Write each function in place of the three dots. On this site's page *Check* tries it on many inputs; in the notebook, run
# its cell. Either says whether it is right, and if not, on which input it fails and what to ask yourself. In the notebook
# `hint("scale_pixels")` gives the first of three hints, `hint("scale_pixels", 2)` the second, and `solution("scale_pixels")`
# an answer and its reason.

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
# Drawn, they look odd. Why?

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
# A `uint8` knows no numbers below 0. It starts again from the top, so 0 - 100 is 156. Turn the pixels into `float32` first:
# `np.float32(train.images) - 100`.
#
# </details>

# %% [markdown]
# **4. The plainest leak.** Is any test image also among the training images? `image.tobytes()` turns an image into one long
# word, and a `set` keeps each different word once.

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# seen = set()
# for image in train.images:
#     seen.add(image.tobytes())
# repeated = 0
# for image in test.images:
#     if image.tobytes() in seen:
#         repeated += 1
# print("different training images:", len(seen))
# print("test images among them:   ", repeated)
# assert repeated == 0
# ```
#
# {{ printed }}
#
# </details>

# %% [markdown]
# **5. A second baseline.** Answer with the label of the *single* nearest training image, looking only at the
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
# The nearest image wins, probably because single images keep apart what a mean blurs into one.
#
# </details>

# %% [markdown]
# **6. Steps and sizes.** Does SGD learn from pixels of 0 to 255 with a step size of 0.001? And at 0.1 from
# **[standardized](../glossary.md#standardization)** pixels: minus their mean, divided by their
# **[standard deviation](../glossary.md#standard-deviation)**, the usual distance from it? (`x_fit.mean()` and
# `x_fit.std()` serve for all images.)

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# slow = train_on(255 * x_fit, 255 * x_val, keras.optimizers.SGD(0.001))
# m, s = x_fit.mean(), x_fit.std()
# sgd = keras.optimizers.SGD(0.1)
# standard = train_on((x_fit - m) / s, (x_val - m) / s, sgd)
# print(f"0 to 255, step 0.001: {slow:.1%}   standardized: {standard:.1%}")
# assert slow > sgd_255 + 0.2
# ```
#
# {{ printed }}
#
# The step was the main trouble, but perhaps not all of it: pixels up to 1 gave more. {{ assert slow < sgd_1 - 0.05 }}
# {{ assert sgd_1 - slow < 0.2 * (sgd_1 - sgd_255) }} Standardizing changes little,
# {{ assert abs(standard - sgd_1) < 0.015 }} and one run cannot say whether it helps
# ([chapter 5](05_training_in_practice.ipynb#one-run-is-not-a-result)).
#
# </details>

# %% [markdown]
# **7. A data set of your own.** Collect small pictures of two or three kinds, say leaves, screws or letters by several people.
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

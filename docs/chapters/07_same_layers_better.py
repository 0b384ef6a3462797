# %% [markdown]
# # 7 The same layers, better
#
# *How far can four layers go?*
#
# Four layers that know nothing of pictures can learn to read so well that some of their last mistakes would be yours, too.
#
# **You will be able to** make new handwriting out of old, take away many of a network's mistakes with it, and say which ideas brought what.
#
# **You need to know** how [chapter 5](05_training_in_practice.ipynb) compares runs, and how
# [chapter 6](06_evaluation.ipynb) judges a network.
#
# ## What is in the way?
#
# The network of [chapter 1](01_first_recognizer.ipynb) reads about 98 of 100 digits. We keep its form, Flatten, two hidden Dense
# layers and softmax, but take half as many hidden units, 256 and 128. We try three ideas to make it better, starting from 5,000 training images, where an experiment takes seconds.
#
# > **Make a guess.** Shall we take four times as many hidden units? Collect 5,000 more images? Or
# > keep the images and change them a little, differently in each epoch: turn, stretch, shift, bend? Which
# > helps most? <!-- guess: more units | more images | changed images = changed images -->

# %%
import json
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import digitlearn
from digitlearn import evaluation, network, plots, preprocessing, training
from digitlearn.augmentation import distort
from digitlearn.optimizers import Adam, cosine

# %%
plots.use_style()
train = digitlearn.load("train")
test = digitlearn.load("test")
print(train.notice, end="")

# %% [markdown]
# A tenth of the training images is set apart to judge every try; the others we shuffle, so that the first 5,000 are a fair sample.

# %%
x = preprocessing.scale_pixels(train.images)  # shape (60000, 28, 28)
rng = np.random.default_rng(1)
learn, validation = preprocessing.split_validation(x, train.labels, rng=rng)
order = rng.permutation(len(learn[0]))
x_fit, y_fit = learn[0][order], learn[1][order]
x_val, y_val = validation

# %% [markdown]
# At the start of each epoch, `fit` lets the function `augment` change the images.
#
# We train four times, as it was and once for each idea. With twice the images we halve the epochs, so that
# all make about as many steps.


# %%
def error(images, hidden_units=(256, 128), epochs=16, augment=None):
    """Train on the first images; return the part of x_val that is misread."""
    rng = np.random.default_rng(1)
    net = network.mlp(hidden_units, rng=rng)
    sample = (x_fit[:images], y_fit[:images])
    training.fit(net, sample, epochs=epochs, augment=augment, rng=rng)
    return (net.predict(x_val) != y_val).mean()


tries = {
    "as it was": error(5000),
    "four times the units": error(5000, hidden_units=(1000, 500)),
    "twice the images": error(10_000, epochs=8),  # nearly as many steps as others
    "distorted images": error(5000, augment=distort),
}

# %% alt="Four bars, the validation error of each try. The first is the longest. Four times the units and twice the images shorten it; distorted images make it the shortest." tags=["hide-input"]
fig, ax = plt.subplots(figsize=(5.2, 2.6))
colors = [plots.MUTED, plots.MUTED, plots.MUTED, plots.ACCENT]
bars = ax.barh(list(tries), list(tries.values()), height=0.6, color=colors)
labels = ax.bar_label(bars, [f"{value:.1%}" for value in tries.values()], padding=4)
ax.set(xticks=[], xlim=(0, 1.15 * max(tries.values())))
ax.set_title("validation error of four trainings")
ax.invert_yaxis()
ax.spines[["left", "bottom"]].set_visible(False)
ax.tick_params(length=0)

# %% [markdown]
# The distorted images win. {{ assert tries["distorted images"] < 0.95 * min(tries["as it was"], tries["four times the units"], tries["twice the images"]) }}
# {{ assert tries["as it was"] == max(tries.values()) }} They divide the error by
# {{ tries["as it was"] / tries["distorted images"]:.1f}}. Twice the images divide it
# by {{ tries["as it was"] / tries["twice the images"]:.1f}}, and four times the units by
# {{ tries["as it was"] / tries["four times the units"]:.1f}}. {{ assert tries["as it was"] / tries["distorted images"] > tries["as it was"] / tries["four times the units"] + 0.1 }}
# Each ran once, so the order of the other two may be luck.
#
# Why? The network [learns its examples by heart](05_training_in_practice.ipynb#learning-by-heart), and a larger network does so,
# too. Would more epochs help? Hardly: once a network reads all of its images rightly, the surer it grows of them, the less is left of
# its slopes (probability minus 1 or 0) to learn from. What it lacks seems to be examples. For us, a 4 that lies one pixel further left is the same 4. But to Dense layers no pixel
# is [next to another](03_layers.ipynb#the-surprise-shuffled-pixels), so they must be shown both.
#
# Changing the examples so that a network [generalizes](../glossary.md#generalization) better is called [**data
# augmentation**](../glossary.md#data-augmentation), which like dropout is a kind of [regularization](../glossary.md#regularization).
#
# ## New handwriting from old
#
# What does `distort` do? Here are one 4 and fourteen copies.

# %% alt="Fifteen pictures of one digit. The first is the original; the others are turned, stretched, slanted, shifted and bent a little, each differently, and all still readable."
one = x_fit[y_fit == 4][:1]  # shape (1, 28, 28)
copies = distort(np.repeat(one, 14, axis=0), rng=np.random.default_rng(3))
figure = plots.plot_digits(np.concatenate([one, copies]))

# %% [markdown]
# All are fours, no two alike: for the network, new examples, whose label we know without asking anybody.
#
# Squared paper shows both kinds of distortion.

# %% alt="Three pictures of squared paper: straight and upright; turned, stretched and slanted with straight lines; and with lines bent into soft waves."
paper = np.zeros((1, 28, 28), dtype=np.float32)
paper[:, 1::5] = 1  # every fifth row is ink
paper[:, :, 1::5] = 1  # and every fifth column
still = {"rotation": 0, "scale": 0, "shear": 0, "shift": 0}
straight = distort(paper, rng=np.random.default_rng(5), elastic=0)
bent = distort(paper, rng=np.random.default_rng(5), elastic=1.3, **still)
figure = plots.plot_digits(np.concatenate([paper, straight, bent]), columns=3)

# %% [markdown]
# The second sheet is turned, stretched, slanted and shifted. Since straight lines stay straight, and parallel ones parallel, this is an
# [**affine map**](../glossary.md#affine-map).
#
# The third is bent, as if drawn on rubber. Such an [**elastic distortion**](../glossary.md#elastic-distortion), an idea of
# [Simard et al. (2003)](#further-reading), imitates unsteady hands.
#
# How is such an image computed? Each pixel of the *new* image asks: where in the old image do I get my ink
# from? We ask in this direction because then every new pixel gets an answer.
#
# First by hand. Count rows downwards and columns to the right, from the middle of the image; since 28 is even, it lies
# between pixels, so the rows next to it are −0.5 and 0.5. To move the picture up by half a row, the new pixel at row
# −4.5, column 2.5 looks half a row further down, at row −4. That is halfway between
# the pixels at rows −4.5 and −3.5. If those hold 0.2 and 0.8, the new pixel gets their mean, 0.5.
#
# To turn or bend, only the place to look at changes. Let $\mathbf{p}$ be the place of a new pixel, a
# row and a column, shape $(2,)$. It gets its ink from
#
# $$\mathbf{q} = A\,\mathbf{p} + \mathbf{t} + \mathbf{u}(\mathbf{p})$$
#
# In words: turn, stretch and slant the place by the matrix $A$ of shape $(2, 2)$, shift it by $\mathbf{t}$,
# and add the elastic displacement $\mathbf{u}(\mathbf{p})$, another one for each pixel. $\mathbf{t}$ and $\mathbf{u}(\mathbf{p})$ have shape $(2,)$. To turn by an angle $\alpha$
# only,
#
# $$A = \begin{pmatrix} \cos\alpha & -\sin\alpha \\ \sin\alpha & \cos\alpha \end{pmatrix}$$
#
# For a clockwise turn by ten degrees, with $\cos 10^\circ = 0.985$ and $\sin 10^\circ = 0.174$, our pixel
# looks at row $0.985 \cdot (-4.5) - 0.174 \cdot 2.5 = -4.9$ and column
# $0.174 \cdot (-4.5) + 0.985 \cdot 2.5 = 1.7$. That is between four pixels, so it gets a mean of their ink in which the
# nearer ones count more: each counts one minus its distance in rows, times one minus its distance in columns. The one at row −4.5, column 1.5
# is 0.4 of a row and 0.2 of a column away, so it counts $0.6 \cdot 0.8$, about one half. The four shares make 1; multiply each ink by its share, and add.
#
# $A$ and $\mathbf{t}$ are drawn at random, once for each image: up to 15 degrees to each side, each axis up to $0.15$ of its length
# longer or shorter, a slant of up to $0.15$ columns for each row, a shift of up to one pixel. Given the labels, `distort` turns 1 and 7
# half as far, because they look alike when they lean. $\mathbf{u}$ is random too, but smoothed so
# that neighbors move together, or strokes would crumble. With `elastic=1`, the default, its standard deviation along each axis is one pixel.
#
# > **Check your understanding.** Why not turn digits up to 180 degrees?
# >
# > Because a 6 turned by 180 degrees is a 9, but its label would still say 6. A distortion may change everything except the
# > answer. Which ones keep it, no network can tell you.
#
# There can be too much: the package's [small network](#the-released-networks) reads one image of each digit, distorted far more.

# %%
from digitlearn import pretrained

_, first = np.unique(y_fit, return_index=True)  # the first image of each digit
rng = np.random.default_rng(2)
ruined = distort(x_fit[first], rng=rng, rotation=120, elastic=3)
as_labelled = pretrained.load("small").predict(ruined) == y_fit[first]
print(f"The package's small network reads {as_labelled.sum()} of 10 as labelled.")

# %% alt="Ten digits distorted far too much, with their labels. Several can no longer be read, or look like another digit." tags=["hide-input"]
figure = plots.plot_digits(ruined, y_fit[first])

# %% [markdown]
# Some are no digit any more, some another, {{ assert as_labelled.sum() <= 7 }} and training on them teaches
# nonsense. So the strengths are [hyperparameters](../glossary.md#hyperparameter), to be chosen on validation images, which stay
# undistorted, because they stand for the digits to come. The study
# below varies only that of bending.
#
# ## Smaller steps at the end
#
# A [learning rate](../glossary.md#learning-rate) that is right at first is often too
# large later: near the best weights, a step is longer than the way that is left, and jumps over them. But do the steps not
# shrink by themselves, where the ground grows level? Not enough: slopes from one batch stay rough, and Adam divides
# each by its usual size. So the rate falls, as in chapters 1 and 4, but slowly at first and again at the end, to settle: half a cosine wave. After a part $s$ of all steps, we multiply the rate by
#
# $$\tfrac{1}{2}\,(1 + \cos \pi s)$$
#
# This factor begins at 1, because $\cos 0 = 1$. After a quarter of the steps $\cos \pi/4 = 0.71$, and it is still
# $\tfrac{1}{2} \cdot 1.71 = 0.85$; at the end $\cos \pi = -1$, and it is 0.
#
# ## One change
#
# Now we train twice on half of the images that are not for validation. Start, epochs and falling learning rate are the same, because
# if two things differed, we could not say which helped. Only one run sees distorted digits, new ones in each epoch.


# %%
def train_on_half(augment=None):
    half = len(x_fit) // 2
    rng = np.random.default_rng(1)
    net = network.mlp((256, 128), rng=rng)
    history = training.fit(
        net,
        (x_fit[:half], y_fit[:half]),
        validation,
        epochs=15,
        optimizer=Adam(0.002),
        schedule=cosine,
        augment=augment,
        rng=rng,
    )
    return net, history


# %%
plain_net, plain = train_on_half()
distorted_net, distorted = train_on_half(augment=distort)

# %% [markdown]
# > **Make a guess.** In [chapter 5](05_training_in_practice.ipynb) the network ended better on the images it learned from than on those for validation. And
# > here, with distortion? <!-- guess: better in training | better in validation = better in validation -->

# %% alt="Accuracy after each of 15 epochs, four curves. Without distortion, training accuracy goes to the top and validation accuracy ends well below it. With distortion, validation accuracy ends above that of the plain run, and training accuracy lies below both all the time." tags=["hide-input"]
curves = [
    ("training, distorted", distorted.accuracy, plots.ACCENT, "--", -24),
    ("validation, distorted", distorted.val_accuracy, plots.ACCENT, "-", 4),
    ("validation, plain", plain.val_accuracy, plots.WRONG, "-", -13),
    ("training, plain", plain.accuracy, plots.WRONG, "--", 3),
]
fig, ax = plt.subplots()
for name, curve, color, style, up in curves:
    ax.plot(np.arange(1, 16), curve, style, color=color)
    place = {"xytext": (0, up), "textcoords": "offset points", "ha": "right"}
    ax.annotate(name, (15, curve[-1]), color=color, **place)
low = distorted.accuracy[1]
ax.set(xlabel="epoch", title="accuracy", xlim=(1, 15), ylim=(low, 1.008))
ax.yaxis.set_major_formatter("{x:.1%}")

# %% [markdown]
# Without distortion, the network knows its training images by heart, {{ plain.accuracy[-1]:.1%}} of
# them, and is worse on others. {{ assert plain.accuracy[-1] > 0.999 and plain.accuracy[-1] > plain.val_accuracy[-1] + 0.01 }}
# With distortion the training accuracy is the lower one.
# {{ assert all(a < b for a, b in zip(distorted.accuracy, distorted.val_accuracy)) }}
# {{ assert distorted.accuracy[-1] < plain.val_accuracy[-1] - 0.003 }} That is no bad sign: validation digits are plain, those it
# learns from harder, and none comes twice, so there is little to learn by heart.
#
# What counts is validation:

# %%
before, after = plain_net.predict(x_val), distorted_net.predict(x_val)
wrong_before, wrong_after = (before != y_val).sum(), (after != y_val).sum()
verdict = evaluation.compare(y_val, after, before)
print(f"plain     {plain.val_accuracy[-1]:.2%}, {wrong_before} mistakes")
print(f"distorted {distorted.val_accuracy[-1]:.2%}, {wrong_after} mistakes")
print(f"right only with distortion: {verdict.only_a_right}")
print(f"right only without:         {verdict.only_b_right}")
print(f"p-value {verdict.p_value:.1g}")

# %% [markdown]
# Distortion takes away about four of ten mistakes.
# {{ assert distorted.val_accuracy[-1] > plain.val_accuracy[-1] + 0.006 }} {{ assert 0.4 < wrong_after / wrong_before < 0.62 }} McNemar's test of
# [chapter 6](06_evaluation.ipynb#when-is-a-better-than-b) leaves hardly a doubt about these two networks, {{ assert verdict.p_value < 0.0001 }}
# but they are of one seed.
#
# Does it help with digits more crooked than any it learned from? We turn the validation images further and further.

# %%
from digitlearn.augmentation import rotate

angles = np.arange(-60, 61, 10)  # degrees, counterclockwise
right_plain, right_distorted = [], []
for angle in angles:
    turned = rotate(x_val, angle)
    right_plain.append((plain_net.predict(turned) == y_val).mean())
    right_distorted.append((distorted_net.predict(turned) == y_val).mean())
further = list(angles).index(30)

# %% tags=["remove-cell"]
# For the page, where the next figure answers the hand: both networks, their weights rounded.
import copy
import zlib
from base64 import b64encode

page, agree = {}, []
for kind, learned in {"plain": plain_net, "distorted": distorted_net}.items():
    coarse = copy.deepcopy(learned)
    for layer in coarse.layers[1::2]:
        step = abs(layer.params["kernel"]).max(axis=0) / 13
        layer.params["kernel"] = step * np.rint(layer.params["kernel"] / step)
    page[kind] = zlib.compress(pretrained.pack(coarse, "int8"), 9)
    agree.append((coarse.predict(x_val) == learned.predict(x_val)).mean())

# %% tags=["remove-cell"]
import io

from PIL import Image

ten = np.unique(y_val, return_index=True)[1]  # one of each digit
strip = np.hstack((15 * x_val[ten]).round().astype(np.uint8)) * 17
png = io.BytesIO()
Image.fromarray(strip).save(png, "PNG", optimize=True)

# %% tags=["hide-input"] live="distortions" alt="Share of the validation images that are read rightly, against the angle by which they are turned, up to 60 degrees to each side. Two hills with their tops in the middle: the network that was trained on distorted images is above the plain one everywhere, and falls later."
fig, ax = plt.subplots(figsize=(5.2, 2.6))
ax.plot(angles, right_plain, color=plots.WRONG)
ax.plot(angles, right_distorted, color=plots.ACCENT)
ax.text(25, 0.68, "plain", ha="right", color=plots.WRONG)
ax.text(42, 0.85, "distorted", color=plots.ACCENT)
ax.set(xticks=angles[::3], xlabel="degrees", title="read rightly", ylim=(0, 1))
ax.yaxis.set_major_formatter("{x:.0%}")

# %% tags=["remove-cell"]
from digitlearn.augmentation import BASIS

start = "data:application/octet-stream;base64,"
live = {kind: start + b64encode(file).decode() for kind, file in page.items()}
live["strip"] = f"data:image/png;base64,{b64encode(png.getvalue()).decode()}"
fields = np.random.default_rng(6).normal(size=(4, 64)) @ BASIS[3:]
live["fields"] = " ".join(map(str, (100 * fields).round().astype(int).ravel()))
live["same"] = evaluation.percent(min(agree))
live["strengths"] = distort.__kwdefaults__
display({"application/vnd.digitlearn+json": live}, raw=True)

# %% [markdown]
# It does. At 30 degrees to the left, twice as far as `distort` turns any, {{ right_distorted[further]:.0%}} are still read rightly
# with distortion, and {{ right_plain[further]:.0%}} without. {{ assert right_distorted[further] > right_plain[further] + 0.08 and distort.__kwdefaults__["rotation"] == 15 }}
#
# ## Which idea brought how much?
#
# > **Make a guess.** Put these in order: scaling the pixels, more hidden units, Adam with a falling learning rate,
# > dropout, averaging the weights of the last steps, affine distortion, elastic distortion, training ten times as long, a very wide network, several
# > networks that vote.
#
# Because the seed alone moves a result, we made a study: nearly always one change at a time, each with three or
# five seeds. It takes hours, so the next cell only reads its results.

# %%
folder = Path(digitlearn.__file__).parents[1] / "docs/results"
rows, speed = [], {}
if folder.exists():
    study = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    rows = study["rows"]
    speed = json.loads((folder / "speed.json").read_text(encoding="utf-8"))

# %%
mean = {row["name"]: row["mean"] for row in rows}  # accuracy, over the seeds
gain, gone = {}, {}
for row in rows[1:]:
    name, earlier = row["name"], row["before"]
    gain[name] = 100 * (mean[name] - mean[earlier])  # percentage points
    gone[name] = (mean[name] - mean[earlier]) / (1 - mean[earlier])
    change = f"{gain[name]:+.2f} points, {-gone[name]:+.0%} mistakes"
    print(f"{name:10} after {earlier:8} {change}")

# %% alt="A dot for each seed of fourteen recipes, by the share of mistakes, on a logarithmic scale. The dots move left in three large steps, with scaled pixels, with affine distortion and with ten times as many epochs, and a little in the rows wider and adam. Two rows lie clearly further right again: bent more, and wide plain, which has no distortion." tags=["hide-input"]
fig, ax = plt.subplots(figsize=(5.2, 4.2))
for place, row in enumerate(rows):
    mistakes = 1 - np.array(row["accuracies"])
    ax.plot(mistakes, np.full(len(mistakes), place), "o", color=plots.ACCENT, ms=4)
ax.set(
    xscale="log", xticks=[0.005, 0.01, 0.02, 0.05, 0.1], title="share of mistakes"
)
ax.xaxis.set_major_formatter("{x:.1%}")
ax.xaxis.set_minor_formatter("")
ax.set_yticks(range(len(rows)), [row["name"].replace("_", " ") for row in rows])
ax.invert_yaxis()
ax.grid(axis="y", color=plots.HAIRLINE, linewidth=0.6)

# %% [markdown]
# Each line compares two recipes. *Affine*, for example, misreads
# {{ 1 - mean["affine"]:.2%}} where *averaged*, without distortion, misreads {{ 1 - mean["averaged"]:.2%}}: {{ gone["affine"]:.0%}} of the
# mistakes are gone. Two lines change more than one thing: *scaled* also the rate, because
# pixels up to 255 need a much smaller one, and *adam* optimizer, rate and schedule together. [Results](../results.md) lists every setting.
#
# Two questions stand behind each line. Would other seeds agree? That [chapter 5's rule](05_training_in_practice.ipynb#one-run-is-not-a-result) answers.
# Would other images? For that McNemar's test counts each image for the recipe whose runs were right more often.
#
# Three ideas stand out. Scaling the pixels takes away more than half of all mistakes. {{ assert gone["scaled"] > 0.55 }}
# {{ assert gain["scaled"] == max(gain.values()) }} Affine distortion takes away nearly half of those it finds, and ten times as many
# epochs (*longer*) again nearly half; {{ assert 0.4 < gone["affine"] < 0.55 and 0.4 < gone["longer"] < 0.55 }} with distortion, they also
# bring new images. Both cost time: measured on one core, `distort` makes an epoch
# {{ 1 + speed["epochs"]["sample"] / np.median(speed["floor"]["augmentation"]) / np.median(speed["epochs"]["hidden_units"]["256-128"]["numpy"]["seconds"]):.1f}} times as long.
#
# More hidden units (*wider*) and *adam* follow, with about a fifth each; over the seeds *adam*, with
# {{ 0.01 * gain["adam"] / np.sqrt(sum(row["spread"] ** 2 / len(row["accuracies"]) for row in rows if row["name"] in ("wider", "adam"))):.1f}} $e$, just misses the 3 of that rule. {{ assert 2.8 < 0.01 * gain["adam"] / np.sqrt(sum(row["spread"] ** 2 / len(row["accuracies"]) for row in rows if row["name"] in ("wider", "adam"))) < 3 }} {{ assert 0.13 < gone["adam"] < 0.28 and 0.13 < gone["wider"] < 0.28 }}
# A very wide network without distortion (*wide plain*) brings no more, with over five times the
# weights. {{ assert 0 < gone["wide_plain"] < 0.2 }} Several networks that vote (*ensemble*) take away a last tenth,
# {{ assert 0.05 < gone["ensemble"] < 0.15 }} and the wide network before them (*large*) less; on 6,000 images neither can be told from luck.
# {{ assert gone["large"] < gone["ensemble"] and min(row["p_value"] for row in rows if row["name"] in ("large", "ensemble")) > 0.05 }}
#
# Dropout, averaging and weight decay (*decay*) brought next to nothing.
# Dropout did help in chapter 5, but it was stronger there, and saw 1,000 images; 54,000 may leave less for it to
# mend. So the study holds for its number of images and epochs.
#
# Elastic distortion did a little harm, by {{ -0.01 * gain["elastic"] / np.sqrt(sum(row["spread"] ** 2 / len(row["accuracies"]) for row in rows if row["name"] in ("affine", "elastic"))):.1f}} $e$ over the seeds,
# but unconfirmed for other images; twice as strong (*bent more*), it did much.
# {{ assert max(gone["dropout"], gone["averaged"], gone["decay"]) < 0.03 and gone["elastic"] < 0 }}
# {{ assert gone["bent_more"] < -0.3 and max(row["p_value"] for row in rows if row["name"] == "bent_more") < 0.001 }}
# But it came after affine distortion: alone, elastic distortion might have done well (exercise 4). We kept it for 150 epochs, because more
# varied copies may help in longer training, but we did not test that.
#
# Why did averaging fail? Where the learning rate stays high, the weights wander around a good place. Their mean lies nearer to it than most of them, because steps
# to opposite sides cancel, and [Izmailov et al. (2018)](#further-reading) found that it reads better. But our rate falls to zero, so
# the weights come to rest, and our [running mean](../glossary.md#running-mean), which forgets old weights little by little, ends near the
# last ones. That may be why. {{ assert abs(gain["averaged"]) < 0.03 }}
#
# One more idea needs no training: distort the image to be *read* a few times, gently, and take
# the mean of the copies' probabilities.

# %%
rng = np.random.default_rng(4)
gentle = {"rotation": 5, "scale": 0.05, "shear": 0.05, "shift": 0.5, "elastic": 0.4}
total = np.zeros((len(x_val), 10))
for _ in range(8):
    total += distorted_net.predict_proba(distort(x_val, rng=rng, **gentle))
together = total / 8  # shape (6000, 10)
single = distorted_net.predict(x_val)
voted = evaluation.compare(y_val, together.argmax(axis=1), single)
print(f"only the eight copies right: {voted.only_a_right}")
print(f"only the image alone right:  {voted.only_b_right}")
print(f"p-value {voted.p_value:.2f}")

# %% [markdown]
# Eight times the work, and McNemar's test sees no difference, {{ assert voted.p_value > 0.05 }} perhaps because a network trained on distortion answers all copies much alike. This **[test-time augmentation](../glossary.md#test-time-augmentation)** may help elsewhere.
#
# ## The same in Keras
#
# In Keras, distortions are layers, which act during `fit` only. They
# want images of shape $(28, 28, 1)$, with one channel of grey, so `[..., np.newaxis]` adds an axis at the end. Our three
# turn, stretch and shift as `distort` does, but neither slant nor bend, and spare no 1 or 7.

# %%
import keras

keras.utils.set_random_seed(1)
model = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        keras.layers.RandomRotation(15 / 360, fill_mode="constant"),
        keras.layers.RandomZoom(0.15, 0.15, fill_mode="constant"),
        keras.layers.RandomTranslation(1 / 28, 1 / 28, fill_mode="constant"),
        keras.layers.Flatten(),
        keras.layers.Dense(256, activation="relu"),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)

# %% [markdown]
# `CosineDecay` must know the number of steps.

# %%
steps = 15 * 40
rate = keras.optimizers.schedules.CosineDecay(0.002, decay_steps=steps)
model.compile(
    optimizer=keras.optimizers.Adam(rate),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
images, answers = x_fit[:5000, ..., np.newaxis], y_fit[:5000]
model.fit(images, answers, batch_size=128, epochs=15, verbose=0)
loss, accuracy = model.evaluate(x_val[..., np.newaxis], y_val, verbose=0)
print(f"validation error {1 - accuracy:.1%}")

# %% [markdown]
# On the same 5,000 images, *as it was* misread more, {{ tries["as it was"]:.1%}}. {{ assert 1 - accuracy < tries["as it was"] - 0.005 }} It had no falling rate, either: see exercise 5.
#
# ## The released networks
#
# With what the study found, we trained the package's two networks. **small** (not chapter 6's) has 256 and 128 hidden units. It learned for 150 epochs from all 60,000 images and 34,000 more, which make it know
# [writers whom MNIST never met](08_your_own_handwriting.ipynb#writers-whom-mnist-never-met). **large** (the study's *ensemble*, not its *large*) is two networks of 1000-500 hidden units that vote, an [**ensemble**](../glossary.md#ensemble): their mistakes are not all the same, and where they differ, the surer decides.
#
# **A vote by mean logits is one wider network**, still Flatten, two hidden layers and softmax: put the units of both side by side, set all weights between the two networks to zero, halve the last
# weights, so that each adds half of its sum, and take the mean of the last biases.
#
# Their recipes were chosen on validation images. Which extra images small needs was judged on other writers' digits, too.

# %%
x_test = preprocessing.scale_pixels(test.images)
networks = {"plain": plain_net, "distorted": distorted_net}
networks["small"] = pretrained.load("small")
networks["large"] = pretrained.load("large")
answers, wrong = {}, {}
for name, reader in networks.items():
    answers[name] = reader.predict_proba(x_test)  # shape (10000, 10)
    report = evaluation.evaluate(test.labels, answers[name])
    wrong[name] = evaluation.mistakes(test.labels, answers[name])
    low, high = report.interval
    print(f"{name:9}  {report.accuracy:.2%}  ({low:.2%} to {high:.2%})", end="  ")
    print(f"{len(wrong[name]):3} mistakes")

# %%
digits = {name: found.argmax(axis=1) for name, found in answers.items()}
pair = evaluation.compare(test.labels, digits["large"], digits["small"])
print(test.notice, end="")
print(f"only large right {pair.only_a_right}, only small right {pair.only_b_right}")
print(f"p-value {pair.p_value:.2g}")

# %% [markdown]
# Distortion alone takes the mistakes from {{ len(wrong["plain"]) }} to {{ len(wrong["distorted"]) }}.
# {{ assert len(wrong["distorted"]) < 0.7 * len(wrong["plain"]) }} Small makes {{ len(wrong["small"]) }}. {{ assert len(wrong["small"]) < 0.75 * len(wrong["distorted"]) }} It took
# {{ 150 * 94_000 / (15 * (len(x_fit) // 2)):.0f}} times as many steps, on more images. Its weights are also a running mean, which by the study hardly matters. Large makes {{ len(wrong["large"]) }}.
# {{ assert len(wrong["large"]) < len(wrong["small"]) }} Is it really better than small? The
# p-value is {{ pair.p_value:.2g}}. But two more comparisons follow, and [of three](06_evaluation.ipynb#when-is-a-better-than-b) each must be below
# {{ 0.05 / 3:.2g}}: not shown. {{ assert 0.05 / 3 < pair.p_value < 0.05 and pair.only_a_right > pair.only_b_right }}
#
# These were single looks. The package's function `read`, and the page on which you draw ([chapter 8](08_your_own_handwriting.ipynb)), look three
# times: at the image as it is, and turned by ten degrees to each side. That is test-time augmentation again, here by mean logits, as in the vote.

# %%
from digitlearn.reading import predict_proba

thrice = {}
for name in ("small", "large"):
    found = predict_proba(networks[name], x_test).argmax(axis=1)
    thrice[name] = evaluation.compare(test.labels, found, digits[name])
    mistakes = (found != test.labels).sum()
    print(
        f"{name}: {mistakes} mistakes in three looks, p {thrice[name].p_value:.2g}"
    )

# %% [markdown]
# Small makes fewer mistakes that way, but p is {{ thrice["small"].p_value:.2g}}: not shown either; we keep it, because it costs little. {{ assert 0.05 / 3 < thrice["small"].p_value < 0.05 and thrice["small"].only_a_right > thrice["small"].only_b_right }}
# For large, which already is a vote, p is {{ thrice["large"].p_value:.2g}}. {{ assert thrice["large"].p_value > 0.05 }}
#
# This chapter has now used the test images six times: four networks, two of them again in three looks.
# {{ assert len(answers) + len(thrice) == 6 }} Earlier chapters used them too, and so did the work on small (twice)
# and large ([three times](../model_card.md#data)). The more often a test set is asked, the less its answer says about new digits.
#
# ## All that is left
#
# Here is every test image that the large network gets wrong. Do not scroll on: write down what you
# would have said.

# %% alt="All test images that the large network misreads, without labels. Many are hard to read."
figure = plots.plot_digits(test.images[wrong["large"]])

# %% [markdown]
# And here are the labels, what the network read instead, and how sure it was.

# %% alt="The same images with what the label says, what the network read and how sure it was."
count = len(wrong["large"])
figure = plots.plot_mistakes(test.images, test.labels, answers["large"], top=count)

# %% [markdown]
# How many did you get? With some you may have sided with the network, against the label. [Northcutt et al. (2021)](#further-reading) asked five people about each of MNIST's doubtful test labels: [on 15 of them](06_evaluation.ipynb#which-would-you-have-read) most did not choose the label, and on ten, most chose one other digit. With {{ count }} mistakes left, the
# labels have become a part of what we measure. {{ assert 30 < count < 60 }}
#
# ## Why no convolution?
#
# A [**convolution**](../glossary.md#convolution) is a layer that knows what Dense ignores: it looks for the same small pattern everywhere in the image, and so finds a shifted one without having been shown it. [An et al. (2020)](#further-reading) report up to 99.91% on the
# test set for ensembles of such networks: nine mistakes. But who reads as most people do makes at least ten "mistakes", on
# those ten images. So a higher number may be a closer fit to this test set, and no better reading.
#
# Without convolution, but with five hidden layers and distorted images, [Ciresan et al. (2010)](#further-reading) reached an error of 0.35%.
# We stay with four layers because you can follow every number in them.
#
# ## Summary
#
# - Here distorted examples helped more than more units, and cost no new handwriting.
# - Distort the training images anew in each epoch, as far as the answer stays the same.
# - Change one thing at a time, and measure which ideas help: not all do.
# - Let the learning rate fall to zero, as many do; its share the study did not measure.
# - Use the test images as seldom as you can, and say how often.

# %% [markdown]
# ## Exercises that answer
#
# Write each function in place of the three dots. On this site's page *Check* tries it on many inputs; in the notebook, run
# its cell. Either says whether it is right, and if not, on which input it fails and what to ask yourself. In the notebook
# `hint("shift_image")` gives the first of three hints, `hint("shift_image", 2)` the second, and `solution("shift_image")` an answer and its reason.

# %%
from digitlearn.exercises import check, hint, solution

for tool in (check, hint, solution):
    print(tool.__doc__.partition("\n")[0])

# %% [markdown]
# ### Distort by a shift
#
# Move `image` (H, W) by whole pixels: `down` rows down and `right` columns to the right, upwards or
# to the left where they are negative. Return a new array of the same shape. What leaves the picture
# is lost, and what enters it is paper, 0.

# %% exercise="shift_image"
import numpy as np


def shift_image(image, down, right):
    """Return the image moved down and to the right."""
    return ...


check("shift_image", shift_image)

# %% [markdown]
# ### A rate that falls
#
# Return the learning rate at `step` of a training of `steps` steps that starts with `highest` and
# falls along half a cosine: all of it at step 0, half of it in the middle, 0 at step `steps`. The
# part that is left after the share $s$ of the steps is $(1 + \cos \pi s) / 2$.

# %% exercise="cosine_rate"
import numpy as np


def cosine_rate(step, steps, highest):
    """Return the learning rate at a step of the training."""
    return ...


check("cosine_rate", cosine_rate)

# %% [markdown]
# ### The running mean of the weights
#
# `weights` has a row for each step, with all weights of a network after it. The running mean begins
# with the first row. With every further row it keeps the part `keep` of itself and takes the rest,
# `1 - keep`, from that row. Return the running mean after the last one, with the shape of a row.

# %% exercise="running_mean"
import numpy as np


def running_mean(weights, keep):
    """Return the running mean of the weights after the last step."""
    mean = weights[0]
    ...
    return mean


check("running_mean", running_mean)

# %% [markdown]
# ## Exercises

# %% [markdown]
# **1. By hand.** A training takes 1,000 steps at a learning rate of 0.002 that falls along the cosine. What is the rate at the
# start, after 500 steps, and after 1,000? After how many steps has it fallen to a quarter of the start?

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# $0.002$, then half of that, $0.001$, and 0 at the end. A quarter: $\cos \pi s = -0.5$, which is so at $\pi s = 2\pi/3$, after
# two thirds of the steps, 667.
#
# </details>

# %% [markdown]
# **2. Too much of it.** Train on 5,000 images with `rotation=120`. What does it cost? (Give `augment` a function of images,
# labels and `rng` that calls `distort` with your strength.)

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# def spin(images, labels, *, rng):
#     return distort(images, labels, rng=rng, rotation=120)
#
#
# spun = error(5000, augment=spin)
# print(f"{tries['distorted images']:.1%} becomes {spun:.1%}")
# assert spun > tries["distorted images"]
# ```
#
# {{ printed }}
#
# Now 6 and 9 may get in each other's way.
#
# </details>

# %% [markdown]
# **3. Spot the error.** Somebody makes ten distorted copies of all 60,000 images first, shuffles the 600,000 and splits off a tenth
# for validation. The validation accuracy is splendid, the test accuracy is not. Why?

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# Copies of one image are on both sides of the split: the network is examined on digits that it has nearly seen. That is
# [leakage](../glossary.md#leakage). Split first, then distort, and only the training images.
#
# </details>

# %% [markdown]
# **4. Affine or elastic?** Which of the two brings more on 5,000 images, alone?

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# def turn(images, labels, *, rng):
#     return distort(images, labels, rng=rng, elastic=0)
#
#
# def bend(images, labels, *, rng):
#     return distort(images, labels, rng=rng, **still)
#
#
# for name, augment in [("affine", turn), ("elastic", bend)]:
#     alone = error(5000, augment=augment)
#     print(f"{name:8}{alone:.1%}")
#     assert alone < 0.5
# print(f"both    {tries['distorted images']:.1%}")
# ```
#
# {{ printed }}
#
# This is one seed: repeat it with others.
#
# </details>

# %% [markdown]
# **5. One change in Keras.** The Keras network above differs from *as it was* mainly in two things. Train it again without the three
# random layers, and say which part of the gain each of the two brought.

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# keras.utils.set_random_seed(1)
# bare = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten()])
# for units in (256, 128):
#     bare.add(keras.layers.Dense(units, activation="relu"))
# bare.add(keras.layers.Dense(10, activation="softmax"))
# rate = keras.optimizers.schedules.CosineDecay(0.002, decay_steps=steps)
# loss = "sparse_categorical_crossentropy"
# bare.compile(keras.optimizers.Adam(rate), loss, metrics=["accuracy"])
# bare.fit(x_fit[:5000], y_fit[:5000], batch_size=128, epochs=15, verbose=0)
# without = 1 - bare.evaluate(x_val, y_val, verbose=0)[1]
# print(f"as it was {tries['as it was']:.1%}, with the falling rate {without:.1%},", end=" ")
# print(f"with both {1 - accuracy:.1%}")
# assert without < 0.5
# ```
#
# {{ printed }}
#
# In this run nearly all of the gain is the layers'. {{ assert without - (1 - accuracy) > 0.8 * (tries["as it was"] - (1 - accuracy)) }}
#
# </details>

# %% [markdown]
# **6. What may be changed?** (No code.) Which distortions keep the answer for printed capital letters, for photos of cats and
# dogs, for X-rays of the chest, for a spoken word? Think of mirroring, turning, color and speed.

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# Mirroring suits cats, but ruins most letters, words (played backwards) and X-rays, because the heart is on the left. A little turning suits pictures; other colors suit letters and animals; another speed suits the spoken word.
#
# </details>

# %% [markdown]
# **7. A project.** (No solution.) Take a few hundred pictures of your own in two or more classes. Train a network on them in Keras, with and without random layers, five seeds each. Which distortions did you choose, and why? Is the difference
# larger than three times its [standard error](../glossary.md#standard-error)?

# %% [markdown]
# ## Further reading
#
# - P. Y. Simard and others, [Best practices for convolutional neural networks applied to
#   visual document analysis](https://doi.org/10.1109/ICDAR.2003.1227801), *ICDAR*, 2003.
# - D. C. Ciresan and others, [Deep, big, simple neural nets for handwritten
#   digit recognition](https://arxiv.org/abs/1003.0358), *Neural Computation*, 2010.
# - P. Izmailov and others, [Averaging weights leads to wider optima
#   and better generalization](https://arxiv.org/abs/1803.05407), *UAI*, 2018.
# - C. G. Northcutt and others, [Pervasive label errors in test sets destabilize machine learning
#   benchmarks](https://arxiv.org/abs/2103.14749), *NeurIPS Datasets and Benchmarks*, 2021.
# - S. An and others, [An ensemble of simple convolutional neural network models for MNIST
#   digit recognition](https://arxiv.org/abs/2008.10400), 2020.
#
# Next: [Why does it fail on my 7?](08_your_own_handwriting.ipynb)

# %% [markdown]
# # 6 Evaluation
#
# *98 % of what?*
#
# **You will be able to** put an error bar on an accuracy, say whether one network is better than another, find
# out what a network confuses, judge how far its confidence can be trusted, and name what a test set cannot tell.
#
# **You need to know** what training, validation and test images are for
# ([chapter 2](02_images_as_arrays.ipynb)), and softmax ([chapter 3](03_layers.ipynb)).
#
# ## Ten numbers to judge
#
# Until now we trained. Now we judge what comes out at the right end: ten
# [probabilities](../glossary.md#probability) for each image.

# %% alt="The network as a row of columns: an image of a four, Flatten, two hidden layers with 256 and 128 units, and ten probabilities. The last column, softmax, is blue."
import copy

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

import digitlearn
from digitlearn import evaluation, losses, network, optimizers, plots, training
from digitlearn.preprocessing import scale_pixels, split_validation

plots.use_style()
train, test = digitlearn.load("train"), digitlearn.load("test")
_, first = np.unique(test.labels, return_index=True)
ax = plots.plot_network((256, 128), image=test.images[first[4]], highlight=(4,))

# %% [markdown]
# We train two networks in NumPy: ten [epochs](../glossary.md#epoch), then two more with steps a tenth as long. We
# also keep the smaller one as it was before those last two epochs, and call it *early*.

# %%
rng = np.random.default_rng(1)
x_train, x_test = scale_pixels(train.images), scale_pixels(test.images)
fit, (x_val, y_val) = split_validation(x_train, train.labels, rng=rng)
y_test = test.labels


def train_network(hidden_units):
    rng = np.random.default_rng(2)
    net = network.mlp(hidden_units, rng=rng)
    training.fit(net, fit, epochs=10, rng=rng)
    before = copy.deepcopy(net)
    training.fit(net, fit, epochs=2, optimizer=optimizers.Adam(0.0001), rng=rng)
    return net, before


# %%
small, early = train_network((128, 64))
wide, _ = train_network((256, 128))
nets = {"early": early, "small": small, "wide": wide}
answers = {name: net.predict(x_test) for name, net in nets.items()}
for name, net in nets.items():
    read = (net.predict(x_val) == y_val).mean()
    print(f"{name:5}  {read:.2%} of the validation images")
report = evaluation.evaluate(y_test, wide.predict_proba(x_test))
size = len(y_test) // 20

# %% [markdown]
# ## How sure is an accuracy?
#
# The wide network reads {{ report.accuracy:.2%}} of the {{ len(y_test):,}} test digits. With other digits of the
# same kind the number would be a little different. How different?
#
# We can hold many small exams instead. Each of the 40 exams below draws {{ size }} of
# the test digits at random, some perhaps twice, and puts a 95 % [interval](../glossary.md#interval) around its
# result, one that should hold the truth with 95 % confidence. Here the truth is known: it is the accuracy on all
# test digits.
#
# > **Make a guess.** How many of the 40 intervals will miss it?

# %% alt="Forty horizontal error bars, one for each exam, around a vertical line for the accuracy on all test digits. Almost all bars cross the line; those that miss it are orange."
rng, missed = np.random.default_rng(3), 0
fig, ax = plt.subplots(figsize=(5.2, 3.6))
for exam in range(40):
    right = (answers["wide"] == y_test)[rng.integers(len(y_test), size=size)].sum()
    low, high = evaluation.wilson_interval(right, size)
    hit = low <= report.accuracy <= high
    missed += not hit
    ax.plot([low, high], [exam, exam], color=plots.ACCENT if hit else plots.WRONG)
    ax.plot(right / size, exam, ".", color=plots.ACCENT if hit else plots.WRONG)
ax.axvline(report.accuracy, color=plots.INK, linewidth=1)
ax.xaxis.set_major_formatter("{x:.0%}")
_ = ax.set(yticks=[], xlabel="accuracy", title="40 exams and their intervals")

# %% [markdown]
# {{ missed }} of 40 missed it. An interval with 95 % confidence is made by a recipe that misses about one time in
# twenty.
#
# For an accuracy $a$ on $N$ images, both single numbers, half the interval's width is about
#
# $$1.96 \sqrt{\frac{a (1 - a)}{N}}$$
#
# In words: multiply the share of right answers by the share of wrong ones, divide by the number of images, take
# the root, and then nearly double it. ($a (1 - a)$ is the variance of an answer that counts 1 or 0; on a bell
# curve, 1.96 standard deviations to each side give 95 % confidence.)

# %%
assumed = 0.98
half = 1.96 * np.sqrt(assumed * (1 - assumed) / 10_000)
few = evaluation.wilson_interval(20, 20)
low, high = report.interval
print(f"rule of thumb at 98 %:  {100 * assumed:.0f} ± {100 * half:.2f}")
print(f"Wilson, our network:    {low:.2%} to {high:.2%}")
print(f"Wilson, 20 right of 20: {few[0]:.1%} to {few[1]:.1%}")

# %% [markdown]
# For a network at {{ assumed:.0%}} on 10,000 images the rule gives ±{{ 100 * half:.2f}} percentage points. To
# halve the error bar you need four times as many images.
#
# The rule fails at the ends: 20 right answers of 20 would be perfect without any error bar. Wilson's interval (1927),
# which [`wilson_interval`](../reference/evaluation.md#digitlearn.evaluation.wilson_interval) computes, says at least
# {{ few[0]:.0%}}, and agrees with the rule where the rule is good.
#
# Both take the images for independent. But many test digits come from the same hand and resemble each other, so the
# true error bar may be wider for digits of new writers.
#
# ## When is A better than B?
#
# All three networks took the same exam.

# %%
scores = {name: (answer == y_test).mean() for name, answer in answers.items()}
for name, score in scores.items():
    low, high = evaluation.wilson_interval(round(score * len(y_test)), len(y_test))
    print(f"{name:5}  {score:.2%}   interval {low:.2%} to {high:.2%}")

# %% [markdown]
# The small network gained {{ 100 * (scores["small"] - scores["early"]):.2f}} points by its last two epochs. The wide
# one is {{ 100 * (scores["wide"] - scores["small"]):.2f}} points better than the small one. Neighbours' intervals
# overlap.
#
# > **Make a guess.** Is either difference real, or could both be luck?
#
# Overlapping intervals do not settle it, since they forget that the exam was the same. An image that both read
# rightly, or both wrongly, says nothing about which is better. Only the images on which **exactly one** is right
# count. If the two were equally good, each of these would be the toss of a coin. Count them:

# %%
pairs = [("early", "small"), ("small", "wide"), ("early", "wide")]
results = [evaluation.compare(y_test, answers[a], answers[b]) for a, b in pairs]
for (a, b), result in zip(pairs, results, strict=True):
    only_a, only_b, p_value = result
    print(f"{a} {only_a} : {only_b} {b}   p-value {p_value:.2g}")

# %% [markdown]
# The **p-value** says how often that many fair coins would fall at least this unevenly, to either side. This is
# [McNemar's test](../glossary.md#mcnemars-test) (1947), in its exact form.
#
# The last two epochs changed the verdict on {{ results[0].only_a_right + results[0].only_b_right }} images,
# {{ results[0].only_b_right }} of them for the better: p is {{ results[0].p_value:.2f}}. Small and wide differ on
# {{ results[1].only_a_right + results[1].only_b_right }}, {{ results[1].only_b_right }} of them in favour of wide:
# p is {{ results[1].p_value:.2f}}. About the same difference, but not the same evidence: the fewer images two
# networks disagree on, the less room there is for luck. Between early and wide, p is {{ results[2].p_value:.1g}},
# although even their intervals overlap.
#
# By custom a p-value below one in twenty is called significant. The first two lie near that line, and neither
# proves much. We also made three comparisons, and each is one more chance for luck.
#
# > **Check your understanding.** A p-value of {{ results[1].p_value:.2f}}: are the two networks equally good?
# >
# > That does not follow. The exam was too short to tell. "Not shown to be better" is not "shown to be
# > equal".
#
# The test compares two trained networks, not two recipes. Another seed gives another network, and
# [chapter 5](05_training_in_practice.ipynb) has shown how much that changes. To compare recipes, train each several
# times; Dietterich (1998) compares five tests, McNemar's among them.
#
# On the validation images the wide network is the better one. We go on with it.
#
# ## What is confused with what?
#
# The [confusion matrix](../glossary.md#confusion-matrix), shape (10, 10), has a row for each true digit and a column
# for each digit that was read.

# %% alt="Confusion matrix of counts. Nearly all digits lie on the diagonal. The most strongly coloured cells off the diagonal hold a handful of mistakes each, between digits of similar shape."
ax = plots.plot_confusion(report.confusion)
rows = report.confusion / report.confusion.sum(axis=1, keepdims=True)
hardest = rows.diagonal().argmin()

# %% [markdown]
# Counts depend on how many images a digit has. Divided by its sum, a row shows shares. Here is the row of the
# {{ hardest }}, in percent:

# %%
for digit, share in enumerate(rows[hardest]):
    print(f"{digit}: {100 * share:4.1f}", end="\n" if digit == 4 else "   ")

# %% [markdown]
# The entry on the diagonal is the **[recall](../glossary.md#recall)**: of the images that *are* of this digit,
# the share that was found. Divide the *count* on the diagonal by the sum of its column instead, and you have
# the **[precision](../glossary.md#precision)**: of the images *read* as this digit, the share that are. Each
# digit has only about a tenth of the images, so these numbers have error bars about three times as wide as that
# of the accuracy.

# %% alt="For each digit from 0 to 9 a filled dot for recall and a hollow dot for precision, all within a few points of each other. For some digits recall is higher, for others precision."
ax = plots.plot_per_class(report)
greedy, shy = (f(report.recall - report.precision) for f in (np.argmax, np.argmin))

# %% [markdown]
# A hollow dot below the filled one means that the network is too ready to say this digit, as with the {{ greedy }}.
# Above it, as with the {{ shy }}, it says it too rarely. The numbers do not tell why. So let us look, at the four
# most confused pairs, in either direction, at most five images of each.

# %% alt="Rows of handwritten digits that were misread, from the four most confused pairs, each with a caption such as 4 as 9. Many are drawn so that both readings are possible."
mirrored = np.triu(report.confusion + report.confusion.T)
predictions, chosen = answers["wide"], []
for a, b, _ in evaluation.most_confused(mirrored, top=4):
    either = np.isin(y_test, [a, b]) & np.isin(predictions, [a, b])
    chosen.extend(np.flatnonzero(either & (y_test != predictions))[:5])
pictures, written, read = (a[chosen] for a in (test.images, y_test, predictions))
fig = plots.plot_digits(pictures, written, predictions=read)

# %% [markdown]
# Some of them you would misread too. The network has never seen strokes, only weights times
# pixels: where two digits share most of their ink, a small gap or a short line decides.
#
# ## May you believe its confidence?
#
# The [confidence](../glossary.md#confidence) is the largest of the ten probabilities, $\max_k p_k$. A network is
# **[calibrated](../glossary.md#calibration)** if of all the answers given with a confidence of 90 %, nine in ten are
# right, and so for every other confidence.
#
# Sort the answers by confidence into 15 bins of equal width. For each bin, draw how often the network was right
# against how sure it was. This is a **[reliability diagram](../glossary.md#reliability-diagram)**.
#
# > **Make a guess.** Will our network be too sure, too unsure, or just right?

# %% alt="Reliability diagram. The blue dots, with error bars, lie mostly below the diagonal: the network is too sure. Hollow dots, after dividing the logits by the temperature, mostly lie nearer to the diagonal."
logits_val, logits = wide.predict_logits(x_val), wide.predict_logits(x_test)
temperatures = np.arange(0.5, 4, 0.1)
loss = [losses.cross_entropy(logits_val / t, y_val) for t in temperatures]
temperature = temperatures[np.argmin(loss)]
probabilities = losses.softmax(logits / temperature)
mended = evaluation.evaluate(y_test, probabilities)

ax = plots.plot_reliability(y_test, losses.softmax(logits))
confidence, accuracy, count = evaluation.reliability(y_test, probabilities)
hollow = {"mfc": plots.PAPER, "color": plots.ACCENT, "clip_on": False}
_ = ax.plot(confidence[count > 0], accuracy[count > 0], "o", **hollow)

# %% [markdown]
# The filled dots are the network as trained. Their bars are intervals, long where few answers lie. On average it is
# {{ losses.softmax(logits).max(axis=1).mean():.1%}} sure and {{ report.accuracy:.1%}} right. Dots below the
# diagonal are bins in which the answers were given too surely. The
# **[expected calibration error](../glossary.md#expected-calibration-error)** puts the picture into one number:
#
# $$\mathrm{ECE} = \sum_{m=1}^{15} \frac{N_m}{N} \left| \mathrm{acc}_m - \mathrm{conf}_m \right|$$
#
# In words: for each bin $m$ take the gap between accuracy and mean confidence, and average the gaps, each weighted by
# the share $N_m / N$ of the images in its bin. Here it is {{ 100 * report.calibration_error:.2f}} points. That seems
# little, because {{ (losses.softmax(logits).max(axis=1) > 14 / 15).mean():.0%}} of the answers sit in the last bin.
#
# Guo et al. (2017) found that modern networks tend to be too sure, and that one number mends most of it: divide the
# [logits](../glossary.md#logits) by a **[temperature](../glossary.md#temperature)** $T$ before softmax. We took the
# $T$ with the lowest loss on the *validation* images: {{ temperature:.1f}}. The hollow dots show the test digits
# after that. The error is now {{ 100 * mended.calibration_error:.2f}} points, the loss fell from
# {{ report.log_loss:.3f}} to {{ mended.log_loss:.3f}}, and the accuracy is what it was. Dividing all ten logits by
# the same positive number never changes which is largest.
#
# ## The right to say nothing
#
# A confidence one can trust can be used. Let the network refuse the images it is least sure of, and give them to a
# human. The threshold is set on the validation images, so that one in twenty of
# them is refused.
#
# > **Make a guess.** How many of the mistakes on the test set are gone?

# %% alt="Curve of the accuracy on the images that were not refused against the share refused. It rises steeply at first, then flattens. A dot marks the threshold chosen on validation images."
threshold = np.quantile(losses.softmax(logits_val / temperature).max(axis=1), 0.05)
sure, right = probabilities.max(axis=1), predictions == y_test
wrong, kept = evaluation.mistakes(y_test, probabilities), sure >= threshold
shares = np.linspace(0, 0.2, 41)
rest = [right[sure >= np.quantile(sure, s)].mean() for s in shares]
fig, ax = plt.subplots()
ax.plot(shares, rest, color=plots.ACCENT)
ax.plot(1 - kept.mean(), right[kept].mean(), "o", color=plots.ACCENT)
ax.text(0.01 + 1 - kept.mean(), right[kept].mean(), "our threshold", va="top")
ax.xaxis.set_major_formatter("{x:.0%}")
ax.yaxis.set_major_formatter("{x:.2%}")
_ = ax.set(xticks=shares[::10], xlabel="refused", title="right, of the others")

# %% [markdown]
# {{ 1 - kept.mean():.1%}} of the test digits were refused, and {{ (~right & ~kept).sum() }} of the {{ len(wrong) }}
# mistakes went with them. On the rest the network is right {{ right[kept].mean():.2%}} of the time. The price: of
# every ten refused, about {{ round(10 * right[~kept].mean()) }} would have been right. If a mistake costs more than
# asking a human, that is a good trade. If the probabilities are right and all mistakes cost the same, no rule
# that refuses as many makes fewer mistakes (Chow 1970). Here the threshold is a confidence of {{ threshold:.2f}}.
#
# ## Which would you have read?
#
# Here are ten mistakes on which the wide and the small
# network agree with each other and not with the label. Read them before you go on, and write down your ten answers.

# %% alt="Ten handwritten test digits without captions. Some are cut off, smudged or drawn so that two readings are possible; a few look clearly like another digit than their label."
agree = answers["small"][wrong] == predictions[wrong]
doubtful = wrong[agree][:10]
fig = plots.plot_digits(test.images[doubtful])

# %%
print("label:   ", *y_test[doubtful])
print("networks:", *predictions[doubtful])

# %% [markdown]
# How often were you on the side of the label, how often on the networks'? When one network is sure and a second agrees,
# look at the label first. Northcutt et al. (2021) let models point out suspicious labels in ten well-known test
# sets and asked people to judge them. In MNIST's test set at least 15 labels were found wrong.
#
# That is {{ 15 / 10_000:.2%}} of 10,000 images or more. Whoever reports a gain smaller than that may be
# measuring the labels.
#
# ## The cliffs
#
# So far, all images were made the same way as the training images. Take the smallest step out of that world: move every
# test digit by a few pixels.
#
# > **Make a guess.** How many pixels does it take to bring the accuracy below one half? And will the
# > confidence tell?


# %%
def examine(images):
    p = losses.softmax(wide.predict_logits(images) / temperature)
    return (p.argmax(axis=1) == y_test).mean(), p.max(axis=1).mean()


cliff, ink = [examine(x_test)], [1]
for pixels in range(1, 7):
    ways = [(0, 0, pixels), (0, 0, -pixels), (0, pixels, 0), (0, -pixels, 0)]
    moved = [ndimage.shift(x_test, way, order=0) for way in ways]
    ink.append(np.mean(moved) / x_test.mean())
    cliff.append(np.mean([examine(images) for images in moved], axis=0))

# %% alt="Two curves against a shift of 0 to 6 pixels. Accuracy falls steeply, to below a quarter. Confidence falls far less and stays high."
fig, ax = plt.subplots()
for column, name in enumerate(["accuracy", "confidence"]):
    (line,) = ax.plot([row[column] for row in cliff])
    ax.text(6.1, cliff[-1][column], name, color=line.get_color(), va="center")
ax.yaxis.set_major_formatter("{x:.0%}")
ax.set_title("shifted left, right, up, down: mean")
_ = ax.set(ylim=(0, 1), xlabel="shift in pixels")

# %% [markdown]
# At three pixels the accuracy is {{ cliff[3][0]:.0%}}, at four {{ cliff[4][0]:.0%}}, and the mean confidence,
# temperature included, is still {{ cliff[4][1]:.0%}}. The digits have not left the frame: at four pixels
# {{ ink[4]:.0%}} of the ink is still inside. The test set gave no hint of this: all its digits are centred, like
# the training digits. Calibration is a promise about images like those it was measured on, and about no others.
#
# More steps out of that world, all tried on all test digits:

# %%
noise = np.random.default_rng(4).normal(size=x_test.shape).astype(np.float32)
turn = {"axes": (1, 2), "reshape": False, "order": 1}
changes = {
    "as it is": x_test,
    "turned by 20°": ndimage.rotate(x_test, 20, **turn),
    "turned by 40°": ndimage.rotate(x_test, 40, **turn),
    "thinner": ndimage.grey_erosion(x_test, size=(1, 2, 2)),
    "thicker": ndimage.grey_dilation(x_test, size=(1, 3, 3)),
    "much thicker": ndimage.grey_dilation(x_test, size=(1, 4, 4)),
    "a little noise": np.clip(x_test + 0.2 * noise, 0, 1),
    "more noise": np.clip(x_test + 0.4 * noise, 0, 1),
    "ink and paper swapped": 1 - x_test,
}

# %%
print(" " * 23 + "accuracy  confidence")
for name, images in changes.items():
    accuracy, confidence = examine(images)
    print(f"{name:22} {accuracy:8.1%} {confidence:11.1%}")

# %% alt="One handwritten digit in nine versions: as it is, turned twice, thinner, thicker, much thicker, with a little noise, with more noise, and white on black. Each is still easy to read; orange captions mark those that the network misreads."
nine = np.stack([images[first[4]] for images in changes.values()])
read = wide.predict(nine)
fig = plots.plot_digits(nine, [4] * len(nine), predictions=read, columns=3)

# %% [markdown]
# The pictures follow the order of the table. To the network, a turned, swollen or inverted digit is another set of
# pixels. What helps is to train on
# such images, and to bring every photo into MNIST's form first: we come back to this in chapters 7 and 8.
#
# And if there is no digit at all? Images of pure random pixels:

# %%
static = np.random.default_rng(5).random((1000, 28, 28), dtype=np.float32)
logits_static = wide.predict_logits(static)
votes = np.bincount(logits_static.argmax(axis=1), minlength=10)
certain = (losses.softmax(logits_static).max(axis=1) > 0.9).mean()
passed = losses.softmax(logits_static / temperature).max(axis=1) >= threshold
print(f"called a {votes.argmax()}: {votes.max() / len(static):.0%}")
print(f"more than 90 % confidence: {certain:.0%}")
print(f"with the temperature, not refused: {passed.mean():.0%}")

# %% [markdown]
# The network must answer with one of ten digits, since softmax shares out all of the probability. Without the
# temperature {{ certain:.0%}} of these images get more than 90 % confidence; with it, {{ passed.mean():.0%}}
# still pass our threshold. Hein et al. (2019) show why: scale an input up without end, and the confidence of a
# network with ReLU almost always tends to 1.
#
# ## What the test set is for
#
# The test set answers one question: how well does *this* network, chosen without it, read new images *of the same
# kind*? Every time it is used for a choice, a little of the answer is lost. So use it once for each network you
# report, and never to choose one.
#
# How much? Take 20 networks that are all equally good, hold an exam of 10,000 images for each, and report the best.

# %%
rng = np.random.default_rng(6)
exams = rng.binomial(10_000, assumed, size=(1000, 20)) / 10_000
luck = (exams.max(axis=1) - assumed).mean()
print(f"the best of 20 equals: {100 * luck:+.2f} points on average")

# %% [markdown]
# {{ 100 * luck:.2f}} points from nothing, for networks that are right with probability {{ assumed:.0%}}. These
# networks err independently. Real ones share many mistakes, and then luck has less room.
#
# That may be why MNIST has lasted. Its 10,000 test digits were used for choosing for 25 years. Yadav and Bottou
# (2019) reconstructed the 50,000 test digits that were never handed out. On them, error rates were slightly off,
# but the order of the methods remained broadly reliable. They attribute it to what we used above: methods were
# compared on the same images.
#
# In this chapter the test digits chose nothing. Width, temperature and threshold came from validation images.
#
# ## Summary
#
# - An accuracy needs an error bar: ±{{ 100 * half:.2f}} points at {{ assumed:.0%}} on 10,000 images.
# - Compare two networks on the images where exactly one of them is right.
# - Recall goes along a row of the confusion matrix, precision down a column. Then look at the images.
# - Confidence is not accuracy. A temperature from the validation images brings them closer.
# - Refusing the least sure images removes most mistakes.
# - A test set speaks for images of its own kind only, and for a network that was not chosen by it.
#
# ## Exercises
#
# **1. Halves.** How accurate is the wide network on the first and on the second half of the test set? Do the two
# intervals overlap? Guess first.
#
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# middle = len(right) // 2
# halves = right[:middle], right[middle:]
# bounds = [evaluation.wilson_interval(half.sum(), len(half)) for half in halves]
# for half, (low, high) in zip(halves, bounds, strict=True):
#     print(f"{half.mean():.2%}, interval {low:.2%} to {high:.2%}")
# assert abs(np.mean([half.mean() for half in halves]) - right.mean()) < 0.001
# assert all(low <= half.mean() <= high for half, (low, high) in zip(halves, bounds))
# ```
#
# In MNIST the intervals do not overlap: one half is easier than the other, by more than chance would explain.
# Its order is not random, so never test on the first images only.
#
# </details>
#
# **2. Enough.** How many mistakes may a network make on 10,000 images, so that its interval lies wholly above
# the recognizer's [target of 97.87 %](../index.md#where-the-target-comes-from)?
#
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# def surely_above(mistakes, bar=0.9787):
#     return evaluation.wilson_interval(10_000 - mistakes, 10_000)[0] > bar
#
#
# most = max(mistakes for mistakes in range(300) if surely_above(mistakes))
# print("at most", most, "mistakes; 97.87 % itself has 213")
# assert surely_above(most) and not surely_above(most + 1) and most < 213
# ```
#
# </details>
#
# **3. Does refusing help off the cliff?** Shift the test digits four pixels to the right and apply the same
# threshold. What share is refused, and how accurate are the others?
#
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# shifted = ndimage.shift(x_test, (0, 0, 4), order=0)
# p = losses.softmax(wide.predict_logits(shifted) / temperature)
# passed = p.max(axis=1) >= threshold
# still_right = (p.argmax(axis=1) == y_test)[passed].mean()
# print(f"refused {1 - passed.mean():.0%}; of the others {still_right:.0%} right")
# assert passed.mean() < kept.mean() and still_right < right[kept].mean()
# ```
#
# Many more are refused, and yet much of what passes is wrong. A threshold protects against doubtful digits, not
# against another world.
#
# </details>
#
# ## Further reading
#
# - E. B. Wilson, [Probable inference, the law of succession, and statistical
#   inference](https://doi.org/10.1080/01621459.1927.10502953), *Journal of the American Statistical
#   Association* 22, 209–212, 1927.
# - Q. McNemar, [Note on the sampling error of the difference between correlated proportions or
#   percentages](https://doi.org/10.1007/BF02295996), *Psychometrika* 12, 153–157, 1947.
# - T. G. Dietterich, [Approximate statistical tests for comparing supervised classification learning
#   algorithms](https://doi.org/10.1162/089976698300017197), *Neural Computation* 10 (7), 1895–1923, 1998.
# - C. K. Chow, [On optimum recognition error and reject tradeoff](https://doi.org/10.1109/TIT.1970.1054406), *IEEE
#   Transactions on Information Theory* 16 (1), 41–46, 1970.
# - C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, [On calibration of modern neural
#   networks](https://proceedings.mlr.press/v70/guo17a.html), *ICML*, 2017.
# - M. Hein, M. Andriushchenko and J. Bitterwolf, [Why ReLU networks yield high-confidence predictions far away from the
#   training data and how to mitigate the problem](https://arxiv.org/abs/1812.05720), *CVPR*, 41–50, 2019.
# - C. Yadav and L. Bottou, [Cold case: the lost MNIST digits](https://arxiv.org/abs/1905.10498), *NeurIPS*, 2019.
# - C. G. Northcutt, A. Athalye and J. Mueller, [Pervasive label errors in test sets destabilize machine learning
#   benchmarks](https://arxiv.org/abs/2103.14749), *NeurIPS Datasets and Benchmarks*, 2021.
#
# Back to [chapter 5](05_training_in_practice.ipynb).

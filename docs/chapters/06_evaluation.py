# %% [markdown]
# # 6 Evaluation
#
# *98% of what?*
#
# A network has done well in its exam. Would it do as well on other digits? Is a
# slightly better rival only luckier? And when it is sure, is it right?
#
# **You will be able to** put an error bar on an accuracy, compare two networks, find what is confused with what, judge
# confidence, and say what a test set cannot tell.
#
# **You need to know** training, validation and test images ([chapter 2](02_images_as_arrays.ipynb)), and softmax
# ([chapter 3](03_layers.ipynb)).
#
# ## Ten numbers to judge
#
# To judge a network we need the labels and its ten [probabilities](../glossary.md#probability) for each image.
# Keras returns the ten by `model.predict(x_test)`, shape (10000, 10), and ours by `predict_proba`; our `predict` returns the digits.

# %%
import copy
import io
from base64 import b64encode
from math import comb

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image
from scipy import ndimage
from sklearn.metrics import classification_report

import digitlearn
from digitlearn import evaluation, losses, network, optimizers, plots, training
from digitlearn.preprocessing import scale_pixels, split_validation

# %%
plots.use_style()
train = digitlearn.load("train")
test = digitlearn.load("test")
print(train.notice, end="")
x_train = scale_pixels(train.images)
x_test = scale_pixels(test.images)
y_test = test.labels
(x_fit, y_fit), (x_val, y_val) = split_validation(
    x_train, train.labels, rng=np.random.default_rng(1)
)

# %% [markdown]
# We train ten [epochs](../glossary.md#epoch), then two more with steps a tenth as long.


# %%
def train_network(hidden_units, seed):
    rng = np.random.default_rng(seed)
    net = network.mlp(hidden_units, rng=rng)
    training.fit(net, (x_fit, y_fit), epochs=10, rng=rng)
    before = copy.deepcopy(net)
    slow = optimizers.Adam(0.0001)
    training.fit(net, (x_fit, y_fit), epochs=2, optimizer=slow, rng=rng)
    return net, before


# %% [markdown]
# Four networks sit the exam: *small*, with 128 and 64 hidden units; *early*, *small* before its last two
# epochs; *twin*, *small* with another [seed](../glossary.md#seed); and *wide*, with
# twice as many units.

# %%
small, early = train_network((128, 64), seed=2)
twin, _ = train_network((128, 64), seed=3)
wide, _ = train_network((256, 128), seed=2)
nets = {"early": early, "small": small, "twin": twin, "wide": wide}
answers = {}
read = {}
for name, net in nets.items():
    answers[name] = net.predict(x_test)
    read[name] = (net.predict(x_val) == y_val).mean()
    print(f"{name:5}  {read[name]:.2%} of the validation images")

# %% [markdown]
# On validation images *wide* is best, {{ assert max(read, key=read.get) == "wide" }} so we choose it.
#
# ## How sure is an accuracy?
#
# Now its exam:

# %%
report = evaluation.evaluate(y_test, wide.predict_proba(x_test))
right = answers["wide"] == y_test
size = len(y_test) // 20
print(test.notice, end="")
print(f"{right.sum():,} of {len(y_test):,} right: {report.accuracy:.2%}")

# %% [markdown]
# With other such digits the number would differ a little. How much? We hold 40
# small exams. Each draws {{ size }} of
# the test digits at random and puts an [interval](../glossary.md#interval) around its
# result that should hold the truth with 95% confidence. Here the truth is known: the accuracy on all
# test digits.
#
# > **Make a guess.** How many of the 40 intervals will miss it? <!-- guess: number = missed -->

# %% tags=["hide-input"] alt="Forty horizontal error bars, one for each exam, around a vertical line for the accuracy on all test digits. Almost all bars cross the line; those that miss it are orange."
rng = np.random.default_rng(3)
missed = 0
fig, ax = plt.subplots(figsize=(5.2, 3.6))
for exam in range(40):
    drawn = rng.integers(len(y_test), size=size)
    low, high = evaluation.wilson_interval(right[drawn].sum(), size)
    color = plots.ACCENT
    if not low <= report.accuracy <= high:
        missed += 1
        color = plots.WRONG
    ax.plot([low, high], [exam, exam], color=color)
    ax.plot(right[drawn].mean(), exam, ".", color=color)
ax.axvline(report.accuracy, color=plots.INK, linewidth=1)
ax.xaxis.set_major_formatter("{x:.0%}")
_ = ax.set(yticks=[], xlabel="accuracy", title="40 exams and their intervals")

# %% [markdown]
# {{ missed }} of 40 missed it, {{ assert 1 <= missed <= 5 }} where about two were expected, because the recipe for 95% confidence
# misses about one time in twenty. So the 95% confidence is the recipe's: a single interval does not show
# whether it is one of the misses. Nor does it promise where later accuracies fall.
#
# For an accuracy $a$ on $N$ images, half the interval's width, its error bar, is about
#
# $$1.96 \sqrt{\frac{a (1 - a)}{N}}$$
#
# By hand, for $a=0.98$ and $N=10{,}000$: $0.98 \cdot 0.02=0.0196$; divided by $10{,}000$, $0.00000196$; the root
# is $0.0014$; times $1.96$, about $0.0027$.
#
# Where does the rule come from? An answer counts 1 or 0, so its variance, the mean squared distance from the mean $a$, is
# $a(1-a)^2+(1-a)a^2=a(1-a)$: the share of the ones times the square of their distance, then the same for the zeros.
# A mean of $N$ answers has an $N$-th of that, because luck partly cancels, and the root of the variance is the standard
# deviation. Such means nearly form a bell curve, with 95% of them within 1.96 standard deviations of its middle.
#
# The rule takes the measured accuracy for the true one. That fails at the ends, because 20 right answers of 20 would have no
# error bar. [Wilson (1927)](#further-reading)
# asked instead which true accuracies *t* would make our result no great surprise: those at most `z` of their own deviations, √(*t*(1 − *t*)/*N*), from it. Squared, this is a quadratic inequality in *t* with the ends
# `middle` ± `half`:


# %%
def wilson(right, total, z=1.96):
    share = right / total
    shrink = 1 + z**2 / total
    middle = (share + z**2 / (2 * total)) / shrink
    noise = share * (1 - share) / total + z**2 / (4 * total**2)
    half = z * np.sqrt(noise) / shrink
    return middle - half, middle + half


assumed = 0.98
half = 1.96 * np.sqrt(assumed * (1 - assumed) / 10_000)
print(f"rule of thumb at 98%:   {assumed - half:.2%} to {assumed + half:.2%}")
for correct, total in [(9800, 10_000), (20, 20), (right.sum(), len(right))]:
    low, high = wilson(correct, total)
    print(f"Wilson, {correct} of {total}: {low:.2%} to {high:.2%}")

# %% [markdown]
# Wilson agrees with the rule where that is good, ±{{ 100 * half:.2f}} percentage points at {{ assumed:.0%}},
# {{ assert round(100 * half, 2) == 0.27 }} {{ assert abs(wilson(9800, 10_000)[0] - (assumed - half)) < 0.0003 }} and knows that 20 of 20 may be the luck of a network
# that is right {{ wilson(20, 20)[0]:.0%}} of the time: $0.84^{20}\approx 0.03$. {{ assert round(wilson(20, 20)[0], 2) == 0.84 }}
# Half the error bar needs four times as many images.
#
# But the interval speaks of this network on other images, not of another training. And it takes the images for independent, but digits of one hand share their luck, so new writers may need a wider one.
#
# ## When is A better than B?
#
# All four networks took the same exam.

# %%
scores = {}
intervals = {}
for name in nets:
    correct = (answers[name] == y_test).sum()
    scores[name] = correct / len(y_test)
    intervals[name] = evaluation.wilson_interval(correct, len(y_test))
    low, high = intervals[name]
    print(f"{name:5}  {scores[name]:.2%}   interval {low:.2%} to {high:.2%}")

# %% [markdown]
# Its last two epochs put *small* {{ 100 * (scores["small"] - scores["early"]):.2f}} points ahead of *early*.
# {{ assert scores["small"] > scores["early"] }} *Wide* is {{ 100 * (scores["wide"] - scores["small"]):.2f}}
# points better than *small*, {{ assert scores["wide"] > scores["small"] }} while *small* and *twin* differ by
# {{ 100 * abs(scores["twin"] - scores["small"]):.2f}}.
# {{ assert intervals["early"][1] > intervals["small"][0] and intervals["small"][1] > intervals["wide"][0] }}
# {{ assert intervals["twin"][1] > intervals["small"][0] and intervals["small"][1] > intervals["twin"][0] }}
#
# > **Make a guess.** Which of the three differences are real, and which could be luck?
#
# All three pairs of intervals overlap, so is it all luck? Not necessarily: each interval allows for the luck of an
# easy or hard exam, but here that luck met both networks alike and is gone from their difference. What is left? The images on which **exactly one** is right, because one that both read rightly, or both
# wrongly, says nothing about which is better. If the two were equally good, each such image would be the toss of a coin.
#
# Suppose there were three such images, and B won them all. Three tosses can fall in $2^3=8$ ways, and in two of
# them all are the same. So two equal networks do this one time in four. The
# **[p-value](../glossary.md#p-value)** is the chance that two equally good networks would split these images *at least* this
# unevenly, because any single split is rare, and *to either side*, because nobody had said beforehand who should win. If it is
# small, luck alone is a poor explanation.
#
# > **Check your understanding.** Is a small p-value the chance that the two are equally good?
# >
# > No: that they are equally good was assumed, to compute it.


# %%
def p_value(wins_a, wins_b):
    tosses = wins_a + wins_b
    ways = 0
    for heads in range(min(wins_a, wins_b) + 1):
        ways += comb(tosses, heads)  # how many ways there are to get so many heads
    return min(1, 2 * ways / 2**tosses)


# %%
results = {}
for a, b in [("early", "small"), ("small", "twin"), ("small", "wide")]:
    results[a, b] = evaluation.compare(y_test, answers[a], answers[b])
    only_a, only_b, _ = results[a, b]
    print(f"{a} {only_a} : {only_b} {b}   p-value {p_value(only_a, only_b):.2g}")
gain = results["early", "small"]
luck = results["small", "twin"]
width = results["small", "wide"]

# %% tags=["hide-input"] alt="Bars: how probable each number of heads is when a fair coin is tossed as often as early and small disagree. They form a hill around one half. The ends, from the two observed counts outwards, are orange and hardly to be seen."
tosses = gain.only_a_right + gain.only_b_right
heads = np.arange(tosses + 1)
chance = np.array([comb(tosses, count) / 2**tosses for count in heads])
extreme = abs(heads - tosses / 2) >= abs(gain.only_a_right - tosses / 2)
fig, ax = plt.subplots(figsize=(5.2, 2.6))
ax.bar(heads[~extreme], chance[~extreme], color=plots.ACCENT)
ax.bar(heads[extreme], chance[extreme], color=plots.WRONG)
for seen in (gain.only_a_right, gain.only_b_right):
    ax.text(seen, 0.007, f"{seen}", color=plots.WRONG, ha="center")
    ax.plot([seen, seen], [0.001, 0.006], color=plots.WRONG)
ax.set(xlim=(0.2 * tosses, 0.8 * tosses), yticks=[], xlabel="heads")
ax.spines["left"].set_visible(False)
_ = ax.set_title(f"{tosses} tosses of a fair coin")

# %% [markdown]
# The figure shows *early* against *small*: its two orange ends
# together have a probability of {{ gain.p_value:.2g}}.
# {{ assert abs(chance[extreme].sum() - gain.p_value) < 1e-9 }} {{ assert chance[extreme].max() < 0.1 * chance.max() }}
# This is the exact [McNemar's test](../glossary.md#mcnemars-test) ([1947](#further-reading)), which
# [`compare`](../reference/evaluation.md#digitlearn.evaluation.compare) does in one call.
# {{ assert abs(p_value(gain.only_a_right, gain.only_b_right) - gain.p_value) < 1e-9 }}
#
# By custom a p-value below one in twenty is called **significant**. That does not mean large: in a long enough exam even a tiny
# real gain becomes significant. So always report the gain, too.
#
# But three comparisons are three chances for luck. Bonferroni's cure is to ask for a third of one in twenty,
# {{ 0.05 / 3:.2g}}: three such chances make at most one in twenty together. *Early* against *small* passes. {{ assert gain.p_value < 0.05 / 3 }}
# *Small* against *wide*, with {{ width.p_value:.2g}},
# {{ "passes, too" if width.p_value < 0.05 / 3 else "would pass alone, but not as one of three" }}. {{ assert width.p_value < 0.05 }}
# *Small* and *twin*, {{ luck.only_a_right }} to {{ luck.only_b_right }}, do not pass.
# {{ assert luck.p_value > 0.2 }}
#
# > **Check your understanding.** A p-value of {{ luck.p_value:.2g}}: are *small* and *twin* equally good?
# >
# > That does not follow. One may be a little better, and the exam too short to tell. "Not shown to be better"
# > is not "shown to be equal".
#
# How large must a difference be, to be seen with 10,000 images? Suppose exactly one of two networks is right on a hundred of them, about as
# here. {{ assert all(80 < only_a + only_b < 140 for only_a, only_b, _ in results.values()) }} Tested alone, a lead of 22 images is enough, 61 to 39.
# {{ assert p_value(39, 61) < 0.05 < p_value(40, 60) }} So gains well below a quarter of a
# point need a longer exam; with more disagreements, larger gains, too.
#
# The test compares two trained networks, not two recipes, because another seed gives another network
# ([chapter 5](05_training_in_practice.ipynb#one-run-is-not-a-result)). To compare recipes, train each several times.
#
# ## What is confused with what?
#
# The [confusion matrix](../glossary.md#confusion-matrix), shape (10, 10), sorts all answers: a row for each true digit, a
# column for each digit that was read.

# %% tags=["hide-input"] live="confusion" alt="Confusion matrix of counts. Nearly all digits lie on the diagonal; off it, the mistakes are thinly spread over many cells."
ax = plots.plot_confusion(report.confusion)

# %% tags=["remove-cell"]
# What the figure shows where it answers the hand: all mistakes, and some right answers.
given = wide.predict_proba(x_test)
shown = list(evaluation.mistakes(y_test, given))
for digit in range(10):
    found = np.flatnonzero(right & (y_test == digit))
    shown.extend(found[np.argsort(given[found, digit])[:5]])  # the least sure
file = io.BytesIO()
strip = np.hstack(test.images[shown] // 16 * 17)  # in 16 grey levels
Image.fromarray(strip).save(file, "PNG", optimize=True)
live = {"counts": report.confusion.tolist(), "labels": y_test[shown].tolist()}
live["answers"] = given[shown].argmax(axis=1).tolist()
live["sure"] = [evaluation.percent(best) for best in given[shown].max(axis=1)]
live["strip"] = f"data:image/png;base64,{b64encode(file.getvalue()).decode()}"
display({"application/vnd.digitlearn+json": live}, raw=True)

# %% [markdown]
# Counts depend on how many images a digit has. So divide each by the sum of its row, here in
# percent:

# %% tags=["hide-input"] alt="The same matrix with shares of each row in percent. Nearly all is on the diagonal; off it, every share is small."
ax = plots.plot_confusion(report.confusion, normalize=True)
rows = report.confusion / report.confusion.sum(axis=1, keepdims=True)
hardest = rows.diagonal().argmin()
confused, taken_for, times = evaluation.most_confused(report.confusion, top=1)[0]

# %% [markdown]
# The {{ hardest }} was found least, {{ rows[hardest, hardest]:.1%}} of them.
# {{ assert rows.diagonal().min() > 0.95 }} {{ assert (rows - np.diag(rows.diagonal())).max() < 0.015 }} The commonest
# mistake, made {{ times }} times, reads a {{ confused }} as a {{ taken_for }}.
#
# An entry on the diagonal of these shares is the **[recall](../glossary.md#recall)**: of the images that *are* of this digit,
# the share that was found. Divide the *count* on the diagonal by the sum of its column, and you have
# the **[precision](../glossary.md#precision)**: of the images *read* as this digit, the share that are.

# %% tags=["hide-input"] alt="For each digit from 0 to 9 a filled dot for recall and a hollow dot for precision, all within a few points of each other. For some digits recall is higher, for others precision."
ax = plots.plot_per_class(report)
difference = report.recall - report.precision
greedy = difference.argmax()
shy = difference.argmin()

# %% [markdown]
# A hollow dot, precision, below the filled one means the network is too ready to say this digit, as with the {{ greedy }}.
# {{ assert difference.max() > 0 > difference.min() }} Above it, as with the {{ shy }}: not ready enough.
# {{ assert abs(difference).max() < 0.03 }} Each digit has only a tenth of the images, so its
# error bar is about three times as wide, by the root of ten. scikit-learn prints a table:

# %%
print(classification_report(y_test, answers["wide"], digits=3))

# %% [markdown]
# The **[F1 score](../glossary.md#f1-score)** puts precision $P$ and recall $R$ into one number, $2PR / (P + R)$.
# Why not their mean? A detector with $P=1$ and $R=0.1$, which misses nine in ten, would get $0.55$. F1 stays near the
# smaller one: $2 \cdot 0.1/1.1=0.18$. `support` counts the images, `macro avg` is the digits' mean, `weighted avg` weights by `support`.
#
# The four most confused pairs, at most five images each:

# %% tags=["hide-input"] alt="Rows of handwritten digits that were misread, from the four most confused pairs, each with a caption such as 4 as 9. Several are drawn so that both readings are possible."
predictions = answers["wide"]
both_ways = np.triu(report.confusion + report.confusion.T)
chosen = []
for a, b, _ in evaluation.most_confused(both_ways, top=4):
    pair = np.isin(y_test, [a, b]) & np.isin(predictions, [a, b])
    misread = np.flatnonzero(pair & (y_test != predictions))
    chosen.extend(misread[:5])
fig = plots.plot_digits(
    test.images[chosen], y_test[chosen], predictions=predictions[chosen]
)

# %% [markdown]
# ## One digit against the rest
#
# A machine shall pick out the fives. A program that always says *no* is right on
# {{ (y_test != 5).mean():.0%}} of the test digits, {{ assert 0.9 < (y_test != 5).mean() < 0.92 }} and finds none:
# its recall is 0. When one class is rare, accuracy praises the lazy.
#
# Above which probability shall our network say *yes*?
# Precision asks how many *yes* are fives, `is_five[yes]`; recall, how many fives got a *yes*, `yes[is_five]`.

# %%
five = wide.predict_proba(x_test)[:, 5]
is_five = y_test == 5
precisions = []
recalls = []
for threshold in [0.01, 0.5, 0.99]:
    yes = five > threshold
    precisions.append(is_five[yes].mean())
    recalls.append(yes[is_five].mean())
    print(f"yes above {threshold:4}:  precision {precisions[-1]:.1%}", end="   ")
    print(f"recall {recalls[-1]:.1%}")

# %% [markdown]
# A low [threshold](../glossary.md#threshold) finds nearly all fives, and other digits with them. {{ assert recalls[0] > 0.99 }}
# {{ assert precisions[0] < precisions[1] - 0.02 }} A high one is nearly always right when it says *yes*, and misses more.
# {{ assert precisions[2] > 0.99 }} {{ assert recalls[2] < recalls[1] - 0.01 }} This is the **trade-off of precision and
# recall**. A search for lost parcels wants recall, a shredder precision.
#
# Why the trade-off? Raising the threshold only turns *yes* into *no*, so recall can only fall or stay. Other digits are lost faster, as
# long as most have lower probabilities, so what stays is more often a five. But a better network can have more of both.
#
# ## May you believe its confidence?
#
# The [confidence](../glossary.md#confidence) is the largest of the ten probabilities, $\max_k p_k$. A network is
# **[calibrated](../glossary.md#calibration)** if of all answers given with a confidence of 90%, nine in ten are
# right, and so for every other confidence.
#
# Sort the answers by confidence into 15 bins of equal width. For each, a **[reliability diagram](../glossary.md#reliability-diagram)**
# draws how often the network was right against how sure it was.
#
# > **Make a guess.** Will our network be too sure, too unsure, or just right?
# > <!-- guess: too sure | too unsure | just right = too sure -->

# %% tags=["hide-input"] alt="Reliability diagram. The dots, with error bars, lie mostly below the diagonal: the network is too sure."
raw = wide.predict_proba(x_test)
ax = plots.plot_reliability(y_test, raw)
sure, accuracy, count = evaluation.reliability(y_test, raw)
full = count >= 10
below = (accuracy < sure)[full].mean()

# %% [markdown]
# The bars are intervals. On average the network is
# {{ raw.max(axis=1).mean():.1%}} sure and {{ report.accuracy:.1%}} right: too sure.
# {{ assert raw.max(axis=1).mean() > report.accuracy + 0.003 }} {{ assert below > 0.6 }} [Chapter
# 5](05_training_in_practice.ipynb#learning-by-heart) gave a likely reason: once nearly all examples are right, the loss still falls if the logits
# grow apart. That makes the network surer of its mistakes, too, which are commoner on new images.
#
# The **[expected calibration error](../glossary.md#expected-calibration-error)** puts the picture into one number, the mean gap.
# If nine of ten answers are 1 point too sure and the rest 11, it is $0.9\cdot 1+0.1\cdot 11=2$ points. In general bin $m$ has $N_m$ of
# the $N$ images, an accuracy and a mean confidence:
#
# $$\mathrm{ECE} = \sum_{m=1}^{15} \frac{N_m}{N} \left| \mathrm{acc}_m - \mathrm{conf}_m \right|$$
#
# Here it is {{ 100 * report.calibration_error:.2f}} points,
# little next to the picture, because {{ (raw.max(axis=1) > 14 / 15).mean():.0%}} of the answers sit in the last bin.
# {{ assert (raw.max(axis=1) > 14 / 15).mean() > 0.9 }} Nor does it see gaps that cancel within a bin: sevens too sure, threes
# too unsure. And calibrated is not yet good: a program that only guesses, and says so, is calibrated.
#
# Can that be mended? [Guo et al. (2017)](#further-reading) found that one number does most of it: divide the
# [logits](../glossary.md#logits) by [chapter 3's temperature](03_layers.ipynb#softmax) $T$ before softmax. Above 1 it evens the probabilities out. Which temperature? The one with the lowest loss on the *validation* images. On the training images nearly all answers
# are right, so there the network hardly looks too sure.

# %%
logits_val = wide.predict_logits(x_val)
logits = wide.predict_logits(x_test)
temperatures = np.arange(0.5, 4, 0.1)
val_losses = []
for t in temperatures:
    val_losses.append(losses.cross_entropy(logits_val / t, y_val))
temperature = temperatures[np.argmin(val_losses)]
probabilities = losses.softmax(logits / temperature)
mended = evaluation.evaluate(y_test, probabilities)
print(f"T = {temperature:.1f}")

# %% tags=["hide-input"] alt="Reliability diagram after dividing the logits by the temperature. The dots, with error bars, lie mostly above the diagonal: the network is a little too unsure."
ax = plots.plot_reliability(y_test, probabilities)
sure, accuracy, count = evaluation.reliability(y_test, probabilities)
full = count >= 10
above = (accuracy > sure)[full].mean()

# %% [markdown]
# At a temperature of {{ temperature:.1f}} {{ assert temperature > 1.2 }} the loss on the test digits fell from {{ report.log_loss:.3f}} to {{ mended.log_loss:.3f}},
# {{ assert mended.log_loss < report.log_loss }} the calibration error from {{ 100 * report.calibration_error:.2f}} to
# {{ 100 * mended.calibration_error:.2f}} points, {{ assert mended.calibration_error < report.calibration_error }} and
# the accuracy is what it was, {{ assert mended.accuracy == report.accuracy }} since dividing all logits by one
# positive number never changes which is largest.
#
# But most dots now lie *above* the diagonal. {{ assert above > 0.6 }} The network is
# {{ probabilities.max(axis=1).mean():.1%}} sure and {{ report.accuracy:.1%}} right: a little too unsure.
# {{ assert probabilities.max(axis=1).mean() < report.accuracy - 0.001 }} Why did we overshoot? Look at the
# validation images:

# %%
right_val = logits_val.argmax(axis=1) == y_val
modest = []
lost = []
kept_right = []
for t in [temperature - 0.1, temperature]:
    p = losses.softmax(logits_val / t)
    loss = -np.log(p[np.arange(len(y_val)), y_val])
    modest.append(p.max(axis=1).mean())
    lost.append(loss[~right_val].sum())
    kept_right.append(loss[right_val].sum())
    print(f"T = {t:.1f}: {modest[-1]:.2%} sure, {right_val.mean():.2%} right")
    print(f"    loss of mistakes {lost[-1]:.1f}, of the rest {kept_right[-1]:.1f}")

# %% [markdown]
# At {{ temperature - 0.1:.1f}} confidence and accuracy nearly agree here. {{ assert abs(modest[0] - right_val.mean()) < 0.001 }}
# {{ assert modest[1] < right_val.mean() - 0.001 }} But we asked for a low loss, and going to {{ temperature:.1f}} takes more from the few mistakes than it
# adds to thousands of right answers. {{ assert lost[0] - lost[1] > kept_right[1] - kept_right[0] > 0 }} Besides, the test digits are read a little better than
# these, {{ assert report.accuracy > right_val.mean() + 0.002 }} so a confidence that fits these is too low there.
#
# ## The right to say nothing
#
# A confidence a little off is still useful, if it is low where the network errs. So we let the network refuse
# the one in twenty it is least sure of, by a threshold set on the validation images, and a human reads them.
#
# > **Make a guess.** How many of the mistakes on the test set are gone?
# > <!-- guess: few | about half | most = most -->

# %%
sure_val = losses.softmax(logits_val / temperature).max(axis=1)
sure = probabilities.max(axis=1)
threshold = np.quantile(sure_val, 0.05)  # 5% of the images lie below
kept = sure >= threshold
caught = (~right & ~kept).sum()  # ~ turns True into False and back
print(f"threshold {threshold:.2f}: {1 - kept.mean():.1%} refused,", end=" ")
print(f"among them {caught} of {(~right).sum()} mistakes")
print(
    f"right: {right[kept].mean():.2%} of the rest, {right[~kept].mean():.0%} of the refused"
)

# %% tags=["hide-input"] live="refusal" alt="Curve of the accuracy on the images that were not refused against the share refused. It rises steeply at first, then flattens. A dot marks the threshold chosen on validation images."
shares = np.linspace(0, 0.2, 41)
rest = [right[sure >= np.quantile(sure, share)].mean() for share in shares]
fig, ax = plt.subplots()
ax.plot(shares, rest, color=plots.ACCENT)
ax.plot(1 - kept.mean(), right[kept].mean(), "o", color=plots.ACCENT)
ax.text(0.01 + 1 - kept.mean(), right[kept].mean(), "our threshold", va="top")
ax.xaxis.set_major_formatter("{x:.0%}")
ax.yaxis.set_major_formatter("{x:.2%}")
_ = ax.set(xticks=shares[::10], xlabel="refused", title="right, of the others")

# %% tags=["remove-cell"]
# For the page, where this figure answers a touch:
cuts = np.unique([0, threshold, *np.quantile(sure, np.linspace(0, 0.2, 101))])
live = {"thresholds": cuts.tolist(), "ours": float(threshold)}
live["answered"] = [int((sure >= cut).sum()) for cut in cuts]
live["mistakes"] = [int((~right & (sure >= cut)).sum()) for cut in cuts]
display({"application/vnd.digitlearn+json": live}, raw=True)

# %% [markdown]
# With {{ 1 - kept.mean():.1%}} of the test digits, {{ caught }} of the {{ (~right).sum() }} mistakes are gone,
# {{ assert caught > 0.65 * (~right).sum() }} {{ assert rest[10] - rest[0] > 2 * (rest[40] - rest[10]) }} and
# {{ right[kept].mean():.2%}} of the rest are right. {{ assert right[kept].mean() > 0.993 }} The price: of
# every ten refused, about {{ round(10 * right[~kept].mean()) }} would have been right.
#
# ## Which would you have read?
#
# Here are ten mistakes that *wide* and *small* made alike, those of which *wide*
# is surest. Write down your answers first.

# %% tags=["hide-input"] alt="Ten handwritten test digits without captions. A few are smudged or cut short; most can be read."
wrong = evaluation.mistakes(y_test, probabilities)
agree = wrong[answers["small"][wrong] == predictions[wrong]]
doubtful = agree[:10]
fig = plots.plot_digits(test.images[doubtful])

# %% [markdown]
# [Northcutt et al. (2021)](#further-reading) had models point out suspicious labels in ten
# test sets and asked five people about them. In MNIST [most of the
# five](https://github.com/cleanlab/label-errors/tree/main/mturk) rejected 15 of 100 such labels:

# %%
rejected = [947, 1621, 1901, 2130, 2462, 2597, 2654, 3520, 3558, 5937]
rejected += [6651, 6783, 8527, 9679, 9729]
in_doubt = np.isin(agree, rejected)
print("label:   ", y_test[doubtful])
print("networks:", predictions[doubtful])
print("rejected:", in_doubt[:10].astype(int))
print(f"{in_doubt.sum()} of the 15 are among all {len(agree)} such mistakes")

# %% [markdown]
# Where one network is sure and a second agrees, is the label surely wrong? *Wide* is at least {{ evaluation.percent(sure[doubtful].min()) }} sure
# of each, {{ assert sure[doubtful].min() > 0.9 }} yet only {{ in_doubt[:10].sum() }} of
# their labels are among the 15; {{ assert 1 <= in_doubt[:10].sum() <= 4 }} some others were upheld, the rest not asked about. So
# confidence alone proves no label wrong. {{ assert in_doubt.mean() < 0.25 }} But where two agree against it, it pays to *look*: {{ in_doubt.sum() }} of the 15
# are among these mistakes, {{ assert in_doubt.sum() > 8 }} partly because people were asked only about disputed labels.
#
# Fifteen such labels are {{ 15 / 10_000:.2%}} of 10,000. Some mark perfect readers wrong, so a gain below that may only repeat them.
#
# ## The cliffs
#
# So far, all images were like the training images. Now move every
# one a few pixels.
#
# > **Make a guess.** How many pixels does it take to bring the accuracy below one half? And will the
# > confidence tell? <!-- guess: 1 | 2 | 4 | 8 = 4 -->


# %%
def examine(images):
    p = losses.softmax(wide.predict_logits(images) / temperature)
    accuracy = (p.argmax(axis=1) == y_test).mean()
    ink = images.mean() / x_test.mean()
    return accuracy, p.max(axis=1).mean(), ink


# %%
cliff = []
for pixels in range(7):
    scored = []
    for down, across in [(0, pixels), (0, -pixels), (pixels, 0), (-pixels, 0)]:
        moved = ndimage.shift(x_test, (0, down, across), order=0)
        scored.append(examine(moved))
    cliff.append(np.mean(scored, axis=0))  # the mean of the four directions
    accuracy, confidence, ink = cliff[-1]
    print(
        f"shift {pixels}: {accuracy:.0%} right, {confidence:.0%} sure, {ink:.0%} of the ink"
    )

# %% tags=["hide-input"] alt="Two curves against a shift of 0 to 6 pixels. Accuracy falls steeply, to below a quarter. Confidence falls far less and stays high."
fig, ax = plt.subplots()
for column, name in enumerate(["accuracy", "confidence"]):
    curve = [row[column] for row in cliff]
    (line,) = ax.plot(curve)
    ax.text(6.1, curve[-1], name, color=line.get_color(), va="center")
ax.yaxis.set_major_formatter("{x:.0%}")
ax.set_title("shifted left, right, up, down: mean")
_ = ax.set(ylim=(0, 1), xlabel="shift in pixels")

# %% [markdown]
# At four pixels only {{ cliff[4][0]:.0%}} are right,
# {{ assert cliff[3][0] > 0.5 }} {{ assert cliff[4][0] < 0.45 }} yet the network, temperature included, is {{ cliff[4][1]:.0%}} sure,
# {{ assert cliff[4][1] > 0.7 }} {{ assert cliff[6][0] < 0.25 and cliff[6][1] > 0.6 }} and {{ cliff[4][2]:.0%}} of the ink is
# still in the frame. {{ assert cliff[4][2] > 0.97 }} Every weight belongs to one position, so shifted ink meets other weights
# ([chapter 2](02_images_as_arrays.ipynb#who-wrote-these-digits)).
#
# And why so sure? Softmax only compares logits, and training pushed these apart without ever rewarding doubt about
# strange images. Shifted ink still makes gaps, but often for a wrong digit. The test set gave no hint of this,
# because all its digits are centred.
#
# When new images differ in kind from
# those learned from, that is a **[distribution shift](../glossary.md#distribution-shift)**. Calibration promises nothing there, because temperature and
# threshold were set on centred images, too.
#
# More such changes:

# %%
noise = np.random.default_rng(4).normal(size=x_test.shape).astype(np.float32)


def turned(degrees):
    return ndimage.rotate(x_test, degrees, axes=(1, 2), reshape=False, order=1)


# %%
changes = {
    "as it is": x_test,
    "turned by 20°": turned(20),
    "turned by 40°": turned(40),
    "thinner": ndimage.grey_erosion(x_test, size=(1, 2, 2)),
    "thicker": ndimage.grey_dilation(x_test, size=(1, 3, 3)),
    "much thicker": ndimage.grey_dilation(x_test, size=(1, 4, 4)),
    "a little noise": np.clip(x_test + 0.2 * noise, 0, 1),
    "more noise": np.clip(x_test + 0.4 * noise, 0, 1),
    "ink and paper swapped": 1 - x_test,
}

# %%
changed = {}
print(" " * 23 + "accuracy  confidence")
for name, images in changes.items():
    changed[name] = examine(images)
    accuracy, confidence, _ = changed[name]
    print(f"{name:22} {accuracy:8.1%} {confidence:11.1%}")

# %% tags=["hide-input"] live="cliffs" alt="One handwritten four in nine versions: as it is, turned twice, thinner, thicker, much thicker, with a little noise, with more noise, and white on black. A person can read each of them; orange captions mark those that the network misreads."
four = np.flatnonzero(y_test == 4)[0]
nine = np.stack([images[four] for images in changes.values()])
seen = wide.predict(nine)
fig = plots.plot_digits(nine, [4] * 9, predictions=seen, columns=3)

# %% tags=["remove-cell"]
# Ten others, to be pushed by hand where the figure answers it:
labels, first = np.unique(y_test, return_index=True)
file = io.BytesIO()
strip = np.hstack(test.images[first] // 16 * 17)
Image.fromarray(strip).save(file, "PNG", optimize=True)
png = b64encode(file.getvalue()).decode()
live = {"labels": labels.tolist(), "strip": f"data:image/png;base64,{png}"}
display({"application/vnd.digitlearn+json": live}, raw=True)

# %% [markdown]
# {{ assert seen[0] == 4 and (seen != 4).any() }} With ink and paper swapped it reads worse than by guessing, and is
# {{ changed["ink and paper swapped"][1]:.0%}} sure. {{ assert changed["ink and paper swapped"][0] < 0.1 }}
# {{ assert changed["ink and paper swapped"][1] > 0.8 }}
# What helps is to train on such images ([chapter 7](07_same_layers_better.ipynb)) and to bring photos into
# MNIST's form first ([chapter 8](08_your_own_handwriting.ipynb)).
#
# And if there is [no digit at all](08_your_own_handwriting.ipynb#what-is-not-a-digit)? Images of pure random pixels:

# %%
static = np.random.default_rng(5).random((1000, 28, 28), dtype=np.float32)
logits_static = wide.predict_logits(static)
votes = np.bincount(logits_static.argmax(axis=1), minlength=10)
certain = (losses.softmax(logits_static).max(axis=1) > 0.9).mean()
cooled = losses.softmax(logits_static / temperature).max(axis=1)
passed = (cooled >= threshold).mean()
print(f"called a {votes.argmax()}: {votes.max() / len(static):.0%}")
print(f"more than 90% confidence: {certain:.0%}")
print(f"with the temperature, not refused: {passed:.0%}")
ink = static.mean() / x_test.mean()
pale = losses.softmax(wide.predict_logits(static / ink)).max(axis=1)
print(f"as pale as digits, more than 90% confidence: {(pale > 0.9).mean():.0%}")

# %% [markdown]
# The network must answer with one of ten digits, but why is it so sure? Without the
# temperature {{ certain:.0%}} of these images get more than 90% confidence; {{ assert certain > 0.3 }} even with
# it, {{ passed:.0%}} pass our threshold. {{ assert 0.1 < passed < certain }} One cause is the ink: noise has
# {{ ink:.1f}} times as much as a digit, {{ assert ink > 3 }} and large sums make large gaps between logits. Made as
# pale as digits, {{ (pale > 0.9).mean():.0%}} of them get more than 90% confidence. {{ assert (pale > 0.9).mean() < 0.15 }}
#
# ## What the test set is for
#
# The test set answers one question: how well does *this* network, chosen without it, read new images *of the same
# kind*? Whenever it is used for a choice, a little of the answer is lost, because the winner's luck is in the number. So use it once for each network you report.
#
# How much is lost? Take 20 equally good networks, give each its own exam of 10,000 images, and report the best.

# %%
rng = np.random.default_rng(6)
# right answers of 20 networks, 1000 times
exams = rng.binomial(10_000, assumed, size=(1000, 20)) / 10_000
best = exams.max(axis=1)
from_nothing = 100 * (best - assumed).mean()
print(f"the best of 20 equals: {from_nothing:+.2f} points on average")

# %% [markdown]
# That makes {{ from_nothing:.2f}} points out of nothing. {{ assert 0.2 < from_nothing < 0.3 }} On one shared exam
# it is less, because much of the luck is common.
#
# MNIST's test digits had been used for choosing for two decades when [Yadav and
# Bottou (2019)](#further-reading) reconstructed 50,000 that were never handed out. There, error rates were slightly off,
# but the order of the methods mostly held.
#
# ## Summary
#
# - An accuracy needs an error bar: ±{{ 100 * half:.2f}} points at {{ assumed:.0%}} on 10,000 images.
# - Compare two networks on the images where exactly one is right. A large p-value proves nothing.
# - Recall goes along a row of the confusion matrix, precision down a column.
# - Confidence is not accuracy. A temperature from the validation images brings them closer.
# - Refusing the least sure removed most mistakes, on images of the same kind.
# - A test set speaks only for images of its kind, and for networks not chosen by it.

# %% [markdown]
# ## Exercises that answer
#
# Write each function in place of the three dots. On this site's page *Check* tries it on many inputs; in the notebook, run
# its cell. Either says whether it is right, and if not, on which input it fails and what to ask yourself. In the notebook
# `hint("confusion_matrix")` gives the first of three hints, `hint("confusion_matrix", 2)` the second, and `solution("confusion_matrix")` an answer and its reason.

# %%
from digitlearn.exercises import check, hint, solution

for tool in (check, hint, solution):
    print(tool.__doc__.partition("\n")[0])

# %% [markdown]
# ### What was taken for what
#
# Return the confusion matrix of `labels` and `predictions`, two arrays of N digits: an array of
# integers of shape (`classes`, `classes`), whose entry in row t and column p counts the images of
# class t that were read as p.

# %% exercise="confusion_matrix"
import numpy as np


def confusion_matrix(labels, predictions, classes):
    """Count how often each true class was read as each class."""
    matrix = np.zeros((classes, classes), dtype=int)
    ...
    return matrix


check("confusion_matrix", confusion_matrix)

# %% [markdown]
# ### How many were found?
#
# `confusion` is a confusion matrix (C, C) of counts, a row for each true class. Return the recall
# of each class, an array of C `float64`: of the images that *are* of this class, the share that was
# found. The recall of a class without images is 0.

# %% exercise="recall"
import numpy as np


def recall(confusion):
    """Return the recall of each class."""
    return ...


check("recall", recall)

# %% [markdown]
# ### An interval at the ends
#
# `correct` of `total` images were read rightly, a share $a$ of $N$. With $z = 1.96$, the middle of
# Wilson's interval is $(a + z^2 / (2N)) / (1 + z^2/N)$, and half its width is $z$ times the root of
# $a (1 - a) / N + z^2 / (4N^2)$, divided by $1 + z^2/N$. Return its lower and its upper end. Try 20
# of 20: what would the rule of thumb, $a$ plus and minus $1.96$ times the root of $a (1 - a) / N$,
# say?

# %% exercise="wilson_interval"
import numpy as np


def wilson_interval(correct, total):
    """Return the lower and the upper end of Wilson's interval."""
    return ..., ...


check("wilson_interval", wilson_interval)

# %% [markdown]
# ### Luck, or better?
#
# Given the labels of N images and what two networks read, return three numbers: how many images
# only A read rightly, how many only B did, and the exact p-value. That is the chance that a fair
# coin, tossed once for each of these images, divides them at least so unevenly, *to either side*;
# it is never above 1, and 1 without any toss.

# %% exercise="mcnemar"
import numpy as np


def mcnemar(labels, answers_a, answers_b):
    """Return how often only A, only B was right, and the p-value."""
    return ..., ..., ...


check("mcnemar", mcnemar)

# %% [markdown]
# ### Expected calibration error
#
# `confidence` (N,) says how sure a network was of each answer, above 0 and up to 1; `right` (N,)
# says whether it was right. Divide the range from 0 to 1 into `bins` of equal width; a confidence
# on an edge belongs to the bin below. In every bin that is not empty, the gap is the distance
# between mean confidence and share of right answers. Return the mean of the gaps, each counted as
# often as its bin has answers.

# %% exercise="calibration_error"
import numpy as np


def calibration_error(right, confidence, bins):
    """Return the expected calibration error."""
    error = 0.0
    ...
    return error


check("calibration_error", calibration_error)

# %% [markdown]
# ### Refuse the unsure ones
#
# A machine answers only where its confidence, the largest probability of the row, is at least
# `threshold`; what it refuses, a human reads. Given `labels` (N,) and `probabilities` (N, C),
# return two numbers: the share of images it answers, and the share of *these answers* that is
# right. There is always at least one answer.

# %% exercise="reject_below"
import numpy as np


def reject_below(labels, probabilities, threshold):
    """Return the share answered, and the accuracy of the answers."""
    return ..., ...


check("reject_below", reject_below)

# %% [markdown]
# ## Exercises

# %% [markdown]
# **1. By hand.** A program reads 361 of 400 digits. How large is its error bar, by the rule of thumb? How many digits make
# it half as large?

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# $a=361/400=0.9025$, so $a(1-a)=0.088$; divided by $400$, $0.00022$; the root is $0.0148$; times $1.96$,
# $0.029$, that is 2.9 points to each side. Half as large takes four times as many: 1,600.
#
# </details>

# %% [markdown]
# **2. Ten coins.** Two networks disagree on ten images, and one of them wins eight. What is the p-value, by counting? And
# if it wins 80 of 100? Why so different, at the same share?

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# Ten tosses fall in $2^{10} = 1024$ ways. No head: 1 way; one head: 10; two heads: 45. Both sides:
# $2 \cdot 56 / 1024 = 0.11$.
#
# ```python
# print(f"{p_value(2, 8):.2g} and {p_value(20, 80):.2g}")
# assert round(p_value(2, 8), 2) == 0.11 and p_value(20, 80) < 1e-8
# ```
#
# {{ printed }}
#
# The more tosses, the closer to one half a fair coin stays.
#
# </details>

# %% [markdown]
# **3. Halves.** How accurate is *wide* on the first and on the second half of the test set? Do the two
# intervals overlap?

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# middle = len(right) // 2
# for half_of_them in (right[:middle], right[middle:]):
#     low, high = evaluation.wilson_interval(half_of_them.sum(), len(half_of_them))
#     print(f"{half_of_them.mean():.2%}, interval {low:.2%} to {high:.2%}")
#     assert low <= half_of_them.mean() <= high
# ```
#
# {{ printed }}
#
# The intervals do not overlap: one half is easier, by more than chance. {{ assert evaluation.wilson_interval(right[:5000].sum(), 5000)[1] <
# evaluation.wilson_interval(right[5000:].sum(), 5000)[0] }} The order of MNIST's test digits is not random, so never
# test on the first images only.
#
# </details>

# %% [markdown]
# **4. Spot the error.** A colleague reports two numbers. Both are wrong. Why?
#
# ```python
# candidates = {name: (net.predict(x_test) == y_test).mean() for name, net in nets.items()}
# best = max(candidates, key=candidates.get)
# print("accuracy of our network:", candidates[best])
# matrix = evaluation.evaluate(y_test, nets[best].predict_proba(x_test)).confusion
# print("precision of the 5:", matrix[5, 5] / matrix[5].sum())
# ```

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# The network was chosen by the test digits, so its accuracy there contains the luck of the winner: choose by
# `x_val`, then test once. And a *row* holds the images that are fives, so the last line prints the recall. Precision
# divides by the column, `matrix[:, 5].sum()`.
#
# </details>

# %% [markdown]
# **5. Enough.** How many mistakes may a network make on 10,000 images, so that its interval lies wholly above
# the recognizer's [target of 97.87%](../index.md#where-the-target-comes-from)?

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# mistakes = 213  # 97.87% itself
# while evaluation.wilson_interval(10_000 - mistakes, 10_000)[0] <= 0.9787:
#     mistakes -= 1
# print("at most", mistakes)
# assert mistakes == 184
# ```
#
# {{ printed }}
#
# {{ assert evaluation.wilson_interval(9816, 10_000)[0] > 0.9787 }}
# {{ assert evaluation.wilson_interval(9815, 10_000)[0] <= 0.9787 }}
#
# </details>

# %% [markdown]
# **6. What does a mistake cost?** (No code.) A mistake costs a bank 10 dollars, asking a human 1 dollar. From which
# confidence on should the machine answer itself, if its confidence can be trusted? And what if it cannot?

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# An answer given with confidence $c$ costs $10(1-c)$ on average, a question 1. They are equal at $c=0.9$: ask
# below, answer above. A machine that is too sure answers where it should ask.
#
# </details>

# %% [markdown]
# **7. Your own exam.** (No solution.) Collect leaves, letters or other things of a few kinds, and
# let two people label them independently. How often do they agree? Train a network on a part. Report its
# accuracy with an interval, its confusion matrix, its mistakes, and a photo that breaks it.

# %% [markdown]
# ## Further reading
#
# - E. B. Wilson, [Probable inference, the law of succession, and statistical
#   inference](https://doi.org/10.1080/01621459.1927.10502953), *JASA* 22, 209–212, 1927.
# - Q. McNemar, [Note on the sampling error of the difference between correlated proportions or
#   percentages](https://doi.org/10.1007/BF02295996), *Psychometrika* 12, 153–157, 1947.
# - C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, [On calibration of modern neural
#   networks](https://proceedings.mlr.press/v70/guo17a.html), *ICML*, 2017.
# - C. Yadav and L. Bottou, [Cold case: the lost MNIST digits](https://arxiv.org/abs/1905.10498), *NeurIPS*, 2019.
# - C. G. Northcutt, A. Athalye and J. Mueller, [Pervasive label errors in test sets destabilize machine learning
#   benchmarks](https://arxiv.org/abs/2103.14749), *NeurIPS*, 2021.
#
# Next: [how far can four layers go?](07_same_layers_better.ipynb)

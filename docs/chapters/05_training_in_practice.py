# %% [markdown]
# # 5 Training in practice
#
# *Is it any good, and when do I stop?*
#
# When a training goes wrong, no error message says why: the loss stands still, or it falls while the network reads no
# better.
#
# **You will be able to** see from two curves what is wrong with a training, cure it, choose by experiment, and tell progress
# from luck.
#
# **You need to know** loss, learning rate and batches ([chapter 4](04_learning.ipynb)).
#
# ## A laboratory
#
# This chapter trains more than sixty networks, so most learn from 10,000 images, for five
# [epochs](../glossary.md#epoch). A tenth of the training images is put aside for
# [validation](../glossary.md#validation-split), and every choice is made on these.

# %% tags=["hide-input"]
import copy
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import digitlearn
from digitlearn import losses, network, optimizers, plots, preprocessing, training
from digitlearn.layers import Dense, Dropout, Flatten, ReLU

plots.use_style()
train = digitlearn.load("train")
print(train.notice, end="")

# %%
x_train = preprocessing.scale_pixels(train.images)
rng = np.random.default_rng(1)
fit, validation = preprocessing.split_validation(x_train, train.labels, rng=rng)
x_fit, y_fit = fit
x_val, y_val = validation
order = np.random.default_rng(2).permutation(len(x_fit))
x_fit = x_fit[order]
y_fit = y_fit[order]


# %%
def learn(
    images, epochs, hidden_units=(128, 64), rate=0.001, size=128, seed=1, watch=None
):
    rng = np.random.default_rng(seed)
    net = network.mlp(hidden_units, rng=rng)
    sample = (x_fit[:images], y_fit[:images])
    how = {"epochs": epochs, "batch_size": size, "rng": rng}
    adam = optimizers.Adam(rate)
    return net, training.fit(net, sample, watch, optimizer=adam, **how)


# %%
def run(images, epochs, **settings):
    return learn(images, epochs, watch=validation, **settings)[1]


def score(images, epochs, **settings):
    net, _ = learn(images, epochs, **settings)
    return (net.predict(x_val) == y_val).mean()


# %% [markdown]
# `run` trains a new network and returns its [history](../reference/training.md): loss and accuracy of each epoch, in
# training and validation. `score` returns the last validation accuracy. Unless we say otherwise: 128 and 64 hidden units,
# [Adam](../glossary.md#adam) with a learning rate of `0.001`, batches of 128.
#
# ## Four patients
#
# The [loss](../glossary.md#loss) on training images is grey, that on
# validation images blue. The scales differ; the thin line in B and D is $\ln 10$, the loss of a blind guess. Look first
# whether the curves fall, then how far apart they end.
#
# > **Make a guess.** One of them is healthy. One learns too slowly, one has gone out of control, and one
# > learns its examples by heart. Which is which?

# %%
patients = {
    "A": run(1000, epochs=40, hidden_units=(256, 128), rate=0.003),
    "B": run(10_000, epochs=5, rate=0.00001),
    "C": run(10_000, epochs=10),
}
broken, patients["D"] = learn(10_000, 5, rate=0.4, watch=validation)

# %% tags=["hide-input"] live="train" alt="Four panels with training and validation loss, each with a scale of its own. In A the training loss falls to zero, while the validation loss falls and then rises again for the rest of the run. In B both fall slowly and are still high. In C both fall quickly, then slowly. In D the training loss falls from far above to the level of a blind guess after one epoch, and both stay there."
tops = {"A": 1, "B": 3, "C": 1, "D": 40}
fig, axes = plt.subplots(2, 2, figsize=(5.2, 4.4))
for ax, (name, curve) in zip(axes.flat, patients.items(), strict=True):
    last = len(curve.loss)
    ax.axhline(np.log(10), color=plots.HAIRLINE, linewidth=1)
    ax.plot(range(1, last + 1), curve.loss, color=plots.MUTED)
    ax.plot(range(1, last + 1), curve.val_loss, color=plots.ACCENT)
    ax.set(title=f"loss of {name}", ylim=(0, tops[name]), xticks=[1, last])
axes[0, 0].text(40, 0.64, "validation", color=plots.ACCENT, ha="right")
axes[0, 0].text(40, 0.06, "training", color=plots.MUTED, ha="right")
label = fig.supxlabel("epoch", fontsize=12)

# %% [markdown]
# - **C is healthy.** Both losses fall, quickly at first, then slowly.
#   {{ assert patients["C"].val_loss[0] - patients["C"].val_loss[1] > patients["C"].val_loss[-2] - patients["C"].val_loss[-1] }}
#   {{ assert patients["C"].val_loss[-1] < 1.1 * min(patients["C"].val_loss) }}
# - **B is too slow.** Both losses are high, and still falling at the end.
#   {{ assert 1 < patients["B"].val_loss[-1] < patients["B"].val_loss[-2] }}
#   {{ assert 1 < patients["B"].loss[-1] < patients["B"].loss[-2] }} It is
#   **[underfitting](../glossary.md#underfitting)**: bad even on the images it learns from.
# - **D has diverged.** In its first epoch the mean loss is {{ patients["D"].loss[0]:.0f}}, because Adam's first steps move every weight that has a slope by about the whole rate, 0.4. A typical weight
#   began at $\sqrt{2/784}\approx 0.05$, so one step wipes out what it was. (Chapter 4's 0.3 did no harm, because SGD multiplies it by the slope.) {{ assert patients["D"].loss[0] > 6 }}
# - **A learns by heart.** The training loss goes to zero; {{ assert patients["A"].loss[-1] < 0.01 }} the validation loss
#   turns around and rises. {{ assert patients["A"].val_loss[-1] > 1.15 * min(patients["A"].val_loss) }} This is
#   **[overfitting](../glossary.md#overfitting)**.
#
# > **Check your understanding.** In C, the validation loss after the first epoch is {{ patients["C"].val_loss[0]:.2f}}, and
# > the training loss {{ patients["C"].loss[0]:.2f}}. {{ assert patients["C"].val_loss[0] < patients["C"].loss[0] }} Is the
# > network better on images it has never seen?
# >
# > No: the training loss is a mean over the epoch, while the network was still learning, but the validation loss is measured at
# > its end.
#
# D ends at {{ patients["D"].loss[-1]:.2f}}, close to $\ln 10$, {{ np.log(10):.2f}}: a blind guess.
# {{ assert abs(patients["D"].loss[-1] - np.log(10)) < 0.1 and abs(patients["D"].val_loss[-1] - np.log(10)) < 0.1 }}
# Why does it not recover? We ask its first hidden layer.

# %% tags=["hide-input"]
outputs = x_val
for layer in broken.layers[:3]:  # Flatten, Dense, ReLU
    outputs = layer.forward(outputs)
awake = (outputs > 0).any(axis=0).sum()
print(f"units that any image wakes: {awake} of 128")

# %% [markdown]
# Nearly all its ReLUs are [dead](../glossary.md#dead-relu), 0 for every image. {{ assert awake < 13 }}
# What they receive, pixels, is never negative. So if large steps make most of a unit's weights negative, its sum
# can fall below 0 for every image. Nothing
# wakes the dead: where a ReLU is 0 its slope is 0, so its own weights learn nothing. To the layers behind, all images look
# alike: each digit gets about a tenth. (Elsewhere rounding differs, and more may survive.)
#
# ## A rescue
#
# A friend's training is stuck as well, at one digit in ten. She sends her images, labels and
# learning rate, 0.4.

# %% tags=["hide-input"]
# What the friend sent. Whoever wants to find the fault alone does not read this.
her_x = x_fit[:10_000]
her_y = np.random.default_rng(7).permutation(y_fit[:10_000])


# %%
def attempt(images, labels, rate, epochs):
    rng = np.random.default_rng(1)
    net = network.mlp(rng=rng)
    before = losses.cross_entropy(net.predict_logits(images), labels)
    adam = optimizers.Adam(rate)
    curve = training.fit(
        net, (images, labels), epochs=epochs, optimizer=adam, rng=rng
    )
    right = (net.predict(x_val) == y_val).mean()
    print(f"rate {rate}: loss {before:.2f}, then {curve.loss[-1]:.2f};", end=" ")
    print(f"{curve.accuracy[-1]:.0%} right, validation {right:.0%}")
    return curve.loss[-1], curve.accuracy[-1], right


# %%
stuck = attempt(her_x, her_y, rate=0.4, epochs=3)

# %% [markdown]
# The loss did not leave $\ln 10$. {{ assert abs(stuck[0] - np.log(10)) < 0.1 }} We ask four
# questions, the cheapest first. **Do images and labels belong together?**

# %% tags=["hide-input"] alt="Ten handwritten digits with their labels. Most labels name another digit than the one in the picture."
shown = plots.plot_digits(her_x[:10], her_y[:10])

# %% [markdown]
# They do not: she had shuffled only the labels. {{ assert (her_y[:10] != y_fit[:10]).sum() >= 7 }} With
# the right ones:

# %%
labels = y_fit[:10_000]
still = attempt(her_x, labels, rate=0.4, epochs=3)

# %% [markdown]
# It still reads few digits, old or new, so there is a second fault. {{ assert still[2] < 0.3 }}
# **Is the start right?** Before training,
# the loss must be near $\ln 10$ ([chapter 4](04_learning.ipynb)), and it is.
# {{ assert abs(losses.cross_entropy(network.mlp(rng=np.random.default_rng(1)).predict_logits(her_x), labels) - np.log(10)) < 0.2 }}
# {{ assert abs(losses.cross_entropy(network.mlp(rng=np.random.default_rng(1)).predict_logits(her_x), her_y) - np.log(10)) < 0.2 }}
# **Can it learn one batch by heart?** With more than 100,000 weights for 32 images, it should.

# %%
one_batch = attempt(her_x[:32], labels[:32], rate=0.4, epochs=50)
smaller = attempt(her_x[:32], labels[:32], rate=0.004, epochs=50)

# %% [markdown]
# It does not with her rate, {{ assert one_batch[1] < 0.95 }} but does with a hundredth of it, {{ assert smaller[1] == 1 }}
# so her steps were too large. **And now all images?** At our usual rate:

# %%
healed = attempt(her_x, labels, rate=0.001, epochs=3)

# %% [markdown]
# Healed. {{ assert healed[2] > 0.92 }} Keep this order, because a
# later check can pass where an earlier one fails: with a smaller rate even shuffled labels can be learned by heart (exercise 2).
#
# ## Learning by heart
#
# We made A overfit, with just 1,000 images, twice the hidden units of C, three
# times its rate and 40 epochs.
#
# > **Make a guess.** For most of the run the validation loss rises. How does the validation accuracy go on? Sketch it.
# > <!-- guess: drawn -->

# %% tags=["hide-input"] live="drawn" alt="Two panels against 40 epochs. Above, the training loss falls to zero; the validation loss reaches its lowest point early and then rises steadily. Below, the training accuracy reaches the top; the validation accuracy rises quickly and then stays level."
overfit = patients["A"]
figure = plots.plot_history(overfit)

# %% tags=["remove-cell"]
# What is to be drawn first, where the figure answers the hand:
live = {"title": "Validation accuracy of A", "values": list(overfit.val_accuracy)}
live |= {"known": int(np.argmin(overfit.val_loss)) + 1, "y": [0.7, 1]}
display({"application/vnd.digitlearn+json": live}, raw=True)

# %% [markdown]
# The training accuracy is {{ overfit.accuracy[-1]:.1%}}. {{ assert overfit.accuracy[-1] > 0.999 }} The validation loss has grown from {{ min(overfit.val_loss):.2f}} at its best,
# in epoch {{ np.argmin(overfit.val_loss) + 1 }}, to {{ overfit.val_loss[-1]:.2f}}. {{ assert np.argmin(overfit.val_loss) < 15 }}
# Yet the validation accuracy rises a little. {{ assert overfit.val_accuracy[-1] > max(overfit.val_accuracy) - 0.005 }}
# {{ assert 0 < overfit.val_accuracy[-1] - overfit.val_accuracy[np.argmin(overfit.val_loss)] < 0.03 }}
#
# How can the loss get worse when the answers do not? Accuracy asks whether an answer is right, the loss
# how much probability the right digit got. Once all examples are right, the training loss can still fall if the
# differences between [logits](../glossary.md#logits) grow, so the network becomes surer of everything, its
# mistakes included. A right answer gains little by that, since $-\ln 0.9\approx 0.1$ falls to 0 at most. But a mistake costs much
# more: $-\ln 0.1\approx 2.3$ becomes $-\ln 0.001\approx 6.9$, so a few mistakes can outweigh many right answers.
# The network does not read worse, it boasts more
# ([chapter 6](06_evaluation.ipynb#may-you-believe-its-confidence)).
#
# But why does it miss new images at all? Many settings of the weights read all its examples without a mistake, and the loss
# does not ask for one that reads others too: a chance stroke in a single four serves as well as the form of all fours.
#
# What we want is [generalization](../glossary.md#generalization): to do well on other images.
# Whatever is done for its sake, at the cost of knowing the examples less well, is **[regularization](../glossary.md#regularization)**.
#
# ## Stopping in time
#
# The simplest regularization is **[early stopping](../glossary.md#early-stopping)**: keep a copy of the best network so
# far, and stop when it has stayed unbeaten for a number of epochs, the **[patience](../glossary.md#patience)**, here five. Why not at the first rise? Because the steps are random, so
# the curve often rises in one epoch and falls in the next.
# {{ assert (np.diff(overfit.val_loss[:15])[:-1] > 0).any() and np.diff(np.sign(np.diff(overfit.val_loss[:15]))).min() < 0 }}
# Run A again,
# epoch by epoch:

# %%
few = (x_fit[:1000], y_fit[:1000])
rng = np.random.default_rng(1)
net = network.mlp((256, 128), rng=rng)
adam = optimizers.Adam(0.003)
best_loss = np.inf
patience = 5
for epoch in range(1, 40):
    curve = training.fit(net, few, validation, epochs=1, optimizer=adam, rng=rng)
    if curve.val_loss[0] < best_loss:
        best_loss = curve.val_loss[0]
        best_epoch = epoch
        stopped = copy.deepcopy(net)
    if epoch - best_epoch == patience:
        break

# %% [markdown]
# The last network goes on to epoch 40:


# %%
def judge(name, net):
    probabilities = net.predict_proba(x_val)
    right = probabilities.argmax(axis=1) == y_val
    sure = probabilities.max(axis=1)[~right].mean()
    print(f"{name}: {right.mean():.1%} right, {sure:.0%} sure of its mistakes")
    return right.mean(), sure


print(f"ended after epoch {epoch}, kept the network of epoch {best_epoch}")
training.fit(net, few, epochs=40 - epoch, optimizer=adam, rng=rng)
early = judge("stopped", stopped)
late = judge("epoch 40", net)

# %% [markdown]
# Stopping saved {{ 40 - epoch }} of 40 epochs {{ assert epoch < 20 }} and gave more modest probabilities.
# {{ assert early[1] < late[1] - 0.05 }} The kept network reads worse ({{ early[0]:.1%}} against
# {{ late[0]:.1%}}), because we watched the loss. {{ assert early[0] < late[0] }} So stop early, here at least,
# if time is short or the probabilities matter.
#
# But the lowest of several validation losses is partly lucky, so only the test images can say what the kept network is worth.
#
# ## Forgetting on purpose
#
# Early stopping ends the learning by heart; **[dropout](../glossary.md#dropout)** makes it harder. In every step, and for each
# image anew, a hidden unit or a pixel is silenced with a certain probability, the **dropout rate**. The outputs of the others are
# divided by 1 − rate, so that the sums are on average as large as when all speak: at a rate of one half, each speaker counts twice. When the
# network predicts, all units speak, because an answer should not depend on chance. Without the division the next layer would then meet sums twice as large.

# %%
half = Dropout(0.5, rng=np.random.default_rng(3))
units = np.ones((1, 10), dtype=np.float32)
print("while training:  ", half.forward(units, training=True)[0])
print("while predicting:", half.forward(units)[0])

# %% tags=["hide-input"] alt="A small network of four columns of dots, first whole, then as three images train it: for each, another half of the hidden units is grey and without connections."
rng = np.random.default_rng(5)
fig, axes = plt.subplots(1, 4, figsize=(5.2, 1.9))
for ax, title in zip(axes, ["whole", "image 1", "image 2", "image 3"], strict=True):
    left = []
    for column, size in enumerate([5, 6, 6, 3]):
        heights = np.arange(size) - (size - 1) / 2
        ax.plot(np.full(size, column), heights, "o", color=plots.HAIRLINE)
        if title != "whole" and column in (1, 2):
            heights = rng.permutation(heights)[: size // 2]
        ends = np.array(np.meshgrid(left, heights)).reshape(2, -1)
        ax.plot([column - 1, column], ends, color=plots.MUTED, linewidth=0.5)
        ax.plot(np.full(len(heights), column), heights, "o", color=plots.ACCENT)
        left = heights
    ax.set_title(title)
    ax.axis("off")

# %% [markdown]
# Why should it help ([Srivastava et al. 2014](#further-reading))? An image never
# meets the same network twice, so no unit can rely on a certain pixel or neighbor being there. And each image trains another, thinner
# network. All share their weights, so the whole network is roughly their vote, and the mistakes of a few are outvoted. In run A we silence a fifth of the pixels and half of the hidden units.


# %%
def with_dropout(of_pixels, of_units, rng):
    layers = [Flatten(), Dropout(of_pixels, rng=rng)]
    layers += [Dense(784, 256, rng=rng), ReLU(), Dropout(of_units, rng=rng)]
    layers += [Dense(256, 128, rng=rng), ReLU(), Dropout(of_units, rng=rng)]
    layers += [Dense(128, 10, rng=rng)]
    return network.Network(layers)


rng = np.random.default_rng(1)
thinned = with_dropout(0.2, 0.5, rng)
adam = optimizers.Adam(0.003)
dropped = training.fit(thinned, few, validation, epochs=40, optimizer=adam, rng=rng)

# %% tags=["hide-input"] alt="Validation loss over 40 epochs. Without dropout it reaches its lowest point early, marked with a dot as the epoch that was kept, and then rises. With dropout it falls more slowly, to a lower value, and rises less."
fig, ax = plt.subplots()
curves = [("no dropout", overfit, plots.WRONG), ("dropout", dropped, plots.ACCENT)]
for name, curve, color in curves:
    ax.plot(range(1, 41), curve.val_loss, color=color)
    ax.text(41, curve.val_loss[-1], name, color=color, va="center")
ax.plot(best_epoch, best_loss, "o", color=plots.WRONG)
ax.text(best_epoch, best_loss - 0.12, "kept", color=plots.WRONG, ha="center")
limits = ax.set(xlabel="epoch", title="validation loss", xlim=(0, 40), ylim=(0, 1))

# %% [markdown]
# Dropout ends with a loss of {{ dropped.val_loss[-1]:.2f}} instead of {{ overfit.val_loss[-1]:.2f}}
# {{ assert abs(dropped.val_loss[-1] - best_loss) < 0.03 }}
# {{ assert dropped.val_loss[-1] < 0.9 * overfit.val_loss[-1] }} {{ assert min(dropped.val_loss) < min(overfit.val_loss) }}
# {{ assert dropped.val_loss[-1] - min(dropped.val_loss) < overfit.val_loss[-1] - min(overfit.val_loss) }}
# and it reads {{ dropped.val_accuracy[-1]:.1%}} instead of {{ overfit.val_accuracy[-1]:.1%}}.
# {{ assert dropped.val_accuracy[-1] > overfit.val_accuracy[-1] }} The price is time: its lowest loss comes at epoch {{ np.argmin(dropped.val_loss) + 1 }}, not at {{ best_epoch }}.
# {{ assert np.argmin(dropped.val_loss) + 1 > 1.5 * best_epoch }} Whether
# the gain in accuracy is luck, we measure [below](#one-run-is-not-a-result).
#
# ## The learning rate
#
# Learning rate, batch size, width and number of epochs are [hyperparameters](../glossary.md#hyperparameter), which we choose and training does not learn. One tunes the
# [learning rate](../glossary.md#learning-rate) first, because the wrong one ruins everything else.
#
# > **Make a guess.** By what factor may one miss the best value before the error doubles?
# > <!-- guess: 2 | 10 | 100 = 10 -->

# %%
rates = np.logspace(-6, 0, 13)
rate_errors = []
for rate in rates:
    rate_errors.append(1 - score(10_000, 5, rate=rate))
rate_errors = np.array(rate_errors)
good = rates[rate_errors < 2 * rate_errors.min()]
print(f"less than twice the best: {good.min():.1g} to {good.max():.1g}")

# %% tags=["hide-input"] alt="Validation error against the learning rate, both axes logarithmic: a U. At a millionth most answers are wrong; the error falls to a flat bottom between a thousandth and a hundredth, and rises steeply again until nearly all are wrong."
fig, ax = plt.subplots()
ax.loglog(rates, rate_errors, "o-", color=plots.ACCENT)
ax.set(xlabel="learning rate", title="validation error after five epochs")
ax.set(xticks=rates[::2], yticks=[0.05, 0.1, 0.2, 0.5, 1])
ax.yaxis.set_major_formatter("{x:.0%}")
ax.minorticks_off()

# %% [markdown]
# The curve is a U with a flat bottom: to the left networks are unfinished, like B; to the right broken, like D. {{ assert rate_errors[0] > 0.7 and rate_errors[-1] > 0.8 }}
# {{ assert 0.0005 < rates[rate_errors.argmin()] < 0.02 }} {{ assert max(rate_errors[6:9]) < 2 * rate_errors.min() }}
# The best rate is {{ rates[rate_errors.argmin()]:.1g}}. From {{ good.min():.1g}} to {{ good.max():.1g}}, a factor of about ten to either side, the error is
# less than twice as large. {{ assert 0.08 < good.min() / rates[rate_errors.argmin()] < 0.12 }}
# {{ assert 8 < good.max() / rates[rate_errors.argmin()] < 12 }}
#
# Since the bottom is that wide, a search in factors of ten will do. Why factors? Because from 0.1 to 0.2
# every step doubles, as it does from one thousandth to two thousandths. If the first or last rate is best, go on beyond it; with
# another batch size, many more epochs or more images (an epoch then has more steps), search again.
#
# ## The batch size
#
# Small [batches](../glossary.md#batch) make an epoch many steps, large ones few.

# %%
batches = {}
steps = {}
for size in [32, 128, 512]:
    batches[size] = run(10_000, 5, size=size)
    steps[size] = np.ceil(len(x_fit[:10_000]) / size)
    last = batches[size].val_accuracy[-1]
    print(f"batches of {size:3}: {5 * steps[size]:5,.0f} steps, {last:.1%} right")

# %% tags=["hide-input"] alt="Two panels with the validation error for batches of 32, 128 and 512. Above, against epochs: the smaller the batch, the lower the error. Below, against the number of steps: the curves lie one behind the other, and where they overlap the larger batch has the lower error."
fig, axes = plt.subplots(2, 1, figsize=(5.2, 5), sharey=True)
colors = {32: plots.ACCENT, 128: plots.MUTED, 512: plots.WRONG}
for size, curve in batches.items():
    error = 1 - np.array(curve.val_accuracy)
    epochs = np.arange(1, 6)
    for ax, x, y in [(axes[0], epochs, -4), (axes[1], epochs * steps[size], 7)]:
        ax.plot(x, error, ".-", color=colors[size])
        place = {"xytext": (-5, y), "textcoords": "offset points", "ha": "right"}
        ax.annotate(f"{size}", (x[0], error[0]), color=colors[size], **place)
axes[0].set(xlabel="epoch", title="validation error", xlim=(0.5, 5.2))
axes[1].set(xlabel="step", xscale="log", xlim=(steps[512] / 2, None))
axes[1].set_ylim(0, None)
axes[1].yaxis.set_major_formatter("{x:.0%}")

# %% [markdown]
# By epochs (above) small batches win, because they have made more steps.
# {{ assert np.subtract(batches[32].val_accuracy, batches[128].val_accuracy).min() > 0 }}
# {{ assert np.subtract(batches[128].val_accuracy, batches[512].val_accuracy).min() > 0 }}
# By steps (below) the larger batch is ahead, because each step follows a better estimate of the [gradient](../glossary.md#gradient): a mean of more images scatters less.
# {{ assert np.interp(5 * steps[512], steps[128] * np.arange(1, 6), batches[128].val_accuracy) < batches[512].val_accuracy[-1] }}
# {{ assert np.interp(5 * steps[128], steps[32] * np.arange(1, 6), batches[32].val_accuracy) < batches[128].val_accuracy[-1] }}
# But such a step costs more: with 512 images 16 times the multiplications of 32. Then why not always
# small ones? An epoch has as many multiplications either way, but a computer is faster
# with a few large products. Large batches bear a larger rate, because their direction scatters less (exercise 3).
#
# ## The width
#
# How many hidden units? The first hidden layer gets 4 to 512, the second half as many.
#
# > **Make a guess.** The widest network has over half a million parameters for 10,000 images. Will it overfit so badly that
# > narrower ones read better? <!-- guess: yes | no = no -->

# %%
widths = [4, 16, 64, 256, 512]
learned = []
unseen = []
for width in widths:
    curve = run(10_000, 5, hidden_units=(width, width // 2))
    learned.append(1 - curve.accuracy[-1])
    unseen.append(1 - curve.val_accuracy[-1])
    print(f"{width:4} units: error {learned[-1]:.2%} in training,", end=" ")
    print(f"{unseen[-1]:.2%} in validation")

# %% tags=["hide-input"] alt="Training and validation error against the width of the first hidden layer, both axes logarithmic. Both fall together from more than half at 4 units. From 64 units on they part: the training error goes on falling, the validation error levels off."
fig, ax = plt.subplots()
ax.loglog(widths, learned, "o-", color=plots.MUTED)
ax.loglog(widths, unseen, "o-", color=plots.ACCENT)
ax.text(620, learned[-1], "training", color=plots.MUTED, va="center")
ax.text(620, unseen[-1], "validation", color=plots.ACCENT, va="center")
ax.set(xlabel="units in the first hidden layer", title="error after five epochs")
ax.set(xticks=widths, xticklabels=widths, yticks=[0.01, 0.05, 0.2, 1])
ax.yaxis.set_major_formatter("{x:.0%}")
ax.minorticks_off()

# %% [markdown]
# At the narrow end both errors (in training again a mean over the epoch) are
# high and nearly equal: {{ assert learned[0] > 0.4 and unseen[0] > 0.4 and abs(learned[0] - unseen[0]) < 0.01 }}
# underfitting, because so few units learn too little. How do you tell this from patient B? Wait, or take larger
# steps: B's losses come down, those of too small a network become level, still high. Then take more units.
#
# At the wide end the training error goes on falling, {{ assert learned[-1] < 0.02 and learned[-1] < learned[-2] / 1.5 }}
# while the validation error levels off: {{ unseen[-2]:.2%}} with 256 units, {{ unseen[-1]:.2%}} with 512 (a few mistakes more, too few to matter).
# {{ assert abs(unseen[-1] - unseen[-2]) < 0.01 }} Why? What the extra units add fits just these
# 10,000 images and helps little with others.
#
# So more parameters than examples need not hurt, at least in five epochs.
#
# Width also costs time: a multiplication for each weight and image.
# But a width enough for 10,000 images may be too small for 54,000.
#
# ## More images
#
# > **Make a guess.** You have 2,000 labelled images, and collect 2,000 more. What share of the errors will disappear?
# > <!-- guess: number = gone:.0% -->
#
# We train on half of the images, a third of these, and so on. For a fair comparison each network must
# come near its best, so its steps shrink slowly to nothing ([chapter
# 7](07_same_layers_better.ipynb#smaller-steps-at-the-end)), and few images get more epochs.

# %%
counts = []
errors = []
for third, epochs in enumerate([8, 16, 30, 60, 120, 240]):
    count = len(x_fit) // 2 // 3**third
    rng = np.random.default_rng(1)
    reader = network.mlp(rng=rng)
    sample = (x_fit[:count], y_fit[:count])
    training.fit(reader, sample, epochs=epochs, schedule=optimizers.cosine, rng=rng)
    counts.append(count)
    errors.append((reader.predict(x_val) != y_val).mean())

# %% [markdown]
# Now, on logarithmic axes, a straight line through the five smaller
# sets' errors predicts the largest's.

# %%
slope, height = np.polyfit(np.log(counts[1:]), np.log(errors[1:]), 1)
line = np.exp(height) * np.array(counts) ** slope
gone = 1 - 2**slope
print(f"slope {slope:.3f}; with {counts[0]:,} images:", end=" ")
print(f"predicted {line[0]:.2%}, measured {errors[0]:.2%}")

# %% tags=["hide-input"] alt="Validation error against the number of training images, both axes logarithmic. Six points lie close to a falling straight line, which was drawn through the left five only; the sixth, hollow, lies close to it as well."
fig, ax = plt.subplots()
ax.loglog(counts, line, color=plots.HAIRLINE)
ax.loglog(counts[1:], errors[1:], "o", color=plots.ACCENT)
ax.loglog(counts[0], errors[0], "o", color=plots.ACCENT, mfc=plots.PAPER)
for count, error in zip(counts, errors, strict=True):
    ax.annotate(f"{error:.1%}", (count, error), (6, 4), textcoords="offset points")
ax.set(xlabel="training images", title="validation error", yticks=[0.03, 0.1, 0.3])
ax.set(xticks=counts, xticklabels=[f"{count:,}" for count in counts])
ax.yaxis.set_major_formatter("{x:.0%}")
ax.minorticks_off()

# %% [markdown]
# The line said {{ line[0]:.2%}}, and we measured {{ errors[0]:.2%}}. But [chance
# alone](06_evaluation.ipynb#how-sure-is-an-accuracy) moves an accuracy on {{ len(y_val):,}} images by about
# {{ 196 * np.sqrt(errors[0] * (1 - errors[0]) / len(y_val)):.1f}} points to either side, so a hit this close is partly luck.
# {{ assert abs(line[0] - errors[0]) < 0.5 * 1.96 * np.sqrt(errors[0] * (1 - errors[0]) / len(y_val)) }}
# {{ assert max(abs(np.log(errors / line))) < 0.15 }}
#
# What does the slope, {{ slope:.3f}}, say? {{ assert -0.5 < slope < -0.3 }} On such axes a line of slope $m$ is
# $\ln E=m\ln n+h$, for the error $E$ with $n$ images. So $E=c\,n^m$, with $\ln c=h$, and twice the images multiply the error by
# $2^m$, here by {{ 2**slope:.2f}}. **Each time the images double, about the same share of the errors disappears**, here
# {{ gone:.0%}}: {{ assert abs(gone - 0.25) < 0.03 }} a **[power law](../glossary.md#power-law)** ([Hestness et al. 2017](#further-reading)). More images are
# harder to learn by heart, so what fits them all may fit new ones better. But each further image brings less: the more there are, the more
# often one like it is already among them.
#
# The line cannot go on forever. Wrong labels set a floor: who reads such a digit rightly is counted wrong.
#
# ## One run is not a result
#
# These networks began with random weights and saw images in random order, both fixed by the [seed](../glossary.md#seed) 1.
# We try eight, and an "improvement": a quarter more hidden units.
#
# > **Make a guess.** How many percentage points lie between the best and the worst of eight runs that differ in
# > nothing but the seed? <!-- guess: number (points) = 100 * np.ptp(ours):.1f -->

# %%
ours = []
wider = []
for seed in range(8):
    ours.append(score(10_000, 5, seed=seed))
    wider.append(score(10_000, 5, hidden_units=(160, 80), seed=seed))
ours = np.array(ours)
wider = np.array(wider)
print(train.notice, end="")
print(
    f"128 and 64 units: {ours.min():.1%} to {ours.max():.1%}, mean {ours.mean():.2%}"
)
print(
    f"160 and 80 units: {wider.min():.1%} to {wider.max():.1%}, mean {wider.mean():.2%}"
)

# %% tags=["hide-input"] alt="Two rows of eight dots: the validation accuracies of eight runs each with 128 and 64 units and with 160 and 80 units. The two clouds overlap widely. A stroke marks the mean of each; that of the second is a little to the right."
fig, ax = plt.subplots(figsize=(5.2, 2.4))
for row, (name, cloud) in enumerate(
    {"128 and 64": ours, "160 and 80": wider}.items()
):
    ax.plot(cloud, np.full(8, -row), "o", color=plots.ACCENT, alpha=0.6)
    ax.plot(cloud.mean(), -row, "|", color=plots.INK, markersize=24)
    ax.text(min(ours.min(), wider.min()), 0.3 - row, f"{name} units")
ax.set(yticks=[], ylim=(-1.4, 0.7), xlabel="validation accuracy after five epochs")
ax.xaxis.set_major_formatter("{x:.1%}")
ax.spines["left"].set_visible(False)

# %% [markdown]
# The seed alone moves the result by {{ 100 * np.ptp(ours):.1f}} points. {{ assert np.ptp(ours) > 0.006 }} Our seed 1 was the best of
# the eight, {{ assert ours.argmax() == 1 }} so the {{ ours[1]:.1%}} above was lucky: the mean is
# {{ ours.mean():.1%}}. {{ assert ours[1] == batches[128].val_accuracy[-1] }}
#
# The wider network is better by {{ 100 * (wider.mean() - ours.mean()):.2f}} points on average.
# {{ assert wider.mean() > ours.mean() }} {{ assert wider.min() < ours.mean() and ours.max() > wider.mean() }} But the two
# clouds overlap, so how sure is that?
#
# How far do single runs scatter? Square each run's distance from the mean, add, divide by the number of runs less one, take the
# root: the [standard deviation](../glossary.md#standard-deviation). The mean of $R$ runs scatters less, by a factor of
# $\sqrt{R}$, because luck partly cancels. By hand, if both clouds had a deviation of 0.3 points in ten runs: squared, 0.09; the two added, because the luck of both is in the difference,
# 0.18; divided by ten, 0.018; the root, 0.13 points. That is the **[standard error](../glossary.md#standard-error)** of the difference of two means, for deviations
# $s_A$ and $s_B$:
#
# $$e = \sqrt{\frac{s_A^2 + s_B^2}{R}}$$

# %%
# ddof=1 divides by 7, not 8: the runs lie a little too near their own mean.
spread = ours.std(ddof=1)
gain = wider.mean() - ours.mean()
error = np.sqrt((spread**2 + wider.std(ddof=1) ** 2) / 8)
single = np.sqrt(2) * spread
print(f"standard deviation of ours: {100 * spread:.2f} points")
print(f"wider: {100 * gain:.2f} points better, standard error {100 * error:.2f}")
print(f"the same for one run against one: standard error {100 * single:.2f}")

# %% [markdown]
# When is a difference a result? A rule of thumb asks for at least $2e$, because luck alone exceeds that about once in twenty times;
# with three to five runs ask for $3e$, since so few say little of how they scatter. Ours is {{ gain / error:.2f}} times $e$, so eight
# runs each are not enough. {{ assert gain < 2 * error }} How many are? Since $e$ shrinks with the root of $R$, the same
# gain takes (2 / {{ gain / error:.2f}})² times as many: about {{ 8 * (2 * error / gain) ** 2:.0f}} runs each. With one run each the rule asks for more
# than {{ 200 * single:.2f}} points, so half a point shows nothing.
# {{ assert 2 * single > 0.005 }}
#
# And dropout? Run A, four seeds without it and four with it:


# %%
def four_runs(of_pixels, of_units):
    nets = []
    accuracies = []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        net = with_dropout(of_pixels, of_units, rng)
        training.fit(net, few, epochs=40, optimizer=optimizers.Adam(0.003), rng=rng)
        nets.append(net)
        accuracies.append((net.predict(x_val) == y_val).mean())
    return nets, np.array(accuracies)


# %%
voters, plain = four_runs(0, 0)
_, thin = four_runs(0.2, 0.5)
better = thin.mean() - plain.mean()
error_of_it = np.sqrt((plain.var(ddof=1) + thin.var(ddof=1)) / 4)
print(f"mean without dropout {plain.mean():.2%}, with dropout {thin.mean():.2%}")
print(f"{100 * better:.2f} points better, standard error {100 * error_of_it:.2f}")

# %% [markdown]
# That is {{ better / error_of_it:.1f}} times $e$, so dropout's gain is a result. {{ assert better > 3 * error_of_it }} (On these images: all runs share the 1,000 they
# learn from and the 6,000 that judge.)
#
# And the single runs above? The rise of the U, the errors of narrow networks and the fall of the line are far larger than the seeds' scatter: results.
# {{ assert min(rate_errors[0], rate_errors[-1]) - rate_errors.min() > 20 * single }} {{ assert unseen[0] - unseen[-1] > 20 * single }}
# {{ assert errors[2] - errors[0] > 2 * single }} The gain of small batches is a result too: one run with batches of 32 lies above the mean of eight with 128 by more than
# four times their standard deviation.
# {{ assert batches[32].val_accuracy[-1] > ours.max() + 0.003 }} But the steps from 64 to 256 units and on to 512, and from our usual rate to the best,
# are smaller than the rule asks for: one run each does not decide, so we kept our width and rate (and the faster
# batches of 128).
# {{ assert abs(unseen[-1] - unseen[-2]) < 2 * single }} {{ assert abs(rate_errors[6] - rate_errors[7]) < 2 * single }}
#
# > **Check your understanding.** A friend tries 50 seeds, keeps the best and reports its validation accuracy. What is
# > wrong?
# >
# > The seed was chosen on the validation images, so the winner's luck is in the number.
#
# ## The same in Keras
#
# Two more kinds of regularization keep weights small, because then the
# network cannot grow so sure. One is an **[L2 penalty](../glossary.md#l2-penalty)**: the sum of the squared weights, times a small
# number, is added to the loss. The other is **[weight decay](../glossary.md#weight-decay)**: at each step a small part of every weight, the learning rate times
# `weight_decay`, is taken away. With Adam the two differ ([Loshchilov and Hutter 2019](#further-reading)); we
# take weight decay (`AdamW`).

# %%
import keras

keras.utils.set_random_seed(1)
model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten()])
model.add(keras.layers.Dropout(0.2))
for units in [256, 128]:
    model.add(keras.layers.Dense(units, activation="relu"))
    model.add(keras.layers.Dropout(0.5))
model.add(keras.layers.Dense(10, activation="softmax"))
adamw = keras.optimizers.AdamW(learning_rate=0.003, weight_decay=0.01)
cross_entropy = "sparse_categorical_crossentropy"
model.compile(optimizer=adamw, loss=cross_entropy, metrics=["accuracy"])

# %% [markdown]
# Chapter 1's [callback](../glossary.md#callback) acted before each epoch; these two act after it. `EarlyStopping` brings
# the best weights back only with `restore_best_weights=True`. `ModelCheckpoint` keeps the best
# network in a file, with `save_best_only=True`.

# %%
folder = tempfile.TemporaryDirectory()
path = Path(folder.name) / "best.keras"
callbacks = [
    keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True),
    keras.callbacks.ModelCheckpoint(path, save_best_only=True),
]

# %%
log = model.fit(
    x_fit[:1000],
    y_fit[:1000],
    validation_data=(x_val, y_val),
    batch_size=128,
    validation_batch_size=1000,
    epochs=40,
    callbacks=callbacks,
    verbose=0,
)
_, kept = model.evaluate(x_val, y_val, verbose=0)
_, saved = keras.models.load_model(path).evaluate(x_val, y_val, verbose=0)
print(
    f"{len(log.history['loss'])} epochs, {kept:.1%} right; from the file {saved:.1%}"
)

# %% [markdown]
# {{ assert len(log.history["loss"]) < 40 }}
# {{ assert kept == saved }}
# ## Summary
#
# - Draw both losses. Both high and falling: go on, or take larger steps. Both high and level, though the rate is good: more units. Training falling, validation rising: overfitting.
# - Stuck near $\ln 10$? Check the data, the start, one batch (steps too large?), all images, in this order.
# - Overfitting may show in the loss alone: the network grows too sure. Early stopping keeps it modest, dropout helps it read.
# - Tune the learning rate first, in factors of ten. Beyond some width little is gained.
# - Twice the images left about three quarters of the errors. {{ assert abs(gone - 0.25) < 0.03 }}
# - Report mean and spread over several seeds. A difference below twice its standard error (three times, with three to five runs) is not yet a result.

# %% [markdown]
# ## Exercises that answer
#
# Write each function in place of the three dots. On this site's page *Check* tries it on many inputs; in the notebook, run
# its cell. Either says whether it is right, and if not, on which input it fails and what to ask yourself. In the notebook
# `hint("stop_epoch")` gives the first of three hints, `hint("stop_epoch", 2)` the second, and `solution("stop_epoch")` an answer and its reason.

# %%
from digitlearn.exercises import check, hint, solution

for tool in (check, hint, solution):
    print(tool.__doc__.partition("\n")[0])

# %% [markdown]
# ### When to stop
#
# `val_losses` has the validation loss after each epoch. Training stops as soon as `patience` epochs
# in a row have not beaten the best loss so far; an equal loss does not beat it. Return two numbers,
# counted from 1: the best epoch, whose network is kept, and the epoch after which training stops.
# If it never stops early, that is the last one.


# %% exercise="stop_epoch"
def stop_epoch(val_losses, patience):
    """Return the best epoch, and the epoch after which training stops."""
    best_epoch = 1
    epoch = 1
    ...
    return best_epoch, epoch


check("stop_epoch", stop_epoch)

# %% [markdown]
# ### Which curve overfits?
#
# `losses` and `val_losses` are the training and the validation loss after each epoch. Return True
# if they show overfitting, else False. The rule: at the end the validation loss is more than `1.1`
# times the lowest it has ever been, while the training loss is lower than it was in that best
# epoch.

# %% exercise="overfits"
import numpy as np


def overfits(losses, val_losses):
    """Say whether the two curves show overfitting."""
    return ...


check("overfits", overfits)

# %% [markdown]
# ### The error of a mean over seeds
#
# `results` holds what R trainings reached that differ by their seed alone, R at least 2. Return the
# standard error of their mean: the standard deviation, with R less 1 as divisor, divided by the
# root of R.

# %% exercise="standard_error"
import numpy as np


def standard_error(results):
    """Return the standard error of the mean of some results."""
    return ...


check("standard_error", standard_error)

# %% [markdown]
# ## Exercises

# %% [markdown]
# **1. By hand.** Three runs of A make 30, 34 and 32 mistakes, three of B 27, 25 and 29. Is B better, by the rule for so few
# runs?

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# The means are 32 and 27. The squared distances from the mean are 4, 4 and 0 in both; divided by $3-1$, their sum gives
# $s^2=4$. So $e=\sqrt{(4+4)/3}=1.63$. The difference, 5, is just more than $3e=4.9$: B is better, as far as three runs can tell.
#
# </details>

# %% [markdown]
# **2. Learning nonsense.** Shuffle the labels of the 1,000 images and train as in run A, but 60 epochs. Which accuracies do you
# expect on training and validation images?

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# nonsense = np.random.default_rng(4).permutation(y_fit[:1000])
# rng = np.random.default_rng(1)
# net = network.mlp((256, 128), rng=rng)
# adam = optimizers.Adam(0.003)
# sample = (x_fit[:1000], nonsense)
# curve = training.fit(net, sample, epochs=60, optimizer=adam, rng=rng)
# new = (net.predict(x_val) == y_val).mean()
# print(f"training {curve.accuracy[-1]:.1%}, validation {new:.1%}")
# assert curve.accuracy[-1] > 0.85 and new < 0.2
# ```
#
# {{ printed }}
#
# It learns meaningless labels by heart and reads like a blind guess, {{ assert curve.accuracy[-1] > 0.99 and new < 0.15 }} so a high training accuracy proves nothing
# ([C. Zhang et al. 2017](#further-reading), for much larger networks).
#
# </details>

# %% [markdown]
# **3. Larger batches, larger steps.** Batches of 512 made too few steps. How much of that does a larger
# learning rate make up for?

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# bold = score(10_000, 5, size=512, rate=0.004)
# timid = batches[512].val_accuracy[-1]
# print(f"{timid:.1%} becomes {bold:.1%}; batches of 128: {ours.mean():.1%}")
# assert bold > max(timid, ours.min())
# ```
#
# {{ printed }}
#
# Here, about all of it, so choose batch size and learning rate together.
#
# </details>

# %% [markdown]
# **4. A vote.** `voters` are the four networks without dropout. Read the validation images by the mean of their probabilities.
# Does the vote err less than the voters?

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# total = np.zeros((len(x_val), 10))
# for net in voters:
#     total += net.predict_proba(x_val)
# vote = (total.argmax(axis=1) == y_val).mean()
# print(f"voters {plain.min():.1%} to {plain.max():.1%}, vote {vote:.1%}")
# assert vote > plain.mean()
# ```
#
# {{ printed }}
#
# It does, because the voters do not all make the same mistakes.
#
# </details>

# %% [markdown]
# **5. Spot the error.** This is meant to keep the network with the lowest validation loss. In the end `best` has
# the loss of the last network. Why?
#
# ```python
# lowest = np.inf
# for epoch in range(40):
#     curve = training.fit(net, few, validation, epochs=1, optimizer=adam, rng=rng)
#     if curve.val_loss[0] < lowest:
#         lowest = curve.val_loss[0]
#         best = net
# ```

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# `best = net` makes a second name, not a second network. `fit` goes on changing the one there is, so `best` changes too.
# `copy.deepcopy(net)` makes a copy.
#
# </details>

# %% [markdown]
# **6. Which illness?** (No code.) What is wrong, and what would you try first? (a) Training loss near zero, validation loss 0.9
# and rising. (b) Both at 1.8 after ten epochs, both falling. (c) The loss is `nan` after three steps.
# (d) Training and validation 94 of 100 right, and your photos 40 of 100.

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# (a) Overfitting: more images, dropout, or stop earlier. (b) Underfitting, too slow: a larger rate, or wait. (c) Diverged:
# a tenth of the rate, and look whether the pixels were scaled. (d) No curve shows it: the photos are of another kind than
# the images learned from ([chapter 8](08_your_own_handwriting.ipynb)).
#
# </details>

# %% [markdown]
# **7. Your own line.** (No solution.) Take data of your own. Train on a tenth, a third
# and all of them, with three seeds each. Draw the line. Would it pay to collect twice as many?

# %% [markdown]
# ## Further reading
#
# - N. Srivastava and others, [Dropout: a simple way to
#   prevent neural networks from overfitting](https://jmlr.org/papers/v15/srivastava14a.html), *JMLR*, 2014.
# - C. Zhang and others, [Understanding deep learning requires rethinking
#   generalization](https://arxiv.org/abs/1611.03530), *ICLR*, 2017.
# - J. Hestness and others, [Deep learning scaling is predictable, empirically](https://arxiv.org/abs/1712.00409), 2017.
# - I. Loshchilov and F. Hutter, [Decoupled weight decay regularization](https://arxiv.org/abs/1711.05101), *ICLR*, 2019.
#
# Next: [98% of what?](06_evaluation.ipynb)

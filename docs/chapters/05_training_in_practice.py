# %% [markdown]
# # 5 Training in practice
#
# *Is it any good, and when do I stop?*
#
# **You will be able to** tell from two curves what is wrong with a training run, make a network overfit and stop it
# in time, choose learning rate, batch size and width by experiment, predict what more images would bring, and know when
# an improvement is only luck.
#
# **You need to know** what [chapter 4](04_learning.ipynb) says about loss, learning rate and batches.
#
# ## A laboratory
#
# This chapter trains more than fifty networks. To be quick, most of them learn from 10,000 images for five
# [epochs](../glossary.md#epoch). A tenth of the training images is put aside for
# [validation](../glossary.md#validation-split), and every choice is made on these. The others are shuffled
# once, so that the first 1,000 of them are a random sample.

# %%
import copy

import matplotlib.pyplot as plt
import numpy as np

import digitlearn
from digitlearn import network, optimizers, plots, preprocessing, training
from digitlearn.layers import Dense, Dropout, Flatten, ReLU

plots.use_style()
train, test = digitlearn.load("train"), digitlearn.load("test")
x_train, rng = preprocessing.scale_pixels(train.images), np.random.default_rng(1)
(x_fit, y_fit), (x_val, y_val) = preprocessing.split_validation(
    x_train, train.labels, rng=rng
)


# %%
def run(images, epochs, hidden_units=(128, 64), rate=0.001, batch_size=128, seed=1):
    rng, sample = np.random.default_rng(seed), (x_fit[:images], y_fit[:images])
    net, adam = network.mlp(hidden_units, rng=rng), optimizers.Adam(rate)
    settings = {"epochs": epochs, "batch_size": batch_size, "optimizer": adam}
    return training.fit(net, sample, validation, rng=rng, **settings)


order = np.random.default_rng(2).permutation(len(x_fit))
x_fit, y_fit, validation = x_fit[order], y_fit[order], (x_val, y_val)

# %% [markdown]
# `run` trains a new network and returns its [history](../reference/training.md): loss and accuracy after each epoch, on
# training and on validation images. What we do not mention stays as it is: 128 and 64 hidden units,
# [Adam](../glossary.md#adam) with a learning rate of `0.001`, batches of 128.
#
# ## Four patients
#
# Here are four runs. Grey is the [loss](../glossary.md#loss) on the training images, blue the loss on the validation
# images.
#
# > **Make a guess.** One of them is healthy. One learns too slowly, one has gone out of control, and one
# > learns its examples by heart. Which is which?

# %% alt="Four panels with training and validation loss. In A the training loss falls to zero, while the validation loss falls and then rises again. In B both fall slowly and are still high. In C both fall quickly and level off. In D the training loss comes down from above the picture and both then wander between 1.9 and 2.5."
patients = {
    "A": run(1000, epochs=60, hidden_units=(256, 128), rate=0.003),
    "B": run(10_000, epochs=10, rate=0.00001),
    "C": run(10_000, epochs=10),
    "D": run(10_000, epochs=10, rate=0.3),
}
fig, axes = plt.subplots(2, 2, figsize=(5.2, 4.4), sharey=True)
for ax, (name, curve) in zip(axes.flat, patients.items(), strict=True):
    epochs = range(1, len(curve.loss) + 1)
    ax.plot(epochs, curve.loss, color=plots.MUTED)
    ax.plot(epochs, curve.val_loss, color=plots.ACCENT)
    ax.set(title=f"loss of {name}", ylim=(0, 3), xticks=[1, len(curve.loss)])
axes[0, 0].text(60, 0.7, "validation", color=plots.ACCENT, ha="right")
axes[0, 0].text(60, 0.1, "training", color=plots.MUTED, ha="right")
label = fig.supxlabel("epoch", fontsize=11)

# %% [markdown]
# - **C is healthy.** Both losses fall, quickly at first, then ever more slowly.
# - **B is too slow.** Both losses are high, and still falling when the run ends. It is
#   **[underfitting](../glossary.md#underfitting)**: bad even on the images it learns from.
# - **D has diverged.** The mean loss of its first epoch is {{ patients["D"].loss[0]:.0f}}, far above the
#   picture. From then on it wanders around $\ln 10$, {{ np.log(10):.2f}}: in [chapter 4](04_learning.ipynb) the
#   loss of a network that knows next to nothing. Its steps were so large that they destroyed the network.
# - **A learns by heart.** The training loss goes to zero; the validation loss turns around and rises. This is
#   **[overfitting](../glossary.md#overfitting)**.
#
# No single number tells you this. Draw both curves, always.
#
# > **Check your understanding.** In C, the validation loss after the first epoch is {{ patients["C"].val_loss[0]:.2f}}, and
# > the training loss {{ patients["C"].loss[0]:.2f}}. Is the network better on images it has never seen?
# >
# > No. The training loss is a mean over the whole epoch, while the network was still learning. The validation loss is
# > measured at its end. Compare the two in later epochs.
#
# ## Learning by heart
#
# Patient A was made to overfit: only 1,000 images, twice as many hidden units as the others, three times the learning
# rate, 60 epochs. Let us look at its accuracy, too.
#
# > **Make a guess.** For most of the run the validation loss rises. What does the validation accuracy do?

# %% alt="Two panels against 60 epochs. Above, the training loss falls to zero; the validation loss reaches its lowest point early and then rises steadily. Below, the training accuracy reaches the top; the validation accuracy rises quickly and then stays level."
overfit = patients["A"]
figure = plots.plot_history(overfit)

# %% [markdown]
# The training accuracy is {{ overfit.accuracy[-1]:.1%}}: the examples are learned by heart. The validation loss
# has grown from {{ min(overfit.val_loss):.2f}} at its best to {{ overfit.val_loss[-1]:.2f}}. And yet the
# validation accuracy does not fall.
#
# How can the loss get worse when the answers do not? Accuracy asks whether an answer is right. The loss asks
# how much probability the right digit got. Once all examples are right, the training loss can still fall if the
# differences between [logits](../glossary.md#logits) grow. So the network becomes surer of everything, its
# mistakes included. It does not read worse; it boasts more. Guo et al. 2017 found large modern networks too sure of
# themselves as well. We come back to it in chapter 6.
#
# ## Stopping in time
#
# The simplest remedy is **[early stopping](../glossary.md#early-stopping)**: keep a copy of the best network so
# far, and stop when it has not been beaten for a while, here five epochs. `fit` goes on where it ended before,
# since network, optimizer and generator keep their state. So this is run A again, epoch by epoch.

# %%
few, rng = (x_fit[:1000], y_fit[:1000]), np.random.default_rng(1)
net, adam = network.mlp((256, 128), rng=rng), optimizers.Adam(0.003)
best_loss, patience = np.inf, 5
for epoch in range(1, 60):
    curve = training.fit(net, few, validation, epochs=1, optimizer=adam, rng=rng)
    if curve.val_loss[0] < best_loss:
        best_loss, best_epoch = curve.val_loss[0], epoch
        stopped = copy.deepcopy(net)
    if epoch - best_epoch == patience:
        break
print(f"ended after epoch {epoch}, kept the network of epoch {best_epoch}")

# %% [markdown]
# What did we gain? We let the other network go on to epoch 60, and compare.


# %%
def judge(net):
    probabilities = net.predict_proba(x_val)
    wrong = probabilities.argmax(axis=1) != y_val
    return 1 - wrong.mean(), probabilities[wrong].max(axis=1).mean()


training.fit(net, few, epochs=60 - epoch, optimizer=adam, rng=rng)
early, late = judge(stopped), judge(net)
for name, (right, sure) in {"stopped": early, "epoch 60": late}.items():
    print(f"{name:8}  {right:.1%} right, {sure:.0%} sure of its mistakes")

# %% [markdown]
# Stopping saved {{ 60 - epoch }} of 60 epochs and gave more modest probabilities. It did not make the network
# read better: {{ early[0]:.1%}} against {{ late[0]:.1%}}. We watched the loss, and the loss is what we got; the
# validation accuracy was best at epoch {{ np.argmax(overfit.val_accuracy) + 1 }}. Decide what the network is
# for, then watch that.
#
# How long should one wait? Prechelt 1998 compared many rules. The patient ones gave slightly better networks and took
# about four times as long.
#
# ## Forgetting on purpose
#
# **[Dropout](../glossary.md#dropout)** makes learning by heart harder. For each image anew, every hidden unit
# is silenced with a certain probability, the **rate**. The outputs of the others are turned up, so that sums
# stay the same on average. With a rate of one half:

# %%
half = Dropout(0.5, rng=np.random.default_rng(3))
units = np.ones((1, 10), dtype=np.float32)
print("while training:  ", *half.forward(units, training=True)[0].astype(int))
print("while predicting:", *half.forward(units)[0].astype(int))

# %% [markdown]
# Now no unit can rely on one particular other unit. Srivastava et al. 2014, who proposed it, tried it on MNIST
# too. We silence a fifth of the pixels and half of the hidden units of run A.

# %%
rng = np.random.default_rng(1)
layers = [Flatten(), Dropout(0.2, rng=rng)]
for inputs, units in [(784, 256), (256, 128)]:
    layers += [Dense(inputs, units, rng=rng), ReLU(), Dropout(0.5, rng=rng)]
thinned = network.Network([*layers, Dense(128, 10, rng=rng)])
adam = optimizers.Adam(0.003)
dropped = training.fit(thinned, few, validation, epochs=60, optimizer=adam, rng=rng)

# %% alt="Validation loss over 60 epochs. Without dropout it reaches its lowest point early, marked with a dot as the epoch that was kept, and then rises. With dropout it falls more slowly, to a lower value, and rises less."
fig, ax = plt.subplots()
curves = [("no dropout", overfit, plots.WRONG), ("dropout", dropped, plots.ACCENT)]
for name, curve, color in curves:
    ax.plot(range(1, 61), curve.val_loss, color=color)
    ax.text(61, curve.val_loss[-1], name, color=color, va="center")
ax.plot(best_epoch, best_loss, "o", color=plots.WRONG)
ax.text(best_epoch, best_loss - 0.12, "kept", color=plots.WRONG, ha="center")
limits = ax.set(xlabel="epoch", title="validation loss", xlim=(0, 60), ylim=(0, 1))

# %% [markdown]
# Dropout ends with a loss of {{ dropped.val_loss[-1]:.2f}} instead of {{ overfit.val_loss[-1]:.2f}}, and reads
# {{ dropped.val_accuracy[-1]:.1%}} instead of {{ overfit.val_accuracy[-1]:.1%}}. The price is time: its lowest
# loss comes at epoch {{ np.argmin(dropped.val_loss) + 1 }}, not at epoch {{ best_epoch }}. Is the gain in
# accuracy real, or the luck of one run? Keep the question; exercise 3 answers it.
#
# ## The learning rate
#
# Which setting should one tune first? Let us begin with the [learning rate](../glossary.md#learning-rate). We sweep
# it over six powers of ten, from a millionth to one.
#
# > **Make a guess.** By what factor may one miss the best value before the error doubles?

# %% alt="Validation error against the learning rate, both axes logarithmic: a U. At a millionth more than eight in ten are wrong; the error falls to a flat bottom between a thousandth and a hundredth, and rises steeply again to nine in ten."
rates = np.logspace(-6, 0, 13)
errors = np.array(
    [1 - run(10_000, 5, rate=rate).val_accuracy[-1] for rate in rates]
)
fig, ax = plt.subplots()
ax.loglog(rates, errors, "o-", color=plots.ACCENT)
ax.set(xlabel="learning rate", title="validation error after five epochs")
ax.set(xticks=rates[::2], yticks=[0.05, 0.1, 0.2, 0.5, 1])
ax.yaxis.set_major_formatter("{x:.0%}")
ax.minorticks_off()
good = rates[errors < 2 * errors.min()]

# %% [markdown]
# A U with a flat bottom. From {{ good.min():.1g}} to {{ good.max():.1g}} the error is less than twice the best.
# To the left, networks are unfinished, like B. To the right they are broken, like D.
#
# So search in factors of ten first, and then take a value at the bottom.
# Where the bottom lies depends on everything else: optimizer, batch size, width, number of epochs. A good value from
# another place is where to begin, no more.
#
# ## The batch size
#
# An epoch in small [batches](../glossary.md#batch) is many noisy steps, in large ones a few exact steps. Five
# epochs each:

# %%
sizes = [32, 128, 512]
batches = {size: run(10_000, 5, batch_size=size) for size in sizes}
steps = {size: np.ceil(len(x_fit[:10_000]) / size) for size in sizes}
for size, curve in batches.items():
    right = curve.val_accuracy[-1]
    print(f"batches of {size:3}: {5 * steps[size]:5,.0f} steps, {right:.1%} right")

# %% alt="Two panels with the validation error for batches of 32, 128 and 512. Above, against epochs: the smaller the batch, the lower the error. Below, against the number of steps: the curves lie one behind the other, and where they overlap the larger batch has the lower error."
fig, axes = plt.subplots(2, 1, figsize=(5.2, 5), sharey=True)
colors = [plots.ACCENT, plots.MUTED, plots.WRONG]
for (size, curve), color in zip(batches.items(), colors, strict=True):
    error, epochs = 1 - np.array(curve.val_accuracy), np.arange(1, 6)
    for ax, x, side in zip(
        axes, (epochs, epochs * steps[size]), [-4, 7], strict=True
    ):
        ax.plot(x, error, ".-", color=color)
        place = {"xytext": (-5, side), "textcoords": "offset points", "ha": "right"}
        ax.annotate(f"{size}", (x[0], error[0]), color=color, **place)
axes[0].set(xlabel="epoch", title="validation error", xlim=(0.5, 5.2))
axes[1].set(
    xlabel="step", xscale="log", xlim=(steps[512] / 2, None), ylim=(0, None)
)
axes[1].yaxis.set_major_formatter("{x:.0%}")

# %% [markdown]
# Above, where we count epochs, small batches win: they have made more steps. Below, where we count steps, the
# larger batch is ahead where they overlap: each step follows a better estimate of the
# [gradient](../glossary.md#gradient). But one step with 512 images costs 512 / 32 = 16 times the
# multiplications of one with 32.
#
# And time? An epoch needs the same multiplications in batches of any size. But every step also updates all
# parameters, and a computer does one large multiplication faster than many small ones. `batches[32].seconds` says how
# long each epoch took on your machine.
#
# Do large batches read worse? Shallue et al. 2019 trained 168,160 networks and found
# no evidence of it, if all else is tuned to the batch.
#
# ## The width
#
# How many hidden units? We sweep the first hidden layer from 4 to 1,024. The second has half as many.

# %% alt="The network as a row of columns: an image of a five, Flatten, two hidden layers and ten outputs. The two hidden layers are blue."
_, first = np.unique(test.labels, return_index=True)
ax = plots.plot_network((128, 64), image=test.images[first[5]], highlight=(2, 3))

# %% [markdown]
# > **Make a guess.** The widest network has over a million parameters for 10,000 images. Will it overfit so badly that
# > narrower ones read better?

# %% alt="Training and validation error against the width of the first hidden layer, both axes logarithmic. Both fall together from more than half at 4 units. From 64 units on they part: the training error goes on falling, the validation error levels off."
widths = 4 ** np.arange(1, 6)
wide = [run(10_000, 5, hidden_units=(width, width // 2)) for width in widths]
learned = [1 - curve.accuracy[-1] for curve in wide]
errors = [1 - curve.val_accuracy[-1] for curve in wide]
fig, ax = plt.subplots()
ax.loglog(widths, learned, "o-", color=plots.MUTED)
ax.loglog(widths, errors, "o-", color=plots.ACCENT)
ax.text(1300, learned[-1], "training", color=plots.MUTED, va="center")
ax.text(1300, errors[-1], "validation", color=plots.ACCENT, va="center")
ax.set(xlabel="units in the first hidden layer", title="error after five epochs")
ax.set(xticks=widths, xticklabels=widths, yticks=[0.01, 0.05, 0.2, 1])
ax.yaxis.set_major_formatter("{x:.0%}")
ax.minorticks_off()

# %% [markdown]
# At the narrow end both errors are high. So few units cannot hold what distinguishes ten digits. Here it is
# room that is short, though more epochs would help too.
#
# At the wide end the training error goes towards zero. The validation error levels off: {{ errors[-2]:.2%}}
# with 256 units, {{ errors[-1]:.2%}} with 1,024. Does this last step mean anything? Keep this question, too.
#
# More parameters than examples need not hurt, at least not in five epochs. Lawrence, Giles and Tsoi wrote about it
# in 1997, under the title *overfitting may be harder than expected*. What width does cost is work:
# {{ network.mlp((1024, 512), rng=rng).parameter_count:,}} parameters to multiply and update at every step, not
# {{ network.mlp((128, 64), rng=rng).parameter_count:,}}.
#
# ## More images
#
# > **Make a guess.** You have 2,000 labelled images, and collect 2,000 more. How many of the errors will disappear?
#
# We train on parts of the training images, each three times as large as the one before. All networks make about
# the same number of steps: the fewer images, the more epochs.

# %%
counts = len(x_fit) // 3 ** np.arange(6)
readers = [network.mlp(rng=np.random.default_rng(1)) for _ in counts]
for count, net in zip(counts, readers, strict=True):
    rng, epochs = np.random.default_rng(2), 4 * len(x_fit) // count
    training.fit(net, (x_fit[:count], y_fit[:count]), epochs=epochs, rng=rng)
errors = np.array([(net.predict(x_val) != y_val).mean() for net in readers])
slope, height = np.polyfit(np.log(counts), np.log(errors), 1)
gone = 1 - 2**slope

# %% alt="Validation error against the number of training images, both axes logarithmic. Six points lie close to a falling straight line, the two ends slightly above it."
fig, ax = plt.subplots()
ax.loglog(counts, np.exp(height) * counts**slope, color=plots.HAIRLINE)
ax.loglog(counts, errors, "o", color=plots.ACCENT)
for count, error in zip(counts, errors, strict=True):
    ax.annotate(f"{error:.1%}", (count, error), (6, 4), textcoords="offset points")
ax.set(xlabel="training images", title="validation error", yticks=[0.03, 0.1, 0.3])
ax.set(xticks=counts, xticklabels=[f"{count:,}" for count in counts])
ax.yaxis.set_major_formatter("{x:.0%}")
ax.minorticks_off()

# %% [markdown]
# Nearly a straight line; `polyfit` finds its slope, {{ slope:.2f}}. On logarithmic axes it means: doubling the
# images multiplies the error by $2^{\text{slope}}$. **Each time the images double, about the same share of the
# errors disappears**, here {{ gone:.0%}}. Hestness et al. 2017 found such lines for translation, language,
# images and speech.
#
# This is a tool. Train on a tenth of your data and on a third, draw the line, and you see what more would bring
# before you collect it. It also calls for modesty: by this line, an error of one percent needs about
# {{ float(f"{np.exp((np.log(0.01) - height) / slope):.1g}"):,.0f}} images. The last points already bend
# upwards, so it may well take more.
#
# It cannot go on forever: wrong labels set a floor. And one can beat it, with a better network or by making new images
# from old ones. We come back to this in chapter 7.
#
# This is how the network that has seen only {{ counts[-1] }} images reads our ten acquaintances:

# %% alt="The first test image of each digit from 0 to 9 with what the network trained on the fewest images read. Some are misread."
figure = plots.plot_digits(
    test.images[first],
    test.labels[first],
    predictions=readers[-1].predict(preprocessing.scale_pixels(test.images[first])),
)

# %% [markdown]
# ## One run is not a result
#
# All these networks began with random weights and saw the images in random order. A
# **[seed](../glossary.md#seed)** fixes the random numbers, so that a run can be repeated exactly. Ours was 1.
#
# We train the same network on the same 10,000 images again, with the seeds 0 to 9. And we try an
# "improvement": a quarter more units in each hidden layer.
#
# > **Make a guess.** How many percentage points lie between the best and the worst of ten runs that differ in
# > nothing but the seed?

# %%
clouds = [
    np.array(
        [run(10_000, 5, units, seed=seed).val_accuracy[-1] for seed in range(10)]
    )
    for units in [(128, 64), (160, 80)]
]
ours, wider = clouds
# ddof=1 divides by 9, not 10: the runs lie a little too near their own mean.
spread, gain = ours.std(ddof=1), wider.mean() - ours.mean()
error = np.sqrt((spread**2 + wider.var(ddof=1)) / 10)
fooled = (wider[:, None] <= ours).mean()

# %% alt="Two rows of ten dots: the validation accuracies of ten runs each with 128 and 64 units and with 160 and 80 units. The two clouds overlap widely. A stroke marks the mean of each; that of the second is a little to the right."
fig, ax = plt.subplots(figsize=(5.2, 2.4))
for row, (cloud, name) in enumerate(
    zip(clouds, ["128 and 64", "160 and 80"], strict=True)
):
    ax.plot(cloud, np.full(10, -row), "o", color=plots.ACCENT, alpha=0.6)
    ax.plot(cloud.mean(), -row, "|", color=plots.INK, markersize=24)
    ax.text(min(ours.min(), wider.min()), 0.3 - row, f"{name} units")
ax.set(yticks=[], ylim=(-1.4, 0.7), xlabel="validation accuracy after five epochs")
ax.xaxis.set_major_formatter("{x:.1%}")
ax.spines["left"].set_visible(False)

# %% [markdown]
# From {{ ours.min():.1%}} to {{ ours.max():.1%}}: {{ 100 * np.ptp(ours):.1f}} points, by the seed alone. Of
# these, our seed 1 was number {{ (ours >= ours[1]).sum() }} from the top. The mean is {{ ours.mean():.1%}} and
# the [standard deviation](../glossary.md#standard-deviation) {{ 100 * spread:.1f}} points. Whoever changes
# something here, runs it once and reports half a point more has shown nothing.
#
# The wider network is better by {{ 100 * gain:.2f}} points on average. But of all pairs of one run each, in
# {{ fooled:.0%}} it looks no better.
#
# How sure is the average? The mean of $R$ runs scatters less than a single run, by a factor of $\sqrt{R}$. The
# difference of two such means has the **[standard error](../glossary.md#standard-error)**
#
# $$e = \sqrt{\frac{s_A^2 + s_B^2}{R}}$$
#
# In words: square the standard deviations $s_A$ and $s_B$ of the two clouds, add, divide by the number $R = 10$
# of runs, take the root. Here $e$ is {{ 100 * error:.2f}} points. A rule of thumb asks for a difference of at
# least $2e$. Ours is {{ gain / error:.1f}} times $e$: ten runs each are
# {{ "just enough to believe it" if gain > 2 * error else "not enough to be sure" }}.
#
# Now look back with other eyes. With one run each, $R = 1$, the rule asks for
# {{ 100 * np.sqrt(8) * spread:.2f}} points. The walls of the U, the narrow networks and the line stand. Batches
# of 32 against 128 do not, and the step from 256 to 1,024 units was
# {{ 100 * abs(wide[-1].val_accuracy[-1] - wide[-2].val_accuracy[-1]):.2f}} points: one run each cannot say
# which reads better.
#
# The seed is not the only chance at work. Other training or validation images would have moved the results,
# too. Bouthillier et al. 2021 measured it on five tasks: the sample of data, the first weights and the choice
# of settings all matter.
#
# > **Check your understanding.** A friend tries 50 seeds, keeps the best and reports its validation accuracy. What is
# > wrong?
# >
# > The seed was chosen on the validation images, so the winner's luck is in the number. Picard 2021 tried up to 10,000
# > seeds and found outliers easily. Fix a seed to repeat a run; change it to learn what the run is worth.
#
# ## Summary
#
# - Draw both losses. Both high and falling: go on. Stuck at $\ln 10$: smaller steps. Validation rising: overfitting.
# - Overfitting shows in the loss first: the network grows too sure. Early stopping ends it, dropout weakens it.
# - Tune the learning rate first, in factors of ten. Beyond some width little is gained.
# - Each doubling of the images removed about {{ gone:.0%}} of the errors.
# - Report mean and spread over several seeds. A difference smaller than the cloud is not yet a result.
#
# ## Exercises
#
# **1. Learning nonsense.** Shuffle the labels of the 1,000 images and train as in run A. Which accuracies do you
# expect on training and on validation images?
#
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# nonsense = np.random.default_rng(4).permutation(y_fit[:1000])
# rng = np.random.default_rng(1)
# net, adam = network.mlp((256, 128), rng=rng), optimizers.Adam(0.003)
# curve = training.fit(
#     net, (x_fit[:1000], nonsense), validation, epochs=60, optimizer=adam, rng=rng
# )
# print(f"training {curve.accuracy[-1]:.1%}, validation {curve.val_accuracy[-1]:.1%}")
# assert curve.accuracy[-1] > 0.6 and curve.val_accuracy[-1] < 0.3
# ```
#
# It learns labels that mean nothing, by heart, and reads like a blind guess. A high training
# accuracy proves nothing. C. Zhang et al. 2017 showed this for much larger networks.
#
# </details>
#
# **2. Larger batches, larger steps.** Batches of 512 made too few steps. How much of that does a larger
# learning rate make up for? How many seconds does an epoch take on your machine, compared with batches of 32?
#
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# timid, bold = batches[512], run(10_000, 5, batch_size=512, rate=0.004)
# print(f"{timid.val_accuracy[-1]:.1%} becomes {bold.val_accuracy[-1]:.1%};", end=" ")
# print(f"batches of 32: {batches[32].val_accuracy[-1]:.1%}")
# print(f"seconds: {np.mean(bold.seconds):.2f} and {np.mean(batches[32].seconds):.2f}")
# assert bold.val_accuracy[-1] > timid.val_accuracy[-1]
# ```
#
# It makes up for a part of it. Fewer and more exact steps may be longer. Choose batch size and learning rate together.
#
# </details>
#
# **3. Is it dropout?** Train run A with and without dropout, five seeds each. By how many standard errors do the
# mean accuracies differ?
#
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# def last_accuracy(rate, seed):
#     rng = np.random.default_rng(seed)
#     stack = [Flatten(), Dropout(0.4 * rate, rng=rng)]
#     for inputs, units in [(784, 256), (256, 128)]:
#         stack += [Dense(inputs, units, rng=rng), ReLU(), Dropout(rate, rng=rng)]
#     net = network.Network([*stack, Dense(128, 10, rng=rng)])
#     training.fit(net, few, epochs=60, optimizer=optimizers.Adam(0.003), rng=rng)
#     return (net.predict(x_val) == y_val).mean()
#
#
# plain = np.array([last_accuracy(0, seed) for seed in range(5)])
# thin = np.array([last_accuracy(0.5, seed) for seed in range(5)])
# difference = thin.mean() - plain.mean()
# error = np.sqrt((plain.var(ddof=1) + thin.var(ddof=1)) / 5)
# print(f"better by {difference:.1%}, {difference / error:.1f} standard errors")
# assert abs(difference) < 0.03
# ```
#
# On MNIST it is several standard errors: real, if small.
#
# </details>
#
# ## Further reading
#
# - N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov, [Dropout: a simple way to
#   prevent neural networks from overfitting](https://jmlr.org/papers/v15/srivastava14a.html), *Journal of
#   Machine Learning Research* 15, 1929–1958, 2014.
# - L. Prechelt, [Early stopping – but when?](https://doi.org/10.1007/3-540-49430-8_3), in *Neural Networks:
#   Tricks of the Trade*, Springer, 55–69, 1998.
# - Y. Bengio, [Practical recommendations for gradient-based training of deep
#   architectures](https://arxiv.org/abs/1206.5533), in *Neural Networks: Tricks of the Trade*, second edition,
#   Springer, 437–478, 2012.
# - C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, [On calibration of modern neural
#   networks](https://arxiv.org/abs/1706.04599), *ICML*, 2017.
# - C. J. Shallue and others, [Measuring the effects of data parallelism on neural network
#   training](https://jmlr.org/papers/v20/18-789.html), *Journal of Machine Learning Research* 20 (112), 2019.
# - S. Lawrence, C. L. Giles and A. C. Tsoi, Lessons in neural network training: overfitting may be harder than
#   expected, *AAAI*, 540–545, 1997.
# - C. Zhang, S. Bengio, M. Hardt, B. Recht and O. Vinyals, [Understanding deep learning requires rethinking
#   generalization](https://arxiv.org/abs/1611.03530), *ICLR*, 2017.
# - J. Hestness and others, [Deep learning scaling is predictable, empirically](https://arxiv.org/abs/1712.00409), 2017.
# - X. Bouthillier and others, [Accounting for variance in machine learning
#   benchmarks](https://arxiv.org/abs/2103.03098), *MLSys*, 2021.
# - D. Picard, [torch.manual_seed(3407) is all you need](https://arxiv.org/abs/2109.08203), 2021.
#
# Next: [98 % of what?](06_evaluation.ipynb)

# %% [markdown]
# # 4 Learning
#
# *How does it find the weights?*
#
# **You will be able to** say what the loss of an untrained network must be, find the slope of the loss for
# every weight and check it, walk downhill in three ways, and train a network in NumPy.
#
# **You need to know** the layers of [chapter 3](03_layers.ipynb), and that a derivative is a slope.
#
# ## One number for how wrong it is
#
# The layers with something to learn are blue here: three [Dense](../glossary.md#dense) layers. Their weights and
# biases, the [parameters](../glossary.md#parameter), start as random numbers.

# %% alt="The network as a row of columns: image, Flatten, two hidden Dense layers with 128 and 64 units, and ten probabilities. The three Dense layers are blue."
import matplotlib.pyplot as plt
import numpy as np

import digitlearn
from digitlearn import losses, network, optimizers, plots, preprocessing, training

plots.use_style()
train, test = digitlearn.load("train"), digitlearn.load("test")
x_train, x_test = (preprocessing.scale_pixels(d.images) for d in (train, test))
(x_fit, y_fit), (x_val, y_val) = preprocessing.split_validation(
    x_train, train.labels, rng=np.random.default_rng(1)
)
_, first = np.unique(test.labels, return_index=True)
net = network.mlp((128, 64), rng=np.random.default_rng(4))
ax = plots.plot_network((128, 64), image=test.images[first[7]], highlight=(2, 3, 4))

# %% [markdown]
# To improve {{ net.parameter_count:,}} numbers, we need one number that says how wrong the network is: the
# **[loss](../glossary.md#loss)**. Ours asks only one thing of each image: which probability did its right digit get?
# Minus the natural logarithm of that probability is the loss of the image. For a
# [batch](../glossary.md#batch) of $B$ images we take the mean:
#
# $$L = -\frac{1}{B} \sum_{n=1}^{B} \ln p_{n, y_n}$$
#
# In words: from row $n$ of the probabilities, shape $(B, 10)$, take the one at the label $y_n$; take minus its
# logarithm; average over the batch. $L$ is a single number. This loss is called
# **[cross-entropy](../glossary.md#cross-entropy)**.


# %% alt="The curve of minus the logarithm: high on the left where the right digit has a probability near 0, zero on the right where it has probability 1. Ten dots for the ten sample digits lie high on its left end, around the point for a probability of one in ten."
def chances(net):
    return net.predict_proba(x_test[first])[np.arange(10), test.labels[first]]


early, p = chances(net), np.linspace(0.01, 1, 200)
fig, ax = plt.subplots()
ax.plot(p, -np.log(p), color=plots.HAIRLINE)
ax.plot(early, -np.log(early), "o", color=plots.ACCENT, alpha=0.6)
ax.plot(0.1, np.log(10), "s", color=plots.INK)
ax.text(0.13, np.log(10), "one in ten")
_ = ax.set(xlabel="probability of the right digit", title="loss of the image")

# %% [markdown]
# The dots are our ten acquaintances, read by a network that has learned nothing. Being sure of the right digit
# costs almost nothing. The surer the network is of a wrong one, the more it costs, without limit.
#
# > **Make a guess.** What is the loss of such a network on thousands of images?
#
# If it knows nothing, it should give each of ten digits a probability of one in ten. Every image then costs
# $-\ln \frac{1}{10} = \ln 10$, which is {{ np.log(10):.3f}}.


# %%
def loss_at_start(seed, last_layer=1):
    fresh = network.mlp(rng=np.random.default_rng(seed))
    fresh.layers[-1].params["kernel"] *= last_layer
    return losses.cross_entropy(fresh.predict_logits(x_val[:1000]), y_val[:1000])


starts = [loss_at_start(seed) for seed in range(20)]
print(f"20 random networks: {min(starts):.2f} to {max(starts):.2f}")
print(f"last kernel set to zero: {loss_at_start(0, last_layer=0):.3f}")

# %% [markdown]
# The mean is {{ np.mean(starts):.2f}}: near $\ln 10$, a little above. Random weights do not make equal
# probabilities, they make random opinions, and opinions without knowledge cost more than none. With zeros in the last
# [kernel](../glossary.md#kernel) there are no opinions, and the loss is $\ln 10$ exactly.
#
# This is the first thing to check before any training. A network that starts at 20 instead of 2.3 has an
# error somewhere.
#
# ## The slope of one weight
#
# Should a given weight grow or shrink? Try it. Move it up a little, move it down a little, and see
# where the loss falls:
#
# $$\text{slope} \approx \frac{L(w + h) - L(w - h)}{2h}$$
#
# In words: move the weight $w$ by $h$ each way; divide the loss's change by $2h$. This is a
# **[finite difference](../glossary.md#finite-difference)**. We take one of the last kernel, shape (64, 10): the
# weight from hidden unit 61 to the digit 3. The network computes in `float64` for a while, with 16
# digits instead of 7.


# %%
def set_dtype(net, dtype):
    for layer in net.layers:
        for name, param in layer.params.items():
            layer.params[name] = param.astype(dtype)
    return net


def loss_if(params, spot, value):
    kept = params[spot]
    params[spot] = value
    loss = losses.cross_entropy(net.forward(images), labels)
    params[spot] = kept
    return loss


# %%
def wiggle(params, spot, h=1e-5):
    w = params[spot]
    return (loss_if(params, spot, w + h) - loss_if(params, spot, w - h)) / (2 * h)


images, labels = x_fit[:128], y_fit[:128]
kernel = set_dtype(net, "float64").layers[-1].params["kernel"]
spot = (61, 3)
w, slope = kernel[spot], wiggle(kernel, spot)
print(f"weight {w:.4f}, slope of the loss {slope:.4f}")

# %% alt="The loss as a curve over the value of one weight: a valley. A dot marks the present value, with a straight line that touches the curve there and shows the slope."
weights = w + np.linspace(-3, 5, 61)
valley = [loss_if(kernel, spot, weight) for weight in weights]
here, side = loss_if(kernel, spot, w), np.array([-2, 2])
fig, ax = plt.subplots()
ax.plot(weights, valley, color=plots.INK)
ax.plot(w + side, here + slope * side, color=plots.ACCENT)
ax.plot(w, here, "o", color=plots.ACCENT)
ax.text(w + 0.2, here, "the weight now", color=plots.ACCENT, va="bottom")
_ = ax.set(xlabel="value of the weight", title="loss of the batch")

# %% [markdown]
# This is a slice through the real loss: one weight moves, all others stay. The blue line has the slope we
# measured. It describes the curve near the dot only.
#
# The price: two passes through the network for each parameter. For all of them that makes
# {{ 2 * net.parameter_count:,}} passes before the first step.
#
# ## All slopes at once
#
# **[Backpropagation](../glossary.md#backpropagation)** finds the same slopes in one pass forward and one pass back
# ([Rumelhart, Hinton and Williams 1986](https://doi.org/10.1038/323533a0)).
#
# Its idea is the chain rule. If a sum moves 3 times as far as a weight, and the loss moves 2 times as far as the sum,
# then the loss moves 6 times as far as the weight. Slopes along a chain multiply. So we start at the loss and go back
# layer by layer. Each layer has to be told one thing: the slopes of the loss for its *own outputs*.
#
# **The end of the chain.** For the [logits](../glossary.md#logits) $Z$, softmax and cross-entropy together give
#
# $$\frac{\partial L}{\partial Z} = \frac{P - Y}{B}$$
#
# In words: slopes for $Z$ are probabilities $P$ minus the one-hot labels $Y$, divided by $B$. All have shape
# $(B, 10)$. Where does it come from? The loss of one image is $\ln \sum_j e^{z_j} - z_y$. The first term has
# slope $e^{z_k} / \sum_j e^{z_j}$ for $z_k$, and that is $p_k$. The second has slope $-1$ at the label.
#
# **A Dense layer** computes $Z = XW + b$, from inputs $X$ of shape $(B, d)$ and a kernel $W$ of shape $(d, u)$. Let
# $G = \partial L / \partial Z$, shape $(B, u)$, be known. The weight $W_{ij}$ carries input $i$ into sum $j$: in each
# image, the sum moves $x_i$ times as far as the weight. So the weight's slope is $x_i$ times $G_j$, added up over the
# batch. Together: a matrix product. A bias acts like input 1; an input reaches all sums, so
# add up:
#
# | slope for | formula | shapes |
# |---|---|---|
# | kernel | $X^\top G$ | $(d, B) (B, u) \to (d, u)$ |
# | bias | each column of $G$ added up | $(B, u) \to (u)$ |
# | inputs | $G W^\top$ | $(B, u) (u, d) \to (B, d)$ |
#
# Each result has the shape of what it is the slope for. The last row is what the layer tells the one before it.
#
# **[ReLU](../glossary.md#relu)** has slope 1 where its input was positive and 0 elsewhere. It lets $G$ through, or not.
#
# The slopes of one array together are its **[gradient](../glossary.md#gradient)**. Here are all six:

# %%
dense = net.layers[1::2]  # without Flatten and ReLU
(w1, b1), (w2, b2), (w3, b3) = [layer.params.values() for layer in dense]


def gradients(x, y):  # x: (B, 784), y: one-hot labels (B, 10)
    a1 = np.maximum(x @ w1 + b1, 0)  # (B, 128)
    a2 = np.maximum(a1 @ w2 + b2, 0)  # (B, 64)
    p = losses.softmax(a2 @ w3 + b3)  # (B, 10)
    g3 = (p - y) / len(x)  # (B, 10)
    g2 = g3 @ w3.T * (a2 > 0)  # (B, 64)
    g1 = g2 @ w2.T * (a1 > 0)  # (B, 128)
    pairs = (x, g1), (a1, g2), (a2, g3)
    return [slopes for a, g in pairs for slopes in (a.T @ g, g.sum(axis=0))]


# %% [markdown]
# Three lines forward, three lines back, two lines for the answers. Is it right? Let us wiggle 50 random entries of
# each array and compare.

# %%
found = gradients(preprocessing.flatten(images), preprocessing.one_hot(labels))
rng, agreed = np.random.default_rng(2), 0
for array, slopes in zip((w1, b1, w2, b2, w3, b3), found, strict=True):
    places = [tuple(rng.integers(array.shape)) for _ in range(50)]
    wiggled = [wiggle(array, place) for place in places]
    computed = [slopes[place] for place in places]
    agree = np.isclose(computed, wiggled, rtol=1e-6, atol=1e-9).sum()
    agreed += agree
    example = f"{computed[0]:+.6f} {wiggled[0]:+.6f}"
    print(f"{array.shape!s:10} {example}  {agree} of 50 agree")

# %% [markdown]
# {{ agreed }} of 300 agree (many are 0). The package does the same in layers:
# [`Dense.backward`](../reference/layers.md#digitlearn.layers.Dense.backward) is the table above.
#
# > **Check your understanding.** The loss falls during training. Does this prove that the gradient is right?
# >
# > No. A wrong gradient can point downhill more or less, and the network still learns, only worse. Exercise 2
# > shows one. Wiggling finds such errors, a falling loss does not.
#
# One question is left: how far should one wiggle?
#
# > **Make a guess.** Is a smaller $h$ always better?

# %% alt="Relative error of the wiggled slope against the size of the wiggle, both on logarithmic axes. In float64 the error falls to a tiny value at a wiggle of about 10 to the minus 5 and rises again for smaller ones. In float32 the smallest error is far larger, and for small wiggles the error is as large as the slope itself."
exact = found[4][spot]
sizes = 10.0 ** np.arange(0, -13, -1)
fig, ax = plt.subplots()
for dtype, color in (("float32", plots.WRONG), ("float64", plots.ACCENT)):
    kernel = set_dtype(net, dtype).layers[-1].params["kernel"]
    errors = [abs(wiggle(kernel, spot, h) / exact - 1) for h in sizes.astype(dtype)]
    ax.loglog(sizes, errors, "o-", color=color)
    ax.text(sizes[-1], 5 * errors[-1], dtype, color=color, ha="right")
ax.invert_xaxis()
_ = ax.set(
    xlabel="wiggle h", title="relative error of the slope", ylim=(1e-12, 100)
)

# %% [markdown]
# It is not. A large wiggle gives a chord's slope, not the tangent's. A tiny one takes the difference of
# two almost equal numbers, and only their rounding errors are left. In `float32` no $h$ is good enough for a strict
# check. Remember this noise: it comes back at the end.
#
# ## Steps
#
# **[Gradient descent](../glossary.md#gradient-descent)** moves every parameter against its slope:
#
# $$W \leftarrow W - \eta \, \frac{\partial L}{\partial W}$$
#
# In words: the new kernel is the old one minus the gradient, of the same shape, times a small number $\eta$, the
# **[learning rate](../glossary.md#learning-rate)**. Here are six steps of our one weight, at three rates.

# %% alt="Three times the same valley with six steps of gradient descent. With a small learning rate the dots creep down the slope, with a medium one they reach the bottom, with a large one they jump from side to side."
fig, axes = plt.subplots(3, 1, figsize=(5.2, 5.4), sharex=True, sharey=True)
for ax, rate in zip(axes, (2, 12, 22), strict=True):
    path = [w]
    for _ in range(6):
        kernel[spot] = path[-1]
        path.append(path[-1] - rate * wiggle(kernel, spot))
    kernel[spot] = w
    heights = [loss_if(kernel, spot, place) for place in path]
    ax.plot(weights, valley, color=plots.HAIRLINE)
    ax.plot(path, heights, "o-", color=plots.ACCENT)
    ax.set_title(f"learning rate {rate}")
_ = ax.set(xlabel="value of the weight", xlim=(-2, 4), ylim=(2.45, 2.75))

# %% [markdown]
# Too small wastes time, too large leaps across the valley. One weight alone can afford a rate of 12. But
# when [`train_step`](../reference/training.md#digitlearn.training.train_step) moves all {{ net.parameter_count:,}} at
# once, their effects add up:


# %%
def untrained(units=(128, 64)):
    return network.mlp(units, rng=np.random.default_rng(4))


for rate in (0.1, 12):
    fresh = untrained()
    training.train_step(fresh, images, labels, optimizers.SGD(rate))
    after = losses.cross_entropy(fresh.forward(images), labels)
    print(f"learning rate {rate}: loss from {here:.2f} to {after:.2f}")

# %% [markdown]
# ## Noisy but cheap
#
# The loss we want to lower is that of all training images, but so far we looked at a batch of 128. How wrong is its
# slope? For one image, by the table above, our weight's slope is one product, and a batch's slope is the mean over its
# images. We try 500 batches per size, from 10,000 images.

# %%
hidden = network.Network(net.layers[:-1]).forward(x_fit[:10_000])  # (N, 64)
p = losses.softmax(net.layers[-1].forward(hidden))  # (N, 10)
slope_of_image = hidden[:, 61] * (p[:, 3] - (y_fit[:10_000] == 3))  # (N,)
print(f"mean slope {slope_of_image.mean():.3f}")
rng = np.random.default_rng(3)
for size in (8, 32, 128, 512):
    batches = rng.integers(len(slope_of_image), size=(500, size))
    spread = slope_of_image[batches].mean(axis=1).std()
    print(f"batches of {size:3}: give or take {spread:.3f}")

# %% [markdown]
# Four times the images cost four times as much and halve the error.
#
# > **Make a guess.** Each training image may be used once. What teaches the network more: one exact step with all
# > {{ len(y_fit):,}}, or many rough steps with 128 each?

# %%
data = {"train": (x_fit, y_fit), "validation": (x_val, y_val)}
for size in (len(y_fit), 128):
    fresh, rng = untrained(), np.random.default_rng(5)
    sgd = optimizers.SGD(learning_rate=0.1)
    curve = training.fit(
        fresh, **data, epochs=1, batch_size=size, optimizer=sgd, rng=rng
    )
    print(f"batches of {size:6,}: {curve.val_accuracy[-1]:.1%} right")

# %% [markdown]
# At this rate, {{ -(-len(x_fit) // 128) }} rough steps win. Random batches make it *stochastic* gradient descent,
# **[SGD](../glossary.md#sgd)**.
#
# ## Momentum and Adam
#
# Noise can be averaged away over time instead. **[Momentum](../glossary.md#momentum)** keeps a velocity $v$ for every
# parameter:
#
# $$v \leftarrow \mu v - \eta \, \frac{\partial L}{\partial W}, \qquad W \leftarrow W + v$$
#
# In words: the new step is the share $\mu$, usually $0.9$, of the last one, plus a push downhill. $v$ has the
# shape of $W$. Pushes that alternate cancel, pushes that agree add up.
#
# **[Adam](../glossary.md#adam)** keeps two running means for every parameter: $m$ of the slope, and $s$ of its
# square ([Kingma and Ba 2015](https://arxiv.org/abs/1412.6980)). Both enter corrected for having begun at zero.
#
# $$W \leftarrow W - \eta \, \frac{m}{\sqrt{s} + \epsilon}$$
#
# In words: the step is the learning rate times the mean slope, divided by the usual size of the slope. The tiny
# $\epsilon$ keeps the division finite.
#
# > **Make a guess.** The slopes in the first kernel differ widely. How much do Adam's moves differ in its first step?

# %%
fresh = untrained()
before = fresh.layers[1].params["kernel"].copy()
training.train_step(fresh, images, labels, optimizers.Adam(learning_rate=0.001))
slopes = abs(fresh.layers[1].grads["kernel"])
moves = abs(fresh.layers[1].params["kernel"] - before)
for name, sizes in {"slopes": slopes, "moves": moves}.items():
    low, high = np.quantile(sizes[slopes > 0], [0.1, 0.9])
    print(f"{name}: lowest tenth below {low:.5f}, highest above {high:.5f}")

# %% [markdown]
# Hardly at all. At first, a slope divided by its own size is $+1$ or $-1$, so nearly every weight moves by the
# learning rate. ({{ (slopes == 0).mean():.0%}} of them have slope 0 and stay: in each image of the batch, their
# pixel is paper or their unit gives 0.) Later a weight moves far if its slopes agree, and little if they
# quarrel. Multiply all slopes by a thousand, and Adam takes the same steps, but for $\epsilon$.

# %% alt="Training loss over 400 steps for SGD, momentum and Adam. All fall steeply at first; SGD stays above the other two."
ways = [("SGD", optimizers.SGD(0.1), plots.MUTED, "bottom")]
ways += [("momentum", optimizers.SGD(0.1, momentum=0.9), plots.INK, "top")]
ways += [("Adam", optimizers.Adam(0.001), plots.ACCENT, "bottom")]
fig, ax = plt.subplots()
for name, optimizer, color, side in ways:
    fresh, rng, curve = untrained(), np.random.default_rng(5), []
    for _ in range(400):
        batch = rng.integers(len(y_fit), size=128)
        loss, _ = training.train_step(fresh, x_fit[batch], y_fit[batch], optimizer)
        curve.append(loss)
    smooth = np.convolve(curve, np.ones(25) / 25, mode="valid")
    ax.plot(range(25, 401), smooth, color=color)
    ax.text(404, smooth[-1], name, color=color, va=side)
_ = ax.set(xlabel="step", title="training loss, mean of 25 steps", ylim=(0, 1.2))

# %% [markdown]
# Momentum and Adam get there sooner. Which is best, this does not say: each deserves a learning rate of its own,
# chosen on validation images.
#
# ## Where to start
#
# What the weights are before the first step is called their **[initialization](../glossary.md#initialization)**.
#
# > **Make a guess.** Zero seems the most neutral start. What happens if all weights start at zero? And if all start
# > at the same small number?

# %% alt="Ten pictures of what training added to the weights of hidden units. The five units that started equal show the same picture five times; the five that started at random show five different pictures."
data["train"], learned = (x_fit[:10_000], y_fit[:10_000]), []
for value in (0, 0.01, "random"):
    fresh = untrained()
    for layer in fresh.layers[1::2]:  # the Dense layers
        if value != "random":
            layer.params["kernel"][:] = value
    kernel = fresh.layers[1].params["kernel"]
    before = kernel.copy()
    curve = training.fit(fresh, **data, epochs=2, rng=np.random.default_rng(5))
    learned.append(kernel - before)
    kinds = len(np.unique(learned[-1].round(4), axis=1).T)
    print(f"{value}: {curve.val_accuracy[-1]:.1%} right, kinds of units: {kinds}")
fig = plots.plot_weights(np.hstack([learned[1][:, :5], learned[2][:, :5]]))

# %% [markdown]
# With zeros, every activation is 0, and of the whole network only the last bias can learn. It answers with the
# most frequent digit. With equal numbers the weights do change, but look at the upper pictures. All units in
# hidden layers share weights, in and out, so they have the same slopes and take the same steps, forever. 128
# units do the work of one. Below are units that started at random: each has learned something of its own.
#
# So the weights must be random. How large? Each unit adds up hundreds of products. If the weights are too large, the
# sums grow from layer to layer; if they are too small, the sums fade. Here are 20 layers of 256 units. The kernels
# are as He and others proposed, half as large, and twice as large.

# %% alt="Size of the activations over 20 layers on a logarithmic axis: three nearly straight lines. With half of He's kernels it falls by many powers of ten, with twice it rises as far, with He's it stays level."
from digitlearn import layers

fig, ax = plt.subplots()
for scale, color in ((0.5, plots.MUTED), (1, plots.ACCENT), (2, plots.WRONG)):
    rng, sizes = np.random.default_rng(6), []
    a = preprocessing.flatten(x_val[:100])
    for _ in range(20):
        kernel = scale * layers.Dense(a.shape[1], 256, rng=rng).params["kernel"]
        a = np.maximum(a @ kernel, 0)  # (100, 256)
        sizes.append(np.sqrt((a**2).mean()))
    ax.semilogy(range(1, 21), sizes, color=color)
    ax.text(20.3, sizes[-1], f"He × {scale}", color=color, va="center")
_ = ax.set(xlabel="layer", title="typical activation", xticks=(1, 5, 10, 15, 20))

# %% [markdown]
# With $d$ inputs, weights of variance $2 / d$ keep the size level; the 2 makes up for the half that ReLU cuts off
# ([He et al. 2015](https://arxiv.org/abs/1502.01852)). Our [`Dense`](../reference/layers.md#digitlearn.layers.Dense)
# starts this way. Does it matter with only two hidden layers?

# %%
for scale in (0.1, 1, 10):
    right = []
    for optimizer in (optimizers.SGD(0.1), optimizers.Adam()):
        fresh, rng = untrained(), np.random.default_rng(5)
        for layer in fresh.layers[1::2]:
            layer.params["kernel"] *= scale
        curve = training.fit(fresh, **data, epochs=2, optimizer=optimizer, rng=rng)
        right.append(curve.val_accuracy[-1])
    print(f"He × {scale:<4}  SGD {right[0]:.1%} right,  Adam {right[1]:.1%}")

# %% [markdown]
# It does, and above all to SGD. Adam forgives more: its steps do not depend on how large the slopes are.
#
# ## Train it
#
# One last check before the training: a network that works can learn a single batch by heart.

# %%
chance = np.random.default_rng(7).integers(10, size=len(labels))
for name, answers in {"true": labels, "random": chance}.items():
    fresh, adam = untrained(), optimizers.Adam()
    for _ in range(200):
        loss, known = training.train_step(fresh, images, answers, adam)
    new = (fresh.predict(x_val) == y_val).mean()
    print(
        f"{name} labels: loss {loss:.3f}, {known:.0%} right; new images {new:.1%}"
    )

# %% [markdown]
# It can, even if the labels are pure chance. (Large networks can learn whole data sets of random labels: [Zhang et al.
# 2017](https://arxiv.org/abs/1611.03530).) So this check says that the machine runs. It does not say that
# anything was understood: on new images, the second network guesses.
#
# Now all {{ len(y_fit):,}} images, with eight epochs of Adam, in three recipes. A falling learning rate takes large
# steps first and small ones at the end, where the noise of the batches does most harm. The validation images decide.


# %%
def train_with(units, rates):
    fresh, adam, rng = untrained(units), optimizers.Adam(), np.random.default_rng(5)
    epochs = []
    for rate in rates:
        adam.learning_rate = rate
        curve = training.fit(fresh, **data, epochs=1, optimizer=adam, rng=rng)
        epochs.append(curve)
    joined = [sum(parts, ()) for parts in zip(*epochs, strict=True)]
    return fresh, training.History(*joined)


# %% alt="Two curves against the epoch for training and validation: the loss falls, the accuracy rises, steeply in the first epochs and then slowly."
data["train"] = (x_fit, y_fit)
steady, falling = [0.002] * 8, [0.002 * 0.7**epoch for epoch in range(8)]
runs = {"128-64, steady rate": train_with((128, 64), steady)}
runs["128-64, falling rate"] = train_with((128, 64), falling)
runs["256-128, falling rate"] = train_with((256, 128), falling)
for name, (_, history) in runs.items():
    print(f"{name}: {history.val_accuracy[-1]:.2%} of the validation images")
best, history = max(runs.values(), key=lambda run: run[1].val_accuracy[-1])
fig = plots.plot_history(history)

# %% [markdown]
# Differences this small can be luck; we come back to this in chapter 5. Still we keep to the rule: take the best on the
# validation images, and ask the test images once. The last two rows are the probabilities of the acquaintances'
# right digits, untrained (128-64) and trained (256-128).

# %%
from digitlearn import evaluation

report = evaluation.evaluate(test.labels, best.predict_proba(x_test))
low, high = report.interval
print(f"test: {report.accuracy:.2%} right (95 % interval {low:.2%} to {high:.2%})")
for name, p in {"untrained": early, "trained": chances(best)}.items():
    print(f"{name:7}", *(f"{chance:4.0%}" for chance in p))

# %% [markdown]
# **{{ report.accuracy:.2%}}**, after seconds of training, in NumPy. That is past the [target of
# 97.87 %](../index.md#where-the-target-comes-from).
#
# ## The same step in Keras
#
# Same weights, same batch, one step each:

# %%
from digitlearn.keras_models import build_ann, copy_weights

ours, theirs = untrained(), build_ann((128, 64), seed=1)
copy_weights(ours, theirs)
training.train_step(ours, images, labels, optimizers.Adam(learning_rate=0.001))
theirs.train_on_batch(images, labels)
arrays = [param for layer in ours.layers for param in layer.params.values()]
for array, other in zip(arrays, theirs.get_weights(), strict=True):
    print(f"{array.shape!s:10} largest difference below a millionth:", end=" ")
    print(abs(array - other).max() < 1e-6)

# %% [markdown]
# Most weights moved by about $0.001$; both programs agree where to. Not to the last digit: Keras adds the same
# numbers in another order, and every sum is rounded. What becomes of such tiny differences?
#
# Let our own network learn twice, from the same start with the same batches, once in `float32` and once in `float64`.
# In each step we also ask: is any hidden unit switched on, that is, above 0, in one run and not in the other?
#
# > **Make a guess.** How does the difference between the two runs grow over 500 steps?


# %%
def start(activation, dtype):
    parts = untrained().layers
    parts = [activation() if isinstance(p, layers.ReLU) else p for p in parts]
    return set_dtype(network.Network(parts), dtype), optimizers.Adam()


def switched_on(net, x):  # (B, 128 + 64)
    outputs = [network.Network(net.layers[:end]).forward(x) for end in (3, 5)]
    return np.hstack(outputs) > 0


# %%
def drift(activation, steps=500):
    runs = [start(activation, dtype) for dtype in ("float32", "float64")]
    rng, apart, unlike = np.random.default_rng(13), [], []
    for _ in range(steps):
        batch = rng.integers(len(y_fit), size=128)
        on = [switched_on(net, x_fit[batch]) for net, _ in runs]
        unlike.append((on[0] != on[1]).any())
        for net, adam in runs:
            training.train_step(net, x_fit[batch], y_fit[batch], adam)
        low, high = [net.layers[1].params["kernel"] for net, _ in runs]
        apart.append(np.sqrt(((low - high) ** 2).mean()))
    right = [(net.predict(x_val) == y_val).mean() for net, _ in runs]
    return np.array(apart), np.array(unlike), right


# %% alt="Typical difference between the weights of the two runs on a logarithmic axis over 500 steps. At first it creeps up and stays tiny. After the first steps in which a unit is on in one run only, which are orange, it leaps up by several powers of ten."
apart, unlike, right = drift(layers.ReLU)
steps = np.arange(1, len(apart) + 1)
fig, ax = plt.subplots()
ax.semilogy(steps, apart, color=plots.ACCENT)
ax.semilogy(steps[unlike], apart[unlike], ".", color=plots.WRONG)
note = "orange: a unit is on\nin one run only"
ax.text(500, 1e-6, note, color=plots.WRONG, ha="right")
_ = ax.set(xlabel="step", title="typical difference between the weights")
before = np.argmax(unlike)

# %% [markdown]
# For {{ before }} steps there is nothing but rounding, and the weights differ by {{ apart[before - 1] * 1e9:.0f}}
# billionths. Then one unit's sum for one image is so near 0 that rounding decides its sign. The first switch does no
# visible harm, the second does. ReLU is on in one run and off
# in the other. The slopes of this image go through in one and not in the other, and that is no rounding error any
# more. More units switch, and the runs part ways. Exercise 3 puts this explanation to the test.
#
# Neither run is wrong: they read {{ right[0]:.1%}} and {{ right[1]:.1%}} of the validation images. So demand equal
# weights after a few steps, and equally good ones after many.
#
# ## Summary
#
# - Cross-entropy is minus the logarithm of the right digit's probability. An untrained network must start near
#   $\ln 10$, and a working one can learn a batch by heart.
# - A slope can be found by wiggling. Backpropagation finds all of them at once. Check it by wiggling, in `float64`.
# - Many rough steps beat few exact ones. Momentum adds up steps, Adam makes them of similar size.
# - Weights must start at random, so that units differ, and at the right size, so that sums neither grow nor fade.
# - {{ report.accuracy:.2%}} on the test images, in NumPy.

# %% [markdown]
# ## Exercises that answer
#
# Write each function in place of the three dots. On this site's page *Check* tries it on many inputs; in the notebook, run
# its cell. Either says whether it is right, and if not, on which input it fails and what to ask yourself. In the notebook
# `hint("cross_entropy")` gives the first of three hints, `hint("cross_entropy", 2)` the second, and `solution("cross_entropy")` an answer and its reason.

# %%
from digitlearn.exercises import check, hint, solution

for tool in (check, hint, solution):
    print(tool.__doc__.partition("\n")[0])

# %% [markdown]
# ### Cross-entropy from logits
#
# `logits` has shape (B, C), `labels` shape (B,). Return the mean over the batch of $-\ln p_y$,
# minus the natural logarithm of the probability that softmax gives the right class. It must be a
# finite number even where that probability rounds to 0.

# %% exercise="cross_entropy"
import numpy as np


def cross_entropy(logits, labels):
    """Return the mean of -ln of the right class' probability."""
    return ...


check("cross_entropy", cross_entropy)

# %% [markdown]
# ### A slope by wiggling
#
# Return the slope of the function `f` at `x` by the finite difference of this chapter: move x by
# `h` each way, and divide the change of `f` by the way between the two places.


# %% exercise="slope"
def slope(f, x, h):
    """Return the slope of f at x, found by moving x by h each way."""
    return ...


check("slope", slope)

# %% [markdown]
# ### Back through a Dense layer
#
# A Dense layer has computed `x @ kernel + bias`, with `x` (B, inputs) and `kernel` (inputs, units).
# `grad` (B, units) is the loss's gradient for its outputs, already divided by B. Return three
# gradients: for the kernel, for the bias, and for `x`.

# %% exercise="dense_backward"
import numpy as np


def dense_backward(x, kernel, grad):
    """Return the gradients for the kernel, the bias and the inputs."""
    for_kernel = ...
    for_bias = ...
    for_x = ...
    return for_kernel, for_bias, for_x


check("dense_backward", dense_backward)

# %% [markdown]
# ### Back through a sigmoid
#
# A sigmoid layer has computed $a = 1 / (1 + e^{-x})$ for every number of `x`. Its slope is $a (1 -
# a)$. `grad`, of the shape of `x`, is the loss's gradient for the layer's outputs. Return the
# gradient for `x`.

# %% exercise="sigmoid_backward"
import numpy as np


def sigmoid_backward(x, grad):
    """Return the gradient for the inputs of a sigmoid layer."""
    return ...


check("sigmoid_backward", sigmoid_backward)

# %% [markdown]
# ### Find the bug
#
# This is meant to go back through a Dense layer that is followed by ReLU. The network learns with
# it, but its gradients differ from those found by wiggling. One line is wrong: mend it.

# %% exercise="mend_backward"
import numpy as np


def mend_backward(x, kernel, bias, grad):
    """Return the gradients for the kernel, the bias and the inputs."""
    z = x @ kernel + bias
    grad = grad * np.maximum(z, 0)
    return x.T @ grad, grad.sum(axis=0), grad @ kernel.T


check("mend_backward", mend_backward)

# %% [markdown]
# ### A step with momentum
#
# Take one step of SGD with momentum: the new velocity is `momentum` times the old one, minus
# `learning_rate` times the gradient `grad`; the new weights are the old ones plus the new velocity.
# Return the new weights and the new velocity. The arrays that you are given stay as they are.


# %% exercise="momentum_step"
def momentum_step(weights, velocity, grad, learning_rate, momentum):
    """Return the weights and the velocity after one step."""
    return ..., ...


check("momentum_step", momentum_step)

# %% [markdown]
# ### A step of Adam
#
# Take step number `t` (1, 2, ...) of Adam. The new mean of the slope is $0.9$ times `m` plus $0.1$
# times `grad`; the new mean of its square is $0.999$ times `s` plus $0.001$ times the square of
# `grad`. Corrected for having begun at zero, they are divided by $1 - 0.9^t$ and $1 - 0.999^t$. The
# weights move by `learning_rate` times the corrected mean, divided by the root of the corrected
# square plus $10^{-7}$, downhill. Return the new weights, and both new means before their
# correction.

# %% exercise="adam_step"
import numpy as np


def adam_step(weights, grad, m, s, t, learning_rate):
    """Return the weights and both means after step t of Adam."""
    m = ...
    s = ...
    return ..., m, s


check("adam_step", adam_step)

# %% [markdown]
# ## Exercises
#
# **1. The first check at work.** Forget to scale: what is the loss of an untrained network on pixels from 0 to 255?
#
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# unscaled = losses.cross_entropy(untrained().predict_logits(255 * x_val), y_val)
# print(f"expected {np.log(10):.1f}, found {unscaled:.0f}")
# assert unscaled > 5 * np.log(10)
# ```
#
# </details>
#
# **2. A bug that learns.** Leave the first ReLU out of the way back: let its `backward` return `grad` as it is.
# Does the loss of a batch still fall? Does wiggling notice?
#
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# class WrongReLU(layers.ReLU):
#     def backward(self, grad):
#         return grad
#
#
# parts = untrained().layers
# net = set_dtype(network.Network([*parts[:2], WrongReLU(), *parts[3:]]), "float64")
# adam = optimizers.Adam()
# curve = [training.train_step(net, images, labels, adam)[0] for _ in range(50)]
# net.backward(losses.cross_entropy_gradient(net.forward(images), labels))
# bias, slopes = net.layers[1].params["bias"], net.layers[1].grads["bias"]
# wiggled = [wiggle(bias, unit) for unit in range(128)]
# agree = np.allclose(slopes, wiggled, rtol=1e-3)
# print(f"loss from {curve[0]:.2f} to {curve[-1]:.2f}, slopes agree: {agree}")
# assert curve[-1] < curve[0] / 2
# assert not agree
# ```
#
# It learns, with wrong slopes in its first layer. The other two layers have right ones.
#
# </details>
#
# **3. Without a kink.** Repeat the drift with `layers.Sigmoid`, a smooth activation. Guess first: what will change?
#
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# smooth_apart, _, _ = drift(layers.Sigmoid)
# print(f"after 500 steps: ReLU {apart[-1]:.0e}, sigmoid {smooth_apart[-1]:.0e}")
# assert smooth_apart[-1] < 1e-6
# ```
#
# A sigmoid never switches, and rounding errors stay rounding errors.
#
# </details>
#
# ## Further reading
#
# - D. E. Rumelhart, G. E. Hinton and R. J. Williams, [Learning representations by back-propagating
#   errors](https://doi.org/10.1038/323533a0), *Nature* 323, 533–536, 1986.
# - K. He, X. Zhang, S. Ren and J. Sun, [Delving deep into rectifiers](https://arxiv.org/abs/1502.01852),
#   *ICCV*, 2015. Section 2.2 derives the 2.
# - D. P. Kingma and J. Ba, [Adam: a method for stochastic optimization](https://arxiv.org/abs/1412.6980), *ICLR*, 2015.
# - L. Bottou, F. E. Curtis and J. Nocedal, [Optimization methods for large-scale machine
#   learning](https://doi.org/10.1137/16M1080173), *SIAM Review* 60 (2), 223–311, 2018. Why rough steps win.
# - A. Karpathy, [A recipe for training neural networks](https://karpathy.github.io/2019/04/25/recipe/), 2019.
#   Both checks, and many more.
#
# Next: [is it any good, and when do I stop?](05_training_in_practice.ipynb)

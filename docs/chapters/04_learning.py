# %% [markdown]
# # 4 Learning
#
# *How does it find the weights?*
#
# Every good weight in chapter 3 came out of `fit`. Nobody could have set all 109,386 by hand, because no label says what a
# hidden unit should look for.
#
# Think of a walker on a mountain in thick fog, who cannot see the valley. He feels how the ground slopes, steps
# downhill and feels again. A network learns the same way: **guess, measure how wrong the guess was, find each weight's slope,
# step downhill**, and repeat.
#
# **You will be able to** say what an untrained network's loss should be, find and check its slopes, write the loop that
# trains it, and rescue a training that is stuck.
#
# **You need to know** the layers of [chapter 3](03_layers.ipynb), and that a derivative is a slope.

# %%
import matplotlib.pyplot as plt
import numpy as np

import digitlearn
from digitlearn import losses, network, optimizers, plots, preprocessing, training

# %%
plots.use_style()
train = digitlearn.load("train")
test = digitlearn.load("test")
print(train.notice, end="")
x_train = preprocessing.scale_pixels(train.images)
x_test = preprocessing.scale_pixels(test.images)
(x_fit, y_fit), (x_val, y_val) = preprocessing.split_validation(
    x_train, train.labels, rng=np.random.default_rng(1)
)

# %% [markdown]
# ## One number for how wrong it is
#
# First the walker needs a height. We mind mistakes, so why not count them? Because a small step
# seldom turns a wrong answer into a right one. Take chapter 3's network, 784-128-64-10, untrained, and 128 images:


# %%
def untrained(hidden_units=(128, 64)):
    return network.mlp(hidden_units, rng=np.random.default_rng(4))


net = untrained()
images, labels = x_fit[:128], y_fit[:128]
print(f"{net.parameter_count:,} weights and biases")

# %% [markdown]
# We move one weight, and draw the mistakes; below, what we use instead:

# %% tags=["hide-input"]
kernel = net.layers[-1].params["kernel"]  # the network's own, no copy: (64, 10)
spot = (61, 3)
w = kernel[spot]


def with_weight(value):
    kernel[spot] = value
    logits = net.forward(images)
    kernel[spot] = w
    mistakes = (logits.argmax(axis=1) != labels).sum()
    return mistakes, losses.cross_entropy(logits, labels)


weights = w + np.linspace(-3, 5, 401)
mistakes, valley = np.array([with_weight(weight) for weight in weights]).T

# %% alt="Two curves over the value of one weight. Above, the number of mistakes: a staircase of flat steps. Below, the loss: a smooth valley, falling from the left to a lowest point and rising to the right." tags=["hide-input"]
fig, axes = plt.subplots(2, 1, figsize=(5.2, 4.4), sharex=True)
for ax, curve in zip(axes, (mistakes, valley), strict=True):
    ax.plot(weights, curve, color=plots.INK)
    ax.plot(w, curve[150], "o", color=plots.ACCENT)
axes[0].set(title="mistakes among 128 images")
axes[1].set(title="loss of the same images", xlabel="value of the weight")
_ = axes[1].text(
    w + 0.2, valley[150], "the weight now", color=plots.ACCENT, va="bottom"
)
near = abs(weights - w) < 0.05

# %% [markdown]
# Above is a staircase, {{ assert len(np.unique(mistakes)) < 40 and (np.diff(mistakes) == 0).mean() > 0.7 }} and in fog
# level ground says nothing. {{ assert len(np.unique(mistakes[near])) == 1 }} Below is a valley, which
# slopes even where no answer changes. {{ assert (np.diff(valley[near]) < 0).all() }} This height is the
# **[loss](../glossary.md#loss)**. It asks not whether the right digit won, but how probable the network thought it.
#
# How do many probabilities make one number? Say the right digits of two images got 0.9 and 0.5. Answers drawn
# with these probabilities are both right in 0.9 × 0.5 = 0.45 of all draws. So we could multiply: the better the
# network, the larger the product (**[maximum likelihood](../glossary.md#maximum-likelihood)**). But with two thousand images
# it becomes too small for a computer. {{ assert 0.45**1000 == 0 }}
#
# The logarithm mends this, because it turns products into sums and keeps the larger product larger:
# ln 0.45 = ln 0.9 + ln 0.5 = {{ np.log(0.9):.2f}} - {{ -np.log(0.5):.2f}} = {{ np.log(0.45):.2f}}. A minus sign turns this into a cost,
# and the mean, {{ -np.log(0.45) / 2:.2f}} an image, makes batches of any size comparable. This is
# **[cross-entropy](../glossary.md#cross-entropy)**:
#
# $$L=-\frac{1}{B}\sum_{n=1}^{B}\ln p_{n,y_n}$$
#
# In words: in each row of probabilities, (B, 10), take minus the logarithm of the label's; average over the
# [batch](../glossary.md#batch) of B images. Our ten [acquaintances](01_first_recognizer.ipynb#ten-old-acquaintances) cost:

# %%
_, first = np.unique(test.labels, return_index=True)
probabilities = net.predict_proba(x_test[first])  # (10, 10)
early = probabilities.diagonal()  # in row 0 the 0's, in row 1 the 1's, ...
print("probabilities:", early.round(2))
print("losses:       ", -np.log(early).round(2))

# %% alt="The curve of minus the logarithm: high on the left where the right digit has a probability near 0, zero on the right where it has probability 1. Ten dots for the ten sample digits lie on its left half, around the point for a probability of one in ten." tags=["hide-input"]
p = np.linspace(0.01, 1, 200)
fig, ax = plt.subplots()
ax.plot(p, -np.log(p), color=plots.HAIRLINE)
ax.plot(early, -np.log(early), "o", color=plots.ACCENT, alpha=0.6)
ax.plot(0.1, np.log(10), "s", color=plots.INK)
ax.text(0.13, np.log(10), "one in ten")
_ = ax.set(xlabel="probability of the right digit", title="loss of the image")

# %% [markdown]
# To be sure of the right digit costs almost nothing; {{ assert early.min() < 0.1 < early.max() < 0.5 }} the surer of a
# wrong one, the more it costs, without limit. For the probabilities add up to 1, and little is left for the right digit: a
# hundredth costs {{ np.log(100):.1f}}, a ten-thousandth {{ np.log(10_000):.1f}}.
#
# > **Make a guess.** What is the loss of a network that has learned nothing?
# > <!-- guess: number = np.mean(starts):.2f -->
#
# Knowing nothing, it should give each digit a probability of one in ten, which costs −ln 0.1 = ln 10 =
# {{ np.log(10):.3f}}. Twenty random networks:


# %%
starts = []
for seed in range(20):
    fresh = network.mlp(rng=np.random.default_rng(seed))
    logits = fresh.predict_logits(x_val[:1000])
    starts.append(losses.cross_entropy(logits, y_val[:1000]))
print(f"{min(starts):.2f} to {max(starts):.2f}, mean {np.mean(starts):.2f}")


# %% [markdown]
# Their mean is {{ np.mean(starts):.2f}}, a little above ln 10,
# {{ assert 0 < np.mean(starts) - np.log(10) < 0.3 and min(starts) > np.log(10) }} because random weights make random
# opinions, which cost more than none. Check this before every training: a start far above may mean
# too large weights, or undivided pixels. But a loss near ln 10 does not prove a good start: weights of zero have it, too.
#
# ## The slope of one weight
#
# Which way is down? The walker moves a weight a little up and down, and divides the difference
# of the losses by the distance:
#
# $$\text{slope}\approx\frac{L(w+h)-L(w-h)}{2h}$$
#
# By hand, for the curve (w − 1)² at *w* = 3, with *h* = 0.1:
# ({{ 2.1**2:.2f}} − {{ 1.9**2:.2f}}) / 0.2 = {{ (2.1**2 - 1.9**2) / 0.2:.0f}}. This is a **[finite difference](../glossary.md#finite-difference)**; we say *wiggle*:


# %%
def in_float64(net):
    # 16 digits in place of 7, because a wiggle subtracts nearly equal numbers,
    # whose first digits cancel.
    for layer in net.layers:
        for name, param in layer.params.items():
            layer.params[name] = param.astype(np.float64)
    return net


net = in_float64(net)
kernel = net.layers[-1].params["kernel"]  # of the last layer: (64, 10)
spot = (61, 3)  # from hidden unit 61 to the digit 3
w = kernel[spot]


# %%
def wiggle(net, params, spot, h=1e-6):
    w = params[spot]
    params[spot] = w + h
    above = losses.cross_entropy(net.forward(images), labels)
    params[spot] = w - h
    below = losses.cross_entropy(net.forward(images), labels)
    params[spot] = w
    return (above - below) / (2 * h)


slope = wiggle(net, kernel, spot)
print(f"weight {w:.4f}, slope of the loss {slope:.4f}")

# %% [markdown]
# The slope is negative, so the loss falls as the weight grows. {{ assert slope < 0 }} But to wiggle all
# weights and biases takes {{ 2 * net.parameter_count:,}} passes, two each, for a single step.
#
# ## Steps
#
# The slopes of all weights and biases together are the loss's **[gradient](../glossary.md#gradient)**. **[Gradient
# descent](../glossary.md#gradient-descent)** moves each of them against its slope:
#
# $$w\leftarrow w-\eta\,\frac{\partial L}{\partial w}$$
#
# In words: the new weight is the old one minus the **[learning rate](../glossary.md#learning-rate)** *η* (eta) times its slope,
# and ∂ says that all other weights are held still. Yet all move at once. Does that still lead down? Take two with the
# slopes 3 and −4, and a rate of 0.01: they move by −0.03 and +0.04. Each move changes the loss by about slope times move:
# 3 × (−0.03) = −0.09 and −4 × 0.04 = −0.16. Each is minus the rate times a square, so never above 0, and in a
# short step they add up, to {{ -0.09 - 0.16:.2f}}.
#
# But why this direction? Draw the slopes as an arrow, (3, −4), of length 5, and our moves as another, of
# length 0.05. The change is about their dot product: length times length times the cosine of their angle. The lengths are fixed, so only the angle is ours to choose.
# The cosine is lowest, −1, where they point opposite ways: 5 × 0.05 × (−1) = {{ -0.09 - 0.16:.2f}}. No other short step
# of this length leads further down.
#
# And how long a step? Three rates:

# %%
paths = {}
# Large rates, because one weight moves alone; for all together 0.1 is usual.
for rate in (2, 12, 22):
    path = [w]
    for _ in range(6):
        kernel[spot] = path[-1]
        path.append(path[-1] - rate * wiggle(net, kernel, spot))
    kernel[spot] = w
    paths[rate] = np.array(path)
    print(f"learning rate {rate:2}:", paths[rate].round(2))

# %% live="valley" alt="Three times the same valley with six steps of gradient descent, joined by straight lines. With a small learning rate the dots creep down the slope and do not arrive. With a medium one they reach the bottom. With a large one they jump from one side of the valley to the other." tags=["hide-input"]
fig, axes = plt.subplots(3, 1, figsize=(5.2, 5.4), sharex=True, sharey=True)
for ax, (rate, path) in zip(axes, paths.items(), strict=True):
    heights = [with_weight(place)[1] for place in path]
    ax.plot(weights, valley, color=plots.HAIRLINE)
    ax.plot(path, heights, "o-", color=plots.ACCENT)
    ax.set_title(f"learning rate {rate}")
lowest = weights[valley.argmin()]
low, high = valley.min() - 0.03, max(heights) + 0.06
_ = ax.set(xlabel="value of the weight", xlim=(-2, 4), ylim=(low, high))

# %% tags=["remove-cell"]
# For the page, where this figure answers a touch:
activations = network.Network(net.layers[:-1]).forward(images)
live = {"labels": labels.tolist(), "digit": spot[1], "weights": [float(w)]}
live["logits"] = net.forward(images).round(4).tolist()
live["inputs"] = activations[:, [spot[0]]].round(4).tolist()
display({"application/vnd.digitlearn+json": live}, raw=True)

# %% [markdown]
# After six steps the first walker is still on his way, {{ assert paths[2][-1] < lowest - 0.2 }} the second stands
# at the bottom, {{ assert abs(paths[12][-1] - lowest) < 0.1 }} and the third **[overshoots](../glossary.md#overshooting)**, across the
# valley and back. {{ assert (np.diff(np.sign(paths[22][1:] - lowest)) != 0).all() }} In a training you see only the losses: they
# creep if the rate is too small, and jump about or rise if it is too large. Then change it, at first by a factor of
# ten, later of two or three.
# Deeper valleys may lie elsewhere, but a low one is enough.
#
# ## All slopes at once
#
# **[Backpropagation](../glossary.md#backpropagation)** finds all slopes on
# one trip back.
# By the chain rule, if a sum moves 3 times as far as a weight, and the loss 2 times as far as the sum, the loss moves 6 times as far as the weight. Along a path slopes multiply, and
# paths add up.
#
# We begin at the end. Let three classes have the [logits](../glossary.md#logits) 2, 1 and 0, let the second be right, and
# wiggle each:


# %%
def loss_at(z):  # when the second class is right
    return -np.log(np.exp(z[1]) / np.exp(z).sum())


z = np.array([2.0, 1.0, 0.0])
slopes = []
for k in range(3):
    up = z.copy()
    up[k] += 1e-6
    down = z.copy()
    down[k] -= 1e-6
    slopes.append((loss_at(up) - loss_at(down)) / 2e-6)
p = np.exp(z) / np.exp(z).sum()
print("probabilities:", p.round(3))
print("slopes:       ", np.round(slopes, 3))

# %% [markdown]
# **A logit's slope is its probability, minus 1 if its class is the right one**.
# {{ assert np.allclose(slopes, p - [0, 1, 0], atol=1e-6) }} Why? The logarithm of a fraction is a difference, so the loss of one
# image with the label *y* has two parts:
#
# $$-\ln\frac{e^{z_y}}{\sum_je^{z_j}}=\ln\sum_je^{z_j}-z_y$$
#
# If the first logit, 2, moves, the sum moves *e*² or {{ np.exp(2):.2f}} times as far, because an exponential is its own slope.
# The slope of ln *u* is 1/*u*, here one over the sum. Together:
# {{ np.exp(2):.2f}} / {{ np.exp(z).sum():.2f}} = {{ p[0]:.3f}}, the probability. The second part adds -1 for the right logit.
# So a step raises the right logit and lowers the others, most of all the most probable of them. With nearly all
# probability on the right class, the slopes are nearly 0: little is left to learn.
#
# `losses.cross_entropy` computes this difference, with the largest logit subtracted first: nothing overflows, and no
# logarithm meets a probability rounded to 0.
#
# We go one layer back, to the weights between two inputs and two classes, of which the second is right:

# %%
x = np.array([1.0, 0.5])
W = np.array([[0.5, -1.0], [1.0, 2.0]])  # (inputs, units)
z = x @ W
p = np.exp(z) / np.exp(z).sum()
loss = loss_at(z)
print("sums", z, " probabilities", p.round(3), f" loss {loss:.3f}")

# %%
g = p - [0, 1]  # slopes for the two sums
for_weights = np.outer(x, g)  # (inputs, units): input times slope of the sum
for_inputs = W @ g  # along both paths
print("slopes of the weights:", *for_weights.round(3))

# %% tags=["hide-input"]
notes = {(0, 1): (x[0], for_inputs[0]), (0, -1): (x[1], for_inputs[1])}
notes |= {(2.2, 1): (z[0], g[0]), (2.2, -1): (z[1], g[1]), (3.5, 0): (loss, 1)}
names = {(0, 1): "input 1", (0, -1): "input 2"}
names |= {(2.2, 1): "sum 1", (2.2, -1): "sum 2", (3.5, 0): "loss"}
for i, j in np.ndindex(2, 2):  # the weights stand on their lines
    part = 0.5 if i == j else 0.28
    place = (0.4 + 1.4 * part, 1 - 2 * i + 2 * (i - j) * part)
    notes[place] = (W[i, j], for_weights[i, j])
box = {"facecolor": plots.PAPER, "edgecolor": "none", "pad": 1}
style = {"ha": "center", "va": "center", "bbox": box}

# %% live="graph" alt="A graph of two inputs on the left, two sums in the middle and the loss on the right, joined by lines. Black numbers are values and weights: the way forward. Blue numbers are the slopes of the loss for them: the way back." tags=["hide-input"]
fig, ax = plt.subplots(figsize=(5.2, 3.2))
for i, j in np.ndindex(2, 2):
    ax.plot([0.4, 1.8], [1 - 2 * i, 1 - 2 * j], color=plots.HAIRLINE, zorder=0)
ax.plot([2.6, 3.1], [0.7, 0.25], color=plots.HAIRLINE, zorder=0)
ax.plot([2.6, 3.1], [-0.7, -0.25], color=plots.HAIRLINE, zorder=0)
for (i, j), (value, to_loss) in notes.items():
    ax.text(i, j + 0.13, f"{value:.2f}".replace("-", "−"), **style)
    to_loss = f"{to_loss:+.2f}".replace("-", "−")
    ax.text(i, j - 0.13, to_loss, color=plots.ACCENT, **style)
for (i, j), name in names.items():
    ax.text(i, j + 0.4, name, ha="center", color=plots.MUTED)
_ = ax.set(xlim=(-0.4, 3.8), ylim=(-1.3, 1.6))
ax.set_axis_off()

# %% tags=["remove-cell"]
# For the page, where this figure answers a touch:
live = {"x": x.tolist(), "weights": W.tolist(), "right": 1}
display({"application/vnd.digitlearn+json": live}, raw=True)

# %% [markdown]
# Read the blue numbers leftwards, from the sums, whose slopes we know. If a
# weight moves by 1, its sum moves by the input. So the weight's slope is
# input times slope of the sum; from input 2 to sum 1 that is 0.5 × {{ g[0]:.2f}} = {{ for_weights[1, 0]:.2f}}. {{ assert x[1] == 0.5 }}
#
# An input reaches both sums, so its slope adds up both paths, weight times slope each; for input 1 that is
# 0.5 × {{ g[0]:.3f}} + (-1) × ({{ g[1]:.3f}}) = {{ for_inputs[0]:.2f}}. {{ assert W[0].tolist() == [0.5, -1] }} But why ask, when nobody
# can change an input? Because in a deeper network the layer before has made it, and needs its slope. We put one
# there: two hidden units with [ReLU](../glossary.md#relu), then the same weights.

# %%
V = np.array([[0.5, 1.0], [1.0, -3.0]])  # kernel of the hidden layer
s = x @ V  # forward: the hidden sums,
a = np.maximum(s, 0)  # through ReLU,
z = a @ W  # the logits
p = np.exp(z) / np.exp(z).sum()
g = p - [0, 1]  # and back
for_a = W @ g  # as for the inputs before
for_s = np.where(s > 0, for_a, 0)  # through ReLU
for_hidden = np.outer(x, for_s)
print("slopes of the hidden weights:", *for_hidden.round(2))

# %% tags=["hide-input"]
notes = {}
for i in range(2):
    notes[0, 1 - 2 * i] = (x[i], "")
    notes[2.1, 1 - 2 * i] = (s[i], f"{for_s[i]:+.2f}")
    notes[3, 1 - 2 * i] = (a[i], f"{for_a[i]:+.2f}")
    notes[4, 1 - 2 * i] = (z[i], f"{g[i]:+.2f}")
names = {0: "input", 2.1: "hidden sum", 3: "ReLU", 4: "logit"}
for i, j in np.ndindex(2, 2):  # the weights stand on their lines
    part = 0.5 if i == j else 0.28
    place = (0.3 + 1.4 * part, 1 - 2 * i + 2 * (i - j) * part)
    notes[place] = (V[i, j], f"{for_hidden[i, j]:+.2f}")

# %% alt="A graph of two inputs, two hidden sums, the same after ReLU, and two logits. Black numbers are values and weights, blue numbers below them slopes. The second hidden sum is negative: after ReLU it is 0, its own slope is 0, and so are the slopes of the two weights that lead to it." tags=["hide-input"]
fig, ax = plt.subplots(figsize=(5.2, 3.2))
for i, j in np.ndindex(2, 2):
    ax.plot([0.3, 1.7], [1 - 2 * i, 1 - 2 * j], color=plots.HAIRLINE, zorder=0)
    ax.plot([3.3, 3.7], [1 - 2 * i, 1 - 2 * j], color=plots.HAIRLINE, zorder=0)
ax.plot([2.4, 2.7], [1, 1], color=plots.HAIRLINE)  # the other unit is silent
for (i, j), (value, to_loss) in notes.items():
    ax.text(i, j + 0.13, f"{value:.2f}".replace("-", "−"), **style)
    ax.text(i, j - 0.13, to_loss.replace("-", "−"), color=plots.ACCENT, **style)
for across, name in names.items():
    ax.text(across, 1.4, name, ha="center", color=plots.MUTED)
_ = ax.set(xlim=(-0.3, 4.3), ylim=(-1.3, 1.6))
ax.set_axis_off()

# %% [markdown]
# The first unit's ReLU has the slope 1, so {{ for_s[0]:.2f}}
# passes back. The second hidden sum is negative, {{ assert (s > 0).tolist() == [True, False] }} its ReLU flat: a small move changes nothing, so {{ for_a[1]:.2f}} becomes 0.
# {{ assert for_s[1] == 0 and for_a[1] < 0 }} Then comes input times slope again, and so on, back to the pixels.
#
# How might one find this? Follow one weight of the first Dense layer. It moves its own unit, this unit 64 others, each of
# these ten logits, and every logit the loss: {{ 64 * 10 }} paths, each a product of slopes. For {{ 784 * 128:,}} such weights that makes
# 64 million products for an image. But behind one unit the paths of all its weights are the same, and only the first factor,
# the input, differs. So add the paths up once, and let each of the 784 weights multiply the sum by its
# input. The trick works again, because all 128 units share what lies behind each of the 64. Those 64 sums must be ready
# first, so we start at the loss. Each kept sum is its unit's slope. Whoever tries to save this
# work invents backpropagation.
#
# For a batch, let `g`, (B, units), hold the slopes for a layer's sums, a row for each image; for the last layer,
# probabilities minus one-hot labels, divided by B because the loss is a mean. With the layer's inputs `a`,
# (B, inputs), our rules become three lines:
#
# - kernel: input times slope, added up over the images. A weight with the inputs 1 and 0.5 in two images, and the slopes 0.2 and −0.6 behind it,
#   has the slope 1 × 0.2 + 0.5 × (−0.6) = −0.1: a row of `a.T`, where `.T` turns rows
#   into columns, times a column of `g`; for all weights at once, `a.T @ g`, (inputs, units);
# - bias: like a weight with the input 1, so each column of `g` is added up, (units,);
# - inputs: along all paths, `g @ kernel.T`, (B, inputs): `W @ g` for each image.
#
# `guess` goes forward and keeps each layer's inputs; `gradients` goes back:


# %%
def guess(arrays, x):  # arrays: kernel, bias, kernel, bias, ...; x: (B, 784)
    inputs = []  # of the Dense layers: (B, 784), (B, 128), (B, 64)
    for i in range(0, len(arrays), 2):
        inputs.append(x)
        z = x @ arrays[i] + arrays[i + 1]
        x = np.maximum(z, 0)  # the next layer's inputs; after the last, not used
    # z holds the sums of the last layer, the logits.
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return inputs, e / e.sum(axis=1, keepdims=True)  # softmax: (B, 10)


# %%
def gradients(arrays, x, labels):
    inputs, p = guess(arrays, x)
    # Rows of np.eye have a single 1: one-hot labels, (B, 10).
    y = np.eye(p.shape[1], dtype=np.float32)[labels]
    g = (p - y) / len(x)  # for the last sums: (B, 10)
    slopes = []
    for i in reversed(range(0, len(arrays), 2)):
        a = inputs[i // 2]  # of this layer
        # For kernel and bias, put in front of those found so far, the *slopes:
        slopes = [a.T @ g, g.sum(axis=0), *slopes]
        if i > 0:  # the inputs of the first layer are pixels
            # Back through the kernel; then through the ReLU that made a, whose
            # slope is 1 where a > 0, and 0 elsewhere.
            g = (g @ arrays[i].T) * (a > 0)
    return slopes


# %% [markdown]
# Is it right? We wiggle 50 entries of each array:

# %%
arrays = []
for layer in net.layers:
    arrays.extend(layer.params.values())  # its own arrays, no copies
by_formula = gradients(arrays, preprocessing.flatten(images), labels)
rng = np.random.default_rng(2)
agreed = 0
print("shape       formula      wiggled")
for array, slopes in zip(arrays, by_formula, strict=True):
    for number in rng.integers(array.size, size=50):
        place = np.unravel_index(number, array.shape)  # (row, column)
        wiggled = wiggle(net, array, place)
        agreed += np.isclose(slopes[place], wiggled, rtol=1e-6, atol=1e-9)
    print(f"{array.shape!s:11} {slopes[place]:+.8f}  {wiggled:+.8f}")
print(f"{agreed} of 300 agree")

# %% [markdown]
# All {{ agreed }} agree. {{ assert agreed == 300 }} One may differ though the formula is right: where a wiggle carries a hidden sum
# across ReLU's bend, the loss has two slopes. So *h* is small, but not so small that rounding counts.
#
# And it cost not {{ 2 * net.parameter_count:,}} passes, but one forward and one
# back. Always check: a falling loss
# proves nothing, because a wrong gradient that points roughly downhill teaches, too.
#
# ## A complete learner
#
# How many images should the walker ask before each step? The mean slope of a few is rough. Yet four times as many,
# at four times the cost, only halve its error, because the error of a mean falls with the root of their number.
#
# > **Make a guess.** Each image may be used once. What teaches more: one exact step with all
# > {{ len(y_fit):,}}, at the best of three rates, or many rough steps with 128 each?
# > <!-- guess: one exact step | many rough steps = many rough steps -->
#
# The kernels start [at random](#where-to-start-a-training-that-is-stuck):


# %%
def random_start(rng, sizes=(784, 128, 64, 10)):
    arrays = []
    for i in range(len(sizes) - 1):
        inputs, units = sizes[i], sizes[i + 1]
        size = np.sqrt(2 / inputs)  # why this size? See "Where to start"
        kernel = rng.normal(0, size, (inputs, units))
        arrays.append(kernel.astype(np.float32))
        arrays.append(np.zeros(units, dtype=np.float32))
    return arrays


# %% [markdown]
# Then we shuffle, because a batch of fours only would push every answer towards 4; batch by batch we guess, find the slopes and
# step. Chance makes it *stochastic* gradient descent, **[SGD](../glossary.md#sgd)**.


# %%
def descend(arrays, x, labels, rng, batch_size=128, rate=0.1):
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        batch = order[start : start + batch_size]
        # The loss itself is not needed: p - y says how wrong each guess was.
        slopes = gradients(arrays, x[batch], labels[batch])
        for array, slope in zip(arrays, slopes, strict=True):
            array -= rate * slope


def accuracy(p, labels):  # p: (N, 10)
    return (p.argmax(axis=1) == labels).mean()


# %%
flat_fit, flat_val = preprocessing.flatten(x_fit), preprocessing.flatten(x_val)
mine = random_start(np.random.default_rng(4))
_, p = guess(mine, flat_val)
print(f"before: {accuracy(p, y_val):.1%} right")
descend(mine, flat_fit, y_fit, np.random.default_rng(5))
_, p = guess(mine, flat_val)
rough = accuracy(p, y_val)
print(f"after:  {rough:.1%} right")

# %% [markdown]
# After one epoch of {{ int(np.ceil(len(y_fit) / 128)) }} rough steps, fewer than forty lines of NumPy read **{{ rough:.1%}}** of the
# validation images. {{ assert rough > 0.9 }} Now one exact step:

# %%
exact = {}
for rate in (0.1, 1, 10):
    mine = random_start(np.random.default_rng(4))
    descend(mine, flat_fit, y_fit, np.random.default_rng(5), len(y_fit), rate)
    _, p = guess(mine, flat_val)
    exact[rate] = accuracy(p, y_val)
    print(f"one step, rate {rate:4}: {exact[rate]:.1%} right")

# %% [markdown]
# The exact step loses by far: {{ assert max(exact.values()) < 0.6 }} 0.1 is too
# short, 10 overshoots. {{ assert exact[0.1] < exact[1] > exact[10] }} An exact slope, too, holds only
# nearby, so it pays to ask again soon.
#
# ## Train it
#
# How far does it get in eight epochs, with 256 and 128 hidden units? Near the bottom long steps
# along rough slopes only jump about. So the rate, at first 0.3, falls from epoch to epoch. Rates and batches of 64 were chosen
# on the validation images.


# %%
def mean_loss(p, labels):
    right = p[np.arange(len(p)), labels]  # from row n the one at labels[n]
    # If one rounds to 0, this is infinite. losses.cross_entropy starts from the logits
    # and stays finite: see the exercises.
    return -np.log(right).mean()


# %%
# Numbers of units and epochs are habit.
best = random_start(np.random.default_rng(4), (784, 256, 128, 10))
rng = np.random.default_rng(5)
history = {"loss": [], "accuracy": [], "val_loss": [], "val_accuracy": []}
for epoch in range(8):
    descend(best, flat_fit, y_fit, rng, batch_size=64, rate=0.3 * 0.8**epoch)
    _, p = guess(best, flat_fit)
    history["loss"].append(mean_loss(p, y_fit))
    history["accuracy"].append(accuracy(p, y_fit))
    _, p = guess(best, flat_val)
    history["val_loss"].append(mean_loss(p, y_val))
    history["val_accuracy"].append(accuracy(p, y_val))
    print(f"epoch {epoch + 1}: loss {history['loss'][-1]:.3f},", end=" ")
    print(f"validation {history['val_loss'][-1]:.3f}")

# %% alt="Two panels against eight epochs. The training loss falls towards zero; the validation loss stays nearly level from the fourth epoch on, above it. The training accuracy rises towards the top; the validation accuracy rises more slowly and stays below it." tags=["hide-input"]
fig = plots.plot_history(history)

# %% [markdown]
# From the fourth epoch on the training loss still falls,
# {{ assert history["loss"][-1] < 0.02 }} {{ assert history["accuracy"][-1] > history["val_accuracy"][-1] + 0.01 }} but the validation loss
# hardly does.
# {{ assert max(history["val_loss"][3:]) - min(history["val_loss"][3:]) < 0.02 }}
# {{ assert min(history["val_loss"][3:]) > 2 * history["loss"][-1] }} Only now comes the examination:

# %%
from digitlearn import evaluation, layers

_, probabilities = guess(best, preprocessing.flatten(x_test))
report = evaluation.evaluate(test.labels, probabilities)
low, high = report.interval
print(test.notice, end="")
print(f"test: {report.accuracy:.2%} right (95% interval {low:.2%} to {high:.2%})")

# %% [markdown]
# **{{ report.accuracy:.2%}}**: of {{ len(test.labels):,}} new digits your learner misreads
# {{ (probabilities.argmax(axis=1) != test.labels).sum() }}. {{ assert report.accuracy > 0.9787 and low > 0.97 }} The last
# validation accuracy was {{ history["val_accuracy"][-1]:.2%}}, {{ assert report.accuracy > history["val_accuracy"][-1] }} and two sets of images differ by as much [by
# chance](06_evaluation.ipynb#how-sure-is-an-accuracy): the validation images have an interval, too, a wider one. {{ assert report.accuracy - history["val_accuracy"][-1] < 2 * np.sqrt(0.98 * 0.02 * (1 / len(y_val) + 1 / len(test.labels))) }}
#
# ## Momentum and Adam
#
# Could the walker get down faster? Often valleys are long and narrow, steep in some
# weights only. SGD's steps across cancel each other, while those along
# agree, so it pays to remember them. **[Momentum](../glossary.md#momentum)** keeps a velocity *v* for every weight:
#
# $$v\leftarrow\mu v-\eta\,\frac{\partial L}{\partial w},\qquad w\leftarrow w+v$$
#
# In words: the new step is a share *μ* (mu) of the last, plus a push downhill. By hand, with the usual share of 0.9: pushes of
# 1 make steps of 1, 1.9 and at last 10, because 0.9 × 10 + 1 = 10; pushes of 1 and -1 only 1 and -0.1.
#
# Let SGD and momentum, here with a share of
# 0.6, race on two weights to the digit 0, each at its best rate:


# %%
# The outputs of these two hidden units, (128, 2):
inputs = network.Network(net.layers[:-1]).forward(images)[:, [44, 54]]
z = net.forward(images)


def on_map(moved):  # how far the two weights are moved: (2,)
    logits = z.copy()
    logits[:, 0] += inputs @ moved  # they lead to this logit only
    # Its slope, as before: probability minus label. A weight's: input times that.
    error = losses.softmax(logits)[:, 0] - (labels == 0)
    return losses.cross_entropy(logits, labels), inputs.T @ error / 128


# %%
def walk(rate, mu, steps=20):
    place = np.array([-2.5, 0.5])
    velocity = np.zeros(2)
    path = [place]
    for _ in range(steps):
        _, slopes = on_map(place)
        velocity = mu * velocity - rate * slopes
        place = place + velocity
        path.append(place)
    return np.array(path)


# %%
bottom = walk(10, 0.8, steps=3000)[-1]  # where a long walk ends
rates = {}
paths = {}
away = {}
for name, mu in [("SGD", 0), ("momentum", 0.6)]:
    ends = []
    for rate in range(1, 61):  # which one brings it lowest in 20 steps?
        loss, _ = on_map(walk(rate, mu)[-1])
        ends.append(loss)
    rates[name] = 1 + int(np.argmin(ends))
    paths[name] = walk(rates[name], mu)
    away[name] = np.linalg.norm(paths[name][-1] - bottom)
    print(f"{name:8} rate {rates[name]}: {away[name]:.2f} from the lowest point")

# %% tags=["remove-cell"]
# For the page, where Adam races, too: the best of 40 rates for the same 20 steps.
from types import SimpleNamespace


def end_of_adam(adam):
    pair = SimpleNamespace(params={"kernel": np.array([-2.5, 0.5])})
    for _nth in range(20):
        pair.grads = {"kernel": on_map(pair.params["kernel"])[1]}
        adam.step([pair])
    return on_map(pair.params["kernel"])[0]


tried = np.arange(1, 41) / 20
adam_best = np.argmin([end_of_adam(optimizers.Adam(rate)) for rate in tried])

# %% live="race" alt="Two maps of the same long, narrow valley with the paths of 20 steps from the left, and a square at the lowest point. SGD jumps from wall to wall, moves slowly along the valley and ends short of the square. Momentum swings wider at first, gets along faster and ends at it." tags=["hide-input"]
across, up = np.linspace(-3.5, 4.5, 60), np.linspace(-0.5, 5, 50)
heights = [[on_map(np.array([a, b]))[0] for a in across] for b in up]
fig, axes = plt.subplots(2, 1, figsize=(5.2, 5.4), sharex=True)
turns = {}
levels = np.min(heights) + np.array([0.0005, 0.002, 0.006, 0.015, 0.03, 0.06, 0.12])
for ax, (name, path) in zip(axes, paths.items(), strict=True):
    ax.contour(across, up, heights, levels=levels, colors=plots.HAIRLINE)
    ax.plot(*path.T, "o-", color=plots.ACCENT, markersize=3)
    ax.plot(*bottom, "s", color=plots.INK)
    ax.set(title=name, aspect="equal", ylabel="second weight")
    turns[name] = (np.diff(np.sign(np.diff(path[:, 1]))) != 0).sum()
_ = ax.set(xlabel="first weight, how far it was moved")

# %% tags=["remove-cell"]
# For the page, where this figure answers a touch:
live = {"labels": labels.tolist(), "digit": 0}
live |= {"weights": [0, 0], "start": [-2.5, 0.5]}
live |= {"x": [-3.5, 4.5], "y": [-0.5, 5], "logits": z.round(4).tolist()}
live["inputs"] = inputs.round(4).tolist()
live["rates"] = rates | {"Adam": float(tried[adam_best])}
display({"application/vnd.digitlearn+json": live}, raw=True)

# %% [markdown]
# Grey lines join places of equal loss; the square is lowest. SGD overshoots in every step, {{ assert turns["SGD"] == 19 }} because
# what suits the gentle direction is too large for the steep one. Momentum first swings
# wider, {{ assert paths["momentum"][:, 1].max() > paths["SGD"][:, 1].max() }} but {{ assert all(on_map(a)[0] < on_map(b)[0] for a, b in zip(paths["momentum"][5:], paths["SGD"][5:])) }} arrives. {{ assert (abs(paths["momentum"][16:] - bottom) < 0.1).all() and away["SGD"] > 0.6 }}
#
# **[Adam](../glossary.md#adam)** gives each weight a rate of its own: it divides every slope by its usual size.
# So steep and gentle weights get steps of like length, and one *η* suits both. On the site's page it races above.
#
# Slopes change their sign, so their mean hides that size; Adam takes the mean of their *squares*, `s`, and its root. Like
# momentum, it smooths the slopes, by their mean `m`. In these **[running means](../glossary.md#running-mean)** each
# step keeps most of the old and adds a little of the new:


# %%
def adam_update(arrays, slopes, m, s, t, rate=0.001):
    # m and s have a mean for each array; t counts the steps, from 1
    for i, slope in enumerate(slopes):
        m[i] = 0.9 * m[i] + 0.1 * slope
        s[i] = 0.999 * s[i] + 0.001 * slope**2
        m_hat = m[i] / (1 - 0.9**t)
        s_hat = s[i] / (1 - 0.999**t)
        arrays[i] -= rate * m_hat / (np.sqrt(s_hat) + 1e-7)  # never divides by 0


# %% [markdown]
# By hand, with a first slope of 2: `m` is 0.2 and `s` is 0.004, too small, because both began at 0. After *t* steps this 0
# still has the share `0.9**t` in `m`, the slopes only `1 - 0.9**t`, so we divide by that. The first `m` and `s` are
# divided by 0.1 and 0.001, which gives 2 and 4, and the weight moves by the rate times 2/√4, the rate itself.
# And with a steeper slope?

# %%
for slope in (2, 200):
    weight = np.array([0.5])
    adam_update([weight], [slope], m=[0], s=[0], t=1)
    print(f"slope {slope:3}: from 0.5 to {weight[0]:.4f}")

# %% [markdown]
# In the first step all weights move equally far, tiny slopes aside; {{ assert abs(weight[0] - 0.499) < 1e-6 }} later a weight moves far if its slopes agree.
#
# Begin with Adam: its rate is a distance, so 0.001 serves many networks.
#
# ## Where to start: a training that is stuck
#
# Is not zero the most neutral
# **[initialization](../glossary.md#initialization)**?
#
# > **Make a guess.** What happens if all weights start at zero? And at the same small number?


# %%
def all_equal(value):
    net = untrained()
    for layer in net.layers[1::2]:  # the Dense layers
        layer.params["kernel"][:] = value
    return net


def learn(net):  # for two short epochs
    few = (x_fit[:10_000], y_fit[:10_000])
    adam = optimizers.Adam()
    training.fit(net, few, epochs=2, optimizer=adam, rng=np.random.default_rng(5))
    return (net.predict(x_val) == y_val).mean()


# %%
zeros = all_equal(0)
right = learn(zeros)
known = losses.cross_entropy(zeros.predict_logits(x_val), y_val)
print(f"from zeros: {right:.1%} right, loss {known:.2f}")

# %% [markdown]
# It is stuck: one in nine is right, {{ assert right < 0.13 }} and the loss is nearly ln 10. {{ assert abs(known - np.log(10)) < 0.02 }}
# The slopes:


# %%
def largest_slopes(net):
    # The package's backward does what our gradients does. It begins with the slopes
    # of the logits, (p - y) / B, and leaves all others in layer.grads.
    net.backward(losses.cross_entropy_gradient(net.forward(images), labels))
    for layer in net.layers[1::2]:
        kernel = abs(layer.grads["kernel"]).max()
        bias = abs(layer.grads["bias"]).max()
        print(f"kernel {kernel:.4f}  bias {bias:.4f}")
    return net.layers[1].grads["kernel"]


of_zeros = largest_slopes(zeros)

# %% [markdown]
# All slopes are 0, except those of the last biases. {{ assert not of_zeros.any() and zeros.layers[-1].grads["bias"].any() }}
# A weight whose input is 0 has the slope 0, and on the way
# back slopes are multiplied by weights of 0. So only those biases learn, and find the most frequent digit.
# {{ assert set(zeros.predict(x_val)) == {np.bincount(y_fit).argmax()} }} Do small but equal numbers help?

# %%
equal = all_equal(0.01)
right = learn(equal)
print(f"from 0.01: {right:.1%} right")
of_equal = largest_slopes(equal)
kinds = len(np.unique(equal.layers[1].params["kernel"].round(4), axis=1).T)
print("different units in the first hidden layer:", kinds)

# %% [markdown]
# Now slopes arrive, {{ assert abs(of_equal).max() > 0 }} yet it reads badly, {{ assert right < 0.5 }} because all hidden units of
# a layer have equal weights, coming in and going out. So they get equal slopes and take equal steps, forever, and 128 units do the
# work of one. {{ assert kinds == 1 }} The weights must *differ*, so we draw them at random:

# %%
drawn = untrained()
right = learn(drawn)
print(f"from random numbers: {right:.1%} right")
learned = drawn.layers[1].params["kernel"] - untrained().layers[1].params["kernel"]
pictures = [equal.layers[1].params["kernel"][:, :5] - 0.01, learned[:, :5]]

# %% alt="Ten pictures of what training added to the weights of hidden units. The five units that started equal show the same picture five times; the five that started at random show five different pictures." tags=["hide-input"]
fig = plots.plot_weights(np.hstack(pictures))

# %% [markdown]
# That rescues it. {{ assert right > 0.88 }} The upper units started equal; the lower have each
# learned something of their own. {{ assert kinds == 1 and abs(np.corrcoef(learned[:, :5].T) - np.eye(5)).max() < 0.9 }}
#
# But how large must they be? Here are networks of 20 hidden layers of 64 units, whose kernels have `random_start`'s size,
# which Kaiming He and others proposed (He × 1 below), half of it, or twice.


# %%
def deep(scale):
    net = untrained((64,) * 20)
    for layer in net.layers[1::2]:
        layer.params["kernel"] *= scale
    return net


# %%
def typical_activations(net):
    a = x_val[:100]
    found = []
    for layer in net.layers[:-1]:
        a = layer.forward(a)
        if isinstance(layer, layers.ReLU):
            found.append(np.sqrt((a**2).mean()))  # root of the mean square
    return found


# %%
sizes = {}
begins = {}
trained = {}
for scale in (0.5, 1, 2):
    tower = deep(scale)
    curve = typical_activations(tower)
    sizes[scale] = curve
    begins[scale] = losses.cross_entropy(tower.forward(images), labels)
    trained[scale] = learn(tower)
    print(f"He × {scale}: {curve[0]:.2g} becomes {curve[-1]:.2g},", end=" ")
    print(f"loss {begins[scale]:.4g}, trained {trained[scale]:.1%} right")

# %% alt="Size of the activations over 20 layers on a logarithmic axis: three nearly straight lines. With half of He's kernels it falls by many powers of ten, with twice it rises as far, with He's it stays nearly level." tags=["hide-input"]
fig, ax = plt.subplots()
colors = (plots.MUTED, plots.ACCENT, plots.WRONG)
for (scale, curve), color in zip(sizes.items(), colors, strict=True):
    ax.semilogy(range(1, 21), curve, color=color)
    ax.text(20.3, curve[-1], f"He × {scale}", color=color, va="center")
_ = ax.set(xlabel="layer", title="typical activation", xticks=(1, 5, 10, 15, 20))

# %% [markdown]
# Halved kernels halve the activations in each layer, and 20 halvings leave a millionth.
# {{ assert 0.2e-6 < sizes[0.5][-1] / sizes[1][-1] < 5e-6 }} Doubled ones make them explode;
# {{ assert 0.2e6 < sizes[2][-1] / sizes[1][-1] < 5e6 }} only He's keep them nearly level.
# {{ assert 0.4 < sizes[1][-1] / sizes[1][0] < 2.5 }} The slopes on their way back explode through
# doubled kernels; through halved ones they fade, the **[vanishing gradient](../glossary.md#vanishing-gradient)**.
# Only He's network learns.
# {{ assert trained[1] > 0.75 and max(trained[0.5], trained[2]) < 0.2 }}
#
# Does Adam not help the others? Faded activations give all images practically the same
# logits, {{ assert np.ptp(deep(0.5).forward(images), axis=0).max() < 1e-5 }} so the upper layers
# learn no more than how frequent each digit is. The lower ones get slopes below the 1e-7 that Adam adds, and hardly move.
# {{ assert all(abs(layer.grads["kernel"]).max() < 1e-7 for t in [deep(0.5)] for _ in [t.backward(losses.cross_entropy_gradient(t.forward(images), labels))] for layer in t.layers[1::2]) }}
# Exploded ones start at a loss above a million, {{ assert begins[2] > 1e6 }} too high for two epochs of small steps.
# {{ assert losses.cross_entropy(tower.forward(images), labels) > 100 }}
#
# Why this size? A sum of *d* products of random sign is only some √*d* times as large as one of them, because
# most of it cancels. So weights of about 1/√*d* keep the size. But ReLU makes about half of the sums 0, which halves the
# mean square; the 2 in He's √(2/*d*) doubles it again.
#
# ## The same in Keras
#
# Keras notes each step forward, and follows its notes back. Does it learn the same? Both get the same weights, and
# 20 steps of SGD:

# %%
import keras

from digitlearn.keras_models import build_ann

mine = random_start(np.random.default_rng(4))
theirs = build_ann((128, 64), seed=1)
theirs.set_weights(mine)  # its six arrays, in the same order

# %%
for start in range(0, 1280, 64):
    batch = slice(start, start + 64)
    slopes = gradients(mine, flat_fit[batch], y_fit[batch])
    for array, slope in zip(mine, slopes, strict=True):
        array -= 0.1 * slope

# Our rate. "Sparse" takes labels as whole numbers; the loss expects probabilities,
# because this model ends in softmax. For one that ends in logits:
# keras.losses.SparseCategoricalCrossentropy(from_logits=True)
theirs.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
theirs.fit(x_fit[:1280], y_fit[:1280], batch_size=64, shuffle=False, verbose=0)
_, ours = guess(mine, flat_val)
apart = abs(ours - theirs.predict(x_val, verbose=0)).max()
print("largest difference of the probabilities below 0.001:", apart < 0.001)

# %% [markdown]
# It learns the same, but for rounding. {{ assert apart < 0.001 }}
#
# Loss and last layer must fit. Logits, which may be below 0 or above 1, make loss and slopes
# wrong if taken for probabilities. Probabilities taken for logits go through softmax twice. Even a sure and right answer,
# 1 for its digit, 0 for the others, then gets only e/(e + 9), so the loss stays above ln 4.
#
# ## Summary
#
# Before each step the walker asked a few images how wrong he was:
# minus the logarithm of the right digit's probability. He felt all slopes on one trip
# back, and wiggled to check. Momentum remembered his steps, Adam fitted them to each weight, and a random start of the right size kept
# units different and sums alive. But he went down only where his own examples
# led. Does the same ground lie under others?

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
# weights move by `learning_rate` times the corrected mean, divided by $10^{-7}$ plus the
# root of the corrected square, downhill. Return new weights, leaving the old ones as they are, and
# both new means before their correction.

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

# %% [markdown]
# **1. By hand.** The loss is (*w* − 1)², so the slope is 2(*w* − 1). From *w* = 3, with a rate of 0.25 the step is -0.25 × 4 = -1, to
# 2, then to 1.5; the next leads to 1.25. From 3 each time, take three steps with 0.5, 1 and 1.5. What happens?

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# With 0.5 the first step arrives: 1, and there it stays. With 1 it jumps across and back: -1, 3, -1.
# With 1.5 the distance doubles: -3, 9, -15.
#
# </details>

# %% [markdown]
# **2. How far to wiggle?** Is a smaller *h* always better? Compare `wiggle(net, arrays[4], spot, h)`
# with `by_formula[4][spot]`, for *h* from 1 to a millionth of a millionth.

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# exact = by_formula[4][spot]
# errors = {}
# for power in range(0, -13, -2):
#     errors[power] = abs(wiggle(net, arrays[4], spot, 10.0**power) / exact - 1)
#     print(f"h = 1e{power}: relative error {errors[power]:.0e}")
# assert min(errors, key=errors.get) in (-4, -6)
# ```
#
# {{ printed }}
#
# No. A large *h* gives the slope of a chord; with a tiny one, rounding eats into the difference.
#
# </details>

# %% [markdown]
# **3. Spot the error.** This training runs, and the network does not learn. Why?
#
# ```python
# for array, slope in zip(arrays, slopes):
#     array = array - 0.1 * slope
# ```

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# `array = ...` makes a new array of this name; the list keeps its old one. `array -= ...` changes the old one in place.
#
# </details>

# %% [markdown]
# **4. A bug that learns.** Let the first ReLU's `backward` return `grad` as it is. Does the loss of
# `images` still fall in 50 steps of Adam? Does wiggling notice?

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# class WrongReLU(layers.ReLU):
#     def backward(self, grad):
#         return grad
#
#
# parts = list(untrained().layers)
# parts[2] = WrongReLU()
# faulty = in_float64(network.Network(parts))
# adam = optimizers.Adam()
# curve = [training.train_step(faulty, images, labels, adam)[0] for _ in range(50)]
# faulty.backward(losses.cross_entropy_gradient(faulty.forward(images), labels))
# bias, slopes = faulty.layers[1].params["bias"], faulty.layers[1].grads["bias"]
# wiggled = [wiggle(faulty, bias, unit) for unit in range(128)]
# agree = np.allclose(slopes, wiggled, rtol=1e-3)
# print(f"loss from {curve[0]:.2f} to {curve[-1]:.2f}, slopes agree: {agree}")
# assert curve[-1] < curve[0] / 2
# assert not agree
# ```
#
# {{ printed }}
#
# It learns, with wrong slopes in its first layer.
#
# </details>

# %% [markdown]
# **5. From an empty file.** (No solution.) Write a learner in NumPy. Milestones:
# a first loss near ln 10; slopes that agree with wiggling; nine in ten of the validation images right after an epoch.

# %% [markdown]
# **6. Data of your own.** (No solution.) Take a table of numbers with a class for each row. Give `random_start` its sizes; then `descend`.

# %% [markdown]
# ## Further reading
#
# - D. Rumelhart and others, [Learning representations by back-propagating
#   errors](https://doi.org/10.1038/323533a0), 1986; before them [S. Linnainmaa](https://doi.org/10.1007/BF01931367)
#   (1970, here 1976) and P. Werbos (1982).
# - K. He and others, [Delving deep into rectifiers](https://arxiv.org/abs/1502.01852), 2015.
# - D. Kingma and J. Ba, [Adam](https://arxiv.org/abs/1412.6980), 2015.
#
# Next: [is it any good, and when do I stop?](05_training_in_practice.ipynb)

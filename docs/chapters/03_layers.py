# %% [markdown]
# # 3 Layers
#
# *What is a neuron looking for?*
#
# [Chapter 2](02_images_as_arrays.ipynb#a-recognizer-that-has-learned-almost-nothing) first compared an image with ten mean
# digits. You understand every step of that, but it misreads more than one digit in six.
# [Chapter 1](01_first_recognizer.ipynb)'s network misreads about one in sixty, and you do not know why: you wrote `Dense`, and it
# worked. What does the network have that the means have not?
#
# You will walk from the means to the network, one change at a time, to see what each is worth: better weights, more
# layers, a bend between them. At the end we scramble all pixels: what does even the finished network not know?
#
# **You will be able to** compute what every layer computes, read a neuron's weights as a
# picture, count a network's parameters, and say what each layer is there for.
#
# **You need to know** arrays and their shapes, as in [chapter 2](02_images_as_arrays.ipynb).
#
# ## Four layers
#
# This is where we are going: the network of chapter 1, with a quarter of its hidden units.
# **[Flatten](../glossary.md#flatten)** lays the 784 pixels in a line. Two **[hidden layers](../glossary.md#hidden-layer)** make 128 and then 64 numbers, and the last layer makes ten, which softmax
# turns into probabilities.

# %%
import matplotlib.pyplot as plt
import numpy as np

import digitlearn
from digitlearn import losses, network, plots, preprocessing, style, training
from digitlearn.layers import Dense, Flatten

# %%
plots.use_style()
train = digitlearn.load("train")
test = digitlearn.load("test")
print(train.notice, end="")
x_train = preprocessing.scale_pixels(train.images)
x_test = preprocessing.scale_pixels(test.images)
# Where each digit comes first among the test images, shape (10,):
_, first = np.unique(test.labels, return_index=True)
# As in chapter 1, a tenth of the training images is put aside for validation:
(x_fit, y_fit), (x_val, y_val) = preprocessing.split_validation(
    x_train, train.labels, rng=np.random.default_rng(1)
)
flat_fit, flat_val = preprocessing.flatten(x_fit), preprocessing.flatten(x_val)

# %% alt="The network as a row of columns of dots: an image of a seven, then Flatten with 784 numbers, a hidden layer with 128 units, a hidden layer with 64 units, and ten outputs for the digits 0 to 9. Lines run from every drawn dot to every drawn dot of the next column." tags=["hide-input"]
ax = plots.plot_network((128, 64), image=test.images[first[7]])

# %% [markdown]
# Each dot stands for one number. From the first hidden layer on, what makes such a
# number is called a **[unit](../glossary.md#unit)** or a [neuron](../glossary.md#neuron). All 202 begin with the same calculation, so we look at one.
#
# ## One neuron
#
# A neuron weighs evidence. Each input is a witness, and its weight says how much it counts; a negative weight counts against. The neuron multiplies each input by its weight, adds everything up, and adds a leaning of its own, its
# **[bias](../glossary.md#bias)**, which it would have if no witness spoke. Take three witnesses:

# %%
inputs = np.array([1.0, 0.5, 0.8])
three_weights = np.array([2.0, -1.0, 0.5])
its_bias = -1.0
three_products = inputs * three_weights
total = three_products.sum() + its_bias
print("products:", three_products)
print(f"sum with bias: {total:.1f}")

# %% alt="A neuron. On the left three inputs, each with a line to a circle in the middle and its weight on the line. Below the circle the bias. In the circle the sum; from it the way goes through a bend to the output." tags=["hide-input"]
fig, ax = plt.subplots(figsize=(5.2, 2.4))
for y, value, weight in zip((1, 0, -1), inputs, three_weights, strict=True):
    ax.plot([0.2, 2], [y, 0], color=plots.HAIRLINE, zorder=0)
    ax.text(0, y, f"{value:.1f}", ha="right", va="center")
    box = {"facecolor": plots.PAPER, "edgecolor": "none", "pad": 1}
    at = {"ha": "center", "va": "center", "color": plots.ACCENT, "bbox": box}
    ax.text(0.9, y * 0.61, f"× {weight:.1f}".replace("-", "−"), **at)
ax.plot(2, 0, "o", markersize=46, color=plots.PAPER, markeredgecolor=plots.INK)
ax.text(2, 0, f"{total:.1f}", ha="center", va="center")
ax.text(2, -0.95, "bias −1.0", ha="center", color=plots.ACCENT)
ax.plot([2.6, 2.8, 3.0], [0, 0, 0.3], color=plots.ACCENT)
ax.text(2.8, -0.4, "bend", ha="center", color=plots.ACCENT)
ax.text(3.2, 0, "output", va="center")
_ = ax.set(xlim=(-0.4, 3.9), ylim=(-1.2, 1.2))
ax.set_axis_off()

# %% [markdown]
# Check the 0.9 by hand. {{ assert abs(total - 0.9) < 1e-9 }} In a hidden layer the sum passes [the bend](#what-relu-buys), which leaves a positive number as it is.
#
# Now let the inputs be the 784 pixels of an image. Then the weights make a picture, too. Which picture finds sevens? Ink where
# sevens have more of it than the average digit should speak for one, and ink where they have less should speak against. So
# we take the mean seven minus the average digit for weights, and ask our ten
# [acquaintances](01_first_recognizer.ipynb#ten-old-acquaintances) for their sums:

# %%
means = []
for digit in range(10):
    means.append(flat_fit[y_fit == digit].mean(axis=0))
means = np.stack(means)  # (10, 784)
weights = means[7] - means.mean(axis=0)  # (784,)
acquaintances = preprocessing.flatten(x_test[first])  # (10, 784)
products = weights * acquaintances  # (10, 784)
sums = products.sum(axis=1)  # (10,)
for digit in range(10):
    print(f"{digit}: {sums[digit]:6.2f}")

# %% live="neuron" alt="Three pictures. The weights: a blue seven on orange patches where other digits have ink. The products for an image of a seven: its stroke is almost all blue, and the sum is positive. The products for an image of a three: more orange than blue, and the sum is negative." tags=["hide-input"]
pictures = np.stack([weights, products[7], products[3]], axis=1)
captions = ["weights"]
captions += [f"{digit}: {sums[digit]:.2f}".replace("-", "−") for digit in (7, 3)]
fig = plots.plot_weights(pictures, captions, columns=3)

# %% tags=["remove-cell"]
# For the page, where this figure answers a touch:
live = {"images": " ".join(map(str, test.images[first].ravel()))}
live["weights"] = " ".join(map(str, weights.astype(float).round(4)))
display({"application/vnd.digitlearn+json": live}, raw=True)

# %% [markdown]
# The 7 has by far the largest sum, {{ assert sums.argmax() == 7 and sums[7] > 10 + np.sort(sums)[-2] }} and the pictures show why. On
# the left are the weights, blue where positive, orange where negative; then come the products for the 7 and the 3. Where
# the weights are pale, ink hardly counts; and a pixel without ink counts for nothing, whatever its weight.
# The 7 has hardly any ink on orange, so its sum is positive; the 3 has more there than on blue, so its sum is negative.
# {{ assert products[7].clip(min=0).sum() > 20 * -products[7].clip(max=0).sum() }}
# {{ assert sums[7] > 0 and sums[3] < 0 }}
# Weights that make such a picture are called a **[template](../glossary.md#template)**: the sum says how well an image fits.
#
# In symbols, for an image $x$ and weights $w$, both of shape (784,), and a number $b$:
#
# $$z=\sum_{i=1}^{784}x_iw_i+b$$
#
# In words: $z$ is the sum, over all pixels $i$, of pixel times weight, plus the bias $b$. In NumPy the sum is `x @ w`, a **dot
# product**.
#
# What is the bias for? It sets the bar: if a positive $z$ means "a seven", then with $b=-4$ the sum must be above 4. Of our ten only the 7
# passes. {{ assert np.array_equal(np.flatnonzero(sums - 4 > 0), [7]) }} Without a bias every bar would be 0, whatever the weights, and our 4
# would miss it by a hair.
#
# ## Ten neurons are a classifier
#
# When our neuron says no, it cannot say what else the image might be. So give each digit its own template, and let the
# largest $z$ win. The ten weight vectors stand side by side as the columns of an array $W$ of shape
# (784, 10), the **[kernel](../glossary.md#kernel)**. The ten biases make $b$, of shape (10,). Then all ten sums come at once:
#
# $$z=xW+b$$
#
# In words: each of the ten sums is the [dot product](../glossary.md#dot-product) of the image with one column of $W$, plus that column's bias. This
# is a whole **[Dense](../glossary.md#dense)** layer: `x @ kernel + bias`. With a batch of
# $B$ images, $X$ of shape (B, 784), it gives $Z$ of shape (B, 10), one row for each image.
#
# You have used such a layer before. To see it, open up the squared distance by which chapter 2
# compared an image with the mean $m$ of each digit. Each square is $x_i^2-2x_im_i+m_i^2$. Add them up: the first part is the
# same for all ten means, so only the rest decides. Divide the rest by -2 and call it $s$:
#
# $$s=\sum_ix_im_i-\frac{1}{2}\sum_im_i^2$$
#
# That is a neuron: its weights are the mean digit, its bias is minus half the sum of the mean's squares. We divided by a negative number, so the smallest
# distance has the largest $s$, and ten such neurons should answer as the distances do:

# %%
kernel = means.T  # (784, 10)
bias = -(means**2).sum(axis=1) / 2  # (10,)
by_neurons = (flat_val @ kernel + bias).argmax(axis=1)
distances = []
for mean in means:
    distances.append(((flat_val - mean) ** 2).sum(axis=1))
by_distance = np.argmin(distances, axis=0)
print("same answers:", (by_neurons == by_distance).all())
by_means = (by_neurons == y_val).mean()
print(f"right: {by_means:.1%} of the validation images")

# %% [markdown]
# All answers agree, {{ assert (by_neurons == by_distance).all() and 0.75 < by_means < 0.87 and 1 / 6 < 1 - by_means < 1 / 5 }} so
# chapter 2's recognizer, here on other images, *is* a Dense layer.
#
# But who says that means are the best templates? Let the computer find better ones, as least squares did in
# chapter 2, but step by step.
# [`mlp(())`](../reference/network.md#digitlearn.network.mlp) builds a network of one Dense layer, and `fit`
# trains it, always by Adam with batches of 128, so that hardly
# anything but the networks differs.
#
# > **Make a guess.** The learned templates: will they look more like digits than the means do, or less?
# > <!-- guess: more | less = less -->

# %%
rng = np.random.default_rng(2)
templates = network.mlp((), rng=rng)  # no hidden layer; it ends with the ten sums
one_layer = training.fit(
    templates, (x_fit, y_fit), (x_val, y_val), epochs=6, rng=rng
)
print(f"right: {one_layer.val_accuracy[-1]:.1%}")
learned = templates.layers[1].params["kernel"]  # layer 0 is Flatten
print("kernel:", learned.shape)

# %% alt="Ten weight pictures, one for each digit, in blue and orange. The zero has a strong orange spot in its middle. The others show blotches of both colors in which the digits can hardly be recognized." tags=["hide-input"]
fig = plots.plot_weights(learned, range(10))

# %% [markdown]
# They read {{ one_layer.val_accuracy[-1]:.1%}}, far more than the means,
# {{ assert one_layer.val_accuracy[-1] > by_means + 0.08 }} and yet most hardly look like digits.
# {{ assert all(np.corrcoef(learned[:, d], means[d] - means.mean(axis=0))[0, 1] < 0.7 for d in range(10)) }} Why should worse
# portraits make better judges? Because a mean shows what is *typical* of a digit, and much of
# that it shares with others. A template learns from mistakes, so it shows what *tells its digit apart*. Ink in the middle speaks against a zero, so the zero's template is orange there.
# {{ assert learned[:, 0].reshape(28, 28)[12:16, 12:16].mean() < -0.2 }}
#
# Better weights alone have more than halved the mistakes. {{ assert 1 - one_layer.val_accuracy[-1] < (1 - by_means) / 2 }} A
# network of Flatten, one Dense layer and softmax is known as **[softmax regression](../glossary.md#softmax-regression)**.
#
# ## Two Dense layers are one
#
# More layers should do better, because a second could put together what the first has found.
# So we stack three, with 128, 64 and 10 units, and train them alike.
#
# > **Make a guess.** How much better will three layers be than one?
# > <!-- guess: much | a little | not at all = not at all -->

# %%
rng = np.random.default_rng(2)
dense_layers = [
    Dense(784, 128, rng=rng),
    Dense(128, 64, rng=rng),
    Dense(64, 10, rng=rng),
]
straight = network.Network([Flatten(), *dense_layers])  # no bend between them
three_layers = training.fit(
    straight, (x_fit, y_fit), (x_val, y_val), epochs=6, rng=rng
)
one, three = one_layer.val_accuracy[-1], three_layers.val_accuracy[-1]
print(f"one layer: {one:.1%}   three layers: {three:.1%}")
print(f"parameters: {templates.parameter_count:,} and {straight.parameter_count:,}")

# %% [markdown]
# Three read no better after six epochs, {{ assert abs(one - three) < 0.012 }} with nearly fourteen times the
# **[parameters](../glossary.md#parameter)**, weights and biases.
# {{ assert 13.5 < straight.parameter_count / templates.parameter_count < 14 }}
#
# How can so many weights be worth nothing? In the smallest case one neuron makes $2x+1$ from a number $x$, and the next takes 3 times
# that and adds 4. Together they make $3(2x+1)+4=6x+7$,
# as does one with weight 6 and bias 7. With whole kernels:
#
# $$(xW_1+b_1)W_2+b_2=x(W_1W_2)+(b_1W_2+b_2)$$
#
# In words: multiplying by $W_1$ and then $W_2$ is multiplying once by their product, and two biases become one. Two Dense
# layers are one; so are three. Compare:


# %%
def kernels_and_biases(net):
    found = []
    for layer in net.layers:
        if isinstance(layer, Dense):  # only Dense layers have a kernel
            found.append((layer.params["kernel"], layer.params["bias"]))
    return found


# %%
(W_1, b_1), (W_2, b_2), (W_3, b_3) = kernels_and_biases(straight)
kernel = W_1 @ W_2 @ W_3
bias = (b_1 @ W_2 + b_2) @ W_3 + b_3
ten_sums = straight.predict_logits(x_val)  # before softmax
difference = abs((flat_val @ kernel + bias) - ten_sums).max()
print("kernel:", kernel.shape, " bias:", bias.shape)
print("same outputs to 0.001:", difference < 0.001)

# %% [markdown]
# Three kernels have become one, and the outputs are the same but for rounding.
# {{ assert kernel.shape == (784, 10) and difference < 0.001 }} Something is missing *between* the layers.
#
# ## What ReLU buys
#
# To find out what, look for something that no template can say. In a template each pixel has a fixed vote, whatever the rest of
# the image shows. But think of a thin stroke: ink in one of two neighboring pixels speaks for it, and ink in both speaks against it. Can two votes say that? Without
# ink a template's sum must not be above 0; say it is −1. If each pixel alone lifts it above, say to 1, both weights are positive,
# here 2, and both pixels together lift it to 3, where it must not be above 0
# either. So no template can say "one, but not both", and no sum behind any number of Dense layers can, because they are one.
#
# So something must come between the layers that is not a weighted sum, an *activation function*. A bend will do, and the simplest is
# **[ReLU](../glossary.md#relu)**, the rectified linear unit:
#
# $$a=\max(0,z)$$
#
# In words: what is negative becomes 0, the rest stays. ReLU acts on each number by
# itself, so $a$ has the shape of $z$. The values after it are called **[activations](../glossary.md#activation)**.
#
# How can so little help? On this the whole chapter turns, so go slowly, and try it on our two pixels. Let $x$ be their ink, added
# up: 0, 1 or 2. A first neuron has the sum $x$; a second, with a bias of −1, has the sum $x-1$. The next layer adds the two
# with the weights 1 and −2. Without a bend that makes $x-2(x-1)=2-x$, a straight line. See what ReLU makes of it:

# %% alt="Two panels. Left, without ReLU: the two units are straight lines, and their weighted sum is a straight line falling from 2 to 0. Right, with ReLU: the second unit is 0 until the middle and then rises, and the weighted sum is a tent, 0 at both ends and highest in the middle." tags=["hide-input"]
ink = np.linspace(0, 2, 101)
sums_without = [ink, ink - 1]
sums_with = [np.maximum(0, ink), np.maximum(0, ink - 1)]
fig, axes = plt.subplots(1, 2, figsize=(5.2, 2.6), sharey=True)
for ax, (one, two) in zip(axes, [sums_without, sums_with], strict=True):
    ax.plot(ink, one, color=plots.MUTED, linewidth=1)
    ax.plot(ink, two, color=plots.MUTED, linewidth=1)
    ax.plot(ink, one - 2 * two, color=plots.ACCENT, linewidth=2.5)
    ax.set(xlabel="ink", xticks=[0, 1, 2], yticks=[-1, 0, 1, 2])
axes[0].set_title("without ReLU")
_ = axes[1].set_title("with ReLU")

# %% [markdown]
# The two neurons are grey and their weighted sum is blue. With ReLU it has become a tent.
# {{ assert np.allclose((one - 2 * two)[[0, 50, 100]], [0, 1, 0]) }} {{ assert (one - 2 * two).argmax() == 50 }} It rises while
# only the first is awake: for one pixel, at $x=1$, it is $1-2\cdot0=1$. Then the second wakes and votes against with
# twice the weight, so for both, at $x=2$, it is $2-2\cdot1=0$. (Without its bias the second would wake with the first, and the
# tent would be a straight line.) There it stands, "one, but not both", which no template could say.
#
# What has ReLU bought? A vote now depends on its company, because a unit whose sum is negative is silent: the same ink can
# wake it in one image and leave it asleep in another. More units make more bends, and enough of them follow any continuous
# curve, on a finite stretch, as closely as you like ([Pinkus 1999](#further-reading)), if training finds them.
#
# Does that help to read digits? Take the three layers again, from the same random start, with a ReLU after each hidden one:

# %%
rng = np.random.default_rng(2)
net = network.mlp((128, 64), rng=rng)
start = net.layers[1].params["kernel"].copy()  # of the first hidden layer
with_relu = training.fit(net, (x_fit, y_fit), (x_val, y_val), epochs=6, rng=rng)
wrong_straight = (straight.predict(x_val) != y_val).sum()
wrong_bent = (net.predict(x_val) != y_val).sum()
print(train.notice, end="")
print(f"wrong, of {len(y_val):,}: {wrong_straight} without ReLU, {wrong_bent} with")

# %% alt="Validation accuracy over six epochs. The curves of one Dense layer and of three Dense layers without ReLU run close together at the bottom. The curve of three Dense layers with ReLU lies clearly above them." tags=["hide-input"]
fig, ax = plt.subplots(figsize=(5.2, 3.4))
for curve, name, color, side in [
    (one_layer, "one layer", plots.MUTED, "bottom"),
    (three_layers, "three, no ReLU", plots.WRONG, "top"),
    (with_relu, "three, ReLU", plots.ACCENT, "center"),
]:
    ax.plot(range(1, 7), curve.val_accuracy, color=color)
    ax.text(6.15, curve.val_accuracy[-1], name, color=color, va=side)
ax.yaxis.set_major_formatter("{x:.0%}")
_ = ax.set(xticks=range(1, 7), xlabel="epoch", title="validation accuracy")

# %% [markdown]
# Now it reads {{ with_relu.val_accuracy[-1]:.1%}}, and less than half as many images are wrong.
# {{ assert wrong_bent < wrong_straight / 2 }}
# {{ assert min(with_relu.val_accuracy) > max(one_layer.val_accuracy + three_layers.val_accuracy) + 0.01 }}
# {{ assert abs(np.subtract(one_layer.val_accuracy, three_layers.val_accuracy)).max() < 0.025 }} So hidden layers do
# help, but not without the bend. Chapter 1 nearly halved these mistakes with more units and epochs, and shrinking steps. {{ assert 28 < len(y_val) / wrong_bent < 35 }}
#
# Do we need both hidden layers? Leave out the second:

# %%
rng = np.random.default_rng(2)
one_hidden = network.mlp((128,), rng=rng)
with_one = training.fit(
    one_hidden, (x_fit, y_fit), (x_val, y_val), epochs=6, rng=rng
)
print(f"one hidden layer:  {with_one.val_accuracy[-1]:.1%}")
print(f"two hidden layers: {with_relu.val_accuracy[-1]:.1%}")

# %% [markdown]
# With one the network reads as well here, give or take what another random start may change. {{ assert abs(with_one.val_accuracy[-1] - with_relu.val_accuracy[-1]) < 0.008 }}
# So why keep two? Nothing here demands it. Each layer has its job: Flatten makes the row that a kernel can multiply, the first
# hidden layer weighs pixels, the last adds up what was found. A second hidden layer could join strokes into larger parts, such as loops;
# whether it does, six epochs cannot say. One may go, but not both, or we are back at ten templates.
#
# Must it be this bend? Older networks used the [*sigmoid*](../glossary.md#sigmoid), an S that flattens at both ends. Out there the sum may move and the output
# hardly notices, so the weights that made the sum hardly learn ([chapter 4](04_learning.ipynb#all-slopes-at-once)). Even in the
# middle, where the S is steepest, the output moves only a quarter as far as the sum. A ReLU, while awake, passes on every
# move in full.
#
# ## Count the parameters
#
# What does this cost? A Dense layer has a weight for each pair of input and unit, and a bias for each unit. So the first
# hidden layer has 784 × 128 weights and 128 biases, which makes 100,480. Count the other two before you look:

# %%
for layer in dense_layers:
    n_inputs, n_units = layer.params["kernel"].shape
    count = n_inputs * n_units + n_units  # weights and biases
    print(f"{n_inputs} × {n_units} + {n_units} = {count:,}")
print(f"the whole network: {net.parameter_count:,}")

# %% [markdown]
# These {{ net.parameter_count:,}} are all, {{ assert net.parameter_count == 100480 + 8256 + 650 }} because Flatten, ReLU and softmax
# have nothing to learn.
#
# ## What the first layer looks for
#
# Our first neuron looked for the seven we gave it. What do these 128 look for, when nobody told
# them? They see pixels, so their weights are pictures. These began as random noise; subtract it, and you see
# what training added. Of the first fifteen units we take the four that changed most and the one that changed least:

# %%
(W_1, b_1), (W_2, b_2), (W_3, b_3) = kernels_and_biases(net)
change = (W_1 - start)[:, :15]  # (784, 15)
sizes = np.sqrt((change**2).sum(axis=0))  # (15,)
by_size = sizes.argsort()
palest = by_size[0]
shown = [*by_size[-4:], palest]  # the four largest changes, then the smallest

# %% [markdown]
# Such pictures are hard to read, so we also count what share of each digit's images wakes each unit (blue: the
# highest).

# %%
wakes = {}
for unit in shown:
    awake = flat_val @ W_1[:, unit] + b_1[unit] > 0
    shares = []
    for digit in range(10):
        shares.append(awake[y_val == digit].mean())
    wakes[unit] = np.array(shares)  # (10,)

# %% alt="Five weight pictures in blue and orange, with ten bars below each, one for each digit. Four pictures show blotches and short strokes of both colors side by side, none a whole digit; below them bars of all heights. The last picture is almost blank, and it has no bars." tags=["hide-input"]
fig, axes = plt.subplots(2, 5, figsize=(5.2, 2.5), sharey="row")
limit = abs(change[:, shown]).max()
for (above, below), unit in zip(axes.T, shown, strict=True):
    style.picture(above, change[:, unit].reshape(28, 28), limit, signed=True)
    above.set_title(f"unit {unit}")
    colors = [plots.MUTED] * 10
    colors[wakes[unit].argmax()] = plots.ACCENT
    below.bar(range(10), wakes[unit], color=colors)
    below.set(xticks=[0, 3, 6, 9], yticks=[0, 0.5, 1], ylim=(0, 1))
axes[1, 0].yaxis.set_major_formatter("{x:.0%}")
axes[1, 0].set_ylabel("awake")
_ = axes[1, 2].set_xlabel("digit")

# %% [markdown]
# None of the pictures is a digit, {{ assert abs(np.corrcoef(change.T, means)[:15, 15:]).max() < 0.6 }} though some show a short stroke with
# the opposite color beside it. Unit {{ shown[3] }} wakes for
# {{ wakes[shown[3]].max():.0%}} of the threes and for no other digit as often,
# {{ assert wakes[shown[3]].argmax() == 3 and wakes[shown[3]].max() > 0.5 }} but unit
# {{ shown[0] }} wakes for most images of most digits. {{ assert (wakes[shown[0]] > 0.5).sum() > 5 }} (Another processor's
# rounding changes these numbers, and some below.) So units seem to answer to strokes that few digits have, or many, and the next layers read which speak
# together. Do not trust such readings too far: we chose five of 128, left out the starting noise, which votes too, and did not ask what the next layers make of them.
#
# The last unit is almost blank, and nearly always asleep; exercise 5 asks why. {{ assert sizes[palest] < np.median(sizes) / 3 and wakes[palest].max() < 0.01 }}
#
# ## Follow one digit
#
# You know every step now, so send our 7 through all layers:

# %%
seven = x_test[first[7]]  # (28, 28)
x = seven.reshape(784)  # Flatten
a_1 = np.maximum(0, x @ W_1 + b_1)  # hidden layer 1: Dense, ReLU
a_2 = np.maximum(0, a_1 @ W_2 + b_2)  # hidden layer 2: Dense, ReLU
z = a_2 @ W_3 + b_3  # output layer: Dense; softmax is still to come
print(seven.shape, "->", x.shape, "->", a_1.shape, "->", a_2.shape, "->", z.shape)
by_package = net.forward(seven[None])[0]  # seven[None]: a batch of one image
print("the same as net.forward:", np.allclose(z, by_package, atol=1e-4))

# %% live="cut" alt="A handwritten seven, and below it as strips of blue bars: its 784 pixels in a line, the 128 numbers of hidden layer 1 and the 64 of hidden layer 2, many of them zero. At the bottom the probabilities of the ten digits: one tall bar at the 7." tags=["hide-input"]
fig = plots.plot_activations(net, seven)

# %% tags=["remove-cell"]
# For the page, where this figure answers a touch:
arrays = {"images": test.images[first]}
arrays["sums"] = 1000 * (acquaintances @ W_1 + b_1)
arrays |= {"second": 1000 * W_2, "output": 1000 * W_3}
live = {
    name: " ".join(map(str, array.round().astype(int).ravel()))
    for name, array in arrays.items()
}
live["biases"] = [bias.astype(float).round(4).tolist() for bias in (b_2, b_3)]
display({"application/vnd.digitlearn+json": live}, raw=True)

# %% [markdown]
# In the first hidden layer {{ (a_1 == 0).sum() }} of 128 units are silent for this image, and in the second
# {{ (a_2 == 0).sum() }} of 64; another image silences others. {{ assert len(np.unique(acquaintances @ W_1 + b_1 > 0, axis=0)) == 10 }}
# {{ assert 30 < (a_1 == 0).sum() < 90 and 10 < (a_2 == 0).sum() < 45 }} {{ assert np.allclose(z, by_package, atol=1e-4) }}
#
# The last Dense layer has no ReLU, because that would set all negative sums to the same 0. Its ten numbers $z$ are called
# **[logits](../glossary.md#logits)**, and they may be anything (`net.forward` and `predict_logits` return them, `predict_proba` goes on to
# softmax):

# %%
for digit in range(10):
    print(f"{digit}: {z[digit]:5.1f}")

# %% [markdown]
# ## Softmax
#
# The largest logit names the answer, but how sure is the network? To say so we need ten probabilities: none negative, with the sum 1, and in the order of the logits. You might divide each logit by the sum of all, but some are negative. You might square them first, but that would put {{ z.min():.1f}} above {{ z.max():.1f}}.
# {{ assert z.min() ** 2 > z.max() ** 2 and z.argmax() == 7 }} But the exponential $e^z$ is always positive and grows with the
# logit, so **[softmax](../glossary.md#softmax)** takes the exponential of each logit, and divides by their sum:
#
# $$p_k=\frac{e^{z_k}}{\sum_{j=0}^{9}e^{z_j}}$$
#
# In words: the probability $p_k$ of class $k$ is its share in the sum of all exponentials. The logits 2, 1 and 0, say, have
# the exponentials 7.4, 2.7 and 1, together 11.1, so the first gets $7.4/11.1=0.67$. For our 7:

# %%
p = np.exp(z) / np.exp(z).sum()
for digit in range(10):
    print(f"{digit}: {p[digit]:7.2%}")

# %% [markdown]
# The 7 gets {{ p[7]:.2%}} (the figure rounds down). {{ assert 0.999 < p[7] < 0.99995 and p.argmax() == 7 }}
# That is what the network says, not how often it is right: as in chapter 1, it is nearly as sure of some mistakes.
# {{ assert (net.predict_proba(x_val).max(axis=1)[net.predict(x_val) != y_val] > 0.99).sum() > 4 }}
# Show it a picture that is no digit: the ten still make 1, because softmax has no way to say "none of these".
#
# The exponential turns differences into factors: a class whose logit is larger by 1 gets a probability 2.7 times as large.
#
# > **Check your understanding.** A network adds 5 to every one of its logits. Is it surer now?
# >
# > No. All exponentials grow by the same factor, $e^5$, and so does their sum, so every share stays.
#
# Only differences count. What happens if we shrink or stretch them? Divide the logits of our 5 by a number $T$ above 0, the **[temperature](../glossary.md#temperature)**, before softmax:

# %%
logits = net.forward(x_test[first])  # (10, 10), a row for each acquaintance
of_the_five = losses.softmax(logits)[5]
best, second = of_the_five.argsort()[::-1][:2]
at = {}
for temperature in (0.5, 1, 4):
    at[temperature] = losses.softmax(logits / temperature)[5]
    print(
        f"T = {temperature}:  5: {at[temperature][5]:.0%}   6: {at[temperature][6]:.0%}"
    )

# %% live="softmax" alt="Three bar charts of the probabilities of the ten digits for one five, at temperatures 0.5, 1 and 4, with the digits named below the lowest. In all three the 6, orange, has the tallest bar and the 5, blue, the second. At 0.5 the bar of the 6 is taller than at 1. At 4 the bars are much more even." tags=["hide-input"]
fig, axes = plt.subplots(3, 1, figsize=(5.2, 5), sharex=True, sharey=True)
colors = [plots.MUTED] * 10
colors[best] = plots.WRONG
colors[5] = plots.ACCENT
for ax, temperature in zip(axes, at, strict=True):
    ax.bar(range(10), at[temperature], color=colors, width=0.7)
    ax.set(title=f"T = {temperature}", xticks=range(10), yticks=[0, 0.5, 1])
_ = axes[-1].set_xlabel("digit")

# %% tags=["remove-cell"]
# For the page, where this figure answers a touch:
live = {"logits": logits[5].astype(float).round(4).tolist(), "label": 5}
display({"application/vnd.digitlearn+json": live}, raw=True)

# %% [markdown]
# At $T=1$, the plain softmax, the network takes it for a {{ best }} (orange), not for a {{ second }}
# (blue). {{ assert best == 6 and second == 5 }} A smaller $T$ makes it surer, a larger one less sure.
# {{ assert at[0.5][6] > at[1][6] + 0.1 and at[4][6] < at[1][6] / 1.5 and at[4].min() > 10 * at[1].min() }} But the order never
# changes, {{ assert all((row.argsort() == of_the_five.argsort()).all() for row in at.values()) }} so a temperature corrects no
# mistake, only how sure the network says it is.
#
# There is a trap: from $z=89$ on, $e^z$ is too large for our network's
# float32 {{ assert 88 < np.log(np.finfo(np.float32).max) < 89 }} and becomes infinity, and infinity divided by infinity is `nan`, not a number. So
# [`losses.softmax`](../reference/losses.md) first subtracts the largest logit: only differences count, and now the largest
# exponential is 1.
#
# ## The surprise: shuffled pixels
#
# Does the network see in our 7 what *you* see? Put the pixels of *every* image into the same random order:

# %%
order = np.random.default_rng(4).permutation(784)  # 0 to 783, mixed
shuffled = acquaintances[:, order].reshape(-1, 28, 28)

# %% alt="Two rows of five pictures. Above, the digits 0 to 4. Below, the same digits with their pixels shuffled: clouds of dark dots in which nothing can be read." tags=["hide-input"]
fig = plots.plot_digits(np.concatenate([x_test[first][:5], shuffled[:5]]))

# %% [markdown]
# > **Make a guess.** How well will the same network learn to read the lower row?
# > <!-- guess: as well as before | worse | not at all = as well as before -->

# %%
rng = np.random.default_rng(2)
fresh = network.mlp((128, 64), rng=rng)
shuffled_fit, shuffled_val = flat_fit[:, order], flat_val[:, order]
with_shuffled = training.fit(
    fresh, (shuffled_fit, y_fit), (shuffled_val, y_val), epochs=6, rng=rng
)
print(f"in order: {with_relu.val_accuracy[-1]:.1%}")
print(f"shuffled: {with_shuffled.val_accuracy[-1]:.1%}")

# %% [markdown]
# It reads them as well as before, give or take a few images! {{ assert abs(with_shuffled.val_accuracy[-1] - with_relu.val_accuracy[-1]) < 0.006 }} You cannot read a single one, so how can the network? Take the
# network trained on tidy images, and put its first kernel's rows into the pixels' new order. Then every pixel meets
# its old weight, and the sums should be as before:

# %%
same = np.allclose(shuffled_val @ W_1[order], flat_val @ W_1, atol=1e-4)
print("shuffled pixels, shuffled rows, the same sums:", same)
only_pixels = (net.predict(shuffled_val) == y_val).mean()
print(f"shuffled pixels, rows as they were: {only_pixels:.1%} right")

# %% [markdown]
# They are the same. {{ assert same }} So every network of Dense layers has a twin that reads shuffled digits
# as well. And training finds one as easily: it starts from random weights, which know no order either. To Dense layers our tidy picture was scrambled all along: a sum does not care about
# order, or which pixel lies beside which.
#
# But it must be the same order for every image, in training and afterwards. Shuffle only those to be read, and each pixel meets a
# weight that was learned for another: the tidy network then reads {{ only_pixels:.1%}}, hardly better than guessing.
# {{ assert only_pixels < 0.2 }}
#
# ## The same numbers in Keras
#
# Is this what ran in chapter 1? In Keras the activation is part of the Dense layer, and softmax part of the model, but
# kernels and biases have the same shapes, so [`copy_weights`](../reference/keras_models.md) can hand ours over:

# %%
from digitlearn.keras_models import build_ann, copy_weights

model = build_ann((128, 64), seed=1)
copy_weights(net, model)
ours = net.predict_proba(x_val)
in_keras = model.predict(x_val, verbose=0)
print("same probabilities to 0.00001:", abs(ours - in_keras).max() < 1e-5)
print("same answers:", (ours.argmax(axis=1) == in_keras.argmax(axis=1)).all())
right = (ours.argmax(axis=1) == y_val).mean()
print(f"right: {right:.1%}")

# %% [markdown]
# Both read the same {{ right:.1%}}, {{ assert (ours.argmax(axis=1) == in_keras.argmax(axis=1)).all() }} and their probabilities agree
# to a hundred-thousandth. {{ assert abs(ours - in_keras).max() < 1e-5 }} The rest is rounding: the two may add the same products in different
# orders. Were it much larger, it would be a mistake, such as a forgotten ReLU.
#
# ## Summary
#
# What does the network have that the means have not? Not its neurons: ten means are a Dense layer, too, $xW+b$, each
# a dot product of the image with a template, plus a bias. Learned weights bring that layer to {{ one_layer.val_accuracy[-1]:.1%}}. {{ assert one_layer.val_accuracy[-1] > 0.9 }}
# More layers alone add nothing, because in a row they are one; ReLU between them makes them worth having.
# {{ assert with_relu.val_accuracy[-1] > three_layers.val_accuracy[-1] + 0.03 }}
# Softmax turns logits into probabilities. And none of it knows which pixels are neighbors.

# %% [markdown]
# ## Exercises that answer
#
# Write each function in place of the three dots. On this site's page *Check* tries it on many inputs; in the notebook, run
# its cell. Either says whether it is right, and if not, on which input it fails and what to ask yourself. In the notebook
# `hint("neuron")` gives the first of three hints, `hint("neuron", 2)` the second, and `solution("neuron")` an answer and its reason.

# %%
from digitlearn.exercises import check, hint, solution

for tool in (check, hint, solution):
    print(tool.__doc__.partition("\n")[0])

# %% [markdown]
# ### One neuron
#
# A neuron multiplies each of its inputs `x` (n,) by its own weight in `weights` (n,), adds
# everything up, and adds its `bias`. Return that number, without an activation.

# %% exercise="neuron"
import numpy as np


def neuron(x, weights, bias):
    """Return the weighted sum of the inputs, plus the bias."""
    return ...


check("neuron", neuron)

# %% [markdown]
# ### A Dense layer
#
# `x` (B, inputs) is a batch, one example in each row; `kernel` (inputs, units) has the weights of
# one unit in each column; `bias` has shape (units,). Return what the layer computes, shape (B,
# units).

# %% exercise="dense_forward"
import numpy as np


def dense_forward(x, kernel, bias):
    """Compute a Dense layer's outputs for a batch."""
    return ...


check("dense_forward", dense_forward)

# %% [markdown]
# ### What is positive passes
#
# Return an array like `x`, of any shape, in which everything below 0 has become 0. Leave `x` itself
# as it is: whoever calls you may still need it.

# %% exercise="relu"
import numpy as np


def relu(x):
    """Return x with zeros where it was negative."""
    return ...


check("relu", relu)

# %% [markdown]
# ### Softmax that survives large logits
#
# Turn `logits` of shape (B, C) into probabilities of the same shape: each $e^{z_k}$ divided by the
# sum of its row. It must work for logits of 1,000 too, where `np.exp` alone says `inf`.

# %% exercise="softmax"
import numpy as np


def softmax(logits):
    """Turn each row of logits into probabilities."""
    return ...


check("softmax", softmax)

# %% [markdown]
# ### Count the parameters
#
# `sizes` is a tuple: how many numbers enter the network and how many leave each Dense layer, such
# as `(784, 128, 64, 10)`. Return how many parameters all Dense layers have together, weights and
# biases.


# %% exercise="count_parameters"
def count_parameters(sizes):
    """Return the number of weights and biases of all Dense layers."""
    total = 0
    ...
    return total


check("count_parameters", count_parameters)

# %% [markdown]
# ## Exercises

# %% [markdown]
# **1. By hand.** A neuron has the weights 1, -2 and 0.5 and the bias 0.2. What does it pass on, after ReLU, for the inputs
# (1, 0.5, 0.4), and for (0.5, 1, 0)?

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# The sums are $1-1+0.2+0.2=0.4$ and $0.5-2+0+0.2=-1.3$, so it passes on 0.4 and 0.
#
# </details>

# %% [markdown]
# **2. Halfway.** Are the logits of the average of two images the average of their logits?
# Try it with `templates`, `straight` and `net`.

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# def gap(model):
#     one, other = x_val[:1], x_val[1:2]
#     middle = (model.forward(one) + model.forward(other)) / 2
#     return abs(model.forward((one + other) / 2) - middle).max()
#
#
# print(f"templates {gap(templates):.2f}, straight {gap(straight):.2f}, net {gap(net):.2f}")
# assert max(gap(templates), gap(straight)) < 0.001 < gap(net)
# ```
#
# {{ printed }}
#
# Without ReLU they are the same, because every product is the average of two, and the bias stays. ReLU breaks this where a unit is awake for only one of them.
#
# </details>

# %% [markdown]
# **3. Weights that never learn.** Some pixels are paper in every image of `x_fit`. Compare their rows of `W_1`
# and `start`. Why?

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# never = (flat_fit == 0).all(axis=0)
# moved = abs(W_1 - start).max(axis=1)
# print(never.sum(), "pixels; their weights moved by at most", moved[never].max())
# assert never.any() and moved[never].max() == 0 and moved[~never].mean() > 0
# ```
#
# {{ printed }}
#
# A pixel that is always 0 multiplies its weight by 0, so no image can
# say whether the weight is good.
#
# </details>
#
# %% [markdown]
# **4. Spot the error.** Somebody computes `np.exp(logits) / np.exp(logits).sum()` for our ten acquaintances. The answers stay, the
# probabilities are wrong. Why?

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# at_once = np.exp(logits) / np.exp(logits).sum()
# print("sums of the rows:", at_once.sum(axis=1).round(3))
# by_row = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
# assert abs(at_once.sum() - 1) < 1e-6
# assert np.allclose(by_row.sum(axis=1), 1, atol=1e-5)
# ```
#
# {{ printed }}
#
# `.sum()` adds up the whole array, so all hundred probabilities together make 1.
#
# </details>

# %% [markdown]
# **5. The blank unit.** How many training images wake the last of our five units, before training and after? Why does it hardly
# learn any more? (One that no image wakes is a **[dead ReLU](../glossary.md#dead-relu)**.)

# %% [markdown]
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# before = (flat_fit @ start[:, palest] > 0).sum()  # biases start at 0
# after = (flat_fit @ W_1[:, palest] + b_1[palest] > 0).sum()
# print(f"{before:,} before, {after} after, of {len(flat_fit):,}")
# ```
#
# {{ printed }}
#
# Training pushed its sum below 0 for nearly all, so it is almost dead.
# {{ assert (flat_fit @ start[:, palest] > 0).sum() > 1000 and (flat_fit @ W_1[:, palest] + b_1[palest] > 0).sum() < 100 }} From an image for which it is silent a unit learns nothing, because where ReLU is
# flat, a small change of a weight changes nothing.
#
# </details>

# %% [markdown]
# **6. Templates of your own.** (No solution.) Train `mlp(())` on other images of 28 × 28 pixels, such as Fashion-MNIST or your
# letters. What tells them apart?

# %% [markdown]
# ## Further reading
#
# - CS231n, [Linear classification](https://cs231n.github.io/linear-classify/).
# - A. Pinkus, [Approximation theory of the MLP model in neural networks](https://doi.org/10.1017/S0962492900002919), *Acta Numerica*, 1999.
#
# Next: [how the network finds its weights](04_learning.ipynb).

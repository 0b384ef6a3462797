# %% [markdown]
# # 7 The same layers, better
#
# *How far can four layers go?*
#
# **You will be able to** make new handwriting out of old, train a network of four layers beyond a target of 99 percent in
# about a minute, say which ideas brought what, and look at every mistake that is left.
#
# **You need to know** how [chapter 5](05_training_in_practice.ipynb) compares runs, and how
# [chapter 6](06_evaluation.ipynb) judges a network.
#
# ## What is in the way?
#
# The network of chapter 1 reads about 98 of 100 digits. It stays what it is: Flatten, two hidden Dense layers, softmax.
# What could make it better? Let us try the obvious on 5,000 training images, where an experiment takes seconds.
#
# > **Make a guess.** We may take a network with four times as many hidden units. Or we collect 5,000 more images. Or we
# > keep the images and change them a little, differently in each epoch: turn, stretch, shift, bend. Which of the
# > three helps most?

# %%
import matplotlib.pyplot as plt
import numpy as np

import digitlearn
from digitlearn import evaluation, network, plots, preprocessing, training
from digitlearn.augmentation import distort
from digitlearn.optimizers import Adam, RunningMean, cosine

plots.use_style()
train, test = digitlearn.load("train"), digitlearn.load("test")

# %%
x, rng = preprocessing.scale_pixels(train.images), np.random.default_rng(1)
(x_fit, y_fit), (x_val, y_val) = preprocessing.split_validation(
    x, train.labels, rng=rng
)
order, validation = rng.permutation(len(x_fit)), (x_val, y_val)
x_fit, y_fit = x_fit[order], y_fit[order]


# %%
def error(images, hidden_units=(256, 128), **settings):
    rng = np.random.default_rng(1)
    net = network.mlp(hidden_units, rng=rng)
    training.fit(net, (x_fit[:images], y_fit[:images]), rng=rng, **settings)
    return (net.predict(x_val) != y_val).mean()


tries = {
    "as it was": error(5000, epochs=20),
    "four times the units": error(5000, (1000, 500), epochs=20),
    "twice the images": error(10_000, epochs=10),
    "distorted images": error(5000, epochs=20, augment=distort),
}

# %% alt="Four bars, the validation error of each try. The first is the longest. Four times the units and twice the images shorten it somewhat; distorted images make it the shortest."
fig, ax = plt.subplots(figsize=(5.2, 2.6))
colors = [plots.MUTED, plots.MUTED, plots.MUTED, plots.ACCENT]
bars = ax.barh(list(tries), list(tries.values()), height=0.6, color=colors)
labels = ax.bar_label(bars, [f"{value:.1%}" for value in tries.values()], padding=4)
ax.set(xticks=[], xlim=(0, 1.15 * max(tries.values())))
ax.set_title("validation error, trained on 5,000 images")
ax.invert_yaxis()
ax.spines[["left", "bottom"]].set_visible(False)
ax.tick_params(length=0)
halved = tries["as it was"] / tries["distorted images"]
grown = tries["as it was"] / tries["four times the units"]

# %% [markdown]
# The distorted images win. They divide the error by {{ halved:.1f}}, without one more image from a writer's hand. The
# large network divides it by {{ grown:.1f}}, and takes several times as long.
#
# The reason is in [chapter 5](05_training_in_practice.ipynb): the network learns its examples by heart. A larger network
# learns them by heart, too. What it lacks is not room but examples: it has never seen that a 4 one pixel further left,
# slightly turned, is still a 4. [Flatten](../glossary.md#flatten) threw away what is next to what; so nothing tells the
# network that these two images are nearly the same. They have to be shown.
#
# ## New handwriting from old
#
# This is what `distort` makes of one digit. The first picture is the original.

# %% alt="Fifteen pictures of one digit. The first is the original; the others are turned, stretched, slanted, shifted and bent a little, each differently, and all still readable."
one = x_fit[y_fit == 4][:1]
copies = distort(np.repeat(one, 14, axis=0), rng=np.random.default_rng(3))
figure = plots.plot_digits(np.concatenate([one, copies]))

# %% [markdown]
# Fourteen hands have written it, it seems. Two kinds of distortion are at work. To see them, let us distort not a
# digit but squared paper.

# %% alt="Three pictures of squared paper: straight and upright; turned, stretched and slanted with straight lines; and with lines bent into soft waves."
paper = np.zeros((1, 28, 28), dtype=np.float32)
paper[:, 1::5], paper[:, :, 1::5] = 1, 1
still = {"rotation": 0, "scale": 0, "shear": 0, "shift": 0}
straight = distort(paper, rng=np.random.default_rng(5), elastic=0)
bent = distort(paper, rng=np.random.default_rng(5), elastic=1.3, **still)
figure = plots.plot_digits(np.concatenate([paper, straight, bent]), columns=3)

# %% [markdown]
# The second sheet is turned, stretched, slanted and shifted. Straight lines stay straight: an
# **affine** map. The third is bent, as if drawn on rubber: an **elastic** distortion. Both come from Simard, Steinkraus
# and Platt 2003, who thought of it as muscles that are not quite steady.
#
# How is it computed? Each pixel of the new image asks: where in the old image do I get my ink from? Let
# $\mathbf{p}$ be the place of a pixel, counted from the middle of the image: a row and a column, shape $(2,)$. It gets
# its ink from
#
# $$\mathbf{q} = A\,\mathbf{p} + \mathbf{t} + \mathbf{u}(\mathbf{p})$$
#
# In words: turn and stretch the place by the matrix $A$ of shape $(2, 2)$, shift it by $\mathbf{t}$ of shape $(2,)$, and
# add the elastic displacement $\mathbf{u}$ of shape $(2,)$, which differs from pixel to pixel. Mostly $\mathbf{q}$ lies
# between four pixels; then the ink is a weighted mean of these four.
#
# $A$ and $\mathbf{t}$ are drawn once for an image: up to 15 degrees to each side, up to a seventh longer or shorter, up to
# one pixel up, down, left or right. (A 1 and a 7 are turned half as far. Leaning too much, each looks like the other.)
# $\mathbf{u}$ is random noise, smoothed so that neighbours move together.
#
# > **Check your understanding.** Why not turn digits up to 180 degrees? More variety must be better.
# >
# > A 6 turned by 180 degrees is a 9, but its label would still say 6. A distortion may change everything except the
# > answer. Which distortions those are, no network can tell you; you must know it of the writers.

# %% alt="Ten digits distorted far too much, with their labels. Several can no longer be read, or look like another digit."
_, first = np.unique(y_fit, return_index=True)
ruined = distort(
    x_fit[first], rng=np.random.default_rng(2), rotation=120, elastic=3
)
figure = plots.plot_digits(ruined, y_fit[first])

# %% [markdown]
# These went too far: the labels lie. Training on them teaches nonsense. So the strengths are chosen like any other
# setting, on the validation images. Those are never distorted: they stand for the digits to come.
#
# ## Two ideas for the end of training
#
# **Smaller steps.** A [learning rate](../glossary.md#learning-rate) that is right at first is too large later: near
# the best weights the steps jump over them. So it follows the falling half of a cosine, from its full value down to
# zero.
#
# **An average.** With random batches the weights never come to rest; they wander around a good place. The mean of where
# they have been is nearer to it. After every step, for all weights $\theta$ of the network:
#
# $$\bar\theta \leftarrow d\,\bar\theta + (1 - d)\,\theta$$
#
# In words: the mean $\bar\theta$ keeps a part $d$ of itself, here $d = 0.999$, and takes the rest from the weights of
# this step. $\bar\theta$ has the shape of $\theta$, and it is what reads digits in the end. Izmailov et al. 2018 found
# that such means generalize better than the last weights.
#
# ## All of it together
#
# Now all of it, on all training images but those for validation. Each epoch sees every digit in a form that was never
# there before.

# %%
rng = np.random.default_rng(1)
plain_net = network.mlp((256, 128), rng=rng)
plain = training.fit(plain_net, (x_fit, y_fit), validation, epochs=6, rng=rng)
net, mean = network.mlp((256, 128), rng=rng), RunningMean(0.999)
history = training.fit(
    net,
    (x_fit, y_fit),
    validation,
    epochs=30,
    optimizer=Adam(0.002),
    schedule=cosine,
    augment=distort,
    mean=mean,
    rng=rng,
)
mean.swap(net.layers)  # the network reads with the means from here on

# %% [markdown]
# > **Make a guess.** In chapter 5 the network was always better on the images it learned from than on those for validation. And
# > here?

# %% alt="Accuracy after each of 30 epochs. The validation accuracy rises quickly, to well above that of the network trained on plain images. The training accuracy lies below it all the time."
curves = [
    ("training, distorted", history.accuracy, plots.MUTED, (0, -26)),
    ("validation", history.val_accuracy, plots.ACCENT, (0, -14)),
    ("without distortion", plain.val_accuracy, plots.WRONG, (105, 2)),
]
fig, ax = plt.subplots()
for name, curve, color, shift in curves:
    ax.plot(np.arange(1, len(curve) + 1), curve, color=color)
    place = {"xytext": shift, "textcoords": "offset points", "ha": "right"}
    ax.annotate(name, (len(curve), curve[-1]), color=color, **place)
ax.set(
    xlabel="epoch", title="accuracy", xlim=(1, 30), ylim=(history.accuracy[3], 1)
)
ax.yaxis.set_major_formatter("{x:.1%}")

# %% [markdown]
# The training accuracy is the lower one. The network does not get easy examples any more: all it learns from is distorted,
# and nothing comes twice. Learning by heart has become impossible. The validation images are plain, as writers made them.
#
# The validation accuracy is {{ history.val_accuracy[-1]:.2%}}; without distortion it was
# {{ plain.val_accuracy[-1]:.2%}}. Of {{ (1 - plain.val_accuracy[-1]) * len(y_val):.0f}} mistakes on
# {{ len(y_val):,}} images, {{ (1 - history.val_accuracy[-1]) * len(y_val):.0f}} are left.
#
# ## Which idea brought how much?
#
# > **Make a guess.** Put these in order: scaling the pixels, more hidden units, Adam with a falling learning rate,
# > dropout, averaging the weights, affine distortion, elastic distortion, training ten times as long, a very wide network, several
# > networks that vote.
#
# One run each would not answer it; [chapter 5](05_training_in_practice.ipynb) says why. So we made a study: one change at a
# time, each with several seeds, each tested against the step before. It takes hours, not seconds, and its table
# is on the page [Results](../results.md), together with what did *not* help.
#
# Two of its rows may surprise you. Without distortion, a network with five times the weights gains much less than
# distortion does. And averaging the weights, which we have just used, gained nothing that could be measured. With a learning rate that
# falls to zero, the weights come to rest by themselves. An idea that sounds right, from a good paper, still has to be
# tried.
#
# One idea costs no training at all. Distort a *test* image a few times, gently, and let the network read all copies: the mean of
# their probabilities decides.

# %%
rng = np.random.default_rng(4)
gentle = {"rotation": 5, "scale": 0.05, "shear": 0.05, "shift": 0.5, "elastic": 0.4}
views = [distort(x_val, rng=rng, **gentle) for _ in range(8)]
together = np.mean([net.predict_proba(view) for view in views], axis=0)
single = net.predict(x_val)
voted = evaluation.compare(y_val, together.argmax(axis=1), single)
print(f"only the eight copies right: {voted.only_a_right}")
print(f"only the image alone right:  {voted.only_b_right}")
print(f"p-value {voted.p_value:.2f}")

# %% [markdown]
# Eight times the work, and the test of chapter 6 sees
# {{ "no difference" if voted.p_value > 0.05 else "a difference" }}. A network that has been shown distorted digits
# all its life has little to learn from eight more.
#
# ## The released networks
#
# With patience the same recipe goes further. Two networks come with the package. **small** has 256 and 128 hidden
# units, trained for 150 epochs on all 60,000 images; it reads what you [draw in the page](../try.md). **large** is two
# networks of 1,000 and 500 hidden units that vote.
#
# Two networks? Flatten, two hidden layers and softmax is what was promised. It still is: put the units of both side by
# side, 2,000 and 1,000 of them, set all weights from one network's units to the other's to zero, and halve the last
# weights. The sum of both halves is the mean of both answers. **A vote of two networks is one wider network.**
#
# Their recipes were chosen on validation images. Now the test images.

# %%
from digitlearn import pretrained

x_test = preprocessing.scale_pixels(test.images)
released = {name: pretrained.load(name) for name in ("small", "large")}
answers = {name: net.predict_proba(x_test) for name, net in released.items()}
answers = {"plain": plain_net.predict_proba(x_test), **answers}
reports = {
    name: evaluation.evaluate(test.labels, probabilities)
    for name, probabilities in answers.items()
}
for name, report in reports.items():
    low, high = report.interval
    wrong = len(evaluation.mistakes(test.labels, answers[name]))
    print(f"{name:5}  {report.accuracy:.2%}  ({low:.2%} to {high:.2%})", end="  ")
    print(f"{wrong:3} mistakes, calibration error {report.calibration_error:.4f}")

# %%
pair = evaluation.compare(
    test.labels, answers["large"].argmax(axis=1), answers["small"].argmax(axis=1)
)
wrong = evaluation.mistakes(test.labels, answers["large"])
before = evaluation.mistakes(test.labels, answers["plain"])

# %% [markdown]
# From {{ len(before) }} mistakes to {{ len(wrong) }}, with the same four layers. The [model card](../model_card.md) tells
# the rest: how they were trained, how good they are on each digit, and what not to use them for.
#
# Is large really better than small? {{ pair.only_a_right }} digits only large reads right, {{ pair.only_b_right }} only
# small. The p-value is {{ pair.p_value:.2g}}.
#
# ## All that is left
#
# Here is every test image that the large network gets wrong. Do not scroll on. Take a pencil, and write down what you
# would have said.

# %% alt="All test images that the large network misreads, without labels. Many are hard to read."
figure = plots.plot_digits(test.images[wrong])

# %% [markdown]
# And here are the labels, what the network read instead, and how sure it was.

# %% alt="The same images with what the label says, what the network read and how sure it was."
figure = plots.plot_mistakes(
    test.images, test.labels, answers["large"], top=len(wrong)
)

# %% [markdown]
# How many did you get? Some of these you would read without doubt: there the network is simply wrong. With others you
# will have sided with the network, against the label. Northcutt et al. 2021 had people look at MNIST's test set, and they
# confirmed 15 wrong labels. With {{ len(wrong) }} mistakes left, the labels themselves have become a
# part of what we measure. Nobody should tune a network on the last of these points.
#
# ## Why no convolution?
#
# A **convolution** is a layer that knows what Flatten forgets: it looks for the same small pattern everywhere in
# the image. A shifted 4 is then the same 4 by construction, not by example. An et al. 2020 report up to 99.91 % on the
# test set for ensembles of such networks.
#
# Four layers can't do that. But Ciresan et al. 2010 reached an error of 0.35 % without any convolution, with many hidden
# layers, 12 million weights and a graphics card. What carried them, as here, were distorted images. We stay with four layers because you can follow
# every number in them.
#
# ## Summary
#
# - A network that knows its examples by heart needs other examples, not more units.
# - Distort the training images anew in each epoch, as far as the answer stays the same.
# - Then training images are harder than validation images, and training longer goes on helping.
# - Let the learning rate fall to zero, and the noise goes out of the end. Measure which ideas help: not all do.
# - Choose on validation images. Use the test images once. Look at what is left.
#
# ## Exercises
#
# **1. Too much of it.** Train on 5,000 images with `rotation=120`. What does it cost?
#
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# def spin(images, labels, *, rng):
#     return distort(images, labels, rng=rng, rotation=120)
#
#
# spun = error(5000, epochs=20, augment=spin)
# print(f"{tries['distorted images']:.1%} becomes {spun:.1%}")
# assert spun > tries["distorted images"]
# ```
#
# Much of what was gained, or all of it. The network now tries to read digits that nobody writes, and 6 and 9
# get in each other's way.
#
# </details>
#
# **2. Affine or elastic?** Which of the two brings more on 5,000 images?
#
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
# for name, augment in [("affine", turn), ("elastic", bend), ("both", distort)]:
#     print(f"{name:8}{error(5000, epochs=20, augment=augment):.1%}")
# assert error(5000, epochs=20, augment=turn) < 0.5
# ```
#
# Each helps alone. This is one seed: repeat it with others before you rank them.
#
# </details>
#
# **3. A vote.** Let `net`, `small` and `large` vote on the test images: mean of the three probabilities. Is it better
# than large alone? Why is the question unfair?
#
# <details markdown="1">
# <summary>Solution</summary>
#
# ```python
# jury = (net.predict_proba(x_test) + answers["small"] + answers["large"]) / 3
# verdict = evaluation.compare(
#     test.labels, jury.argmax(axis=1), answers["large"].argmax(axis=1)
# )
# print(verdict)
# assert 0 <= verdict.p_value <= 1
# ```
#
# Unfair, because you have now used the test images to choose. To do it properly, decide on the validation images;
# but small and large were trained on those. A fair answer needs new digits. [Chapter 8](08_your_own_handwriting.ipynb)
# has some: yours.
#
# </details>
#
# ## Further reading
#
# - P. Y. Simard, D. Steinkraus and J. C. Platt, [Best practices for convolutional neural networks applied to
#   visual document analysis](https://doi.org/10.1109/ICDAR.2003.1227801), *ICDAR*, 958–963, 2003.
# - D. C. Ciresan, U. Meier, L. M. Gambardella and J. Schmidhuber, [Deep, big, simple neural nets for handwritten
#   digit recognition](https://arxiv.org/abs/1003.0358), *Neural Computation* 22 (12), 3207–3220, 2010.
# - P. Izmailov, D. Podoprikhin, T. Garipov, D. Vetrov and A. G. Wilson, [Averaging weights leads to wider optima
#   and better generalization](https://arxiv.org/abs/1803.05407), *UAI*, 2018.
# - C. G. Northcutt, A. Athalye and J. Mueller, [Pervasive label errors in test sets destabilize machine learning
#   benchmarks](https://arxiv.org/abs/2103.14749), *NeurIPS Datasets and Benchmarks*, 2021.
# - S. An, M. Lee, S. Park, H. Yang and J. So, [An ensemble of simple convolutional neural network models for MNIST
#   digit recognition](https://arxiv.org/abs/2008.10400), 2020.
#
# Next: [Why does it fail on my 7?](08_your_own_handwriting.ipynb)

"""One measurement in a process of its own: what to measure in, as JSON; the figures out.

`speed.py` starts it, with the number of threads set before any library is loaded.
"""

import itertools
import json
import re
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
from contenders import CONTENDERS, RECIPE
from recipes import training_digits

from digitlearn.augmentation import distort

STATUS = Path("/proc/self/status")
WARM = 1  # epochs that are not counted: in the first one, libraries compile and caches fill


def peak():
    """Return the most memory this process has had so far, in MB."""
    if STATUS.exists():  # Linux, where getrusage counts what the starting process had as well
        [kilobytes] = re.findall(r"^VmHWM:\s*(\d+) kB$", STATUS.read_text(), re.MULTILINE)
        return int(kilobytes) / 2**10
    if sys.platform == "darwin":
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    import psutil

    return psutil.Process().memory_info().peak_wset / 2**20  # Windows


def held(accuracies, target):
    """Return the epoch, from 1, after which the target was held for two successive epochs."""
    for epoch in range(1, len(accuracies)):
        if min(accuracies[epoch - 1 : epoch + 1]) >= target:
            return epoch + 1
    return None


def reach(contender, *, seed, recipe, epochs, targets, hidden_units, dataset):
    """Return the seconds of training until each target was held, or None."""
    train, validation = training_digits(dataset=dataset)
    start = peak()
    runner = CONTENDERS[contender](hidden_units, seed=seed, recipe=recipe)
    seconds, accuracies = runner.train(
        train,
        epochs=RECIPE["epochs"] if recipe and runner.scheduled else epochs,
        validation=validation,
        enough=lambda scores: all(held(scores, target) for target in targets),
    )
    ends = [held(accuracies, target) for target in targets]
    return {
        "seconds": [end and sum(seconds[:end]) for end in ends],
        "epochs": ends,
        "accuracies": list(accuracies),
        "memory": peak(),
        "memory_before": start,
    }


def epochs(contender, *, batch_size, images, hidden_units, runs, dataset):
    """Return the seconds of `runs` epochs, and of `runs` times reading the validation images."""
    (x, labels), (x_val, _) = training_digits(dataset=dataset)
    runner = CONTENDERS[contender](hidden_units, seed=0, batch_size=batch_size)
    seconds, _ = runner.train((x[:images], labels[:images]), epochs=runs + WARM)
    many = np.resize(x_val, (10_000, 28, 28))
    runner.predict(many)
    return {
        "seconds": seconds[WARM:],
        "inference": [clock(lambda: runner.predict(many)) for _ in range(runs)],
        "memory": peak(),
    }


def floor(*, batch_size, images, hidden_units, runs, dataset):
    """Return the seconds of an epoch's matrix products alone, and of our epoch, turn by turn."""
    train, _ = training_digits(dataset=dataset)
    train = train[0][:images], train[1][:images]
    products = partial(multiply, len(train[0]), batch_size, [784, *hidden_units, 10])
    runner = CONTENDERS["numpy"](hidden_units, seed=0, batch_size=batch_size)
    pairs_ = [
        (clock(products), runner.train(train, epochs=1 + WARM)[0][WARM]) for _ in range(runs + WARM)
    ]
    return {"floor": [a for a, _ in pairs_[WARM:]], "epoch": [b for _, b in pairs_[WARM:]]}


def multiply(images, batch_size, sizes):
    """Multiply matrices of the shapes of an epoch's: forward, and both gradients."""
    rng = np.random.default_rng(0)
    shapes = list(itertools.pairwise(sizes))
    kernels = [rng.standard_normal(shape, dtype=np.float32) for shape in shapes]
    inputs = [rng.standard_normal((batch_size, size), dtype=np.float32) for size in sizes]
    outputs = [np.empty((batch_size, size), dtype=np.float32) for size in sizes]
    gradients = [np.empty_like(kernel) for kernel in kernels]
    for _ in range(round(images / batch_size)):
        for i, kernel in enumerate(kernels):
            np.matmul(inputs[i], kernel, out=outputs[i + 1])
            np.matmul(inputs[i].T, inputs[i + 1], out=gradients[i])
            if i:  # nobody needs the gradient of the pixels
                np.matmul(inputs[i + 1], kernel.T, out=outputs[i])


def augmentation(*, images, runs, dataset):
    """Return the images distorted in a second."""
    (x, labels), _ = training_digits(dataset=dataset)
    x, labels = np.resize(x, (images, 28, 28)), np.resize(labels, images)
    rng = np.random.default_rng(0)
    distort(x[:1000], labels[:1000], rng=rng)
    return {"rate": [images / clock(lambda: distort(x, labels, rng=rng)) for _ in range(runs)]}


def clock(call):
    """Return the seconds a call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


WHAT = {"reach": reach, "epochs": epochs, "floor": floor, "augmentation": augmentation}

if __name__ == "__main__":
    task = json.loads(sys.argv[1])
    print(json.dumps(WHAT[task.pop("what")](**task)))

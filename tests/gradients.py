"""Central differences: a gradient by its definition, to compare `backward` with."""

import numpy as np


def central_differences(loss, values, step=1e-5):
    """Wiggle each of `values` up and down, and see how much `loss()` follows.

    `values` are float64, and are what `loss` reads; each is put back after its turn. The error is
    about step**2 from the curve and 1e-16 / step from rounding: 1e-10 each for 1e-5.
    """
    slopes = np.empty_like(values)
    for index in np.ndindex(values.shape):
        value = values[index]
        values[index] = value + step
        above = loss()
        values[index] = value - step
        below = loss()
        values[index] = value
        slopes[index] = (above - below) / (2 * step)
    return slopes


def assert_gradient(gradient, loss, values, what):
    """Compare `gradient` with central differences, to a millionth."""
    slopes = central_differences(loss, values)
    assert gradient.shape == values.shape, f"{what}: {gradient.shape} for {values.shape}"
    excess = np.abs(gradient - slopes) - (1e-6 * np.abs(slopes) + 1e-9)
    worst = np.unravel_index(excess.argmax(), excess.shape)
    assert excess[worst] <= 0, (
        f"{what}, at {tuple(map(int, worst))} of\n{values}\n"
        f"backward:            {gradient[worst]:.9g}\n"
        f"central differences: {slopes[worst]:.9g}"
    )


def to_float64(layers, rng):
    """Bring parameters to float64, with random biases.

    Zero biases would put units that see only zeros exactly on ReLU's kink, where there is no
    gradient to compare.
    """
    for layer in layers:
        for name, param in layer.params.items():
            layer.params[name] = param.astype(np.float64)
        if "bias" in layer.params:
            layer.params["bias"] = rng.normal(size=layer.params["bias"].shape)

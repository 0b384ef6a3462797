// @ts-check
// The NumPy network's twin, which learns in the page: digitlearn's layers, losses, optimizers and
// training, on flat arrays that hold one row after another. Chapters 3 and 4 explain every line.

/** @typedef {Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>} Numbers */
/** @typedef {Record<string, Numbers>} Named "kernel" and "bias" of a layer */

/**
 * Return so many zeros, of the same precision as other numbers.
 *
 * @param {Numbers} like
 * @param {number} length
 * @returns {Numbers}
 */
function zeros(like, length) {
  return like instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);
}

/** Every output is the sum of all inputs, each times its weight, and a bias. */
export class Dense {
  /** @type {Named} the loss' gradient for each of params, from the latest backward */
  grads = {};
  /** @type {Numbers} */
  x = new Float32Array(0);

  /**
   * @param {number} inputs
   * @param {number} units
   * @param {{ kernel: Numbers, bias: Numbers }} params kernel[input * units + unit] is a weight
   */
  constructor(inputs, units, params) {
    this.inputs = inputs;
    this.units = units;
    /** @type {Named} */
    this.params = params;
  }

  /** @param {Numbers} x */
  forward(x) {
    const { inputs, units } = this;
    const { kernel, bias } = this.params;
    this.x = x;
    const rows = x.length / inputs;
    const sums = zeros(x, rows * units);
    for (let row = 0; row < rows; row++) {
      const to = row * units;
      for (let j = 0; j < units; j++) sums[to + j] = bias[j];
      for (let i = 0; i < inputs; i++) {
        const value = x[row * inputs + i];
        if (value === 0) continue; // most pixels are paper, and half of the hidden units silent
        const from = i * units;
        for (let j = 0; j < units; j++) sums[to + j] += value * kernel[from + j];
      }
    }
    return sums;
  }

  /**
   * @param {Numbers} grad
   * @param {boolean} [further] whether a layer before this one wants to know its own gradient
   */
  backward(grad, further = true) {
    const { inputs, units, x } = this;
    const { kernel } = this.params;
    const rows = x.length / inputs;
    const [weights, bias] = [zeros(x, kernel.length), zeros(x, units)];
    const before = zeros(x, further ? x.length : 0);
    for (let row = 0; row < rows; row++) {
      const to = row * units;
      for (let j = 0; j < units; j++) bias[j] += grad[to + j];
      for (let i = 0; i < inputs; i++) {
        const [value, from] = [x[row * inputs + i], i * units];
        if (value !== 0) for (let j = 0; j < units; j++) weights[from + j] += value * grad[to + j];
        if (!further) continue;
        let sum = 0;
        for (let j = 0; j < units; j++) sum += kernel[from + j] * grad[to + j];
        before[row * inputs + i] = sum;
      }
    }
    this.grads = { kernel: weights, bias };
    return before;
  }
}

/** What is negative becomes 0. */
export class ReLU {
  /** @type {Numbers} */
  x = new Float32Array(0);

  /** @param {Numbers} x */
  forward(x) {
    this.x = x;
    return x.map((value) => Math.max(0, value));
  }

  /** @param {Numbers} grad */
  backward(grad) {
    return grad.map((slope, i) => (this.x[i] > 0 ? slope : 0));
  }
}

/** While training, inputs become 0 at random; what is kept is divided by the share that is. */
export class Dropout {
  /** @type {Numbers} */
  scale = new Float32Array(0);

  /**
   * @param {number} rate
   * @param {() => number} random
   */
  constructor(rate, random) {
    this.rate = rate;
    this.random = random;
  }

  /**
   * @param {Numbers} x
   * @param {boolean} [training]
   */
  forward(x, training = false) {
    const { rate, random } = this;
    this.scale = x.map(() => (!training ? 1 : random() >= rate ? 1 / (1 - rate) : 0));
    return x.map((value, i) => value * this.scale[i]);
  }

  /** @param {Numbers} grad */
  backward(grad) {
    return grad.map((slope, i) => slope * this.scale[i]);
  }
}

/** @typedef {Dense | ReLU | Dropout} Layer */

/**
 * Build hidden Dense layers with ReLU, perhaps Dropout after each, and a Dense layer of ten logits.
 *
 * Kernels start from a normal distribution of variance 2 / inputs (He et al. 2015), biases at 0.
 *
 * @param {number[]} hidden the units of each hidden layer
 * @param {{ inputs?: number, dropout?: number, random: () => number }} options
 */
export function mlp(hidden, { inputs = 784, dropout = 0, random }) {
  /** @type {Layer[]} */
  const layers = [];
  const dense = (/** @type {number} */ from, /** @type {number} */ units) => {
    const kernel = new Float32Array(from * units);
    // Box and Muller: two uniform numbers make a normal one; 1 - random() is never 0.
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    for (let i = 0; i < kernel.length; i++) kernel[i] = normal() * Math.sqrt(2 / from);
    return new Dense(from, units, { kernel, bias: new Float32Array(units) });
  };
  let from = inputs;
  for (const units of hidden) {
    layers.push(dense(from, units), new ReLU());
    if (dropout > 0) layers.push(new Dropout(dropout, random));
    from = units;
  }
  return [...layers, dense(from, 10)];
}

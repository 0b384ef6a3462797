// @ts-check
// How the layers of training.js learn: the loss, its gradient, the two optimizers, and one step.

/** @import { Layer, Named, Numbers } from "./training.js" */
import { Dense } from "./training.js";

/**
 * Return the mean cross-entropy of logits, how many are right, and the gradient for the logits:
 * softmax minus 1 at the label, divided by the number of examples.
 *
 * @param {Numbers} logits ten for each label
 * @param {ArrayLike<number>} labels
 */
export function crossEntropy(logits, labels) {
  const classes = logits.length / labels.length;
  const gradient = logits.slice();
  let [loss, right] = [0, 0];
  for (let row = 0; row < labels.length; row++) {
    const from = row * classes;
    let best = 0;
    for (let k = 1; k < classes; k++) if (logits[from + k] > logits[from + best]) best = k;
    let total = 0; // of powers; the largest logit is subtracted, so none overflows
    for (let k = 0; k < classes; k++) total += Math.exp(logits[from + k] - logits[from + best]);
    loss += Math.log(total) - (logits[from + labels[row]] - logits[from + best]);
    right += Number(best === labels[row]);
    for (let k = 0; k < classes; k++) {
      const probability = Math.exp(logits[from + k] - logits[from + best]) / total;
      gradient[from + k] = (probability - Number(k === labels[row])) / labels.length;
    }
  }
  return { loss: loss / labels.length, accuracy: right / labels.length, gradient };
}

/**
 * Call for each parameter of the layers, with its gradient and what is remembered about it.
 *
 * @param {Layer[]} layers
 * @param {Map<Numbers, Numbers[]>} memory
 * @param {(param: Numbers, grad: Numbers, memory: Numbers[]) => void} change
 */
function each(layers, memory, change) {
  for (const layer of layers) {
    if (!(layer instanceof Dense)) continue;
    for (const [name, param] of Object.entries(layer.params)) {
      const kept = memory.get(param) ?? [param.map(() => 0), param.map(() => 0)];
      memory.set(param, kept);
      change(param, layer.grads[name], kept);
    }
  }
}

/** Steps down the gradient, with momentum: velocity = momentum × velocity − rate × gradient. */
export class SGD {
  /** @type {Map<Numbers, Numbers[]>} */
  memory = new Map();

  /**
   * @param {number} learningRate
   * @param {number} [momentum]
   */
  constructor(learningRate, momentum = 0) {
    this.learningRate = learningRate;
    this.momentum = momentum;
  }

  /** @param {Layer[]} layers */
  step(layers) {
    each(layers, this.memory, (param, grad, [velocity]) => {
      for (let i = 0; i < param.length; i++) {
        velocity[i] = this.momentum * velocity[i] - this.learningRate * grad[i];
        param[i] += velocity[i];
      }
    });
  }
}

/** Adam, in the form at the end of section 2 of Kingma & Ba (2015), with Keras' settings. */
export class Adam {
  /** @type {Map<Numbers, Numbers[]>} */
  memory = new Map();
  iterations = 0;

  /** @param {number} [learningRate] */
  constructor(learningRate = 0.001) {
    this.learningRate = learningRate;
  }

  /** @param {Layer[]} layers */
  step(layers) {
    this.iterations += 1;
    // The means start at zero, so at first they are too small by these factors, which Keras and
    // the package take from betas rounded to float32.
    const [bias1, bias2] = [0.9, 0.999].map((beta) => 1 - Math.fround(beta) ** this.iterations);
    const rate = (this.learningRate * Math.sqrt(bias2)) / bias1;
    each(layers, this.memory, (param, grad, [m, v]) => {
      for (let i = 0; i < param.length; i++) {
        m[i] = 0.9 * m[i] + (1 - 0.9) * grad[i];
        v[i] = 0.999 * v[i] + (1 - 0.999) * grad[i] * grad[i];
        param[i] -= (rate * m[i]) / (Math.sqrt(v[i]) + 1e-7);
      }
    });
  }
}

/**
 * Return the logits of images.
 *
 * @param {Layer[]} layers
 * @param {Numbers} x
 * @param {boolean} [training]
 */
export function forward(layers, x, training = false) {
  let values = x;
  for (const layer of layers) values = layer.forward(values, training);
  return values;
}

/**
 * Learn from one batch; return its loss and accuracy before the step.
 *
 * @param {Layer[]} layers
 * @param {Numbers} x
 * @param {ArrayLike<number>} labels
 * @param {SGD | Adam} optimizer
 */
export function trainStep(layers, x, labels, optimizer) {
  const { loss, accuracy, gradient } = crossEntropy(forward(layers, x, true), labels);
  let grad = gradient;
  for (let i = layers.length - 1; i >= 0; i--) grad = layers[i].backward(grad, i > 0);
  optimizer.step(layers);
  return { loss, accuracy };
}

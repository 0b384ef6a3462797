// @ts-check
// The network read backwards: which unit spoke for what.

import { dense } from "./layers.js";

/** @import { Activations, Layer } from "./network.js" */

/**
 * Carry slopes one layer back: return one for each of the layer's inputs.
 *
 * @param {Layer} layer
 * @param {Float32Array} slopes one for each unit
 */
function back({ inputs, units, kernel }, slopes) {
  const result = new Float32Array(inputs);
  for (let i = 0; i < inputs; i++) {
    let sum = 0;
    for (let j = 0; j < units; j++) sum += kernel[i * units + j] * slopes[j];
    result[i] = sum;
  }
  return result;
}

/**
 * Let slopes through where a unit was active: ReLU's slope is 1 there, and 0 elsewhere.
 *
 * @param {Float32Array} activations
 * @param {Float32Array} slopes
 */
function through(activations, slopes) {
  return slopes.map((slope, i) => (activations[i] > 0 ? slope : 0));
}

/** Return zeros, and one 1 among them. */
function only(/** @type {number} */ length, /** @type {number} */ index) {
  return new Float32Array(length).fill(1, index, index + 1);
}

/**
 * Return how one logit was made: what each pixel and each hidden unit added to it or took from it.
 *
 * While no unit switches on or off, the network only multiplies and adds. So a logit is a sum over
 * the pixels, over the units of either layer, each times the weights of all its ways through active
 * units, and over the biases.
 *
 * @param {Layer[]} layers
 * @param {Activations} activations
 * @param {number} digit
 */
export function shares(layers, { input, hidden }, digit) {
  const [first, second, last] = layers;
  const slopes2 = back(last, only(last.units, digit));
  const slopes1 = back(second, through(hidden[1], slopes2));
  const slopes0 = back(first, through(hidden[0], slopes1));
  /** @type {(slopes: Float32Array, x: Float32Array) => Float32Array} */
  const times = (slopes, x) => slopes.map((slope, i) => slope * x[i]);
  return {
    pixels: times(slopes0, input),
    hidden: [times(slopes1, hidden[0]), times(slopes2, hidden[1])],
  };
}

/**
 * Return a unit's weights for the units of the next layer.
 *
 * @param {Layer} next
 * @param {number} unit
 */
function outgoing({ units, kernel }, unit) {
  return kernel.subarray(unit * units, (unit + 1) * units);
}

/**
 * Return what one hidden unit (layer 0 or 1) adds to each of the ten logits.
 *
 * @param {Layer[]} layers
 * @param {Activations} activations
 * @param {number} layer
 * @param {number} unit
 */
export function adds(layers, { hidden }, layer, unit) {
  let weights = outgoing(layers[layer + 1], unit);
  if (layer === 0) {
    const unbiased = { ...layers[2], bias: new Float32Array(layers[2].units) };
    weights = dense(unbiased, through(hidden[1], weights));
  }
  return weights.map((weight) => weight * hidden[layer][unit]);
}

/**
 * Return what a unit of the second layer collects: each first-layer unit's activation, weighted.
 *
 * @param {Layer[]} layers
 * @param {Activations} activations
 * @param {number} unit
 */
export function collects([, { units, kernel }], { hidden }, unit) {
  return hidden[0].map((activation, i) => activation * kernel[i * units + unit]);
}

/**
 * Return what a unit of the first layer sends to each unit of the second.
 *
 * @param {Layer[]} layers
 * @param {Activations} activations
 * @param {number} unit
 */
export function sends([, second], { hidden }, unit) {
  return outgoing(second, unit).map((weight) => weight * hidden[0][unit]);
}

/**
 * Return what a hidden unit looks for, as one weight for each pixel.
 *
 * In the first layer these are its own weights. In the second they are the weights of the first
 * layer's units that are active for this drawing, each times the unit's weight for it.
 *
 * @param {Layer[]} layers
 * @param {Activations} activations
 * @param {number} layer
 * @param {number} unit
 */
export function template(layers, { hidden }, layer, unit) {
  const slopes = only(layers[layer].units, unit);
  if (layer === 0) return back(layers[0], slopes);
  return back(layers[0], through(hidden[0], back(layers[1], slopes)));
}

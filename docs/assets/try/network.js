// @ts-check
// The network: Flatten, two hidden Dense layers with ReLU, a Dense layer of ten logits, softmax.

import { dense, relu, softmax } from "./layers.js";

/** @typedef {import("./layers.js").Layer} Layer */
/**
 * What every layer makes of an image.
 *
 * @typedef {object} Activations
 * @property {Float32Array} input from 0 to 1
 * @property {Float32Array[]} hidden of each hidden layer, after ReLU
 * @property {Float32Array} logits
 * @property {number[]} probabilities
 */

const TURN = 10; // degrees to each side that an image is turned for a second and a third look

/**
 * Return what every layer makes of an image.
 *
 * @param {Layer[]} layers
 * @param {Float32Array} input from 0 to 1, row by row
 */
export function forward(layers, input) {
  const hidden = [];
  let x = input;
  for (const layer of layers.slice(0, -1)) {
    x = relu(dense(layer, x));
    hidden.push(x);
  }
  const logits = dense(layers[layers.length - 1], x);
  return { input, hidden, logits, probabilities: softmax(logits) };
}

/**
 * Return an image's grey levels, from 0 to 255, scaled to the network's 0 to 1.
 *
 * @param {ArrayLike<number>} image
 */
export function scalePixels(image) {
  return Float32Array.from(image, (level) => level / 255);
}

/**
 * Return what every layer makes of an image, and the mean logits of three looks at it: as it is, and
 * turned to each side.
 *
 * @param {Layer[]} layers
 * @param {ArrayLike<number>} image grey levels from 0 to 255, row by row
 */
export function look(layers, image) {
  const activations = forward(layers, scalePixels(image));
  const sums = Float64Array.from(activations.logits);
  for (const degrees of [-TURN, TURN]) {
    const { logits } = forward(layers, rotate(activations.input, degrees));
    logits.forEach((logit, digit) => (sums[digit] += logit));
  }
  return { activations, logits: sums.map((sum) => sum / 3) };
}

/**
 * Turn an image about its middle, counterclockwise, as digitlearn/augmentation.py does.
 *
 * @param {Float32Array} image
 * @param {number} degrees
 */
export function rotate(image, degrees) {
  const [cosine, sine] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return lookUp(image, (row, column) => [cosine * row + sine * column, cosine * column - sine * row]);
}

/**
 * Let each pixel get its ink from a place, both as rows and columns from the middle.
 *
 * @param {Float32Array} image
 * @param {(row: number, column: number, pixel: number) => number[]} place
 */
export function lookUp(image, place) {
  const side = Math.sqrt(image.length);
  const middle = (side - 1) / 2;
  const at = (/** @type {number} */ row, /** @type {number} */ column) =>
    row >= 0 && row < side && column >= 0 && column < side ? image[row * side + column] : 0;
  return image.map((_, pixel) => {
    const [row, column] = place(Math.floor(pixel / side) - middle, (pixel % side) - middle, pixel);
    const [top, left] = [Math.floor(row + middle), Math.floor(column + middle)];
    const [below, beside] = [row + middle - top, column + middle - left];
    const above = at(top, left) * (1 - beside) + at(top, left + 1) * beside;
    const under = at(top + 1, left) * (1 - beside) + at(top + 1, left + 1) * beside;
    return above * (1 - below) + under * below;
  });
}

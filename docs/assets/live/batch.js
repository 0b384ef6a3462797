// @ts-check
// The loss of a batch as one digit's weights move: exact, from what the chapter's cell put out.

import { crossEntropy } from "./learning.js";

/**
 * What a cell puts out: the logits of each example where the weights are now, what the moving weights
 * are multiplied by, the labels, the digit they lead to, and where they are.
 *
 * @typedef {object} Batch
 * @property {number[][]} logits
 * @property {number[][]} inputs one number for each example and moving weight
 * @property {number[]} labels
 * @property {number} digit
 * @property {number[]} weights
 */

/**
 * Return the loss with weights of these values, and its slope for each of them.
 *
 * @param {Batch} batch
 * @param {ArrayLike<number>} weights
 */
export function lossAndSlopes({ logits, inputs, labels, digit, weights: now }, weights) {
  const classes = logits[0].length;
  const moved = Float64Array.from(logits.flat());
  inputs.forEach((row, n) =>
    row.forEach((input, i) => (moved[n * classes + digit] += input * (weights[i] - now[i]))),
  );
  const { loss, gradient } = crossEntropy(moved, labels);
  const slopes = now.map((_, i) =>
    inputs.reduce((sum, row, n) => sum + row[i] * gradient[n * classes + digit], 0),
  );
  return { loss, slopes };
}

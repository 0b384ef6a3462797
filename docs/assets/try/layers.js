// @ts-check
// The layers of the network: Dense, ReLU, softmax. Chapter 3 explains every line.

/**
 * A Dense layer: kernel[input * units + unit] is a weight.
 *
 * @typedef {{ inputs: number, units: number, kernel: Float32Array, bias: Float32Array }} Layer
 */

/**
 * Dense: add up each unit's inputs, times its weights, onto its bias.
 *
 * @param {Layer} layer
 * @param {Float32Array} x
 */
export function dense({ inputs, units, kernel, bias }, x) {
  const sums = Float32Array.from(bias);
  for (let i = 0; i < inputs; i++) {
    const value = x[i];
    if (value === 0) continue; // most pixels are paper, and half of the hidden units silent
    for (let j = 0, at = i * units; j < units; j++, at++) sums[j] += value * kernel[at];
  }
  return sums;
}

/**
 * ReLU: what is negative becomes 0.
 *
 * @param {Float32Array} sums
 */
export function relu(sums) {
  return sums.map((sum) => Math.max(0, sum));
}

/**
 * Softmax: positive shares that add up to 1. The largest is subtracted, so nothing overflows.
 *
 * @param {Float32Array | Float64Array} logits
 */
export function softmax(logits) {
  const largest = Math.max(...logits);
  const powers = Array.from(logits, (logit) => Math.exp(logit - largest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

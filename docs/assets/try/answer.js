// @ts-check
// What to say about a drawing, and when to say nothing.

import { INK, LOGIT } from "./limits.js";

/** @import { Activations } from "./network.js" */
/** @typedef {{ kind: string, digit?: number, short: string, text: string }} Answer */

export const SURE = 0.9; // the confidence below which the answer is "not sure"

/**
 * Write a probability, rounded down: no softmax is ever 100 % sure.
 *
 * @param {number} probability
 */
export function percent(probability) {
  return `${(Math.floor(probability * 1000) / 10).toFixed(1)} %`;
}

/**
 * Write a number with its sign, for sums and what adds up to them.
 *
 * @param {number} value
 */
export function signed(value) {
  const text = Math.abs(value).toFixed(1);
  return text === "0.0" ? text : `${value < 0 ? "−" : "+"}${text}`;
}

/**
 * Return the indices of numbers, the largest number's first.
 *
 * @param {ArrayLike<number>} values
 */
export function ranked(values) {
  return Array.from(values, (_, i) => i).sort((a, b) => values[b] - values[a]);
}

/**
 * Judge what the network makes of a drawing of so many digits.
 *
 * Softmax shares out all of its belief among ten digits, whatever it is shown, so its confidence
 * alone does not notice a scribble. Two more signs do: a picture with more ink than digits have,
 * and ten logits of which none is as high as a digit's (Hendrycks et al. 2022, "Scaling
 * out-of-distribution detection for real-world settings").
 *
 * @param {Activations | null} activations null without a digit
 * @param {number} [digits]
 * @returns {Answer}
 */
export function judge(activations, digits = 1) {
  if (digits > 1) {
    return { kind: "none", short: "?", text: `${digits} digits? The network reads one at a time.` };
  }
  if (!activations) return { kind: "empty", short: "", text: "An empty page. Draw a digit." };
  const { input, logits, probabilities } = activations;
  const [digit, second] = ranked(probabilities);
  const ink = input.reduce((sum, pixel) => sum + pixel, 0) / input.length;
  if (ink > INK) {
    return { kind: "none", digit, short: "?", text: "Too much ink for a digit: a scribble?" };
  }
  if (logits[digit] < LOGIT) {
    return { kind: "none", digit, short: "?", text: "This looks like none of the ten digits." };
  }
  const confidence = percent(probabilities[digit]);
  if (probabilities[digit] < SURE) {
    const text = `Not sure. A ${digit} (${confidence}), or a ${second}?`;
    return { kind: "unsure", digit, short: `${digit}?`, text };
  }
  return { kind: "sure", digit, short: String(digit), text: `A ${digit}, ${confidence} sure.` };
}

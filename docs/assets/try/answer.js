// @ts-check
// What to say about a drawing, and when to say nothing.

import { INK, LOGIT } from "./limits.js";
import { softmax } from "./network.js";
import { standsBeside } from "./pieces.js";
import { FRAME } from "./preprocess.js";

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
 * Write a digit with its article: "an 8".
 *
 * @param {number} digit
 */
function one(digit) {
  return `${digit === 8 ? "an" : "a"} ${digit}`;
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
 * Judge what the network makes of a drawing of so many digits, as digitlearn/reading.py does.
 *
 * Softmax shares out all of its belief among ten digits, whatever it is shown, so its confidence
 * alone does not notice a scribble. Other signs do: a dot, two tall pieces side by side, a picture
 * with more ink than digits have, and ten logits of which none is as high as a digit's (Hendrycks et
 * al. 2022, "Scaling out-of-distribution detection for real-world settings").
 *
 * @param {ArrayLike<number> | null} image grey levels from 0 to 255; null without a digit
 * @param {Float64Array} logits the mean of three looks
 * @param {number} [digits]
 * @param {boolean} [small] whether it was drawn too small
 * @returns {Answer}
 */
export function judge(image, logits, digits = 1, small = false) {
  if (digits > 1) {
    return { kind: "none", short: "?", text: `${digits} digits? The network reads one at a time.` };
  }
  if (!image) return { kind: "empty", short: "", text: "An empty page. Draw a digit." };
  const probabilities = softmax(logits);
  const [digit, second] = ranked(probabilities);
  const sure = probabilities[digit] >= SURE;
  const ink = Array.from(image).reduce((sum, level) => sum + level, 0) / 255 / image.length;
  let text = "";
  if (small) text = "Drawn too small, or a dot.";
  else if (standsBeside(image, FRAME)) text = "2 digits? The network reads one at a time.";
  else if (ink > INK) text = "Too much ink for a digit: a scribble? If it is none, draw larger.";
  else if (sure && logits[digit] < LOGIT) text = "This looks like none of the ten digits.";
  if (text) return { kind: "none", digit, short: "?", text };
  const confidence = percent(probabilities[digit]);
  if (!sure) {
    text = `Not sure: ${one(digit)} (${confidence}), or ${one(second)}?`;
    return { kind: "unsure", digit, short: `${digit}?`, text };
  }
  text = `A${one(digit).slice(1)}, ${confidence} sure.`;
  return { kind: "sure", digit, short: String(digit), text };
}

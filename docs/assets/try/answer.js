// @ts-check
// What to say about a drawing, and when to say nothing.

import { softmax } from "./layers.js";
import { percent, ranked } from "./numbers.js";
import { MOST_HOLES, countHoles, standsBeside } from "./pieces.js";
import { FRAME } from "./preprocess.js";

/** @import { Seen } from "./preprocess.js" */
/** @typedef {{ kind: string, digit?: number, short: string, text: string }} Answer */

export const SURE = 0.9; // the confidence below which the answer is "not sure"

/**
 * Write a digit with its article: "an 8".
 *
 * @param {number} digit
 */
function one(digit) {
  return `${digit === 8 ? "an" : "a"} ${digit}`;
}

/**
 * Judge what the network makes of a drawing, as digitlearn/reading.py does.
 *
 * Softmax shares out all of its belief among ten digits, whatever it is shown, so its confidence
 * alone does not notice a scribble. Other signs do: a dot, two tall pieces side by side, more loops
 * than a digit has.
 *
 * @param {Seen} seen
 * @param {Float64Array} logits the mean of three looks at its image, if there is one
 * @returns {Answer}
 */
export function judge({ digits, image, small, cut }, logits) {
  if (digits > 1) {
    return { kind: "none", short: "?", text: `${digits} digits? The network reads one at a time.` };
  }
  if (!image) return { kind: "empty", short: "", text: "An empty page. Draw a digit." };
  const probabilities = softmax(logits);
  const [digit, second] = ranked(probabilities);
  const sure = probabilities[digit] >= SURE;
  const picture = { values: image, width: FRAME, height: FRAME };
  let text = "";
  if (small) text = "Drawn too small, or a dot.";
  else if (!cut && standsBeside(picture)) text = "2 digits? The network reads one at a time.";
  else if (countHoles(picture) > MOST_HOLES) text = "More loops than a digit has: a scribble? If it is none, draw larger.";
  if (text) return { kind: "none", digit, short: "?", text };
  const confidence = percent(probabilities[digit]);
  const edge = cut ? " Ink runs off the edge." : "";
  if (!sure) {
    text = `Not sure: ${one(digit)} (${confidence}), or ${one(second)}?${edge}`;
    return { kind: "unsure", digit, short: `${digit}?`, text };
  }
  text = `A${one(digit).slice(1)}, ${confidence} sure.${edge}`;
  return { kind: "sure", digit, short: String(digit), text };
}

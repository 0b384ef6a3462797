// @ts-check
// What one hidden unit does, or how one logit came about: in a sentence and in pictures.

import { adds, shares, template } from "./backwards.js";
import { ranked, signed } from "./numbers.js";
import { paintPicture, scaled } from "./paint.js";
import { named, part } from "./parts.js";
import { FRAME } from "./preprocess.js";

/** @import { Activations, Layer } from "./network.js" */
/** @typedef {{ layers: Layer[], activations: Activations }} Read */
/** @typedef {{ layer: number, unit: number, digit?: undefined }} Unit */
/** @typedef {{ digit: number, layer?: undefined }} Digit */
/** @typedef {Unit | Digit} Target what is pointed at */
/** @typedef {{ values: Float32Array, caption: string }} Picture */
/**
 * What there is to see of a target: what each pixel adds to it, of a unit its template, and of a
 * digit what each hidden unit adds.
 *
 * @typedef {object} Look
 * @property {Target} target
 * @property {Float32Array} pixels
 * @property {Float32Array} [template]
 * @property {Float32Array[]} [hidden]
 */

const ORDINALS = ["first", "second"];

/**
 * Look at a hidden unit or a digit.
 *
 * @param {Read} read
 * @param {Target} target
 */
export function look({ layers, activations }, target) {
  if (target.digit !== undefined) return { target, ...shares(layers, activations, target.digit) };
  const weights = template(layers, activations, target.layer, target.unit);
  const pixels = weights.map((weight, i) => weight * activations.input[i]);
  return { target, pixels, template: weights };
}

/**
 * Say in a sentence what a hidden unit does with the drawing.
 *
 * @param {Read} read
 * @param {Unit} target
 */
export function sentence({ layers, activations }, { layer, unit }) {
  const name = `Unit ${unit + 1} of the ${ORDINALS[layer]} hidden layer`;
  const activation = activations.hidden[layer][unit];
  if (activation === 0) return `${name} is silent: its sum is not above 0, so it adds nothing.`;
  const added = adds(layers, activations, layer, unit);
  const order = ranked(added);
  const [up, down] = [order[0], order[order.length - 1]];
  const says = [];
  if (added[up] > 0) says.push(`most for ${up} (${signed(added[up])})`);
  if (added[down] < 0) says.push(`most against ${down} (${signed(added[down])})`);
  return `${name} is active: ${activation.toFixed(1)}. It speaks ${says.join(" and ")}.`;
}

/**
 * Say how the logit of a digit adds up, from what the second layer's units add to it.
 *
 * @param {Read} read
 * @param {number} digit
 * @param {Float32Array} units
 */
function sum({ layers, activations }, digit, units) {
  const above = units.filter((share) => share > 0);
  const below = units.filter((share) => share < 0);
  const total = (/** @type {Float32Array} */ shares) => shares.reduce((sum, share) => sum + share, 0);
  return (
    `The logit of ${digit} is ${signed(activations.logits[digit])}: ` +
    `${above.length} units of the second hidden layer speak for ${digit} (${signed(total(above))}), ` +
    `${below.length} against (${signed(total(below))}), and the bias adds ` +
    `${signed(layers[2].bias[digit])}.`
  );
}

/**
 * Return the pictures for a digit: what the units look for that spoke loudest, for and against.
 *
 * @param {Read} read
 * @param {Float32Array} units
 * @param {number} most so many pictures, half of them for the digit
 */
function ofDigit({ layers, activations }, units, most) {
  const order = ranked(units);
  const loudest = [...order.slice(0, most / 2), ...order.slice(-most / 2).reverse()];
  return loudest
    .filter((unit) => units[unit] !== 0)
    .map((unit) => ({
      values: template(layers, activations, 1, unit),
      caption: `unit ${unit + 1}: ${signed(units[unit])}`,
    }));
}

/**
 * Fill the panel below the layers: about a hidden unit, a digit, or what one may choose.
 *
 * @param {Element} root
 * @param {Read} read
 * @param {Look | null} found null where nothing is looked at: the most probable digit is
 */
export function explain(root, read, found) {
  const figures = [...named(root, "pictures", HTMLElement).children];
  let text = "";
  /** @type {Picture[]} */
  let pictures = [];
  if (found?.template) {
    if (found.target.layer !== undefined) text = sentence(read, found.target);
    pictures = [
      { values: found.template, caption: "what it looks for" },
      { values: found.pixels, caption: "what it finds" },
    ];
  } else {
    const digit = found?.target.digit ?? ranked(read.activations.probabilities)[0];
    const units = found?.hidden?.[1] ?? shares(read.layers, read.activations, digit).hidden[1];
    if (found) text = sum(read, digit, units);
    pictures = ofDigit(read, units, figures.length);
    named(root, "best", HTMLElement).textContent = String(digit);
  }
  named(root, "sentence", HTMLElement).textContent = text;
  named(root, "hint", HTMLElement).hidden = text !== "";
  figures.forEach((figure, i) => {
    figure.toggleAttribute("hidden", i >= pictures.length);
    if (i >= pictures.length) return;
    const canvas = part(figure, "canvas", HTMLCanvasElement);
    paintPicture(canvas, scaled(pictures[i].values), { columns: FRAME, signed: true });
    part(figure, "figcaption", HTMLElement).textContent = pictures[i].caption;
  });
}

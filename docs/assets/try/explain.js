// @ts-check
// What one hidden unit does, or how one logit came about: in a sentence and in pictures.

import { ranked, signed } from "./answer.js";
import { adds, shares, template } from "./network.js";
import { paintPicture, scaled } from "./paint.js";
import { named, part } from "./parts.js";
import { FRAME } from "./preprocess.js";

/** @import { Activations, Layer } from "./network.js" */
/** @typedef {{ layers: Layer[], activations: Activations | null }} Read null without a drawing */
/** @typedef {{ layers: Layer[], activations: Activations }} Drawn */
/** @typedef {{ layer: number, unit: number, digit?: undefined }} Unit */
/** @typedef {{ digit: number, layer?: undefined }} Digit */
/** @typedef {Unit | Digit} Target what is pointed at */
/** @typedef {{ values: Float32Array, caption: string }} Picture */

const ORDINALS = ["first", "second"];

/**
 * Say in a sentence what a hidden unit does with the drawing.
 *
 * @param {Read} read
 * @param {Unit} target
 */
export function sentence({ layers, activations }, { layer, unit }) {
  const name = `Unit ${unit + 1} of the ${ORDINALS[layer]} hidden layer`;
  if (!activations) return `${name}.`;
  const activation = activations.hidden[layer][unit];
  if (activation === 0) return `${name} is silent: its sum is not above 0, so it adds nothing.`;
  const added = adds(layers, activations, layer, unit);
  const order = ranked(added);
  const [up, down] = [order[0], order[order.length - 1]];
  return (
    `${name} is active: ${activation.toFixed(1)}. It speaks most for ${up} ` +
    `(${signed(added[up])}) and most against ${down} (${signed(added[down])}).`
  );
}

/**
 * Say how the logit of a digit adds up, from what the second layer's units add to it.
 *
 * @param {Drawn} drawn
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
 * Return the pictures for a unit: its weights, and each times its pixel.
 *
 * @param {Read} read
 * @param {Unit} target
 */
function ofUnit({ layers, activations }, { layer, unit }) {
  const weights = template(layers, activations ?? { hidden: [] }, layer, unit);
  /** @type {Picture[]} */
  const pictures = [{ values: weights, caption: "what it looks for" }];
  if (activations) {
    const products = weights.map((weight, i) => weight * activations.input[i]);
    pictures.push({ values: products, caption: "what it finds" });
  }
  return pictures;
}

/**
 * Return the pictures for a digit: what the units look for that spoke loudest, for and against.
 *
 * @param {Drawn} drawn
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
 * Fill the panel below the layers: about a hidden unit, a digit, or what one may point at.
 *
 * @param {Element} root
 * @param {Read} read
 * @param {Target | null} target
 */
export function explain(root, { layers, activations }, target) {
  const figures = [...named(root, "pictures", HTMLElement).children];
  let text = "";
  /** @type {Picture[]} */
  let pictures = [];
  if (target?.digit !== undefined && activations) {
    const units = shares(layers, activations, target.digit).hidden[1];
    text = sum({ layers, activations }, target.digit, units);
    pictures = ofDigit({ layers, activations }, units, figures.length);
  } else if (target?.layer !== undefined) {
    text = sentence({ layers, activations }, target);
    if (activations || target.layer === 0) pictures = ofUnit({ layers, activations }, target);
    else text += " What it looks for depends on the first layer's active units: draw something.";
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

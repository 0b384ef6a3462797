// @ts-check
// Pictures of numbers: grey levels as ink on paper, signed numbers in blue and orange.

/** @import { Values } from "./preprocess.js" */

/**
 * Return the means to paint on a canvas, made blank and perhaps another size.
 *
 * @param {HTMLCanvasElement} canvas
 */
export function brush(canvas, width = canvas.width, height = canvas.height) {
  // A size that is set lays out the page.
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  if (!context) throw new Error("Expected a canvas to paint on. Received: one without pixels");
  context.clearRect(0, 0, width, height);
  return context;
}

/** @type {Record<string, number[][]>} of each scheme; to look them up again would take long */
const palettes = {};

/** Return the colours of the site's scheme, each as [red, green, blue]. */
function palette() {
  const { body } = document;
  const read = (/** @type {string} */ name) => {
    const hex = getComputedStyle(body).getPropertyValue(`--dl-${name}`).trim();
    return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
  };
  return (palettes[body.dataset.mdColorScheme ?? ""] ??= ["paper", "ink", "accent", "wrong"].map(read));
}

/**
 * Return a function from a number, -1 to 1, to a colour: of ink, or of both signs.
 *
 * @param {boolean} signed
 */
export function inks(signed) {
  const [paper, ink, accent, wrong] = palette();
  const above = signed ? accent : ink;
  return (/** @type {number} */ value) => {
    const full = value < 0 ? wrong : above;
    const share = Math.min(1, Math.abs(value));
    return paper.map((level, i) => Math.round(level + share * (full[i] - level)));
  };
}

/**
 * Return numbers divided by the largest of them, whatever its sign.
 *
 * @param {Float32Array} values
 */
export function scaled(values) {
  const most = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  return Float32Array.from(values, (value) => value / most);
}

/**
 * Paint numbers, -1 to 1, as the pixels of a picture, `columns` in a row.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Values} values
 * @param {{ columns: number, signed?: boolean }} options
 */
export function paintPicture(canvas, values, { columns, signed = false }) {
  const ink = inks(signed);
  const context = brush(canvas, columns, values.length / columns);
  const picture = context.createImageData(canvas.width, canvas.height);
  for (let i = 0; i < values.length; i++) {
    picture.data.set([...ink(values[i]), 255], 4 * i);
  }
  context.putImageData(picture, 0, 0);
}

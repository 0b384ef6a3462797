// @ts-check
// Pictures of numbers: grey levels as ink on paper, signed numbers in blue and orange.

/** @import { Values } from "./preprocess.js" */

/**
 * Return the means to paint on a canvas.
 *
 * @param {HTMLCanvasElement} canvas
 */
export function brush(canvas) {
  const context = canvas.getContext("2d");
  if (!context) throw new Error("Expected a canvas to paint on. Received: one without pixels");
  return context;
}

/**
 * Return a colour of the site's scheme, as [red, green, blue].
 *
 * @param {Element} element
 * @param {string} name
 */
function colour(element, name) {
  const hex = getComputedStyle(element).getPropertyValue(`--dl-${name}`).trim();
  return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
}

/**
 * Return a function from a number, -1 to 1, to a colour: of ink, or of both signs.
 *
 * @param {Element} element
 * @param {boolean} signed
 * @returns {(value: number) => number[]}
 */
export function inks(element, signed) {
  const paper = colour(element, "paper");
  const [above, below] = signed ? ["accent", "wrong"] : ["ink", "wrong"];
  const [positive, negative] = [colour(element, above), colour(element, below)];
  return (value) => {
    const ink = value < 0 ? negative : positive;
    const share = Math.min(1, Math.abs(value));
    return paper.map((level, i) => Math.round(level + share * (ink[i] - level)));
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
  const ink = inks(canvas, signed);
  const rows = values.length / columns;
  // A size that is set lays out the page.
  if (canvas.width !== columns || canvas.height !== rows) [canvas.width, canvas.height] = [columns, rows];
  const context = brush(canvas);
  const picture = context.createImageData(canvas.width, canvas.height);
  for (let i = 0; i < values.length; i++) {
    const [red, green, blue] = ink(values[i]);
    picture.data[4 * i] = red;
    picture.data[4 * i + 1] = green;
    picture.data[4 * i + 2] = blue;
    picture.data[4 * i + 3] = 255;
  }
  context.putImageData(picture, 0, 0);
}

/**
 * Paint numbers, -1 to 1, as a grid of units, one of them perhaps framed.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Values} values
 * @param {{ columns: number, signed?: boolean, framed?: number }} options
 */
export function paintUnits(canvas, values, { columns, signed = false, framed = -1 }) {
  const ink = inks(canvas, signed);
  const rows = values.length / columns;
  const side = Math.max(2, Math.round((canvas.clientWidth * devicePixelRatio) / columns));
  if (canvas.width !== columns * side) [canvas.width, canvas.height] = [columns * side, rows * side];
  const context = brush(canvas);
  context.clearRect(0, 0, canvas.width, canvas.height);
  const gap = Math.max(1, Math.round(side / 10));
  values.forEach((value, i) => {
    context.fillStyle = `rgb(${ink(value)})`;
    const [x, y] = [(i % columns) * side, Math.floor(i / columns) * side];
    context.fillRect(x, y, side - gap, side - gap);
  });
  if (framed < 0) return;
  context.strokeStyle = `rgb(${colour(canvas, "accent")})`;
  const line = (context.lineWidth = Math.max(2, gap * 2));
  // Around the unit, but within the canvas: a frame in the top row is as wide as any other.
  const [x, y] = [(framed % columns) * side, Math.floor(framed / columns) * side];
  const [left, top] = [Math.max(0, x - line), Math.max(0, y - line)];
  const [right, bottom] = [Math.min(canvas.width, x + side - gap + line), Math.min(canvas.height, y + side - gap + line)];
  context.strokeRect(left + line / 2, top + line / 2, right - left - line, bottom - top - line);
}

// @ts-check
// Any drawing brought to the form of MNIST's images: the twin of to_mnist_style in
// digitlearn/preprocessing.py, step by step, and equal to it within one grey level. What only photos
// need, live/findink.js has. Chapter 8 explains why each step is needed.

import { above, boxOf, median, part, range, rint, sides, turn } from "./masks.js";
import { BOX, MIN_CONTRAST, fallsApart, findDigit, strokeWidth, surroundings, widen, withoutDirt } from "./pieces.js";

/** @typedef {Int8Array | Uint8Array | Float32Array | Float64Array} Values */
/** @typedef {{ values: Values, width: number, height: number }} Picture row by row */
/** @typedef {{ left: number, top: number, width: number, height: number }} Box */

/**
 * How many digits were found; if it is one, its image and the digit cut out; whether it was drawn too
 * small, or is a dot; whether it runs off the picture.
 *
 * @typedef {{ digits: number, image: Uint8Array | null, small: boolean, cut: boolean, digit?: Picture }} Seen
 */

/** @type {Seen} */
export const nothing = { digits: 0, image: null, small: false, cut: false };
export const FRAME = 28; // MNIST's images are 28 pixels high and wide
const LEVELS = 50; // in which the paper is looked for
const CORNERS = 0.12; // of the picture: for as much its four corners count when the paper is looked for
const SMALLEST = 10; // pixels a digit must be high or wide
const THICKEST = 0.45; // of the digit's size: with wider strokes it is a dot
const TIE = 1e-6; // keeps rounding errors from deciding what is equal

/**
 * Lanczos' filter: how much a pixel at this distance counts.
 *
 * @param {number} x
 */
function lanczosAt(x) {
  if (x === 0) return 1;
  if (x < -3 || x >= 3) return 0;
  const angle = Math.PI * x;
  return ((Math.sin(angle) / angle) * Math.sin(angle / 3)) / (angle / 3);
}
const lanczos = { counts: lanczosAt, support: 3 };

/**
 * Resize every row of a picture and turn it on its side, so that twice makes both directions.
 *
 * @param {Picture} picture
 * @param {number} size
 * @param {typeof lanczos} filter
 */
function resizeAndTurn({ values, width, height }, size, { counts: countsAt, support }) {
  const scale = width / size;
  const reach = Math.max(1, scale);
  const result = new Float32Array(size * height);
  for (let x = 0; x < size; x++) {
    const centre = (x + 0.5) * scale;
    const from = Math.max(0, Math.trunc(centre - support * reach + 0.5));
    const to = Math.min(width, Math.trunc(centre + support * reach + 0.5));
    const counts = [];
    for (let i = from; i < to; i++) counts.push(countsAt((i - centre + 0.5) * (1 / reach)));
    const total = counts.reduce((a, b) => a + b, 0);
    const shares = new Float64Array(counts).map((count) => count / total);
    for (let y = 0; y < height; y++) {
      const start = y * width + from;
      let sum = 0;
      for (let i = 0; i < shares.length; i++) sum += values[start + i] * shares[i];
      result[x * height + y] = sum;
    }
  }
  return { values: result, width: height, height: size };
}

/**
 * Resize as Pillow does: along the rows, then along the columns.
 *
 * @param {Picture} picture
 * @param {number} width
 * @param {number} height
 */
export function resize(picture, width, height, filter = lanczos) {
  const rows = width === picture.width ? turn(picture) : resizeAndTurn(picture, width, filter);
  return height === picture.height ? turn(rows) : resizeAndTurn(rows, height, filter);
}

/**
 * Size and centre one digit as MNIST's are: 28 x 28 levels, 0 for paper, up to 255 for ink.
 *
 * @param {Picture} ink
 */
export function fitToFrame(ink) {
  const digit = part(ink, boxOf(ink, 0));
  const longest = Math.max(digit.width, digit.height);
  const [width, height] = [digit.width, digit.height].map((side) =>
    Math.max(1, rint((side * BOX) / longest)),
  );
  const [, most] = range(digit.values);
  let { values: levels } = resize(digit, width, height);
  // Beside sharp edges this filter goes a little too far, both ways.
  levels = levels.map((level) => Math.min(most, Math.max(0, level)));
  const [, brightest] = range(levels);
  levels = levels.map((level) => (level * 255) / brightest);

  const [left, top] = [width, height].map((side, axis) => {
    let [mass, moment] = [0, 0];
    levels.forEach((level, i) => {
      mass += level;
      moment += level * (axis ? Math.floor(i / width) : i % width);
    });
    return Math.min(FRAME - side, Math.max(0, rint(FRAME / 2 - moment / mass - TIE)));
  });
  const frame = new Uint8Array(FRAME * FRAME);
  levels.forEach((level, i) => {
    frame[(top + Math.floor(i / width)) * FRAME + left + (i % width)] = rint(level);
  });
  return frame;
}

/**
 * Return the places of a picture's corners.
 *
 * @param {Picture} picture
 */
function corners({ values, width }) {
  return [0, width - 1, values.length - width, values.length - 1];
}

/**
 * Return how bright the paper is: the most frequent level, the corners counting extra.
 *
 * @param {Picture} picture
 */
export function paperLevel(picture, white = 255) {
  const { values } = picture;
  const share = new Float64Array(LEVELS + 1);
  const level = (/** @type {number} */ at) => Math.floor((values[at] / white) * LEVELS + 0.5);
  for (let at = 0; at < values.length; at++) share[level(at)] += 1 / values.length;
  for (const at of corners(picture)) share[level(at)] += CORNERS / 4;
  const around = share.map((part, i) => (share[i - 1] ?? 0) + part + (share[i + 1] ?? 0));
  const [, highest] = range(around);
  const most = around.findIndex((part) => part > highest - TIE);
  const near = values.slice();
  let kept = 0;
  for (let at = 0; at < values.length; at++) {
    if (Math.abs(values[at] / white - most / LEVELS) < 1.5 / LEVELS) near[kept++] = values[at];
  }
  return median(near.subarray(0, kept));
}

/**
 * Say whether what was taken for ink is the paper around a digit that was cut out tightly.
 *
 * @param {Picture} mask
 */
function isPaperOfATightCut(mask) {
  const mean = (/** @type {number[]} */ places) => places.reduce((sum, at) => sum + mask.values[at], 0) / places.length;
  const border = sides(mask);
  if (!border.map(mean).every(Boolean)) return false;
  const much = mean([...mask.values.keys()]) + mean(border.flat()) / 2 + mean(corners(mask)) / 2;
  return much > 1 && fallsApart(mask);
}

/**
 * Say which sides of a picture a box touches: top, bottom, left, right.
 *
 * @param {{ width: number, height: number }} picture
 * @param {Box} box
 */
function touched({ width, height }, { left, top, ...size }) {
  return [top === 0, top + size.height === height, left === 0, left + size.width === width];
}

/**
 * Return how much each pixel differs from the paper, 1 for black on white; and whether the digit was
 * cut out tightly.
 *
 * @param {Picture} picture
 * @param {Box | null} drawn around it all is paper, like the corner
 */
export function inkInEvenLight(picture, drawn = null) {
  const { values, width, height } = picture;
  const paper = drawn ? values[0] : paperLevel(picture);
  const found = part(picture, drawn ?? { left: 0, top: 0, width, height });
  const ink = found.values;
  for (let i = 0; i < ink.length; i++) ink[i] = (ink[i] - paper) / 255;
  const outside = drawn ? new Uint8Array(ink.length) : surroundings(found);
  let cubes = 0;
  for (let i = 0; i < ink.length; i++) {
    if (outside[i]) ink[i] = 0;
    cubes += ink[i] * ink[i] * ink[i];
  }
  if (cubes < 0) for (let i = 0; i < ink.length; i++) ink[i] = -ink[i];
  const half = range(ink)[1] / 2;
  const tight = !drawn && isPaperOfATightCut({ ...found, values: above(ink, half) });
  if (tight) {
    const level = median(ink.filter((value) => value > half));
    for (let i = 0; i < ink.length; i++) ink[i] = level - ink[i];
  }
  return { ...found, tight };
}

/**
 * Return ink without the noise of the paper; null if it differs too little from it.
 *
 * @param {ReturnType<typeof part>} found
 * @param {number} pixels of the whole picture
 */
export function withoutNoise(found, pixels = found.values.length) {
  const ink = found.values;
  const [least, strongest] = range(ink);
  const others = least < 0 ? ink.filter((value) => value < 0) : ink.subarray(0, 0);
  const spread = others.length > 0.05 * pixels ? -4 * median(others) : 0;
  const noise = Math.min(spread, strongest / 4);
  if (strongest - noise < MIN_CONTRAST) return null;
  for (let i = 0; i < ink.length; i++) ink[i] = Math.max(0, ink[i] - noise);
  return found;
}

/**
 * Tell a drawing's ink from its paper.
 *
 * @param {Picture} picture
 */
function findInk(picture) {
  const { values } = picture;
  const drawn = boxOf(picture, values[0], values[0]);
  if (drawn.count === 0) return null;
  // What stands apart and covers less than half is ink on paper that is like its corner.
  const apart = 2 * drawn.count < values.length && !touched(picture, drawn).some(Boolean);
  return withoutNoise(inkInEvenLight(picture, apart ? drawn : null), values.length);
}

/**
 * Say whether ink runs off the picture; a digit cut out tightly touches opposite sides.
 *
 * @param {{ width: number, height: number }} picture
 * @param {Box} box of the digit
 */
function runsOff(picture, box) {
  const [top, bottom, left, right] = touched(picture, box);
  return (top !== bottom && !(left && right)) || (left !== right && !(top && bottom));
}

/**
 * Bring a drawing to the form of MNIST's images.
 *
 * @param {Picture} picture grey levels from 0 to 255, dark ink on light paper or light on dark
 * @returns {Seen}
 */
export function toMnistStyle(picture) {
  const found = findInk(picture);
  return found ? setInFrame(found, picture) : nothing;
}

/**
 * Bring ink to the form of MNIST's images.
 *
 * @param {Picture & Box} found
 * @param {{ width: number, height: number }} picture in which it was found
 * @returns {Seen}
 */
export function setInFrame(found, picture) {
  const [, most] = range(found.values);
  const core = boxOf(found, most / 2 + TIE);
  const side = Math.max(core.width, core.height);
  const rim = (most / 4) * Math.min(1, Math.abs(1 - BOX / side)) + TIE;
  const ink = part(found, boxOf(found, rim)); // around it is paper
  const { digits, kept } = findDigit(ink, rim, side);
  if (digits > 1) return { ...nothing, digits };
  const whole = { ...ink, values: kept };
  const box = boxOf(whole, 0.5);
  const clean = withoutDirt(part(ink, box), part(whole, box).values, side);
  const size = Math.max(clean.width, clean.height);
  const stroke = strokeWidth(clean);
  const digit = widen(clean, stroke);
  const small = size < SMALLEST || stroke > THICKEST * size;
  box.left += ink.left + found.left;
  box.top += ink.top + found.top;
  return { digits, image: fitToFrame(digit), small, cut: runsOff(picture, box), digit };
}

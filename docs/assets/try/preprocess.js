// @ts-check
// Any drawing brought to the form of MNIST's images: the twin of to_mnist_style in
// digitlearn/preprocessing.py, step by step, and equal to it within one grey level. What only
// photos have is missing: uneven light, a frame, a sheet on a desk, ruled lines. Chapter 8 explains
// why each step is needed.

import { BOX, MIN_CONTRAST, above, fallsApart, findDigit } from "./pieces.js";
import { strokeWidth, surroundings, widen, withoutDirt } from "./pieces.js";

/** @typedef {Int8Array | Uint8Array | Float32Array | Float64Array} Values */
/** @typedef {{ values: Values, width: number, height: number }} Picture row by row */

/**
 * What was found: how many digits; the image of the one, if it is one; whether it was drawn too
 * small, or is a dot; whether it runs off the picture.
 *
 * @typedef {{ digits: number, image: Uint8Array | null, small: boolean, cut: boolean }} Seen
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
 * Return the smallest and the largest value of an array.
 *
 * @param {Values} values
 */
function range(values) {
  let [least, most] = [Infinity, -Infinity];
  for (let at = 0; at < values.length; at++) {
    if (values[at] < least) least = values[at];
    if (values[at] > most) most = values[at];
  }
  return [least, most];
}

/**
 * Return the middle value, or the mean of the two in the middle; the values are sorted for it.
 *
 * @param {Values} values
 */
function median(values) {
  const sorted = values.sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Round as NumPy does: a half goes to the even neighbour.
 *
 * @param {number} value
 */
function rint(value) {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/**
 * Return the part of a picture that holds all values above a threshold, and where it was.
 *
 * @param {Picture} picture
 * @param {number} threshold
 */
function crop({ values, width, height }, threshold) {
  let [top, bottom, left, right] = [height, -1, width, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!(values[y * width + x] > threshold)) continue;
      if (y < top) top = y;
      if (x < left) left = x;
      if (x > right) right = x;
      bottom = y;
    }
  }
  const box = { left, top, width: right - left + 1, height: bottom - top + 1 };
  return { ...box, ...part({ values, width, height }, box) };
}

/**
 * Return the part of a picture in a box.
 *
 * @param {Picture} picture
 * @param {{ left: number, top: number, width: number, height: number }} box
 */
function part({ values, width }, { left, top, ...size }) {
  const cut = new Float64Array(size.width * size.height);
  for (let y = 0; y < size.height; y++) {
    const start = (top + y) * width + left;
    cut.set(values.subarray(start, start + size.width), y * size.width);
  }
  return { ...size, values: cut };
}

/**
 * Lanczos' filter: how much a pixel at this distance counts.
 *
 * @param {number} x
 */
function lanczos(x) {
  if (x === 0) return 1;
  if (x < -3 || x >= 3) return 0;
  const angle = Math.PI * x;
  return ((Math.sin(angle) / angle) * Math.sin(angle / 3)) / (angle / 3);
}

/**
 * Resize every row of a picture and turn it on its side, so that twice makes both directions.
 *
 * @param {Picture} picture
 * @param {number} size
 */
function resizeAndTurn({ values, width, height }, size) {
  const scale = width / size;
  const reach = Math.max(1, scale);
  const result = new Float32Array(size * height);
  for (let x = 0; x < size; x++) {
    const centre = (x + 0.5) * scale;
    const from = Math.max(0, Math.trunc(centre - 3 * reach + 0.5));
    const to = Math.min(width, Math.trunc(centre + 3 * reach + 0.5));
    const counts = [];
    for (let i = from; i < to; i++) counts.push(lanczos((i - centre + 0.5) / reach));
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
 * Resize as Pillow does with Resampling.LANCZOS: along the rows, then along the columns.
 *
 * @param {Picture} picture
 * @param {number} width
 * @param {number} height
 */
export function resize(picture, width, height) {
  const rows = width === picture.width ? turn(picture) : resizeAndTurn(picture, width);
  return height === picture.height ? turn(rows) : resizeAndTurn(rows, height);
}

/** @param {Picture} picture */
function turn({ values, width, height }) {
  const turned = values.map((_, i) => values[(i % height) * width + Math.floor(i / height)]);
  return { values: turned, width: height, height: width };
}

/**
 * Size and centre one digit as MNIST's are: 28 x 28 levels, 0 for paper, up to 255 for ink.
 *
 * @param {Picture} ink
 */
export function fitToFrame(ink) {
  const digit = crop(ink, 0);
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

  const [left, top] = [0, 1].map((axis) => {
    let [mass, moment] = [0, 0];
    levels.forEach((level, i) => {
      mass += level;
      moment += level * (axis ? Math.floor(i / width) : i % width);
    });
    const side = axis ? height : width;
    return Math.min(FRAME - side, Math.max(0, rint(FRAME / 2 - moment / mass - TIE)));
  });
  const frame = new Uint8Array(FRAME * FRAME);
  levels.forEach((level, i) => {
    frame[(top + Math.floor(i / width)) * FRAME + left + (i % width)] = rint(level);
  });
  return frame;
}

/**
 * Return how bright the paper is: the most frequent level, the corners counting extra.
 *
 * @param {Picture} picture
 */
export function paperLevel({ values, width, height }) {
  const share = new Float64Array(LEVELS + 1);
  const level = (/** @type {number} */ at) => Math.floor((values[at] / 255) * LEVELS + 0.5);
  const runs = [0]; // where a pixel is not like the one before; most are
  for (let at = 1; at < values.length; at++) if (values[at] !== values[at - 1]) runs.push(at);
  runs.push(values.length);
  for (let i = 1; i < runs.length; i++) share[level(runs[i - 1])] += (runs[i] - runs[i - 1]) / values.length;
  const last = (height - 1) * width;
  for (const at of [0, width - 1, last, last + width - 1]) share[level(at)] += CORNERS / 4;
  const around = share.map((part, i) => (share[i - 1] ?? 0) + part + (share[i + 1] ?? 0));
  const [, highest] = range(around);
  const most = around.findIndex((part) => part > highest - TIE);
  const near = values.slice();
  let [kept, same] = [0, true];
  for (let i = 1; i < runs.length; i++) {
    const value = values[runs[i - 1]];
    if (Math.abs(value / 255 - most / LEVELS) >= 1.5 / LEVELS) continue;
    near.fill(value, kept, kept + runs[i] - runs[i - 1]);
    kept += runs[i] - runs[i - 1];
    same &&= value === near[0];
  }
  return same ? near[0] : median(near.subarray(0, kept)); // on a pad it is one level
}

/**
 * Say whether what was taken for ink is the paper around a digit that was cut out tightly.
 *
 * @param {Picture} ink
 * @param {number} limit above which it was taken for ink
 */
function isPaperOfATightCut({ values, width, height }, limit) {
  const last = (height - 1) * width;
  const sides = [0, 0, 0, 0];
  for (let x = 0; x < width; x++) {
    sides[0] += Number(values[x] > limit);
    sides[1] += Number(values[last + x] > limit);
  }
  for (let at = 0; at < values.length; at += width) {
    sides[2] += Number(values[at] > limit);
    sides[3] += Number(values[at + width - 1] > limit);
  }
  if (!sides.every(Boolean)) return false;
  const mask = above(values, limit);
  let mean = 0;
  for (let at = 0; at < mask.length; at++) mean += mask[at] / mask.length;
  const border = sides.reduce((sum, side) => sum + side) / (2 * width + 2 * height);
  const corners = (mask[0] + mask[width - 1] + mask[last] + mask[last + width - 1]) / 4;
  return mean + border / 2 + corners / 2 > 1 && fallsApart({ values: mask, width, height });
}

/**
 * Return the box of what is not just like the paper; null if it touches the picture's border.
 *
 * @param {Picture} picture
 * @param {number} paper
 */
function drawn({ values, width, height }, paper) {
  let [first, last] = [0, values.length - 1];
  while (first < last && values[first] === paper) first += 1;
  while (last > first && values[last] === paper) last -= 1;
  const [top, bottom] = [Math.floor(first / width), Math.floor(last / width)];
  let [left, right] = [width, 0];
  for (let y = top; y <= bottom; y++) {
    let [from, to] = [0, width - 1];
    while (from < left && values[y * width + from] === paper) from += 1;
    while (to > right && values[y * width + to] === paper) to -= 1;
    left = Math.min(left, from);
    right = Math.max(right, to);
  }
  if (top === 0 || bottom === height - 1 || left === 0 || right === width - 1) return null;
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/**
 * Tell ink from paper: how much each pixel differs from it, 1 for black on white.
 *
 * @param {Picture} picture
 */
function findInk(picture) {
  const paper = paperLevel(picture);
  const box = drawn(picture, paper);
  const { values, width, height } = box ? part(picture, box) : picture;
  const ink = new Float64Array(values.length);
  for (let i = 0; i < ink.length; i++) ink[i] = (values[i] - paper) / 255;
  const around = box ? null : surroundings({ values: ink, width, height });
  let cubes = 0;
  for (let i = 0; i < ink.length; i++) {
    if (around?.[i]) ink[i] = 0;
    cubes += ink[i] * ink[i] * ink[i];
  }
  if (cubes < 0) for (let i = 0; i < ink.length; i++) ink[i] = -ink[i];
  let [least, strongest] = range(ink);
  const half = strongest / 2;
  if (!box && isPaperOfATightCut({ values: ink, width, height }, half)) {
    const level = median(ink.filter((value) => value > half));
    for (let i = 0; i < ink.length; i++) ink[i] = level - ink[i];
    [least, strongest] = range(ink);
  }
  const others = least < 0 ? ink.filter((value) => value < 0) : ink.subarray(0, 0);
  const spread = others.length > 0.05 * picture.values.length ? -4 * median(others) : 0;
  const noise = Math.min(spread, strongest / 4);
  if (strongest - noise < MIN_CONTRAST) return null;
  for (let i = 0; i < ink.length; i++) ink[i] = Math.max(0, ink[i] - noise);
  return { values: ink, width, height, left: box?.left ?? 0, top: box?.top ?? 0 };
}

/**
 * Say whether ink runs off the picture; a digit cut out tightly touches opposite sides.
 *
 * @param {{ width: number, height: number }} picture
 * @param {{ left: number, top: number, width: number, height: number }} box of the digit
 */
function runsOff({ width, height }, box) {
  const [top, left] = [box.top === 0, box.left === 0];
  const [bottom, right] = [box.top + box.height === height, box.left + box.width === width];
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
  if (!found) return nothing;
  const [, most] = range(found.values);
  const core = crop(found, most / 2 + TIE);
  const side = Math.max(core.width, core.height);
  const rim = (most / 4) * Math.min(1, Math.abs(1 - BOX / side)) + TIE;
  const ink = crop(found, rim); // around it is paper
  const { digits, kept } = findDigit(ink, rim, side);
  if (digits > 1) return { ...nothing, digits };
  const box = crop({ ...ink, values: kept }, 0.5);
  const digit = withoutDirt(part(ink, box), box.values, side);
  const size = Math.max(digit.width, digit.height);
  const stroke = strokeWidth(digit);
  const small = size < SMALLEST || stroke > THICKEST * size;
  box.left += ink.left + found.left;
  box.top += ink.top + found.top;
  return { digits, image: fitToFrame(widen(digit, stroke, rint)), small, cut: runsOff(picture, box) };
}

// @ts-check
// Pictures of numbers, and masks, which say of each pixel whether it is something: what hangs together
// in them, how they grow, how wide their strokes are.

/** @import { Box, Picture, Values } from "./preprocess.js" */
/** @typedef {{ mass: number, top: number, bottom: number, left: number, right: number }} Piece */

/**
 * Return the smallest and the largest of numbers.
 *
 * @param {Values} values
 */
export function range(values) {
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
export function median(values) {
  const sorted = values.sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Return the box of all values outside a range, and how many they are.
 *
 * @param {Picture} picture
 * @param {number} most
 */
export function boxOf({ values, width, height }, most, least = -Infinity) {
  let [top, bottom, left, right, count] = [height, -1, width, -1, 0];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (values[at] >= least && values[at] <= most) continue;
      if (y < top) top = y;
      if (x < left) left = x;
      if (x > right) right = x;
      bottom = y;
      count += 1;
    }
  }
  return { left, top, width: right - left + 1, height: bottom - top + 1, count };
}

/**
 * Return the part of a picture in a box, and where it was.
 *
 * @param {Picture} picture
 * @param {Box} box
 */
export function part({ values, width }, box) {
  const cut = new Float64Array(box.width * box.height);
  for (let y = 0; y < box.height; y++) {
    const start = (box.top + y) * width + box.left;
    cut.set(values.subarray(start, start + box.width), y * box.width);
  }
  return { ...box, values: cut };
}

/**
 * Turn a picture on its side.
 *
 * @template {Values} T
 * @param {{ values: T, width: number, height: number }} picture
 */
export function turn({ values, width, height }) {
  const turned = /** @type {T} */ (values.slice());
  for (let at = 0, y = 0; y < height; y++) for (let x = 0; x < width; x++) turned[x * height + y] = values[at++];
  return { values: turned, width: height, height: width };
}

/**
 * Round as NumPy does: a half goes to the even neighbour.
 *
 * @param {number} value
 */
export function rint(value) {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/**
 * Return the places of the pixels along each side of a picture: top, bottom, left, right.
 *
 * @param {{ width: number, height: number }} picture
 */
export function sides({ width, height }) {
  const row = Array.from({ length: width }, (_, x) => x);
  const column = Array.from({ length: height }, (_, y) => y * width);
  return [row, row.map((x) => x + (height - 1) * width), column, column.map((start) => start + width - 1)];
}

/**
 * Number the pieces of what is true, corners included: of each pixel its piece, or -1.
 *
 * @param {Values} mask
 * @param {number} width
 */
export function numberPieces(mask, width) {
  const of = new Int32Array(mask.length).fill(-1);
  let count = 0;
  /** @type {number[]} */
  const stack = [];
  for (let start = 0; start < mask.length; start++) {
    if (!mask[start] || of[start] >= 0) continue;
    stack.push(start);
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      if (of[at] >= 0) continue;
      const row = at - (at % width);
      let [first, end] = [at, at + 1]; // a row's run is numbered at once
      while (first > row && mask[first - 1]) first -= 1;
      while (end < row + width && mask[end]) end += 1;
      of.fill(count, first, end);
      for (const other of [row - width, row + width]) {
        if (other < 0 || other >= mask.length) continue;
        const last = other + Math.min(width - 1, end - row);
        let run = 0; // each is remembered once
        for (let next = other + Math.max(0, first - 1 - row); next <= last; next++) {
          if (mask[next] && !run && of[next] < 0) stack.push(next);
          run = mask[next];
        }
      }
    }
    count += 1;
  }
  return of;
}

/**
 * Return of each value whether it is above a limit: 0 or 1.
 *
 * @param {Values} values
 * @param {number} limit
 */
export function above(values, limit) {
  const mask = new Uint8Array(values.length);
  for (let at = 0; at < values.length; at++) mask[at] = Number(values[at] > limit);
  return mask;
}

/**
 * Return of each value whether it is below a limit.
 *
 * @param {Values} values
 * @param {number} limit
 */
export function below(values, limit) {
  const mask = new Uint8Array(values.length);
  for (let at = 0; at < values.length; at++) mask[at] = Number(values[at] < limit);
  return mask;
}

/**
 * Return the ink and the box of each piece, with its pixels counted where they are true.
 *
 * @param {Picture} picture
 * @param {Int32Array} of
 * @param {Values} mask
 */
export function measure({ values, width, height }, of, mask) {
  /** @type {Piece[]} */
  const pieces = [];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (!mask[at]) continue;
      const piece = (pieces[of[at]] ??= { mass: 0, top: y, bottom: 0, left: x, right: 0 });
      piece.mass += values[at];
      piece.bottom = y + 1;
      if (x < piece.left) piece.left = x;
      if (x >= piece.right) piece.right = x + 1;
    }
  }
  return pieces;
}

/**
 * Spread each value along its row and turn the picture on its side, so that twice makes a square.
 *
 * @param {Values} values from 0
 * @param {number} width
 * @param {number} reach
 */
function spreadAndTurn(values, width, reach) {
  const height = values.length / width;
  const turned = values.slice().fill(0);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const value = values[i];
      if (value === 0) continue; // most is paper
      // What the pixel before reached, if it is as large, need not be looked at again.
      const first = x > 0 && values[i - 1] >= value ? x + reach : Math.max(0, x - reach);
      const last = Math.min(width - 1, x + reach) * height + y;
      for (let at = first * height + y; at <= last; at += height) if (turned[at] < value) turned[at] = value;
    }
  }
  return turned;
}

/**
 * Return the largest of the values around each pixel, as far as a number of pixels.
 *
 * @param {Values} values
 * @param {number} width
 * @param {number} reach
 */
export function spread(values, width, reach) {
  return spreadAndTurn(spreadAndTurn(values, width, reach), values.length / width, reach);
}

/**
 * Return a picture in a wider one, with zeros around it.
 *
 * @param {Picture} picture
 * @param {number} margin
 */
export function pad({ values, width, height }, margin) {
  const size = { width: width + 2 * margin, height: height + 2 * margin };
  const padded = new Float64Array(size.width * size.height);
  for (let y = 0; y < height; y++) {
    const row = values.subarray(y * width, (y + 1) * width);
    padded.set(row, (y + margin) * size.width + margin);
  }
  return { ...size, values: padded };
}

/**
 * Return twice the area of what is true by that of its edges; at the picture's border nothing is.
 *
 * @param {Values} mask
 * @param {number} width
 */
export function meanWidth(mask, width) {
  let [area, edge] = [0, 0];
  for (let at = 0; at < mask.length; at++) {
    if (!mask[at]) continue;
    area += 1;
    if (!(mask[at - 1] && mask[at + 1] && mask[at - width] && mask[at + width])) edge += 1;
  }
  return (2 * area) / edge;
}

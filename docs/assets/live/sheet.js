// @ts-check
// What lies around the paper of a photo: the twin of _within_frame and _sheet in digitlearn/ink.py.

import { SHADE } from "./photo.js";
import { above, measure, numberPieces, pad, range, sides } from "../try/masks.js";
import { paperLevel } from "../try/preprocess.js";

/** @import { Box, Picture } from "../try/preprocess.js" */

const SMALLEST_SHEET = 0.25; // of the picture's longer side

/**
 * Return how many lines at the beginning lie in a frame, or -1 if it does not end at once.
 *
 * @param {number[]} share of each line, how much of it is as the frame
 */
function frameOf(share) {
  const soft = 2 + Math.floor(share.length / 50);
  const lines = Math.max(0, share.findIndex((part) => part < 0.5));
  return share[Math.max(0, lines - soft)] < 0.9 ? -1 : lines;
}

/**
 * Return the box inside a frame; all of the picture where there is none.
 *
 * @param {Picture} picture
 * @returns {Box}
 */
export function withinFrame(picture) {
  const { values, width, height } = picture;
  const whole = { left: 0, top: 0, width, height };
  const paper = paperLevel(picture);
  const far = (/** @type {number} */ at) => Number(Math.abs(values[at] - paper) / 255 > SHADE);
  const share = (/** @type {number[]} */ places) => places.reduce((sum, at) => sum + far(at), 0) / places.length;
  if (sides(picture).some((side) => share(side) < 0.9)) return whole;
  const rows = new Array(height).fill(0);
  const columns = new Array(width).fill(0);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      rows[y] += far(at) / width;
      columns[x] += far(at) / height;
    }
  }
  const [top, bottom, left, right] = [rows, rows.slice().reverse(), columns, columns.slice().reverse()].map(frameOf);
  if (Math.min(top, bottom, left, right) < 0) return whole;
  return { left, top, width: width - left - right, height: height - top - bottom };
}

/**
 * Return how many pixels a mask has with its holes filled. A hole does not open at a corner.
 *
 * @param {Picture} mask
 */
function filled(mask) {
  const { values, width, height } = pad(mask, 1);
  const stack = [0];
  let outside = 0;
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (values[at]) continue;
    values[at] = 1;
    outside += 1;
    const column = at % width;
    if (column > 0) stack.push(at - 1);
    if (column < width - 1) stack.push(at + 1);
    if (at >= width) stack.push(at - width);
    if (at < values.length - width) stack.push(at + width);
  }
  return width * height - outside;
}

/**
 * Find a sheet, or a pasted picture, that lies on something else: a filled rectangle.
 *
 * @param {Picture} ink
 * @returns {Box | null}
 */
export function findSheet({ values, width, height }) {
  const mask = above(values, range(values)[1] / 2);
  const of = numberPieces(mask, width);
  const pieces = measure({ values: mask, width, height }, of, mask);
  if (pieces.length === 0) return null;
  const main = pieces.reduce((most, piece) => (piece.mass > most.mass ? piece : most));
  const { left, top } = main;
  const size = { width: main.right - left, height: main.bottom - top };
  const [short, long] = [size.width, size.height].sort((a, b) => a - b);
  const pixels = short * long;
  if (short < Math.max(0.4 * long, SMALLEST_SHEET * Math.max(width, height)) || main.mass / pixels < 0.5) return null;
  const number = pieces.indexOf(main);
  const piece = Uint8Array.from({ length: pixels }, (_, i) =>
    Number(of[(top + Math.floor(i / size.width)) * width + left + (i % size.width)] === number),
  );
  return filled({ values: piece, ...size }) / pixels > 0.95 ? { left, top, ...size } : null;
}

// @ts-check
// What lies around the paper of a photo: the twin of _within_frame and _sheet in digitlearn/ink.py.

import { SHADE } from "./photo.js";
import { above, measure, numberPieces, pad, part, range, rint, sides } from "../try/masks.js";
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
 * Return how many holes a mask has. A hole does not open at a corner.
 *
 * @param {Picture} mask
 */
function countHoles(mask) {
  const { values, width } = pad(mask, 1);
  let regions = 0;
  for (let start = values.indexOf(0); start >= 0; start = values.indexOf(0, start + 1)) {
    regions += 1;
    const stack = [start];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      if (at < 0 || at >= values.length || values[at]) continue;
      values[at] = 1;
      const column = at % width;
      if (column > 0) stack.push(at - 1);
      if (column < width - 1) stack.push(at + 1);
      stack.push(at - width, at + width);
    }
  }
  return regions - 1;
}

/**
 * Return the least rectangle around points: how they are to be turned, to a degree, for it to be
 * upright, and where it lies then.
 *
 * @param {[number, number][]} points
 */
function leastRectangle(points) {
  let least = { size: [Infinity, Infinity], corner: [0, 0], turn: [1, 0] };
  for (let degrees = -45; degrees < 45; degrees++) {
    const angle = (degrees * Math.PI) / 180;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const [left, right] = range(Float64Array.from(points, ([x, y]) => cos * x - sin * y));
    const [top, bottom] = range(Float64Array.from(points, ([x, y]) => cos * y + sin * x));
    const size = [right - left + 1, bottom - top + 1];
    if (size[0] * size[1] < least.size[0] * least.size[1]) least = { size, corner: [left, top], turn: [cos, sin] };
  }
  return least;
}

/**
 * Set a turned rectangle upright.
 *
 * @param {Picture} around
 * @param {ReturnType<typeof leastRectangle>} rectangle
 * @returns {Picture}
 */
function upright({ values, width, height }, { size, corner, turn: [cos, sin] }) {
  const [across, down] = size.map((side) => Math.max(5, rint(side)) - 4); // edges are soft
  const result = new Float64Array(across * down);
  for (let i = 0; i < result.length; i++) {
    const [x, y] = [corner[0] + (i % across) + 2, corner[1] + Math.floor(i / across) + 2];
    const column = Math.min(Math.max(cos * x + sin * y, 0), width - 1);
    const row = Math.min(Math.max(cos * y - sin * x, 0), height - 1);
    const [left, top] = [Math.floor(column), Math.floor(row)];
    const at = top * width + left;
    const [right, below] = [left < width - 1 ? 1 : 0, top < height - 1 ? width : 0];
    const [u, v] = [column - left, row - top];
    result[i] =
      (1 - v) * ((1 - u) * values[at] + u * values[at + right]) +
      v * ((1 - u) * values[at + below] + u * values[at + below + right]);
  }
  return { values: result, width: across, height: down };
}

/**
 * Cut out a sheet, or a pasted picture, that lies on something else, or what a box encloses: a
 * rectangle, which is set upright. The border cuts off none, as it does most shadows.
 *
 * @param {Picture} grey
 * @param {Picture} ink
 * @returns {Picture | null}
 */
export function findSheet(grey, { values, width, height }) {
  const mask = above(values, range(values)[1] / 2);
  const of = numberPieces(mask, width);
  const pieces = measure({ values: mask, width, height }, of, mask);
  if (pieces.length === 0) return null;
  const areas = pieces.map(({ top, bottom, left, right }) => (bottom - top) * (right - left));
  const main = areas.indexOf(Math.max(...areas));
  const isCut = (/** @type {number[]} */ side) => side.filter((at) => of[at] === main).length > 0.1 * side.length;
  if (sides({ width, height }).some(isCut)) return null;
  const { mass, left, top, right, bottom } = pieces[main];
  const box = { left, top, width: right - left, height: bottom - top };
  const around = part(grey, box);
  const piece = part({ values: Float64Array.from(of, (number) => Number(number === main)), width, height }, box);
  /** @type {[number, number][]} */
  const ends = [];
  let area = 0;
  for (let y = 0; y < box.height; y++) {
    const row = piece.values.subarray(y * box.width, (y + 1) * box.width);
    const [first, last] = [row.indexOf(1), row.lastIndexOf(1)];
    ends.push([first, y], [last, y]);
    area += last + 1 - first;
  }
  const rectangle = leastRectangle(ends);
  const [short, long] = rectangle.size.slice().sort((a, b) => a - b);
  if (short < Math.max(0.3 * long, SMALLEST_SHEET * Math.max(width, height)) || area < 0.9 * short * long) return null;
  if (2 * mass < area && countHoles(piece) !== 1) return null; // a box has one hole, an 8 two
  if (area > 0.95 * areas[main]) return areas[main] < values.length ? around : null;
  return upright(around, rectangle);
}

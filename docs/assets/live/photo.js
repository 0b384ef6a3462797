// @ts-check
// A photo of a digit, its light made even. The twin of _is_uneven and
// _ink_in_uneven_light in digitlearn/ink.py; what follows, preprocess.js does as with any picture.

import { MIN_CONTRAST, surroundings } from "../try/pieces.js";
import { paperLevel } from "../try/preprocess.js";

/** @import { Picture } from "../try/preprocess.js" */

const SHADE = 0.04; // levels that differ by less are one
const GRID = 24; // cells a side in which uneven light is measured
const PAPER = 0.9; // how bright paper becomes: its noise must not reach white
const WIDEST = 0.35; // of the picture's longer side: no stroke is wider

/**
 * Tell a photo, which has shades, from a drawing, which hardly has a flat place between.
 *
 * @param {Picture} picture
 */
export function isUneven({ values, width, height }) {
  if (Math.min(width, height) <= GRID) return false;
  const paper = paperLevel({ values, width, height });
  const strength = Float64Array.from(values, (value) => Math.abs(value - paper) / 255);
  clear(strength, width, height);
  const most = 0.8 * strength.reduce((most, value) => Math.max(most, value), 0);
  let shades = 0;
  for (let i = 0; i < values.length; i++) {
    const between = strength[i] > SHADE && strength[i] < most;
    if (i % width && between && Math.abs(values[i] - values[i - 1]) / 255 < SHADE) shades += 1;
  }
  return shades / ((width - 1) * height) > 0.05;
}

/**
 * Take out what lies around the paper.
 *
 * @param {Float64Array} ink
 * @param {number} width
 * @param {number} height
 */
function clear(ink, width, height) {
  const around = surroundings({ values: ink, width, height });
  for (let i = 0; i < ink.length; i++) if (around[i]) ink[i] = 0;
}

/**
 * Return the largest values around each place of a row: as far as `before` and `after` it.
 *
 * @param {Float64Array} row
 * @param {number} before
 * @param {number} after
 */
function runningMost(row, before, after) {
  const result = new Float64Array(row.length);
  /** @type {number[]} places that may still be the largest, in falling order of their values */
  const queue = [];
  let first = 0;
  for (let i = 0; i < row.length + after; i++) {
    while (i < row.length && queue.length > first && row[queue[queue.length - 1]] <= row[i]) queue.pop();
    if (i < row.length) queue.push(i);
    const place = i - after;
    if (place < 0) continue;
    while (queue[first] < place - before) first += 1;
    result[place] = row[queue[first]];
  }
  return result;
}

/**
 * Closing: the least of the greatest around, over a square; it fills in what is narrow and dark.
 *
 * @param {Picture} picture
 * @param {number} side of the square
 */
export function closing({ values, width, height }, side) {
  const [after, before] = [side >> 1, side - 1 - (side >> 1)]; // as SciPy lays an even square
  let all = Float64Array.from(values);
  const along = (/** @type {number} */ from, /** @type {number} */ step, /** @type {number} */ length, /** @type {number} */ a, /** @type {number} */ b) => {
    const line = Float64Array.from({ length }, (_, i) => all[from + i * step]);
    runningMost(line, a, b).forEach((value, i) => (all[from + i * step] = value));
  };
  for (const [a, b] of [[before, after], [after, before]]) {
    for (let y = 0; y < height; y++) along(y * width, 1, width, a, b);
    for (let x = 0; x < width; x++) along(x, width, height, a, b);
    all = all.map((value) => -value); // the least is the largest of what is negative
  }
  return all;
}

/**
 * Return a place of a picture that goes on beyond its border, mirrored and turned over.
 *
 * @param {Picture} picture
 * @param {number} x
 * @param {number} y
 * @returns {number}
 */
function beyond(picture, x, y) {
  const { values, width, height } = picture;
  if (x < 0) return 2 * beyond(picture, 0, y) - beyond(picture, -x, y);
  if (x >= width) return 2 * beyond(picture, width - 1, y) - beyond(picture, 2 * width - 2 - x, y);
  if (y < 0) return 2 * beyond(picture, x, 0) - beyond(picture, x, -y);
  if (y >= height) return 2 * beyond(picture, x, height - 1) - beyond(picture, x, 2 * height - 2 - y);
  return values[y * width + x];
}

/**
 * Return roughly how bright the paper is: the median of a quarter of the picture.
 *
 * @param {Picture} picture
 */
function localPaper({ values, width, height }) {
  const [sums, counts] = [new Float64Array(GRID * GRID), new Float64Array(GRID * GRID)];
  values.forEach((value, i) => {
    const cell = Math.floor(((Math.floor(i / width) + 0.5) * GRID) / height) * GRID + Math.floor((((i % width) + 0.5) * GRID) / width);
    sums[cell] += value;
    counts[cell] += 1;
  });
  const cells = { values: sums.map((sum, i) => sum / counts[i]), width: GRID, height: GRID };
  const reach = GRID / 4;
  const medians = cells.values.map((_, i) => {
    const around = [];
    for (let v = -reach; v <= reach; v++) {
      for (let u = -reach; u <= reach; u++) around.push(beyond(cells, (i % GRID) + u, Math.floor(i / GRID) + v));
    }
    return around.sort((a, b) => a - b)[(around.length - 1) / 2];
  });
  const at = (/** @type {number} */ place) => Math.min(GRID - 1, Math.max(0, place));
  return Float64Array.from(values, (_, i) => {
    const [x, y] = [(((i % width) + 0.5) * GRID) / width - 0.5, ((Math.floor(i / width) + 0.5) * GRID) / height - 0.5];
    const [column, row] = [Math.floor(x), Math.floor(y)];
    const mix = (/** @type {number} */ v) =>
      medians[at(v) * GRID + at(column)] * (column + 1 - x) + medians[at(v) * GRID + at(column + 1)] * (x - column);
    return mix(row) * (row + 1 - y) + mix(row + 1) * (y - row);
  });
}

/**
 * Return the picture as on light paper in even light.
 *
 * @param {Picture} picture
 * @returns {Picture}
 */
export function evenLight({ values, width, height }) {
  const rough = localPaper({ values, width, height });
  const difference = Float64Array.from(values, (value, i) => (value - rough[i]) / 255);
  clear(difference, width, height);
  const light = difference.reduce((sum, value) => sum + value ** 3, 0) > 0;
  // Light ink is dark ink on the negative. Beyond its border the picture goes on as bare paper.
  const sign = light ? -1 : 1;
  const side = Math.floor(WIDEST * Math.max(width, height));
  const margin = side >> 1;
  const size = { width: width + 2 * margin, height: height + 2 * margin };
  const wide = Float64Array.from({ length: size.width * size.height }, (_, i) => {
    const [x, y] = [(i % size.width) - margin, Math.floor(i / size.width) - margin];
    const inside = x >= 0 && x < width && y >= 0 && y < height;
    return sign * (inside ? values[y * width + x] : beyond({ values: rough, width, height }, x, y));
  });
  const closed = closing({ values: wide, ...size }, side);
  const ink = Float64Array.from(values, (value, i) => {
    const paper = sign * closed[(Math.floor(i / width) + margin) * size.width + (i % width) + margin];
    return light ? (value - paper) / 255 : 1 - value / Math.max(paper, 255 * MIN_CONTRAST);
  });
  const level = paperLevel({ values: ink.map((value) => 255 * value), width, height }) / 255;
  const even = ink.map((value) => value - level);
  clear(even, width, height);
  return { values: even.map((value) => 255 * (PAPER - value)), width, height };
}

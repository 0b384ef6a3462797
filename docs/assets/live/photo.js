// @ts-check
// The light of a photo: the twin of _is_uneven and _ink_in_uneven_light in digitlearn/ink.py.

import { median, range } from "../try/masks.js";
import { MIN_CONTRAST, surroundings } from "../try/pieces.js";
import { paperLevel, resize } from "../try/preprocess.js";

/** @import { Picture } from "../try/preprocess.js" */

export const SHADE = 0.04; // levels that differ by less are one
const GRID = 24; // cells a side in which uneven light is measured
const WIDEST = 0.35; // of the picture's longer side: no stroke is wider
// Pillow's Resampling.BOX and BILINEAR: how much a pixel at a distance counts.
const box = { counts: (/** @type {number} */ x) => Number(x > -0.5 && x <= 0.5), support: 0.5 };
const bilinear = { counts: (/** @type {number} */ x) => Math.max(0, 1 - Math.abs(x)), support: 1 };

/**
 * Tell a photo, which has shades, from a drawing, which hardly has a flat place between.
 *
 * @param {Picture} picture
 */
export function isUneven({ values, width, height }) {
  if (Math.min(width, height) <= GRID) return false;
  const paper = paperLevel({ values, width, height });
  const strength = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) strength[i] = Math.abs(values[i] - paper) / 255;
  clear(strength, width, height);
  const most = 0.8 * range(strength)[1];
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
  // Places that may still be the largest, in falling order of their values.
  const queue = new Int32Array(row.length);
  let [first, end] = [0, 0];
  for (let i = 0; i < row.length + after; i++) {
    while (i < row.length && end > first && row[queue[end - 1]] <= row[i]) end -= 1;
    if (i < row.length) queue[end++] = i;
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
    const line = new Float64Array(length);
    for (let i = 0; i < length; i++) line[i] = all[from + i * step];
    const most = runningMost(line, a, b);
    for (let i = 0; i < length; i++) all[from + i * step] = most[i];
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
function localPaper(picture) {
  const { values: means } = resize(picture, GRID, GRID, box);
  const cells = { values: means, width: GRID, height: GRID };
  const reach = GRID / 4;
  const medians = means.map((_, i) => {
    const around = [];
    for (let v = -reach; v <= reach; v++) {
      for (let u = -reach; u <= reach; u++) around.push(beyond(cells, (i % GRID) + u, Math.floor(i / GRID) + v));
    }
    return median(Float64Array.from(around));
  });
  return resize({ ...cells, values: medians }, picture.width, picture.height, bilinear).values;
}

/**
 * Return what differs from the paper around it: ink above 0.
 *
 * @param {Picture} picture
 */
export function inkInUnevenLight({ values, width, height }) {
  const rough = localPaper({ values, width, height });
  const difference = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) difference[i] = (values[i] - rough[i]) / 255;
  clear(difference, width, height);
  const light = difference.reduce((sum, value) => sum + value ** 3, 0) > 0;
  // Light ink is dark ink on the negative. Beyond its border the picture goes on as bare paper.
  const sign = light ? -1 : 1;
  const side = Math.floor(WIDEST * Math.max(width, height));
  const margin = side >> 1;
  const size = { width: width + 2 * margin, height: height + 2 * margin };
  const wide = new Float64Array(size.width * size.height);
  const paper = { values: rough, width, height };
  for (let i = 0, y = -margin; y < height + margin; y++) {
    for (let x = -margin; x < width + margin; x++, i++) {
      const inside = x >= 0 && x < width && y >= 0 && y < height;
      wide[i] = sign * (inside ? values[y * width + x] : beyond(paper, x, y));
    }
  }
  const closed = closing({ values: wide, ...size }, side);
  const ink = Float64Array.from(values, (value, i) => {
    const paper = sign * closed[(Math.floor(i / width) + margin) * size.width + (i % width) + margin];
    // As the package computes, from 0 to 1: a value at a limit is to fall on the same side.
    return light ? value / 255 - paper / 255 : 1 - value / 255 / Math.max(paper / 255, MIN_CONTRAST);
  });
  const level = paperLevel({ values: ink, width, height }, 1);
  const even = ink.map((value) => value - level);
  const around = surroundings({ values: even.map((value) => Math.max(0, value)), width, height });
  return even.map((value, i) => (around[i] ? 0 : value));
}

// @ts-check
// Ruled and squared paper: the twin of _without_lines and _lines in digitlearn/ink.py.

import { above, measure, median, numberPieces, range, turn } from "../try/masks.js";

/** @import { Picture } from "../try/preprocess.js" */
/** @typedef {{ values: Uint8Array, width: number, height: number }} Mask */

const SMALLEST_RULED = 100; // pixels a side: in smaller pictures no ruled lines are looked for

/**
 * Return of each pixel whether as many as `least` of those around it are true, along its row or down
 * its column; 0: all that there are.
 *
 * @param {Mask} mask
 * @param {number} size how many pixels are looked at
 * @param {number} least
 * @param {boolean} down
 * @returns {Mask}
 */
function count({ values, width, height }, size, least, down) {
  const result = new Uint8Array(values.length);
  const [lines, length] = down ? [width, height] : [height, width];
  const [across, step] = down ? [1, width] : [width, 1];
  const before = size >> 1; // as SciPy lays an even number
  const after = size - 1 - before;
  for (let line = 0; line < lines; line++) {
    const start = line * across;
    let sum = 0;
    for (let i = 0; i < Math.min(after, length); i++) sum += values[start + i * step];
    for (let i = 0; i < length; i++) {
      if (i + after < length) sum += values[start + (i + after) * step];
      if (i > before) sum -= values[start + (i - before - 1) * step];
      const there = Math.min(length, i + after + 1) - Math.max(0, i - before);
      result[start + i * step] = Number(sum >= (least || there));
    }
  }
  return { values: result, width, height };
}

/**
 * Say where anything around a pixel is true: the maximum filter.
 *
 * @param {Mask} mask
 * @param {number} size
 */
const anyOf = (mask, size, down = false) => count(mask, size, 1, down);

/**
 * Say where all around a pixel is true: the minimum filter.
 *
 * @param {Mask} mask
 * @param {number} size
 */
const allOf = (mask, size, down = false) => count(mask, size, 0, down);

/**
 * Opening: what is true in a run of so many.
 *
 * @param {Mask} mask
 * @param {number} size
 */
const opened = (mask, size, down = false) => anyOf(allOf(mask, size, down), size, down);

/**
 * Return a mask without what another has.
 *
 * @param {Mask} mask
 * @param {Mask} other
 * @returns {Mask}
 */
function without(mask, other) {
  const values = mask.values.slice();
  for (let at = 0; at < values.length; at++) values[at] &= 1 - other.values[at];
  return { ...mask, values };
}

/**
 * Find thin lines that are more or less level; say how many go across the whole picture.
 *
 * @param {Mask} mask
 * @returns {{ found: Mask, across: number }}
 */
function findLines(mask) {
  const { width, height } = mask;
  const thin = 2 * Math.floor(Math.floor(Math.max(width, height) / 40) / 2) + 3;
  const thick = opened(mask, thin, true); // a stroke
  // The dots of a scan in black and white are no lines, however they lie.
  const runs = opened(mask, 3);
  const flat = anyOf(without(runs, thick), 3, true);
  const joined = allOf(anyOf(flat, 5), 5);
  const long = opened(joined, 2 * Math.floor(width / 20) + 1);
  // A digit hides a part of a line, or so much that only its ends are seen.
  const wide = anyOf(long, Math.floor(width / 6));
  const of = numberPieces(wide.values, width);
  let across = 0;
  const chosen = measure(wide, of, wide.values).map(({ top, bottom, left, right }) => {
    const isLevel = bottom - top < width / 8;
    if (isLevel && right - left > 0.9 * width) across += 1;
    return isLevel && (left === 0 || right === width);
  });
  const found = mask.values.map((value, at) => Number(across > 0 && value && of[at] >= 0 && chosen[of[at]]));
  return { found: without(anyOf(without({ ...mask, values: found }, thick), 3, true), thick), across };
}

/**
 * Take out the lines of ruled or squared paper.
 *
 * @template {Picture} T
 * @param {T} ink
 * @returns {T}
 */
export function withoutLines(ink) {
  const { values, width, height } = ink;
  if (Math.min(width, height) < SMALLEST_RULED) return ink;
  const mask = { values: above(values, range(values)[1] / 6), width, height };
  const [level, upright] = [findLines(mask), findLines(turn(mask))];
  const isRuled = Math.max(level.across, upright.across) > 1;
  let result = values;
  for (const { values: lines } of [level.found, turn(upright.found)]) {
    const number = lines.reduce((sum, line) => sum + line, 0);
    const before = result;
    const pale = number ? 1.4 * median(before.filter((_, at) => lines[at] && mask.values[at])) : 0;
    const dark = above(before, 1.2 * pale).reduce((sum, one) => sum + one, 0);
    // A stroke along a line is darker than the line. What is alone is a line if it is paler.
    if (isRuled || dark > 0.3 * number) result = before.map((value, at) => (lines[at] && value < pale ? 0 : value));
  }
  return { ...ink, values: result };
}

// @ts-check
// Several digits in a photo, told apart. The package refuses them, because it answers with one image.

import { above, measure, numberPieces, part, range, spread } from "../try/masks.js";
import { GAP, MOST_PIECES, SPECK, STRAY, standsBeside } from "../try/pieces.js";
import { FRAME, setInFrame } from "../try/preprocess.js";

/** @import { Piece } from "../try/masks.js" */
/** @import { Box, Picture, Seen } from "../try/preprocess.js" */
/** @typedef {{ top: number, bottom: number, left: number, right: number }} Edges */

export const MOST = 10; // digits that are told apart
const RIM = 4; // parts of the strongest ink: one of them is no ink, as in setInFrame
const TALL = 0.5; // of the largest piece's height: what is lower is a part of a digit, or dirt
const HEAVY = 0.15; // of its ink: the same
const WIDE = 1.5; // times as wide as high: hardly a digit is
const ONE = 1.25; // of the tallest one's height: two pieces that are together no higher may be one digit

/**
 * Say whether boxes hold several digits, and not the parts of one.
 *
 * @param {Edges[]} boxes
 * @param {Seen} seen what was found, taken for one digit
 */
function areSeveral(boxes, { digits, image, small, cut }) {
  if (boxes.length < 2 || digits > 1) return boxes.length > 1;
  if (!image || small || cut) return false;
  if (boxes.length === 2) return standsBeside({ values: image, width: FRAME, height: FRAME });
  // The gaps in a long row are so small beside it that it was taken for one broken digit.
  const all = boxes.reduce(around);
  return all.right - all.left > WIDE * (all.bottom - all.top);
}

/**
 * Return how far apart two boxes are, along the row and down the column; below 0 where they overlap.
 *
 * @param {Edges} a
 * @param {Edges} b
 */
function apart(a, b) {
  return [Math.max(a.left, b.left) - Math.min(a.right, b.right), Math.max(a.top, b.top) - Math.min(a.bottom, b.bottom)];
}

/**
 * Return the box around two.
 *
 * @param {Edges} a
 * @param {Edges} b
 */
function around(a, b) {
  const [top, left] = [Math.min(a.top, b.top), Math.min(a.left, b.left)];
  return { top, left, bottom: Math.max(a.bottom, b.bottom), right: Math.max(a.right, b.right) };
}

/**
 * Return a box with a margin, as far as the picture goes.
 *
 * @param {Picture} picture
 * @param {Edges} edges
 * @param {number} margin
 * @returns {Box}
 */
function within({ width, height }, edges, margin) {
  const [left, top] = [Math.max(0, edges.left - margin), Math.max(0, edges.top - margin)];
  return { left, top, width: Math.min(width, edges.right + margin) - left, height: Math.min(height, edges.bottom + margin) - top };
}

/**
 * Put digits in the order in which they are read: each belongs to the row whose last digit is beside it.
 *
 * @template {Edges} T
 * @param {T[]} digits
 */
export function inReadingOrder(digits) {
  /** @type {T[][]} */
  const rows = [];
  for (const digit of digits.slice().sort((a, b) => a.left - b.left)) {
    const middle = (digit.top + digit.bottom) / 2;
    const row = rows.find(([last]) => last.top <= middle && middle < last.bottom);
    if (row) row.unshift(digit);
    else rows.push([digit]);
  }
  const height = (/** @type {T[]} */ row) => row.reduce((sum, { top, bottom }) => sum + top + bottom, 0) / row.length;
  return rows.sort((a, b) => height(a) - height(b)).flatMap((row) => row.reverse());
}

/**
 * Return of each piece the number of the digit that it belongs to, or -1, and the digits' boxes.
 *
 * @param {Piece[]} pieces
 */
function group(pieces) {
  const main = pieces.reduce((most, piece) => (piece.mass > most.mass ? piece : most));
  const height = (/** @type {Edges} */ { top, bottom }) => bottom - top;
  const isDigit = pieces.map((piece) => height(piece) >= TALL * height(main) && piece.mass >= HEAVY * main.mass);
  const tallest = Math.max(...pieces.filter((_, i) => isDigit[i]).map(height));
  /** @type {Edges[]} */
  let boxes = [];
  for (const piece of pieces.filter((_, i) => isDigit[i])) {
    /** @type {Edges} */
    let box = piece;
    // One above the other, and no higher than a digit is: the parts of one.
    const isPart = (/** @type {Edges} */ other) => {
      const narrower = Math.min(box.right - box.left, other.right - other.left);
      return -apart(box, other)[0] > narrower / 2 && height(around(box, other)) <= ONE * tallest;
    };
    for (let other = boxes.find(isPart); other; other = boxes.find(isPart)) {
      box = around(box, other);
      boxes = boxes.filter((one) => one !== other);
    }
    boxes.push(box);
  }
  const of = pieces.map((piece) => {
    const far = boxes.map((box) => Math.max(0, ...apart(piece, box)) / Math.max(height(box), box.right - box.left));
    const nearest = far.indexOf(Math.min(...far));
    return far[nearest] <= STRAY ? nearest : -1;
  });
  pieces.forEach((piece, i) => {
    if (of[i] >= 0) boxes[of[i]] = around(boxes[of[i]], piece);
  });
  return { of, boxes };
}

/**
 * Tell digits apart: each is seen as if it were alone on the paper. None are returned where there are
 * fewer than two or more than ten; `count` says how many there seem to be.
 *
 * @param {Picture & Box} ink as findInk returns it
 * @param {Seen} seen what was found in all of it, taken for one digit
 * @returns {{ count: number, all: (Seen & { box: Box })[] }}
 */
export function digitsIn(ink, seen) {
  const { values, width, height } = ink;
  const mask = above(values, range(values)[1] / RIM);
  const whole = numberPieces(mask, width);
  const single = measure(ink, whole, mask);
  const main = single.reduce((most, piece) => (piece.mass > most.mass ? piece : most));
  const strokes = mask.map((value, at) => Number(value && single[whole[at]].mass >= SPECK * main.mass));
  const size = Math.max(main.bottom - main.top, main.right - main.left);
  const reach = Math.floor(size / GAP); // the ends of a broken stroke are nearer
  const places = numberPieces(spread(strokes, width, reach), width);
  const pieces = measure(ink, places, strokes);
  const most = Math.max(pieces.length, seen.digits);
  if (most > MOST_PIECES) return { count: most, all: [] };
  const { of, boxes } = group(pieces);
  const several = areSeveral(boxes, seen);
  if (!several || boxes.length > MOST) return { count: several ? boxes.length : 1, all: [] };
  const all = boxes.map((edges, digit) => {
    const alone = values.map((value, at) => (places[at] >= 0 && of[places[at]] !== digit ? 0 : value));
    const box = within(ink, edges, 1 + reach);
    return { ...edges, ...setInFrame(part({ values: alone, width, height }, box), ink), box };
  });
  return { count: all.length, all: inReadingOrder(all) };
}

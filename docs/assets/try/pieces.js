// @ts-check
// Which pieces of a picture are the digit, and how wide its strokes are: the twin, with masks.js, of
// digitlearn/pieces.py, and of _surroundings in digitlearn/ink.py.

import { above, below, meanWidth, measure, numberPieces, pad, range, rint, sides, spread } from "./masks.js";

/** @import { Picture, Values } from "./preprocess.js" */

export const BOX = 20; // pixels a digit is high or wide in MNIST's images
export const MIN_CONTRAST = 0.1; // between ink and paper, where black to white is 1
const PATCH = 0.05; // of the paper around a digit cut out tightly: smaller pieces do not count
export const MOST_HOLES = 2; // an 8 has as many; hardly a digit has more
const BLOB = 0.3; // of its size: no digit's strokes are wider
export const SPECK = 0.03; // of the largest piece's ink: smaller pieces are dirt
export const MOST_PIECES = 20; // of a stroke broken into parts; a page of text has hundreds
export const GAP = 30; // parts of its size: a broken stroke's ends are less than two of them apart
const DIGIT = 0.3; // of the largest piece's ink: less is no digit by itself
const APART = [0.15, 0.35]; // of the largest piece's size: the gap beside and below it to another digit
const TALL = 0.6; // of the height of all: two such pieces side by side are two digits
const PART = 0.15; // of all ink: if both have as much
export const STRAY = 0.5; // of the largest piece's size: what is further away does not belong to the digit
const RIM = 50; // parts of the digit's size: as far from a stroke, faint ink is its rim
const THINNEST = 0.08; // of its size: MNIST's thin strokes; thinner ones are brought to it

/**
 * Say whether a mask falls into several pieces, small ones not counted.
 *
 * @param {Picture} mask
 */
export function fallsApart(mask) {
  const pieces = measure(mask, numberPieces(mask.values, mask.width), mask.values);
  const total = pieces.reduce((sum, { mass }) => sum + mass, 0);
  return pieces.filter(({ mass }) => mass > PATCH * total).length > 1;
}

/**
 * Find what lies around the paper, of each pixel 0 or 1: it lies along the border with all of its
 * length, and the largest of the other pieces is made of strokes and does not touch the border.
 *
 * @param {Picture} difference of each pixel from the paper, to either side
 */
export function surroundings({ values: difference, width, height }) {
  const outside = new Uint8Array(difference.length);
  const border = sides({ width, height });
  if (border.flat().every((at) => Math.abs(difference[at]) <= MIN_CONTRAST)) return outside;
  const values = difference.map(Math.abs);
  const mask = above(values, MIN_CONTRAST);
  const of = numberPieces(mask, width);
  const pieces = measure({ values, width, height }, of, mask);
  const contact = pieces.map(() => [0, 0, 0, 0]);
  border.forEach((places, side) => {
    for (const at of places) if (mask[at]) contact[of[at]][side] += 1;
  });
  const along = pieces.map(({ top, bottom, left, right }, i) =>
    contact[i].some((count, side) => count > 0 && count >= 0.85 * (side < 2 ? right - left : bottom - top)),
  );
  const others = pieces.filter((_, i) => !along[i]);
  if (others.length === 0) return outside;
  const main = others.reduce((most, piece) => (piece.mass > most.mass ? piece : most));
  const number = pieces.indexOf(main);
  if (contact[number].some((count) => count > 0)) return outside;
  const size = Math.max(main.bottom - main.top, main.right - main.left);
  if (size < Math.max(width, height) / 10) return outside;
  const digit = pad({ values: Uint8Array.from(of, (piece) => Number(piece === number)), width, height }, 1);
  if (meanWidth(digit.values, digit.width) > BLOB * size) return outside;
  const left = pieces.map((piece, i) => {
    const around = piece.top < main.top && piece.bottom > main.bottom;
    const beside = piece.left < main.left && piece.right > main.right;
    return along[i] && (contact[i].filter(Boolean).length > 1 || !(around && beside));
  });
  for (let at = 0; at < of.length; at++) if (of[at] >= 0 && left[of[at]]) outside[at] = 1;
  return outside;
}

/**
 * Find the digit: how many there are, and of each pixel whether it belongs to the one digit (1), is
 * dirt (0) or bare paper (-1).
 *
 * @param {Picture} ink
 * @param {number} rim ink as faint is none
 * @param {number} side of the box around all strong ink
 */
export function findDigit({ values, width, height }, rim, side) {
  const mask = above(values, rim);
  const all = numberPieces(mask, width);
  const masses = measure({ values, width, height }, all, mask).map(({ mass }) => mass);
  const least = SPECK * Math.max(...masses);
  const strokes = new Uint8Array(mask.length);
  for (let at = 0; at < all.length; at++) if (all[at] >= 0 && masses[all[at]] >= least) strokes[at] = 1;
  const near = spread(strokes, width, Math.floor(side / GAP));
  const of = numberPieces(near, width);
  const pieces = measure({ values, width, height }, of, strokes);
  const main = pieces.reduce((most, piece) => (piece.mass > most.mass ? piece : most));
  const size = Math.max(main.bottom - main.top, main.right - main.left);
  let digits = 1;
  const belongs = pieces.map((piece) => {
    const beside = Math.max(piece.left - main.right, main.left - piece.right) / size;
    const below = Math.max(piece.top - main.bottom, main.top - piece.bottom) / size;
    const tall = piece.bottom - piece.top >= (main.bottom - main.top) / 2;
    if ((beside > APART[0] || below > APART[1]) && piece.mass >= DIGIT * main.mass && tall) digits += 1;
    return Math.max(beside, below) <= STRAY;
  });
  const number = masses.filter((mass) => mass >= least).length;
  if (number > MOST_PIECES) digits = number;
  const kept = new Float64Array(mask.length).fill(-1);
  for (let at = 0; at < mask.length; at++) if (mask[at]) kept[at] = Number(strokes[at] && belongs[of[at]]);
  return { digits, kept };
}

/**
 * Return the ink of a digit alone: its strokes', and what is fainter at their rim.
 *
 * @param {Picture} ink in the digit's box
 * @param {Values} kept as findDigit tells it
 * @param {number} side
 */
export function withoutDirt({ values, width, height }, kept, side) {
  const near = spread(above(kept, 0), width, 1 + Math.floor(side / RIM));
  const clean = new Float64Array(values.length);
  for (let at = 0; at < clean.length; at++) if (near[at] && kept[at] !== 0) clean[at] = values[at];
  return { values: clean, width, height };
}

/**
 * Return how wide a digit's strokes are, in pixels: twice their area by that of their edges.
 *
 * @param {Picture} digit
 */
export function strokeWidth(digit) {
  const { values, width } = pad(digit, 2); // with paper around it
  const mask = below(below(values, range(values)[1] / 2), 1);
  // Holes of a pixel, as a scan has, are no edges.
  const around = spread(mask, width, 1);
  return meanWidth(below(spread(below(around, 1), width, 1), 1), width);
}

/**
 * Bring thin strokes to the width of MNIST's; at MNIST's own size leave them.
 *
 * @param {Picture} digit
 * @param {number} stroke how wide they are
 */
export function widen(digit, stroke) {
  const size = Math.max(digit.width, digit.height);
  const more = rint((THINNEST * size - stroke) / 2);
  if (size <= 2 * BOX || more <= 0) return digit;
  const { values, width, height } = pad(digit, more);
  return { values: spread(values, width, more), width, height };
}

/**
 * Count the holes in an image's ink: a 0 has one, an 8 has two.
 *
 * @param {Picture} image
 */
export function countHoles(image) {
  const { values, width } = pad(image, 1);
  const paper = below(above(values, range(values)[1] / 2), 1);
  return numberPieces(paper, width).reduce((last, piece) => Math.max(last, piece), 0);
}

/**
 * Say whether an image shows two tall pieces side by side, as two digits are.
 *
 * @param {Picture} image
 */
export function standsBeside(image) {
  const mask = above(image.values, range(image.values)[1] / 4);
  const pieces = measure(image, numberPieces(mask, image.width), mask);
  const top = Math.min(...pieces.map((piece) => piece.top));
  const height = Math.max(...pieces.map((piece) => piece.bottom)) - top;
  const total = pieces.reduce((sum, piece) => sum + piece.mass, 0);
  const tall = pieces
    .filter((piece) => piece.bottom - piece.top >= TALL * height && piece.mass >= PART * total)
    .sort((a, b) => a.left - b.left || a.right - b.right);
  return tall.some((piece, i) => i > 0 && tall[i - 1].right <= piece.left);
}

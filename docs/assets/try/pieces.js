// @ts-check
// What hangs together in a picture, which of it is the digit, and how wide its strokes are: the
// twin of digitlearn/pieces.py, and of _surroundings in digitlearn/ink.py.

/** @import { Picture, Values } from "./preprocess.js" */
/** @typedef {{ mass: number, top: number, bottom: number, left: number, right: number }} Piece */

export const BOX = 20; // pixels a digit is high or wide in MNIST's images
export const MIN_CONTRAST = 0.1; // between ink and paper, where black to white is 1
const PATCH = 0.05; // of the paper around a digit cut out tightly: smaller pieces do not count
export const MOST_HOLES = 2; // an 8 has as many; hardly a digit has more
const BLOB = 0.3; // of its size: no digit's strokes are wider
const SPECK = 0.03; // of the largest piece's ink: smaller pieces are dirt
const MOST_PIECES = 20; // of a stroke broken into parts; a page of text has hundreds
const GAP = 30; // two of so many parts of its size: a broken stroke's ends are nearer
const DIGIT = 0.3; // of the largest piece's ink: less is no digit by itself
const APART = [0.15, 0.35]; // of the same size: the gap beside and below it to another digit
const TALL = 0.6; // of the height of all: two such pieces side by side are two digits
const PART = 0.15; // of all ink: if both have as much
const STRAY = 0.5; // of the same: a piece further away does not belong to the digit
const RIM = 50; // parts of the digit's size: as far from a stroke, faint ink is its rim
const THINNEST = 0.08; // of its size: MNIST's thin strokes; thinner ones are brought to it

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
function numberPieces(mask, width) {
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
function below(values, limit) {
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
function measure({ values, width, height }, of, mask) {
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
function spread(values, width, reach) {
  return spreadAndTurn(spreadAndTurn(values, width, reach), values.length / width, reach);
}

/**
 * Return a picture in a wider one, with zeros around it.
 *
 * @param {Picture} picture
 * @param {number} margin
 */
function pad({ values, width, height }, margin) {
  const size = { width: width + 2 * margin, height: height + 2 * margin };
  const padded = new Float64Array(size.width * size.height);
  for (let y = 0; y < height; y++) {
    const row = values.subarray(y * width, (y + 1) * width);
    padded.set(row, (y + margin) * size.width + margin);
  }
  return { ...size, values: padded };
}

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
    return along[i] && (contact[i].every((count) => count > 0) || !(around && beside));
  });
  return Uint8Array.from(of, (piece) => Number(piece >= 0 && left[piece]));
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
 * Return twice the area of what is true by that of its edges; at the picture's border nothing is.
 *
 * @param {Values} mask
 * @param {number} width
 */
function meanWidth(mask, width) {
  let [area, edge] = [0, 0];
  for (let at = 0; at < mask.length; at++) {
    if (!mask[at]) continue;
    area += 1;
    if (!(mask[at - 1] && mask[at + 1] && mask[at - width] && mask[at + width])) edge += 1;
  }
  return (2 * area) / edge;
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

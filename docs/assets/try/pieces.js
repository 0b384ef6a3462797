// @ts-check
// What hangs together in a picture, and which of it is the digit: the twin of lone_digit in
// digitlearn/pictures.py. A speck is left out, and so is what lies far from the rest.

/** @import { Picture } from "./preprocess.js" */

const SPECK = 0.03; // of the largest piece's ink: smaller pieces are dirt
const DIGIT = 0.3; // of the same: a smaller piece is no digit by itself
const APART = [0.15, 0.35]; // of the largest piece's size: the gap beside and below it to another digit
const STRAY = 0.5; // of the same: a piece further away does not belong to the digit

/**
 * Number the pieces of what is true, corners included: {of: a piece for each pixel, pieces}.
 *
 * @param {ArrayLike<number>} ink
 * @param {Uint8Array} mask
 * @param {number} width
 * @param {number} height
 */
function findPieces(ink, mask, width, height) {
  const of = new Int32Array(mask.length).fill(-1);
  const pieces = [];
  /** @type {number[]} */
  const stack = [];
  for (let start = 0; start < mask.length; start++) {
    if (!mask[start] || of[start] >= 0) continue;
    const piece = { mass: 0, top: height, bottom: 0, left: width, right: 0 };
    const number = pieces.push(piece) - 1;
    of[start] = number;
    for (let at = /** @type {number | undefined} */ (start); at !== undefined; at = stack.pop()) {
      const [x, y] = [at % width, Math.floor(at / width)];
      piece.mass += ink[at];
      if (y < piece.top) piece.top = y;
      if (y >= piece.bottom) piece.bottom = y + 1;
      if (x < piece.left) piece.left = x;
      if (x >= piece.right) piece.right = x + 1;
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const next = v * width + u;
          if (!mask[next] || of[next] >= 0) continue;
          of[next] = number;
          stack.push(next);
        }
      }
    }
  }
  return { of, pieces };
}

/**
 * Find the digit: {digits, kept}, the number of digits, and of each pixel whether it belongs to
 * the one digit (1), is dirt (0) or bare paper (-1).
 *
 * @param {Picture} picture
 * @param {number} rim
 */
export function loneDigit({ values, width, height }, rim) {
  const mask = Uint8Array.from(values, (value) => Number(value > rim));
  const { of, pieces } = findPieces(values, mask, width, height);
  const main = pieces.reduce((most, piece) => (piece.mass > most.mass ? piece : most));
  const size = Math.max(main.bottom - main.top, main.right - main.left);
  let digits = 1;
  const belongs = pieces.map((piece) => {
    const beside = Math.max(piece.left - main.right, main.left - piece.right) / size;
    const below = Math.max(piece.top - main.bottom, main.top - piece.bottom) / size;
    const tall = piece.bottom - piece.top >= (main.bottom - main.top) / 2;
    if ((beside > APART[0] || below > APART[1]) && piece.mass >= DIGIT * main.mass && tall) digits += 1;
    return piece.mass >= SPECK * main.mass && Math.max(beside, below) <= STRAY;
  });
  return { digits, kept: of.map((piece) => (piece < 0 ? -1 : Number(belongs[piece]))) };
}

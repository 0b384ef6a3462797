// @ts-check
// Small pictures of digits, cut from one strip that a chapter's cell put out.

import { brush, paintPicture } from "../try/paint.js";

/**
 * Return the digits of a strip, side by side in a picture's address: of each 784 numbers, 0 to 1.
 *
 * @param {string} address
 * @returns {Promise<Float32Array[]>}
 */
export async function readStrip(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  const { width, height: side } = image;
  const sheet = document.createElement("canvas");
  const context = brush(sheet, width, side);
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, width, side);
  return Array.from({ length: width / side }, (_, n) => {
    const digit = new Float32Array(side * side);
    for (let i = 0; i < digit.length; i++) {
      const at = Math.floor(i / side) * width + n * side + (i % side);
      digit[i] = data[4 * at] / 255;
    }
    return digit;
  });
}

/**
 * Paint a digit on a canvas that stands in the page, in the page's colours.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array} digit
 */
export function paintDigit(canvas, digit) {
  paintPicture(canvas, digit, { columns: Math.sqrt(digit.length) });
}

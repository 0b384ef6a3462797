// @ts-check
// Small pictures of digits, cut from one strip that a chapter's cell put out.

import { FRAME } from "../try/preprocess.js";

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
  const sheet = document.createElement("canvas");
  [sheet.width, sheet.height] = [FRAME, FRAME];
  const context = sheet.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("Expected a canvas to read digits from. Received: none");
  return Array.from({ length: image.width / FRAME }, (_, n) => {
    context.drawImage(image, -n * FRAME, 0);
    const { data } = context.getImageData(0, 0, FRAME, FRAME);
    const digit = new Float32Array(FRAME * FRAME);
    for (let i = 0; i < digit.length; i++) digit[i] = data[4 * i] / 255;
    return digit;
  });
}

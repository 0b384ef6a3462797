// @ts-check
// The 1,797 digits that come with scikit-learn, brought to MNIST's form as data.load_embedded does.

import { FRAME, fitToFrame } from "../try/preprocess.js";

const SIDE = 8; // of a picture, in pixels
const BITS = 5; // of a pixel: its level is from 0 to 16
const BYTES = (SIDE * SIDE * BITS) / 8; // of a picture

/**
 * Unpack the file that docs/tools/live.py makes: images of 28 x 28 levels up to 255, and labels.
 *
 * The first 1,437 are to train with, the other 360 are held out.
 *
 * @param {Uint8Array} bytes
 */
export function unpack(bytes) {
  const count = bytes.length / (BYTES + 1);
  const images = new Uint8Array(count * FRAME * FRAME);
  for (let n = 0; n < count; n++) {
    const values = new Float64Array(SIDE * SIDE);
    for (let i = 0; i < values.length * BITS; i++) {
      const bit = (bytes[n * BYTES + (i >> 3)] >> (7 - (i & 7))) & 1;
      const pixel = Math.floor(i / BITS);
      values[pixel] = 2 * values[pixel] + bit;
    }
    images.set(fitToFrame({ values, width: SIDE, height: SIDE }), n * FRAME * FRAME);
  }
  return { images, labels: bytes.slice(count * BYTES) };
}

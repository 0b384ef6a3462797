// @ts-check
// A sample's strokes, as if written on a sheet and photographed beside a window.

import { generator } from "./random.js";
import { place, rasterize, readPath } from "../try/ink.js";

/** @import { Picture } from "../try/preprocess.js" */

const SIDE = 240; // pixels of the photo
const PEN = 0.03; // its width, as a share of the sheet
const SIZE = 0.45; // of the digit, as a share of it
const AWAY = -0.12; // from the middle of the sheet: nobody writes right there
const SHADE = 0.6; // how much less light there is on the other side
const NOISE = 0.03; // of a pixel, to either side

/**
 * Photograph a path that a pen follows: dark ink, light from one side, noise.
 *
 * @param {string} path
 * @param {number} seed
 * @returns {Picture}
 */
export function photograph(path, seed) {
  const strokes = place(readPath(path), SIZE).map((stroke) => stroke.map(([x, y]) => [x + AWAY, y + AWAY / 2]));
  const sheet = rasterize(strokes, PEN, SIDE);
  const random = generator(seed);
  const values = Float64Array.from(sheet, (level, at) => {
    const light = 1 - (SHADE * ((at % SIDE) + Math.floor(at / SIDE))) / (2 * SIDE);
    const grey = light * (0.25 + (0.65 * level) / 255) + NOISE * (2 * random() - 1);
    return Math.round(255 * Math.min(1, Math.max(0, grey)));
  });
  return { values, width: SIDE, height: SIDE };
}

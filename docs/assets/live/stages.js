// @ts-check
// A photo after each step on its way to the form of MNIST's images, of which some may be left out.

import { findInk, seenIn } from "./findink.js";
import { boxOf, range } from "../try/masks.js";
import { FRAME, resize } from "../try/preprocess.js";

/** @import { Step } from "./leave.js" */
/** @import { Box, Picture, Seen } from "../try/preprocess.js" */

/**
 * Make all of a picture as small as an image: nothing is cut out.
 *
 * @param {Picture} ink
 */
export function whole(ink) {
  const { values } = resize(ink, FRAME, FRAME);
  const [, most] = range(values);
  return Uint8Array.from(values, (value) => Math.round(255 * Math.max(0, value / most)));
}

/**
 * Move an image so that the middle of the ink's box is in the middle, and not its centre of mass.
 *
 * @param {Uint8Array} image
 */
export function byBox(image) {
  const { left, top, width, height } = boxOf({ values: image, width: FRAME, height: FRAME }, 0);
  const [right, down] = [Math.round((FRAME - width) / 2) - left, Math.round((FRAME - height) / 2) - top];
  const moved = new Uint8Array(image.length);
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) moved[(y + down) * FRAME + x + right] = image[y * FRAME + x];
  }
  return moved;
}

/**
 * Leave out what comes after the ink: what was found in it is changed.
 *
 * @param {Seen} seen
 * @param {Picture | null} ink
 * @param {Set<Step>} left
 * @returns {Seen}
 */
export function without(seen, ink, left) {
  if (ink && left.has("place")) return { ...seen, digits: 1, image: whole(ink), small: false, cut: false, digit: ink };
  return seen.image && left.has("centre") ? { ...seen, image: byBox(seen.image) } : seen;
}

/**
 * Follow a photo: the ink, what differed from the paper before noise was subtracted, what was found.
 *
 * @param {Picture} taken grey levels from 0 to 255
 * @param {Set<Step>} left the steps that are left out
 * @returns {{ ink: (Picture & Box) | null, uneven: boolean, before: Picture, seen: Seen }}
 */
export function follow(taken, left) {
  const found = findInk(taken, !left.has("light"), !left.has("noise"));
  return { ...found, seen: without(seenIn(found.ink), found.ink, left) };
}

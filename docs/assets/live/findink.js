// @ts-check
// The ink in a photo: the twin of find_ink in digitlearn/ink.py. On a drawing of the page none of
// these steps finds anything, and preprocess.js does without them.

import { withoutLines } from "./lines.js";
import { inkInUnevenLight, isUneven } from "./photo.js";
import { findSheet, withinFrame } from "./sheet.js";
import { part } from "../try/masks.js";
import { inkInEvenLight, nothing, setInFrame, withoutNoise } from "../try/preprocess.js";

/** @import { Box, Picture, Seen } from "../try/preprocess.js" */

/**
 * Tell the ink from the paper, and from whatever else is in the picture: null if there is none. Say
 * whether the light was uneven, too, and what differed from the paper before noise and lines were
 * taken out.
 *
 * @param {Picture} picture grey levels from 0 to 255
 * @param {boolean} even whether uneven light is to be made even
 * @param {boolean} quiet whether noise is to be subtracted
 * @returns {{ ink: (Picture & Box) | null, uneven: boolean, before: Picture }}
 */
export function findInk(picture, even = true, quiet = true) {
  const grey = part(picture, withinFrame(picture));
  const { tight, ...found } = inkInEvenLight(grey);
  const sheet = findSheet(grey, found);
  if (sheet) {
    const onIt = findInk(sheet, even, quiet);
    if (onIt.ink) return onIt;
    // Nothing is on it: it is ink itself.
  }
  const uneven = !tight && isUneven(grey);
  if (uneven && even) found.values = inkInUnevenLight(grey);
  const before = { ...found, values: found.values.slice() };
  const ink = quiet ? withoutNoise(found) : { ...found, values: found.values.map((value) => Math.max(0, value)) };
  return { ink: ink && withoutLines(ink), uneven, before };
}

/**
 * Bring the ink of a photo to the form of MNIST's images.
 *
 * @param {(Picture & Box) | null} ink
 * @returns {Seen}
 */
export function seenIn(ink) {
  return ink ? setInFrame(ink, ink) : nothing;
}

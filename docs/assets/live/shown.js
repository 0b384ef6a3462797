// @ts-check
// Paints a photo after each step, and says what the network reads.

import { follow } from "./stages.js";
import { judge } from "../try/answer.js";
import { range } from "../try/masks.js";
import { look } from "../try/network.js";
import { brush, inks } from "../try/paint.js";
import { FRAME } from "../try/preprocess.js";
import { readLayers } from "../try/weights.js";

/** @import { Step } from "./leave.js" */
/** @import { Layer } from "../try/network.js" */
/** @import { Picture } from "../try/preprocess.js" */

/** Fetch the released small network. */
export async function network() {
  const response = await fetch(new URL("../try/small.safetensors", import.meta.url));
  if (!response.ok) throw new Error(`Expected the weights. Received: ${response.status}`);
  return readLayers(await response.arrayBuffer());
}

/**
 * Paint a picture: grey as it is, or ink in the colours of the site's scheme.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Picture | null | undefined} picture nothing is painted without one
 * @param {boolean} [isInk]
 */
function paint(canvas, picture, isInk = true) {
  const { values, width, height } = picture ?? { values: new Uint8Array(1), width: 1, height: 1 };
  const context = brush(canvas, width, height);
  if (!picture) return;
  const [least, most] = isInk ? range(values) : [0, 255];
  const ink = inks(false);
  const colours = Array.from({ length: 256 }, (_, level) => (isInk ? ink(level / 255) : [level, level, level]));
  const image = context.createImageData(width, height);
  for (let at = 0; at < values.length; at++) {
    const level = Math.round((255 * (values[at] - least)) / (most - least || 1));
    image.data.set([...colours[level], 255], 4 * at);
  }
  context.putImageData(image, 0, 0);
}

/**
 * Paint a photo after each step, and return what the network reads.
 *
 * @param {HTMLCanvasElement[]} canvases grey, evened, ink, digit, frame
 * @param {Picture} taken grey levels from 0 to 255
 * @param {Set<Step>} left the steps that are left out
 * @param {Layer[]} layers
 */
export function show(canvases, taken, left, layers) {
  const { ink, before, seen } = follow(taken, left);
  const frame = seen.image && { values: seen.image, width: FRAME, height: FRAME };
  paint(canvases[0], taken, false);
  [before, ink, seen.digit, frame].forEach((picture, i) => paint(canvases[i + 1], picture));
  if (!ink) return "No ink was found in the photo.";
  return judge(seen, seen.image ? look(layers, seen.image).logits : new Float64Array(10)).text;
}

// @ts-check
// A worker that finds the embedded digits nearest to an image, as the network sees it.

import { unpack } from "./embedded.js";
import { FRAME } from "../try/preprocess.js";

const PIXELS = FRAME * FRAME;
const MOST = 5; // so many are found

/** @typedef {{ label: number, image: Uint8Array }} Digit */
/** @typedef {{ count: number, nearest: Digit[] }} Found of how many digits, and the nearest first */

const pool = fetch(new URL("digits.bin", import.meta.url)).then(async (response) => {
  if (!response.ok) throw new Error(`Expected the digits. Received: ${response.status}`);
  return unpack(new Uint8Array(await response.arrayBuffer()));
});

addEventListener("message", async ({ data: image }) => {
  const { images, labels } = await pool;
  const distances = new Float64Array(labels.length);
  for (let n = 0; n < labels.length; n++) {
    for (let i = 0; i < PIXELS; i++) distances[n] += (images[n * PIXELS + i] - image[i]) ** 2;
  }
  const order = [...distances.keys()].sort((a, b) => distances[a] - distances[b]);
  const nearest = order.slice(0, MOST).map((n) => ({ label: labels[n], image: images.slice(n * PIXELS, (n + 1) * PIXELS) }));
  postMessage({ count: labels.length, nearest });
});

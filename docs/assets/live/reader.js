// @ts-check
// A small pad and ten bars: a network that is still learning reads what the reader draws.

import { button, element } from "./parts.js";
import { Sketch } from "./sketch.js";
import { percent, ranked } from "../try/numbers.js";
import { place, readPath } from "../try/ink.js";
import { forward, scalePixels } from "../try/network.js";
import { FRAME, fitToFrame, resize } from "../try/preprocess.js";

/** @import { Layer } from "../try/network.js" */

const PEN = 0.06; // width as a share of the pad: thin, since what is coarse gets thick
const CLASSES = 10;
// A 3.
const BEGIN = place(readPath("M181 16C193 9 209 12 206 23 204 31 194 33 188 34 204 33 212 42 206 51 200 61 184 60 177 54"), 0.62);

const COARSE = 8; // pixels that the digits it learns from are high
const MARGIN = 2; // pixels of paper around a digit, so that its rim is blurred as its strokes are

/**
 * Make an image as coarse as the digits that the network learns from.
 *
 * @param {Uint8Array} image
 */
export function coarsen(image) {
  const inked = [...image.keys()].filter((i) => image[i] > 0);
  const rows = inked.map((i) => Math.floor(i / FRAME));
  const columns = inked.map((i) => i % FRAME);
  const [top, left] = [Math.min(...rows) - MARGIN, Math.min(...columns) - MARGIN];
  const side = Math.max(Math.max(...rows) - top, Math.max(...columns) - left) + 1 + MARGIN;
  const values = new Float64Array(side * side);
  for (const i of inked) values[(Math.floor(i / FRAME) - top) * side + (i % FRAME) - left] = image[i];
  const size = COARSE + Math.round((2 * MARGIN * COARSE) / (side - 2 * MARGIN));
  const small = resize({ values, width: side, height: side }, size, size);
  return fitToFrame({ ...small, values: small.values.map((value) => (value < 255 / 32 ? 0 : value)) });
}

export class Reader {
  /** @type {Layer[]} */
  layers = [];

  constructor() {
    this.says = element("p");
    this.bars = Array.from({ length: CLASSES }, (_, digit) =>
      element("div", { class: "dl-live-bar" }, element("span", {}, String(digit)), element("i"), element("b")),
    );
    this.sketch = new Sketch("Drawing pad: draw a digit for the network that is learning", PEN, () => this.#see());
    this.pad = this.sketch.pad;
    this.root = element(
      "div",
      { class: "dl-live-reader" },
      element("div", {}, this.sketch.root, button("Clear", () => this.pad.clear())),
      element("div", {}, this.says, ...this.bars),
    );
    this.pad.strokes = BEGIN;
    this.#see();
  }

  /** @param {Layer[]} layers the network as it is now */
  read(layers) {
    this.layers = layers;
    this.#show();
    this.pad.paint();
  }

  /** Make the drawing what the network knows. */
  #see() {
    const { image } = this.sketch;
    this.image = image ? coarsen(image) : new Uint8Array(FRAME * FRAME);
    this.#show();
  }

  #show() {
    if (!this.layers.length || !this.image) return;
    const { probabilities } = forward(this.layers, scalePixels(this.image));
    const best = ranked(probabilities)[0];
    const read = this.image.some(Boolean) ? `Right now it reads: ${best}.` : "Not one digit.";
    this.says.textContent = this.pad.empty ? "Draw a digit. The network that is learning reads it, made as coarse as the digits it learns from." : read;
    this.bars.forEach((bar, digit) => {
      bar.style.setProperty("--share", String(probabilities[digit]));
      bar.toggleAttribute("data-best", digit === best);
      const [, , shown] = bar.children;
      shown.textContent = percent(probabilities[digit]);
    });
  }
}

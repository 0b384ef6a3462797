// @ts-check
// A small pad and ten bars: a network that is still learning reads what the reader draws.

import { button, canvas, element } from "./parts.js";
import { percent, ranked } from "../try/answer.js";
import { SIDE, place, rasterize, readPath } from "../try/ink.js";
import { forward } from "../try/network.js";
import { Pad } from "../try/pad.js";
import { FRAME, toMnistStyle } from "../try/preprocess.js";

/** @import { Layer } from "../try/network.js" */

const PEN = 0.09; // the pen's width, as a share of the pad
const CLASSES = 10;
// To begin with, a 3.
const BEGIN = place(readPath("M181 16C193 9 209 12 206 23 204 31 194 33 188 34 204 33 212 42 206 51 200 61 184 60 177 54"), 0.62);

export class Reader {
  /** @type {Layer[]} */
  layers = [];

  constructor() {
    const pad = canvas("Drawing pad: draw a digit for the network that is learning");
    pad.tabIndex = 0;
    pad.setAttribute("role", "application");
    pad.className = "dl-live-pad";
    this.says = element("p");
    this.bars = Array.from({ length: CLASSES }, (_, digit) =>
      element("div", { class: "dl-live-bar" }, element("span", {}, String(digit)), element("i"), element("output")),
    );
    const spoken = element("p", { class: "dl-live-hidden", role: "status" });
    const say = (/** @type {string} */ text) => (spoken.textContent = text);
    this.pad = new Pad(pad, { width: PEN, ghost: [], changed: () => this.#see(), say });
    this.root = element(
      "div",
      { class: "dl-live-reader" },
      element("div", {}, pad, button("Clear", () => this.pad.clear())),
      element("div", {}, this.says, ...this.bars, spoken),
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

  /** Bring the drawing to the form the network knows. */
  #see() {
    const picture = { values: rasterize(this.pad.strokes, PEN), width: SIDE, height: SIDE };
    const image = this.pad.empty ? null : toMnistStyle(picture).image;
    this.image = image ?? new Uint8Array(FRAME * FRAME);
    this.#show();
  }

  #show() {
    if (!this.layers.length || !this.image) return;
    const { probabilities } = forward(this.layers, this.image);
    const best = ranked(probabilities)[0];
    this.says.textContent = this.pad.empty ? "Draw a digit: the network that is learning reads it." : `Right now it reads a ${best}`;
    this.bars.forEach((bar, digit) => {
      bar.style.setProperty("--share", String(probabilities[digit]));
      bar.toggleAttribute("data-best", digit === best);
      const [, , shown] = bar.children;
      shown.textContent = percent(probabilities[digit]);
    });
  }
}

// @ts-check
// A small pad in a figure, and what is drawn on it in MNIST's form.

import { canvas, element } from "./parts.js";
import { SIDE, rasterize } from "../try/ink.js";
import { Pad } from "../try/pad.js";
import { toMnistStyle } from "../try/preprocess.js";

export class Sketch {
  /**
   * @param {string} label
   * @param {number} width of the pen, as a share of the pad
   * @param {() => void} changed called after each change
   */
  constructor(label, width, changed) {
    const place = canvas(label);
    place.tabIndex = 0;
    place.setAttribute("role", "application");
    place.className = "dl-live-pad";
    const spoken = element("p", { class: "dl-live-hidden", role: "status" });
    const say = (/** @type {string} */ text) => (spoken.textContent = text);
    this.pad = new Pad(place, { width, ghost: [], changed, say });
    this.root = element("div", {}, place, spoken);
  }

  /** The drawing as the networks see it; null if it is not one digit. */
  get image() {
    const { strokes, width } = this.pad;
    return toMnistStyle({ values: rasterize(strokes, width), width: SIDE, height: SIDE }).image;
  }
}

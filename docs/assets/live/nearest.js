// @ts-check
// Beside the drawing, those of the embedded digits that are nearest to it, pixel by pixel.

import { canvas, element } from "./parts.js";
import { scalePixels } from "../try/network.js";
import { paintPicture } from "../try/paint.js";
import { named } from "../try/parts.js";
import { FRAME } from "../try/preprocess.js";

/** @import { Found } from "./pool.js" */

const REST = 250; // milliseconds without a change before they are looked for

export class Nearest {
  /** @type {Found | null} */
  found = null;
  /** Waits until the drawing rests. */
  timer = 0;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.place = named(root, "near", HTMLElement);
    this.worker = new Worker(new URL("pool.js", import.meta.url), { type: "module" });
    this.worker.addEventListener("message", ({ data }) => {
      this.found = data;
      this.paint();
    });
    this.worker.addEventListener("error", () => this.#say("The digits could not be loaded."));
  }

  /**
   * Show them, or hide them again.
   *
   * @param {HTMLElement} button
   * @param {Uint8Array | null} image
   */
  toggle(button, image) {
    this.place.hidden = !this.place.hidden;
    button.setAttribute("aria-expanded", String(!this.place.hidden));
    this.look(image);
  }

  /** @param {Uint8Array | null} image what the network sees; null without a digit */
  look(image) {
    clearTimeout(this.timer);
    if (this.place.hidden) return;
    if (image) this.timer = setTimeout(() => this.worker.postMessage(image), REST);
    else this.#say("Draw a digit, and the nearest of scikit-learn’s digits show here.");
  }

  /** @param {string} text */
  #say(text) {
    this.found = null;
    this.place.replaceChildren(element("p", {}, text));
  }

  paint() {
    if (!this.found) return;
    const { count, nearest } = this.found;
    const row = element("div", { class: "dl-try-near" });
    const labels = nearest.map(({ label }) => label).join(", ");
    const text = `Nearest of scikit-learn’s ${count.toLocaleString("en")} digits, pixel by pixel: ${labels}. The network never saw these.`;
    this.place.replaceChildren(row, element("p", {}, text));
    for (const { label, image } of nearest) {
      const picture = canvas(`Digit ${label}`);
      row.append(element("figure", {}, picture, element("figcaption", { "aria-hidden": "true" }, String(label))));
      paintPicture(picture, scalePixels(image), { columns: FRAME });
    }
  }
}

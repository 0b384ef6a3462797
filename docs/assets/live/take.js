// @ts-check
// A photo in place of a drawing: chosen, taken with the phone's camera, dropped, or pasted.

import { findInk, seenIn } from "./findink.js";
import { readPhoto } from "./levels.js";
import { brush } from "../try/paint.js";
import { named } from "../try/parts.js";
import { nothing } from "../try/preprocess.js";

/** @import { Picture } from "../try/preprocess.js" */

export class Photo {
  /** @type {Picture | null} the photo as it is read; null while the pad is */
  picture = null;
  /** What was found in it. */
  seen = nothing;
  /** @type {Picture | null} as it was taken */
  taken = null;

  /**
   * @param {HTMLElement} root
   * @param {() => void} changed called when there is a photo to read
   */
  constructor(root, changed) {
    this.root = root;
    this.changed = changed;
    named(root, "even", HTMLInputElement).addEventListener("change", () => this.#prepare());
  }

  /** @param {File} file */
  async take(file) {
    try {
      this.taken = await readPhoto(file);
    } catch {
      const text = "This browser cannot read that picture. JPEG and PNG can be read.";
      for (const name of ["text", "status"]) named(this.root, name, HTMLElement).textContent = text;
      return;
    }
    this.#prepare();
  }

  /** Find the digit; the light is made even, where it is not and the reader does not object. */
  #prepare() {
    if (!this.taken) return;
    const { ink, uneven } = findInk(this.taken, named(this.root, "even", HTMLInputElement).checked);
    named(this.root, "light", HTMLElement).dataset.uneven = String(uneven);
    this.changed();
    this.seen = seenIn(ink);
    this.picture = ink ? { ...ink, values: ink.values.map((value) => 255 * (1 - value)) } : this.taken;
  }

  /** Show the photo where the pad is, as it is read. */
  show() {
    const canvas = named(this.root, "shot", HTMLCanvasElement);
    const light = named(this.root, "light", HTMLElement);
    canvas.hidden = !this.picture;
    light.hidden = !this.picture || light.dataset.uneven !== "true";
    if (!this.picture) return;
    const { values, width, height } = this.picture;
    const context = brush(canvas, width, height);
    const image = context.createImageData(width, height);
    for (let i = 0; i < values.length; i++) image.data.set([values[i], values[i], values[i], 255], 4 * i);
    context.putImageData(image, 0, 0);
  }
}

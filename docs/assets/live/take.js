// @ts-check
// A photo in place of a drawing: chosen, taken with the phone's camera, dropped, or pasted.

import { readPhoto } from "./levels.js";
import { evenLight, isUneven } from "./photo.js";
import { brush } from "../try/paint.js";
import { named } from "../try/parts.js";

/** @import { Picture } from "../try/preprocess.js" */

export class Photo {
  /** @type {Picture | null} what is read; null while the pad is */
  picture = null;
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
      named(this.root, "text", HTMLElement).textContent = "This browser cannot read that picture. JPEG and PNG can be read.";
      return;
    }
    this.#prepare();
  }

  /** Make the light even, where it is not and the reader does not object. */
  #prepare() {
    if (!this.taken) return;
    const uneven = isUneven(this.taken);
    named(this.root, "light", HTMLElement).dataset.uneven = String(uneven);
    const wanted = named(this.root, "even", HTMLInputElement).checked;
    const picture = uneven && wanted ? evenLight(this.taken) : this.taken;
    this.changed();
    this.picture = picture;
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

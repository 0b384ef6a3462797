// @ts-check
// A photo in place of a drawing: chosen, taken with the phone's camera, dropped, or pasted.

import { brush } from "./paint.js";
import { named } from "./parts.js";

/** @import { Picture } from "./preprocess.js" */

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
    const input = named(root, "photo", HTMLInputElement);
    input.addEventListener("change", () => {
      this.#take(input.files?.[0]);
      input.value = ""; // so that the same file can be chosen again
    });
    named(root, "even", HTMLInputElement).addEventListener("change", () => this.#prepare());
    document.addEventListener("paste", (event) => this.#take(event.clipboardData?.files[0]));
    root.addEventListener("dragover", (event) => event.preventDefault());
    root.addEventListener("drop", (event) => {
      event.preventDefault();
      this.#take(event.dataTransfer?.files[0]);
    });
  }

  /** @param {File | undefined} file */
  async #take(file) {
    if (!file?.type.startsWith("image/")) return;
    const { readPhoto } = await import("../live/photo.js");
    try {
      this.taken = await readPhoto(file);
    } catch {
      named(this.root, "text", HTMLElement).textContent = "This browser cannot read that picture. JPEG and PNG can be read.";
      return;
    }
    await this.#prepare();
  }

  /** Make the light even, where it is not and the reader does not object. */
  async #prepare() {
    if (!this.taken) return;
    const { evenLight, isUneven } = await import("../live/photo.js");
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
    [canvas.width, canvas.height] = [width, height];
    const context = brush(canvas);
    const image = context.createImageData(width, height);
    for (let i = 0; i < values.length; i++) image.data.set([values[i], values[i], values[i], 255], 4 * i);
    context.putImageData(image, 0, 0);
  }
}

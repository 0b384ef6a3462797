// @ts-check
// A photo in place of a drawing: chosen, taken with the phone's camera, dropped, or pasted.

import { findInk, seenIn } from "./findink.js";
import { Leave } from "./leave.js";
import { readPhoto } from "./levels.js";
import { Row } from "./row.js";
import { MOST, digitsIn } from "./several.js";
import { without } from "./stages.js";
import { brush } from "../try/paint.js";
import { named } from "../try/parts.js";
import { nothing } from "../try/preprocess.js";

/** @import { Answer } from "../try/answer.js" */
/** @import { Layer } from "../try/network.js" */
/** @import { Box, Picture, Seen } from "../try/preprocess.js" */

export class Photo {
  /** @type {Picture | null} the photo as it is read; null while the pad is */
  picture = null;
  /** @type {Seen} what was found in it, if it is not several digits */
  found = nothing;
  /** @type {(Seen & { box: Box })[]} the digits, if there are several */
  all = [];
  /** @type {Picture | null} as it was taken */
  taken = null;

  /**
   * @param {HTMLElement} root
   * @param {() => void} changed called when there is something else to read
   */
  constructor(root, changed) {
    this.root = root;
    this.changed = changed;
    this.row = new Row(changed);
    this.leave = new Leave(["noise", "place", "centre"], () => this.#prepare());
    named(root, "light", HTMLElement).after(this.row.root, this.leave.root);
    named(root, "even", HTMLInputElement).addEventListener("change", () => this.#prepare());
  }

  /** The digit that is read: the chosen one of several. */
  get seen() {
    return this.all[this.row.chosen] ?? this.found;
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

  /** Find the digits; the light is made even, where it is not and the reader does not object. */
  #prepare() {
    if (!this.taken) return;
    const { left } = this.leave;
    const { ink, uneven } = findInk(this.taken, named(this.root, "even", HTMLInputElement).checked, !left.has("noise"));
    named(this.root, "light", HTMLElement).dataset.uneven = String(uneven);
    this.changed();
    this.found = seenIn(ink);
    const { count, all } = ink && !left.has("place") ? digitsIn(ink, this.found) : { count: 0, all: [] };
    this.all = all.map((one) => ({ ...one, ...without(one, null, left) }));
    if (count > MOST) this.found = { ...nothing, digits: count };
    else this.found = without(this.found, ink, left);
    this.row.hold(this.all);
    this.picture = ink ? { ...ink, values: ink.values.map((value) => 255 * (1 - value)) } : this.taken;
  }

  /** Show the photo where the pad is, as it is read, and which of its digits is chosen. */
  show() {
    const canvas = named(this.root, "shot", HTMLCanvasElement);
    const light = named(this.root, "light", HTMLElement);
    canvas.hidden = !this.picture;
    light.hidden = !this.picture || light.dataset.uneven !== "true";
    this.leave.root.hidden = !this.picture;
    this.row.root.hidden = !this.picture || !this.all.length;
    if (!this.picture) return;
    const { values, width, height } = this.picture;
    const context = brush(canvas, width, height);
    const image = context.createImageData(width, height);
    for (let i = 0; i < values.length; i++) image.data.set([values[i], values[i], values[i], 255], 4 * i);
    context.putImageData(image, 0, 0);
    const chosen = this.all[this.row.chosen];
    if (!chosen) return;
    const { left, top, width: wide, height: high } = chosen.box;
    context.save();
    context.lineWidth = Math.max(3, Math.round(Math.max(width, height) / 80));
    context.strokeRect(left, top, wide, high); // black, because an accent for a dark page is pale on paper
    context.lineWidth -= 2;
    context.strokeStyle = getComputedStyle(canvas).getPropertyValue("--dl-accent");
    context.strokeRect(left, top, wide, high);
    context.restore(); // to black
  }

  /**
   * Say what is special about an answer to a photo.
   *
   * @param {Answer} answer
   * @param {Layer[]} layers
   */
  tell(answer, layers) {
    const { digits } = this.found;
    if (digits === 0) answer.text = "No ink was found in the photo.";
    else if (digits > MOST) answer.text = `${digits} digits? The page tells at most ${MOST} apart.`;
    this.row.tell(answer, layers);
  }
}

// @ts-check
// The ten acquaintances in a row: choose one; below each stands a number, and the best is marked.

import { button, canvas, element } from "./parts.js";
import { paintPicture } from "../try/paint.js";

const CLASSES = 10;

/**
 * Return the ten images that a cell puts out one after the other, from 0 to 1.
 *
 * @param {number[]} levels
 */
export function images(levels) {
  const size = levels.length / CLASSES;
  return Array.from({ length: CLASSES }, (_, digit) =>
    levels.slice(digit * size, (digit + 1) * size).map((level) => level / 255),
  );
}

export class Ten {
  /**
   * @param {number[][]} pictures of the digits
   * @param {(digit: number) => void} choose
   */
  constructor(pictures, choose) {
    this.pictures = pictures;
    this.canvases = pictures.map((_, digit) => canvas(`The ${digit}`));
    this.notes = pictures.map(() => element("span"));
    this.buttons = pictures.map((_, digit) => {
      const made = button("", () => choose(digit));
      made.append(this.canvases[digit], this.notes[digit]);
      return made;
    });
    this.root = element("div", { class: "dl-live-ten", role: "group", "aria-label": "Ten digits" }, ...this.buttons);
  }

  /**
   * @param {number} chosen
   * @param {string[]} notes one for each digit
   * @param {number} [best]
   */
  show(chosen, notes, best = -1) {
    this.buttons.forEach((one, digit) => {
      one.setAttribute("aria-pressed", String(digit === chosen));
      one.toggleAttribute("data-best", digit === best);
      this.notes[digit].textContent = notes[digit];
    });
  }

  /** Paint the pictures, in the colours of the page as it is now. */
  paint() {
    this.canvases.forEach((one, digit) => {
      const pixels = Float32Array.from(this.pictures[digit]);
      paintPicture(one, pixels, { columns: Math.sqrt(pixels.length) });
    });
  }
}

// @ts-check
// Steps of reading a photo that can be left out, each by a checkbox.

import { element } from "./parts.js";

/** @typedef {"light" | "noise" | "place" | "centre"} Step */

/** @type {Record<Step, string>} */
const NAMES = { light: "even light", noise: "noise", place: "cutting out", centre: "centre of mass" };

/** Checkboxes, one for each step: what is checked is left out. */
export class Leave {
  /** @type {Set<Step>} */
  left = new Set();

  /**
   * @param {Step[]} steps
   * @param {() => void} changed
   */
  constructor(steps, changed) {
    this.root = element("div", { class: "dl-live-row", role: "group", "aria-label": "Leave out" }, "Leave out:");
    for (const step of steps) {
      const box = document.createElement("input");
      box.type = "checkbox";
      box.addEventListener("change", () => {
        if (box.checked) this.left.add(step);
        else this.left.delete(step);
        changed();
      });
      this.root.append(element("label", { class: "dl-live-choice" }, box, NAMES[step]));
    }
  }
}

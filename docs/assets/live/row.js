// @ts-check
// The digits of a photo in a row, each with its answer: one is chosen, and the page shows that one.

import { canvas, element, onScheme } from "./parts.js";
import { judge } from "../try/answer.js";
import { softmax } from "../try/layers.js";
import { look, scalePixels } from "../try/network.js";
import { percent } from "../try/numbers.js";
import { paintPicture } from "../try/paint.js";
import { FRAME } from "../try/preprocess.js";

/** @import { Answer } from "../try/answer.js" */
/** @import { Layer } from "../try/network.js" */
/** @import { Seen } from "../try/preprocess.js" */

const blank = new Uint8Array(FRAME * FRAME);

export class Row {
  /** Which of the digits is chosen. */
  chosen = 0;
  /** @type {Seen[]} */
  all = [];
  /** @type {HTMLButtonElement[]} */
  buttons = [];

  /** @param {() => void} changed called when the reader chooses */
  constructor(changed) {
    this.changed = changed;
    this.says = element("p", { role: "status" });
    this.list = element("div", { role: "group", "aria-label": "Digits in the photo" });
    this.root = element("div", { class: "dl-try-row" }, this.says, this.list);
    onScheme(() => this.#paint());
  }

  /** @param {Seen[]} all none, if the photo has not several */
  hold(all) {
    [this.all, this.chosen, this.buttons] = [all, 0, []];
    this.list.replaceChildren();
    this.says.textContent = "";
  }

  /**
   * Say which of the digits is shown, and at first what all are.
   *
   * @param {Answer} answer to the chosen one
   * @param {Layer[]} layers
   */
  tell(answer, layers) {
    const count = this.all.length;
    if (!count) return;
    if (!this.buttons.length) this.#fill(layers);
    this.buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(i === this.chosen)));
    answer.text = `${this.chosen + 1} of ${count}: ${answer.text}`;
  }

  /** @param {Layer[]} layers */
  #fill(layers) {
    const answers = this.all.map((seen) => {
      const logits = look(layers, seen.image ?? blank).logits;
      return { ...judge(seen, logits), confidence: Math.max(...softmax(logits)) };
    });
    this.buttons = answers.map(({ kind, short, text, confidence }, i) => {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.kind = kind;
      button.setAttribute("aria-label", `${i + 1} of ${answers.length}: ${text}`);
      const sure = kind === "none" ? "" : percent(confidence);
      button.append(canvas(""), element("b", {}, short), element("span", {}, sure));
      button.addEventListener("click", () => {
        this.chosen = i;
        this.changed();
      });
      return button;
    });
    this.list.replaceChildren(...this.buttons);
    this.says.textContent = `${answers.length} digits, told apart: ${answers.map(({ short }) => short).join(" ")}`;
    this.#paint();
  }

  #paint() {
    this.buttons.forEach((button, i) => {
      const [picture] = button.getElementsByTagName("canvas");
      paintPicture(picture, scalePixels(this.all[i].image ?? blank), { columns: FRAME });
    });
  }
}

// @ts-check
// An exercise on the page: its starter becomes an editor, and buttons run, check and help.

import { Editor } from "./editor.js";
import { keep, recall } from "./store.js";

/** @import { Python } from "./python.js" */
/** @import { Place } from "./worker.js" */

const MARKS = { right: "✓", wrong: "✗", error: "✗", stopped: "■" };

/** The page's Python, once it is wanted. @type {Promise<Python> | null} */
let asked = null;
/** Whether something is running in it. */
let busy = false;

/**
 * Return the page's Python; nothing of it is fetched before the first call.
 *
 * @param {Place} place
 */
function python(place) {
  asked ??= import("./python.js").then(({ Python }) => new Python(place));
  return asked;
}

/**
 * Return an element.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string>} attributes
 * @param {string} text
 */
function element(tag, attributes = {}, text = "") {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
}

export class Exercise {
  /**
   * @param {HTMLElement} root
   * @param {Place} place Where the page's Python is
   */
  constructor(root, place) {
    this.root = root;
    this.place = place;
    this.name = root.dataset.exercise ?? "";
    const starter = root.querySelector(".highlight");
    this.starter = starter?.textContent?.trimEnd() + "\n";
    const kept = recall(this.key);
    this.editor = new Editor(`Your code for ${this.name}`, {
      changed: () => this.changed(),
      check: () => this.start(true),
    });
    this.editor.text = kept.text ?? this.starter;
    this.output = element("pre", { class: "dl-practice-output", tabindex: "0", "aria-label": "What it printed", hidden: "" });
    this.verdict = element("p", { class: "dl-practice-verdict", role: "status" });
    starter?.replaceWith(this.editor.element, this.buttons(), this.verdict, this.output);
    this.hints = [...root.querySelectorAll(".dl-practice-hints li")];
    this.show(kept.hints ?? 0);
    root.classList.add("dl-practice-live");
    root.toggleAttribute("data-done", Boolean(kept.done));
  }

  get key() {
    return `exercise/${this.name}`;
  }

  buttons() {
    const line = element("div", { class: "dl-practice-buttons" });
    /** @type {[string, string, () => void][]} */
    const all = [
      ["run", "Run", () => this.start(false)],
      ["check", "Check", () => this.start(true)],
      ["stop", "Stop", () => this.stop()],
      ["hint", "Hint", () => this.hint()],
      ["solution", "Solution", () => this.toggle(".dl-practice-solution")],
      ["reset", "Start over", () => this.reset()],
    ];
    for (const [name, text, act] of all) {
      const button = element("button", { type: "button", "data-act": name }, text);
      button.addEventListener("click", act);
      line.append(button);
    }
    return line;
  }
}

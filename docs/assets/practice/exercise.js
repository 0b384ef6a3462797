// @ts-check
// An exercise on the page: its starter becomes an editor, and buttons run, check and help.

import { Editor } from "./editor.js";
import { element, part } from "./element.js";
import { keep, recall } from "./store.js";

/** @import { Python } from "./python.js" */
/** @import { Outcome, Place } from "./worker.js" */

/** What runs code for all exercises of the page, once one of them wants it. @type {Promise<Python> | null} */
let wanted = null;
/** Whether it runs something. */
let busy = false;

/**
 * Begin to fetch Python, if that has not begun.
 *
 * @param {Place} place
 */
async function load(place) {
  wanted ??= import("./python.js").then(({ Python }) => new Python(place));
  try {
    const python = await wanted;
    python.load();
    return python;
  } catch (error) {
    wanted = null; // so that the next run tries again
    throw error;
  }
}

/**
 * Return a paragraph in which what stands between backticks is code.
 *
 * @param {string} text
 */
function prose(text) {
  const pieces = text.split("`").map((piece, index) => (index % 2 ? element("code", {}, piece) : piece));
  const paragraph = element("p");
  paragraph.append(...(pieces.length % 2 ? pieces : [text]));
  return paragraph;
}

export class Exercise {
  /**
   * @param {HTMLElement} root
   * @param {Place} place Where Python is
   */
  constructor(root, place) {
    this.root = root;
    this.place = place;
    this.key = `exercise/${root.dataset.exercise}`;
    const starter = root.querySelector(".highlight");
    this.starter = starter?.querySelector("code")?.textContent?.trim() ?? "";
    const { text, hints, done } = recall(this.key);
    this.editor = new Editor("Your code", { changed: () => this.changed(), check: () => this.run("check") });
    this.editor.text = text ?? this.starter;
    this.buttons = element("div", { class: "dl-practice-buttons" });
    this.verdict = element("div", { class: "dl-practice-verdict", role: "status" });
    this.output = element("pre", { class: "dl-practice-output", tabindex: "0", "aria-label": "Printed" });
    starter?.replaceWith(this.editor.element, this.buttons, this.verdict, this.output);
    this.addButtons();
    this.shown = 0; // hints
    this.showHints(hints ?? 0);
    root.toggleAttribute("data-done", Boolean(done));
    root.classList.add("dl-practice-live");
  }

  addButtons() {
    /** @type {Record<string, [string, () => void]>} */
    const all = {
      run: ["Run", () => this.run("run")],
      check: ["Check", () => this.run("check")],
      stop: ["Stop", () => this.stop()],
      hint: ["Hint", () => this.hint()],
      solution: ["Solution", () => this.fold("solution")],
      reset: ["Start over", () => this.reset()],
    };
    for (const [name, [text, act]] of Object.entries(all)) {
      const button = element("button", { type: "button", "data-act": name }, text);
      button.addEventListener("click", act);
      this.buttons.append(button);
    }
  }

  changed() {
    keep(this.key, { text: this.editor.text });
    load(this.place).catch(() => {}); // what went wrong is said when it is needed
  }

  /**
   * Run the code, or run and check it.
   *
   * @param {"run" | "check"} act
   */
  async run(act) {
    if (busy) {
      if (!this.root.hasAttribute("data-busy")) this.say("waiting", "Another exercise of this page is running. Stop it first.");
      return;
    }
    this.setBusy(true);
    this.editor.mark(null);
    this.output.textContent = "";
    this.say("waiting", "Python is being fetched, once for this page. That may take some seconds.");
    const exercise = act === "check" ? (this.root.dataset.exercise ?? null) : null;
    const print = (/** @type {string} */ text) => this.output.append(text);
    try {
      const python = await load(this.place);
      const task = { exercise, source: this.editor.text };
      this.report(await python.run(task, print, () => this.say("waiting", "It runs.")));
    } catch (error) {
      this.say("failed", `Python could not be started: ${error instanceof Error ? error.message : error}.`);
    } finally {
      this.setBusy(false);
    }
  }

  /** @param {Outcome} outcome */
  report({ kind, message, line }) {
    if (kind === "right") {
      this.root.toggleAttribute("data-done", true);
      keep(this.key, { done: true });
    }
    this.editor.mark(line);
    this.say(kind, message || (this.output.textContent ? "It ran." : "It ran, and printed nothing."));
  }

  async stop() {
    (await wanted)?.stop();
  }

  /**
   * Say how it went: the first paragraph is the verdict, one with several lines keeps them.
   *
   * @param {string} kind
   * @param {string} message
   */
  say(kind, message) {
    this.root.dataset.kind = kind;
    const parts = message.split(/\n{2,}/).map(part => (part.includes("\n") ? element("pre", {}, part) : prose(part)));
    this.verdict.replaceChildren(...parts);
  }

  /** @param {boolean} isBusy */
  setBusy(isBusy) {
    const [gone, come] = isBusy ? ["run", "stop"] : ["stop", "run"];
    const hadFocus = document.activeElement === this.button(gone);
    busy = isBusy;
    this.root.toggleAttribute("data-busy", isBusy);
    if (hadFocus) this.button(come).focus();
  }

  /** @param {number} count How many hints to show */
  showHints(count) {
    const hints = [...this.root.querySelectorAll(".dl-practice-hints li")];
    this.shown = Math.min(count, hints.length);
    hints.forEach((hint, index) => hint.toggleAttribute("hidden", index >= this.shown));
    this.fold("hints", this.shown > 0);
    this.button("hint").textContent = this.shown < hints.length ? "Hint" : "No more hints";
  }

  /** Show one more hint. */
  hint() {
    this.showHints(this.shown + 1);
    keep(this.key, { hints: this.shown });
  }

  /**
   * Fold or unfold the hints or the solution.
   *
   * @param {"hints" | "solution"} name
   * @param {boolean} [isOpen] By default the other than now
   */
  fold(name, isOpen) {
    const details = this.root.querySelector(`.dl-practice-${name}`);
    details?.toggleAttribute("open", isOpen);
    if (name === "solution") this.button(name).setAttribute("aria-expanded", String(details?.hasAttribute("open")));
  }

  /** Bring back the starter; what was written can be had back with the editor's own undo. */
  reset() {
    this.editor.replace(this.starter);
    this.output.textContent = "";
    this.say("", "");
  }

  /** @param {string} name */
  button(name) {
    return part(this.buttons, `[data-act="${name}"]`, HTMLButtonElement);
  }
}

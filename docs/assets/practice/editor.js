// @ts-check
// A field to write Python in: a textarea whose text is seen through to the same text, coloured, below it.

import { colour } from "./colour.js";
import { element } from "./element.js";

const INDENT = "    ";

export class Editor {
  /**
   * @param {string} label What it is called
   * @param {{ changed: () => void, check: () => void }} act
   */
  constructor(label, act) {
    this.act = act;
    this.leaves = false; // whether Tab leaves, as it does after Escape
    const plain = { spellcheck: "false", autocapitalize: "off", autocorrect: "off", autocomplete: "off", wrap: "off" };
    this.area = element("textarea", { "aria-label": label, ...plain });
    this.below = element("pre", { "aria-hidden": "true" });
    this.element = element("div", { class: "dl-practice-editor highlight" });
    this.element.append(this.below, this.area);
    this.area.addEventListener("input", () => {
      this.mark(null);
      act.changed();
    });
    this.area.addEventListener("keydown", event => this.press(event));
    this.area.addEventListener("blur", () => (this.leaves = false));
  }

  get text() {
    return this.area.value;
  }

  set text(text) {
    this.area.value = text;
    this.mark(null);
  }

  /**
   * Colour the text, and mark a line.
   *
   * @param {number | null} line From 1
   */
  mark(line) {
    this.below.replaceChildren(...colour(this.text, line));
    this.area.setAttribute("aria-invalid", String(line !== null));
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const { key, shiftKey, isComposing } = event;
    const isCommand = event.ctrlKey || event.metaKey || event.altKey;
    const takes = (/** @type {() => void} */ act) => {
      event.preventDefault();
      act();
    };
    if (key === "Enter" && isCommand && !event.altKey) takes(this.act.check);
    else if (key === "Enter" && !isCommand && !isComposing) takes(() => this.breakLine());
    else if (key === "Tab" && !isCommand && !this.leaves) takes(() => this.indent(shiftKey));
    // Shift may follow Escape: with it, Tab leaves backwards.
    this.leaves = key === "Escape" || (this.leaves && key === "Shift");
  }

  /** Begin a new line as far in as this one, or further after a colon. */
  breakLine() {
    const before = this.text.slice(this.startOfLine(), this.area.selectionStart);
    const deeper = before.trimEnd().endsWith(":") ? INDENT : "";
    this.write(`\n${before.match(/^ */)}${deeper}`);
  }

  /**
   * Move the lines of the selection in or out; with nothing selected, write spaces up to the next stop.
   *
   * @param {boolean} isOut
   */
  indent(isOut) {
    const { selectionStart: start, selectionEnd: end } = this.area;
    const first = this.startOfLine();
    if (start === end && !isOut) {
      this.write(INDENT.slice((start - first) % INDENT.length));
      return;
    }
    const lines = this.text.slice(first, end).split("\n");
    const moved = lines.map(line => (isOut ? line.replace(/^ {1,4}/, "") : line && INDENT + line));
    this.area.setSelectionRange(first, end);
    this.write(moved.join("\n"));
    if (start !== end) this.area.setSelectionRange(first, this.area.selectionEnd);
  }

  /** Return where the line begins in which the selection begins. */
  startOfLine() {
    return this.text.lastIndexOf("\n", this.area.selectionStart - 1) + 1;
  }

  /**
   * Write other text, so that the browser can undo it.
   *
   * @param {string} text
   */
  replace(text) {
    this.area.select();
    this.write(text);
  }

  /**
   * Write in the place of what is selected, so that the browser can undo it.
   *
   * @param {string} text
   */
  write(text) {
    this.area.focus();
    // However old, this is the only way to write that browsers undo.
    document.execCommand(text ? "insertText" : "delete", false, text);
  }
}

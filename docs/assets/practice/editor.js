// @ts-check
// A field to write Python in: a textarea whose text is seen through to the same text, coloured, below it.

import { colour } from "./colour.js";

const INDENT = "    ";

export class Editor {
  /**
   * @param {string} label What it is called
   * @param {{ changed: () => void, check: () => void }} act
   */
  constructor(label, act) {
    this.act = act;
    this.area = document.createElement("textarea");
    Object.assign(this.area, { spellcheck: false, autocapitalize: "off", autocomplete: "off", wrap: "off" });
    this.area.setAttribute("autocorrect", "off");
    this.area.setAttribute("aria-label", label);
    this.below = document.createElement("pre");
    this.below.setAttribute("aria-hidden", "true");
    this.element = document.createElement("div");
    this.element.className = "dl-practice-editor highlight";
    this.element.append(this.below, this.area);
    this.leaves = false; // whether Tab leaves, as it does after Escape
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
    const { key } = event;
    if (key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.act.check();
    } else if (key === "Tab" && !this.leaves && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      this.indent(event.shiftKey);
    } else if (key === "Enter" && !event.isComposing) {
      event.preventDefault();
      this.breakLine();
    }
    this.leaves = key === "Escape" || (this.leaves && ["Tab", "Shift"].includes(key));
  }

  /** Begin a new line as far in as this one, or further after a colon. */
  breakLine() {
    const before = this.text.slice(0, this.area.selectionStart).split("\n").pop() ?? "";
    const deeper = before.trimEnd().endsWith(":") ? INDENT : "";
    this.write("\n" + before.match(/^ */) + deeper);
  }

  /**
   * Move the selected lines in or out; with nothing selected, write spaces up to the next stop.
   *
   * @param {boolean} out
   */
  indent(out) {
    const { selectionStart: start, selectionEnd: end } = this.area;
    const first = this.text.lastIndexOf("\n", start - 1) + 1;
    if (start === end && !out) {
      this.write(INDENT.slice((start - first) % INDENT.length));
      return;
    }
    const lines = this.text.slice(first, end).split("\n");
    const moved = lines.map(line => (out ? line.replace(/^ {1,4}/, "") : line && INDENT + line)).join("\n");
    this.area.setSelectionRange(first, end);
    this.write(moved);
    if (start === end) this.area.setSelectionRange(Math.max(first, end - lines[0].length + moved.length), Math.max(first, end - lines[0].length + moved.length));
    else this.area.setSelectionRange(first, first + moved.length);
  }

  /**
   * Write in the place of what is selected, so that the browser can undo it.
   *
   * @param {string} text
   */
  write(text) {
    // The only way to do so, however old.
    if (!document.execCommand(text ? "insertText" : "delete", false, text)) {
      this.area.setRangeText(text, this.area.selectionStart, this.area.selectionEnd, "end");
      this.area.dispatchEvent(new Event("input"));
    }
  }
}

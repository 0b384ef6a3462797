// @ts-check
// The drawing pad: strokes from a mouse, a pen, a finger or the arrow keys.

import { brush } from "./paint.js";
import { FRAME } from "./preprocess.js";

/** @import { Point, Stroke } from "./ink.js" */

/** @type {Record<string, Point>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP = 1 / FRAME; // of an arrow key: one of the network's pixels; with Shift a quarter
const TIME = 700; // milliseconds that a sample takes to be written
const START = [0.5, 0.25]; // where the arrow keys find the pen

export class Pad {
  /** @type {Stroke[]} x and y from 0 to 1 */
  strokes = [];
  /** @type {Stroke[][]} the drawings before this one, for undo */
  past = [];
  /** @type {Point | null} where the arrow keys have moved it */
  pen = null;
  /** Whether it writes as they move it. */
  down = false;
  /** @type {Set<string>} the arrow keys that are down */
  held = new Set();
  /** @type {number | null} the mouse, pen or finger that is drawing */
  pointer = null;
  /** The next step of a sample that is being written. */
  frame = 0;
  /** The name of the sample that stands here as it was written, if one does. */
  sample = "";
  /** Whether the page wrote it by itself: the reader's first stroke takes its place. */
  shown = false;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {object} options
   * @param {number} options.width of the pen, as a share of the pad
   * @param {Stroke[]} options.ghost shown while the pad is empty
   * @param {() => void} options.changed called after each change
   * @param {(text: string) => void} options.say called with what a screen reader says
   */
  constructor(canvas, { width, ghost, changed, say }) {
    this.canvas = canvas;
    this.width = width;
    this.ghost = ghost;
    this.changed = changed;
    this.say = say;
    canvas.addEventListener("pointerdown", (event) => this.#begin(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("keydown", (event) => this.#press(event));
    canvas.addEventListener("keyup", (event) => this.held.delete(event.key));
    canvas.addEventListener("focus", () => this.#hold(true));
    canvas.addEventListener("blur", () => this.#hold(false));
    canvas.addEventListener("pointerup", (event) => this.#end(event));
    canvas.addEventListener("pointercancel", (event) => this.#end(event));
    new ResizeObserver(() => this.paint()).observe(canvas);
  }

  get empty() {
    return this.strokes.length === 0;
  }

  /**
   * Put other strokes in place of these.
   *
   * @param {Stroke[]} strokes
   */
  replace(strokes) {
    this.#remember();
    this.strokes = strokes;
    this.#update();
  }

  clear() {
    if (!this.empty) this.replace([]);
  }

  undo() {
    this.#stop();
    this.strokes = this.past.pop() ?? [];
    this.#update();
  }

  /**
   * Write strokes point by point, as a pen would; at once where less motion is wished for.
   *
   * @param {Stroke[]} strokes
   * @param {string} name of the sample
   * @param {object} [options]
   * @param {boolean} [options.shown] by the page, not asked for by the reader
   * @param {() => void} [options.written] called at the end
   */
  write(strokes, name, { shown = false, written } = {}) {
    if (shown) this.#stop();
    else this.replace([]);
    [this.sample, this.shown] = [name, shown];
    const time = shown ? 2 * TIME : TIME;
    const points = strokes.flat().length;
    const start = performance.now();
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const frame = (/** @type {number} */ now) => {
      const share = still ? 1 : Math.min(1, Math.max(0, (now - start) / time));
      let left = Math.ceil(share * points);
      this.strokes = [];
      for (const stroke of strokes) {
        if (left > 0) this.strokes.push(stroke.slice(0, left));
        left -= stroke.length;
      }
      // The page's own is read when it stands.
      if (shown && share < 1) this.paint();
      else this.#update();
      if (share < 1) this.frame = requestAnimationFrame(frame);
      else written?.();
    };
    if (still) frame(start);
    else this.frame = requestAnimationFrame(frame);
  }

  /** Draw the strokes, and the pen where the keyboard has it. */
  paint() {
    const { canvas } = this;
    const side = Math.round(canvas.clientWidth * devicePixelRatio);
    const style = getComputedStyle(canvas);
    const context = brush(canvas, side, side);
    context.lineCap = context.lineJoin = "round";
    context.lineWidth = this.width * side;
    context.strokeStyle = style.getPropertyValue(this.empty ? "--dl-hairline" : "--dl-ink");
    if (this.empty) context.lineWidth = Math.max(1, side / 150);
    for (const stroke of this.empty ? this.ghost : this.strokes) {
      context.beginPath();
      // A line to where it begins makes a dot of a stroke of one point.
      context.moveTo(stroke[0][0] * side, stroke[0][1] * side);
      for (const [x, y] of stroke) context.lineTo(x * side, y * side);
      context.stroke();
    }
    if (this.pen) {
      const [x, y] = this.pen.map((value) => value * side);
      context.lineWidth = 2 * devicePixelRatio;
      context.strokeStyle = context.fillStyle = style.getPropertyValue("--dl-accent");
      context.beginPath();
      context.arc(x, y, (this.width * side) / 2 + 2 * devicePixelRatio, 0, 2 * Math.PI);
      context.stroke();
      if (this.down) context.fill();
    }
  }

  #update() {
    this.paint();
    this.changed();
  }

  #stop() {
    cancelAnimationFrame(this.frame);
    this.pointer = null;
    this.down = false;
    this.sample = "";
    this.shown = false;
  }

  #remember() {
    if (this.shown) this.strokes = [];
    this.#stop();
    this.past.push(this.strokes);
  }

  /** @param {MouseEvent} event */
  #point(event) {
    const box = this.canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  /** @param {PointerEvent} event */
  #begin(event) {
    if (event.button !== 0 || !event.isPrimary) return;
    this.#remember();
    this.canvas.setPointerCapture(event.pointerId);
    this.pointer = event.pointerId;
    this.pen = null;
    this.strokes = [...this.strokes, [this.#point(event)]];
    this.#update();
  }

  /** @param {PointerEvent} event */
  #end(event) {
    if (event.pointerId === this.pointer) this.pointer = null;
  }

  /**
   * Lengthen the last stroke.
   *
   * @param {...Point} points
   */
  #extend(...points) {
    this.strokes[this.strokes.length - 1].push(...points);
    this.#update();
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (event.pointerId !== this.pointer) return;
    const events = event.getCoalescedEvents?.() ?? [];
    this.#extend(...(events.length ? events : [event]).map((one) => this.#point(one)));
  }

  /**
   * Show the pen as the keyboard reaches the pad, and put it away as it leaves.
   *
   * @param {boolean} arrives
   */
  #hold(arrives) {
    this.held.clear();
    this.down = false;
    this.pen = arrives && this.canvas.matches(":focus-visible") ? START : null;
    this.paint();
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const undo = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey);
    if (undo) this.undo();
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.key in ARROWS) this.#step(event);
    else if (event.key === " " && !event.repeat) this.#lower();
    else if (event.key === "Delete" || event.key === "Backspace") this.clear();
    else if (event.key !== " ") return;
    event.preventDefault();
  }

  /** @param {KeyboardEvent} event */
  #step(event) {
    this.held.add(event.key);
    let pen = this.pen ?? START;
    const step = event.shiftKey ? STEP / 4 : STEP;
    for (const key of this.held) {
      pen = pen.map((value, i) => Math.min(1, Math.max(0, value + ARROWS[key][i] * step)));
    }
    this.pen = pen;
    if (this.down) this.#extend(pen);
    else this.paint();
  }

  #lower() {
    this.pen ??= START;
    const lowers = !this.down;
    if (lowers) {
      this.#remember();
      this.strokes = [...this.strokes, [this.pen]];
    }
    this.down = lowers;
    this.say(lowers ? "Pen down." : "Pen up.");
    this.#update();
  }
}

// @ts-check
// The network laid open: what every layer makes of the drawing, and who spoke for what.

import { explain, look, sentence } from "./explain.js";
import { adds, collects, sends } from "./backwards.js";
import { percent, ranked, signed } from "./numbers.js";
import { brush, inks, paintPicture, scaled } from "./paint.js";
import { named, part } from "./parts.js";
import { FRAME } from "./preprocess.js";

/** @import { Answer } from "./answer.js" */
/** @import { Look, Read, Target } from "./explain.js" */
/** @import { Values } from "./preprocess.js" */

const REST = 250; // milliseconds without a change before the loudest units are looked for

/**
 * Paint numbers, -1 to 1, as a grid of units, one of them perhaps framed.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Values} values
 * @param {{ columns: number, signed: boolean, framed: number }} options
 */
function paintUnits(canvas, values, { columns, signed, framed }) {
  const ink = inks(signed);
  const side = Math.max(2, Math.round((canvas.clientWidth * devicePixelRatio) / columns));
  const context = brush(canvas, columns * side, (values.length / columns) * side);
  const gap = Math.max(1, Math.round(side / 10));
  values.forEach((value, i) => {
    context.fillStyle = `rgb(${ink(value)})`;
    const [x, y] = [(i % columns) * side, Math.floor(i / columns) * side];
    context.fillRect(x, y, side - gap, side - gap);
  });
  if (framed < 0) return;
  context.strokeStyle = `rgb(${inks(true)(1)})`;
  const line = (context.lineWidth = Math.max(2, gap * 2));
  // Around the unit, but within the canvas: a frame in the top row is as wide as any other.
  const [x, y] = [(framed % columns) * side, Math.floor(framed / columns) * side];
  const [left, top] = [Math.max(0, x - line), Math.max(0, y - line)];
  const [right, bottom] = [Math.min(canvas.width, x + side - gap + line), Math.min(canvas.height, y + side - gap + line)];
  context.strokeRect(left + line / 2, top + line / 2, right - left - line, bottom - top - line);
}

export class View {
  /** @type {Read | null} the network, and what it makes of the drawing; null until it is here */
  read = null;
  /** Waits until the drawing rests. */
  timer = 0;
  /** @type {Target | null} what the mouse is over */
  pointed = null;
  /** @type {Target | null} what the keyboard or a tap chose; the mouse goes first */
  focused = null;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.grids = [0, 1].map((layer) => this.#grid(layer));
    this.rows = [...root.querySelectorAll("button")].filter((row) => row.dataset.digit);
    this.rows.forEach((row, digit) => this.#row(row, digit));
    let width = 0; // to paint makes it higher, which is no reason to paint it again
    new ResizeObserver(([{ contentRect }]) => {
      if (contentRect.width !== width) this.paint();
      width = contentRect.width;
    }).observe(named(root, "layers", HTMLElement));
  }

  /** @param {Read & { answer: Answer }} shown */
  show({ layers, activations, answer }) {
    this.read = { layers, activations };
    this.paint(); // first, because it measures, and the page is laid out anew after each change
    this.root.dataset.kind = answer.kind;
    named(this.root, "digit", HTMLElement).textContent = answer.short;
    named(this.root, "text", HTMLElement).textContent = answer.text;
  }

  /** Paint everything; nothing before the weights are here. */
  paint() {
    if (!this.read) return;
    const { read, root } = this;
    const target = this.pointed ?? this.focused;
    const found = target && look(read, target);
    this.#layers(read, found);
    this.#digits(read, found);
    clearTimeout(this.timer);
    if (found) explain(root, read, found);
    else this.timer = setTimeout(() => explain(root, read, null), REST);
  }

  /**
   * Make a hidden layer's grid answer to mouse, touch, and the keys of its slider.
   *
   * @param {number} layer
   */
  #grid(layer) {
    const canvas = named(this.root, `hidden${layer}`, HTMLCanvasElement);
    const slider = named(this.root, `unit${layer}`, HTMLInputElement);
    const columns = Number(canvas.dataset.columns);
    const rows = (Number(slider.max) + 1) / columns;
    const at = (/** @type {PointerEvent} */ { offsetX, offsetY }) => {
      const column = Math.floor((offsetX / canvas.clientWidth) * columns);
      const row = Math.floor((offsetY / canvas.clientHeight) * rows);
      const inside = column >= 0 && column < columns && row >= 0 && row < rows;
      return inside ? row * columns + column : null;
    };
    const choose = (/** @type {number} */ unit) => {
      slider.value = String(unit);
      this.#focus({ layer, unit });
    };
    canvas.addEventListener("pointermove", (event) => {
      const unit = at(event);
      if (unit === null) return;
      if (event.pointerType === "touch") choose(unit);
      else this.#point({ layer, unit });
    });
    canvas.addEventListener("pointerleave", () => this.#point(null));
    canvas.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // which would take the focus away again
      slider.focus({ preventScroll: true });
      const unit = at(event);
      if (unit !== null) choose(unit);
    });
    slider.addEventListener("focus", () => choose(Number(slider.value)));
    slider.addEventListener("blur", () => this.#focus(null));
    slider.addEventListener("input", () => choose(Number(slider.value)));
    slider.addEventListener("keydown", (event) => {
      const step = { ArrowUp: -columns, ArrowDown: columns }[event.key];
      if (!step) return;
      event.preventDefault();
      const unit = Number(slider.value) + step;
      if (unit >= 0 && unit <= Number(slider.max)) choose(unit);
    });
    return { canvas, slider, columns };
  }

  /**
   * Make a digit's row answer to mouse, touch and keys.
   *
   * @param {HTMLButtonElement} row
   * @param {number} digit
   */
  #row(row, digit) {
    row.addEventListener("pointerenter", (event) => {
      if (event.pointerType !== "touch") this.#point({ digit });
    });
    row.addEventListener("pointerleave", () => this.#point(null));
    row.addEventListener("focus", () => this.#focus({ digit }));
    row.addEventListener("blur", () => this.#focus(null));
    row.addEventListener("click", () => row.focus()); // Safari does not by itself
  }

  /** @param {Target | null} target */
  #point(target) {
    this.pointed = target;
    this.paint();
  }

  /** @param {Target | null} target */
  #focus(target) {
    this.focused = target;
    this.paint();
  }

  /**
   * Paint the picture, the line of inputs and the hidden units, as what is looked at lights them.
   *
   * @param {Read} read
   * @param {Look | null} found
   */
  #layers({ layers, activations }, found) {
    const target = found?.target;
    const values = found ? scaled(found.pixels) : activations.input;
    const hidden = found?.hidden ?? activations.hidden;
    const units = hidden.map((values) => ({ values: scaled(values), signed: Boolean(found?.hidden) }));
    if (target?.layer !== undefined) {
      // The other layer shows what this unit collects from it, or sends to it.
      const link = target.layer === 0 ? sends : collects;
      units[1 - target.layer] = { values: scaled(link(layers, activations, target.unit)), signed: true };
    }
    const signed = Boolean(found);
    paintPicture(named(this.root, "seen", HTMLCanvasElement), values, { columns: FRAME, signed });
    paintPicture(named(this.root, "inputs", HTMLCanvasElement), values, { columns: values.length, signed });
    this.grids.forEach(({ canvas, slider, columns }, layer) => {
      const framed = target?.layer === layer ? target.unit : -1;
      paintUnits(canvas, units[layer].values, { ...units[layer], columns, framed });
      const unit = Number(slider.value);
      slider.setAttribute("aria-valuetext", sentence({ layers, activations }, { layer, unit }));
      const active = activations.hidden[layer].filter((value) => value > 0).length;
      const note = named(this.root, `active${layer}`, HTMLElement);
      note.textContent = `${active} of ${layers[layer].units} active`;
    });
  }

  /**
   * Write the ten logits and probabilities, or what a hidden unit adds to each logit.
   *
   * @param {Read} read
   * @param {Look | null} found
   */
  #digits({ layers, activations }, found) {
    const unit = found?.target.layer !== undefined ? found.target : null;
    const added = unit && adds(layers, activations, unit.layer, unit.unit);
    const values = added ?? activations.logits;
    const lengths = scaled(values);
    const best = ranked(activations.probabilities)[0];
    named(this.root, "heading", HTMLElement).textContent = added ? "adds" : "logit";
    this.rows.forEach((row, digit) => {
      const [value, probability] = [values[digit], activations.probabilities[digit]];
      row.style.setProperty("--logit", String(lengths[digit]));
      row.style.setProperty("--probability", String(probability));
      row.dataset.sign = value < 0 ? "against" : "for";
      row.toggleAttribute("data-best", digit === best);
      part(row, ".dl-try-logit", HTMLElement).textContent = signed(value);
      part(row, ".dl-try-probability", HTMLElement).textContent = percent(probability);
    });
  }
}

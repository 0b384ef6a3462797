// The network laid open: what every layer makes of the drawing, and who spoke for what.

import { percent, ranked, signed } from "./answer.js";
import { explain, sentence } from "./explain.js";
import { adds, collects, sends, shares, template } from "./network.js";
import { paintPicture, paintUnits, scaled } from "./paint.js";

const COLUMNS = [16, 8]; // units in a row of the hidden layers' grids
const NOTHING = new Float32Array(784);

export class View {
  constructor(root, find) {
    Object.assign(this, { root, find });
    this.pointed = null; // what the mouse is over: {layer, unit} or {digit}
    this.focused = null; // what the keyboard or a tap chose; the mouse goes first
    this.grids = [0, 1].map((layer) => this.#grid(layer));
    this.rows = [...root.querySelectorAll("[data-digit]")];
    this.rows.forEach((row, digit) => this.#row(row, digit));
    new ResizeObserver(() => this.paint()).observe(find("layers"));
  }

  show({ layers, activations, answer }) {
    Object.assign(this, { layers, activations });
    this.root.dataset.kind = answer.kind;
    this.find("digit").textContent = answer.short;
    this.find("text").textContent = answer.text;
    this.paint();
  }

  /** Paint everything; nothing before the weights are here. */
  paint() {
    if (!this.layers) return;
    const target = this.pointed ?? this.focused;
    this.#layers(target);
    this.#digits(target);
    explain(this, target);
  }

  /** Make a hidden layer's grid answer to mouse, touch, and the keys of its slider. */
  #grid(layer) {
    const canvas = this.find(`hidden${layer}`);
    const slider = this.find(`unit${layer}`);
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
      const rows = (Number(slider.max) + 1) / COLUMNS[layer];
      const [column, row] = [Math.floor(x * COLUMNS[layer]), Math.floor(y * rows)];
      const inside = column >= 0 && column < COLUMNS[layer] && row >= 0 && row < rows;
      return inside ? row * COLUMNS[layer] + column : null;
    };
    const choose = (unit) => {
      slider.value = unit;
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
      const step = { ArrowUp: -COLUMNS[layer], ArrowDown: COLUMNS[layer] }[event.key];
      if (!step) return;
      event.preventDefault();
      const unit = Number(slider.value) + step;
      if (unit >= 0 && unit <= Number(slider.max)) choose(unit);
    });
    return { canvas, slider };
  }

  #row(row, digit) {
    row.addEventListener("pointerenter", (event) => {
      if (event.pointerType !== "touch") this.#point({ digit });
    });
    row.addEventListener("pointerleave", () => this.#point(null));
    row.addEventListener("focus", () => this.#focus({ digit }));
    row.addEventListener("blur", () => this.#focus(null));
    row.addEventListener("click", () => row.focus()); // Safari does not by itself
  }

  #point(target) {
    this.pointed = target;
    this.paint();
  }

  #focus(target) {
    this.focused = target;
    this.paint();
  }

  /** Paint the picture, the line of 784 inputs and the hidden units, as `target` lights them. */
  #layers(target) {
    const { layers, activations } = this;
    let pixels = { values: activations?.input ?? NOTHING, signed: false };
    let units = [0, 1].map((layer) => ({
      values: scaled(activations?.hidden[layer] ?? new Float32Array(layers[layer].units)),
      signed: false,
    }));
    if (activations && target?.digit !== undefined) {
      const share = shares(layers, activations, target.digit);
      pixels = { values: scaled(share.pixels), signed: true };
      units = share.hidden.map((values) => ({ values: scaled(values), signed: true }));
    } else if (activations && target) {
      const weights = template(layers, activations, target.layer, target.unit);
      const products = weights.map((weight, i) => weight * activations.input[i]);
      pixels = { values: scaled(products), signed: true };
      // The other layer shows what this unit collects from it, or sends to it.
      const link = target.layer === 0 ? sends : collects;
      const values = scaled(link(layers, activations, target.unit));
      units[1 - target.layer] = { values, signed: true };
    }
    paintPicture(this.find("seen"), pixels.values, { columns: 28, signed: pixels.signed });
    paintPicture(this.find("inputs"), pixels.values, { columns: 784, signed: pixels.signed });
    this.grids.forEach(({ canvas, slider }, layer) => {
      const framed = target?.layer === layer ? target.unit : -1;
      paintUnits(canvas, units[layer].values, { ...units[layer], columns: COLUMNS[layer], framed });
      const unit = Number(slider.value);
      slider.setAttribute("aria-valuetext", sentence(this, { layer, unit }));
      const active = activations?.hidden[layer].filter((value) => value > 0).length ?? 0;
      this.find(`active${layer}`).textContent = `${active} of ${layers[layer].units} active`;
    });
  }

  /** Write the ten logits and probabilities, or what a hidden unit adds to each logit. */
  #digits(target) {
    const { layers, activations } = this;
    const unit = activations && target?.layer !== undefined;
    const values = unit ? adds(layers, activations, target.layer, target.unit) : activations?.logits;
    const most = values?.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
    const best = activations && ranked(activations.probabilities)[0];
    this.find("heading").textContent = unit ? "adds" : "logit";
    this.rows.forEach((row, digit) => {
      const value = values?.[digit] ?? 0;
      const probability = activations?.probabilities[digit] ?? 0;
      row.style.setProperty("--logit", value / most);
      row.style.setProperty("--probability", probability);
      row.dataset.sign = value < 0 ? "against" : "for";
      row.toggleAttribute("data-best", digit === best);
      row.querySelector(".dl-try-logit").textContent = values ? signed(value) : "";
      row.querySelector(".dl-try-probability").textContent = activations ? percent(probability) : "";
    });
  }
}

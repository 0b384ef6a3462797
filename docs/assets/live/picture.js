// @ts-check
// A picture of numbers in which one is chosen: by pointing, by touch, by the arrow keys.

import { canvas } from "./parts.js";
import { brush, inks } from "../try/paint.js";

const SIDE = 10; // of a pixel on the canvas
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * What a picture may be: numbers with a sign; so many columns, if it is no square; a gap between its
 * pixels. `choose` is called with the pixel that is pointed at, `press` with those that the pointer
 * passes while it is down.
 *
 * @typedef {object} Options
 * @property {boolean} [signed]
 * @property {number} [columns]
 * @property {number} [gap]
 * @property {(pixel: number) => void} choose
 * @property {(pixels: number[]) => void} [press]
 */

export class Picture {
  /**
   * @param {string} label
   * @param {ArrayLike<number>} values -1 to 1, row by row
   * @param {Options} options
   */
  constructor(label, values, { signed = false, columns = Math.sqrt(values.length), gap = 0, choose, press }) {
    this.values = values;
    this.signed = signed;
    this.columns = columns;
    this.rows = values.length / columns;
    this.gap = gap;
    this.pixel = 0;
    this.canvas = canvas(label);
    this.canvas.width = columns * SIDE;
    this.canvas.height = this.rows * SIDE;
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    this.canvas.className = "dl-live-picture";
    this.canvas.toggleAttribute("data-press", Boolean(press));
    let last = -1; // where the pointer was, while it is down
    const point = (/** @type {PointerEvent} */ event) => {
      const pixel = this.#at(event);
      if (pixel >= 0 && event.buttons && press) press(this.#between(last < 0 ? pixel : last, pixel));
      last = event.buttons ? pixel : -1;
      if (pixel >= 0) choose(pixel);
    };
    this.canvas.addEventListener("pointermove", point);
    this.canvas.addEventListener("pointerdown", point);
    this.canvas.addEventListener("keydown", (event) => {
      if (!(event.key in ARROWS)) return;
      event.preventDefault();
      const [right, down] = ARROWS[event.key];
      const [column, row] = [(this.pixel % columns) + right, Math.floor(this.pixel / columns) + down];
      if (column >= 0 && column < columns && row >= 0 && row < this.rows) choose(row * columns + column);
    });
  }

  /**
   * Return the pixel under a pointer, or -1.
   *
   * @param {PointerEvent} event
   */
  #at(event) {
    const box = this.canvas.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * this.columns);
    const row = Math.floor(((event.clientY - box.top) / box.height) * this.rows);
    if (column < 0 || row < 0 || column >= this.columns || row >= this.rows) return -1;
    return row * this.columns + column;
  }

  /**
   * Return the pixels on the way from one to another: a quick pointer leaves none out.
   *
   * @param {number} from
   * @param {number} to
   */
  #between(from, to) {
    const { columns } = this;
    const [x, y] = [from % columns, Math.floor(from / columns)];
    const [right, down] = [(to % columns) - x, Math.floor(to / columns) - y];
    const steps = Math.max(Math.abs(right), Math.abs(down), 1);
    return Array.from({ length: steps + 1 }, (_, i) => {
      const share = i / steps;
      return Math.round(y + share * down) * columns + Math.round(x + share * right);
    });
  }

  /** @param {number} [pixel] the one to frame; none below 0 */
  paint(pixel = this.pixel) {
    this.pixel = Math.max(0, pixel);
    const { columns, gap } = this;
    const ink = inks(this.signed);
    const context = brush(this.canvas);
    for (let i = 0; i < this.values.length; i++) {
      context.fillStyle = `rgb(${ink(this.values[i])})`;
      context.fillRect((i % columns) * SIDE, Math.floor(i / columns) * SIDE, SIDE - gap, SIDE - gap);
    }
    if (pixel < 0) return;
    context.lineWidth = 3;
    context.strokeStyle = getComputedStyle(this.canvas).getPropertyValue("--dl-accent");
    context.strokeRect((pixel % columns) * SIDE - 1, Math.floor(pixel / columns) * SIDE - 1, SIDE + 2 - gap, SIDE + 2 - gap);
  }

  /**
   * Say where a pixel is, counted from 0 as NumPy does.
   *
   * @param {number} pixel
   */
  where(pixel) {
    return `Row ${Math.floor(pixel / this.columns)}, column ${pixel % this.columns}`;
  }
}

/**
 * Return numbers divided by the largest of them, whatever its sign.
 *
 * @param {number[]} values
 */
export function toOne(values) {
  const most = Math.max(...values.map(Math.abs)) || 1;
  return values.map((value) => value / most);
}

// @ts-check
// A picture of 28 x 28 numbers in which one pixel is chosen: by pointing, by touch, by the arrow keys.

import { canvas } from "./parts.js";
import { brush, inks } from "../try/paint.js";
import { FRAME } from "../try/preprocess.js";

const SIDE = 10; // of a pixel on the canvas
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Picture {
  /**
   * @param {string} label
   * @param {ArrayLike<number>} values 784 of them, -1 to 1
   * @param {{ signed?: boolean, choose: (pixel: number) => void }} options
   */
  constructor(label, values, { signed = false, choose }) {
    this.values = values;
    this.signed = signed;
    this.pixel = 0;
    this.canvas = canvas(label);
    this.canvas.width = this.canvas.height = FRAME * SIDE;
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    this.canvas.className = "dl-live-picture";
    const point = (/** @type {PointerEvent} */ event) => {
      const box = this.canvas.getBoundingClientRect();
      const [column, row] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height].map((share) =>
        Math.min(FRAME - 1, Math.max(0, Math.floor(share * FRAME))),
      );
      choose(row * FRAME + column);
    };
    this.canvas.addEventListener("pointermove", point);
    this.canvas.addEventListener("pointerdown", point);
    this.canvas.addEventListener("keydown", (event) => {
      if (!(event.key in ARROWS)) return;
      event.preventDefault();
      const [right, down] = ARROWS[event.key];
      const [column, row] = [(this.pixel % FRAME) + right, Math.floor(this.pixel / FRAME) + down];
      if (column >= 0 && column < FRAME && row >= 0 && row < FRAME) choose(row * FRAME + column);
    });
  }

  /** @param {number} [pixel] the one to frame */
  paint(pixel = this.pixel) {
    this.pixel = pixel;
    const ink = inks(this.canvas, this.signed);
    const context = brush(this.canvas);
    for (let i = 0; i < FRAME * FRAME; i++) {
      context.fillStyle = `rgb(${ink(this.values[i])})`;
      context.fillRect((i % FRAME) * SIDE, Math.floor(i / FRAME) * SIDE, SIDE, SIDE);
    }
    context.lineWidth = 3;
    context.strokeStyle = getComputedStyle(this.canvas).getPropertyValue("--dl-accent");
    context.strokeRect((pixel % FRAME) * SIDE - 1, Math.floor(pixel / FRAME) * SIDE - 1, SIDE + 2, SIDE + 2);
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

/**
 * Say where a pixel is, counted from 0 as NumPy does.
 *
 * @param {number} pixel
 */
export function where(pixel) {
  return `Row ${Math.floor(pixel / FRAME)}, column ${pixel % FRAME}`;
}

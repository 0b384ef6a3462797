// @ts-check
// Chapter 2: choose a pixel of the 7: its number, its row and column, its place in the flat line.

import { Picture } from "./picture.js";
import { canvas, element, keep, kept, onScheme } from "./parts.js";
import { brush, inks } from "../try/paint.js";

const BEGIN = [7, 10]; // row and column of the pixel that is chosen first, in the bar
const HEIGHT = 24; // of the line

/**
 * @param {HTMLElement} root
 * @param {{ levels: number[] }} data
 */
export function start(root, { levels }) {
  root.setAttribute("aria-label", "One pixel of the image");
  const says = element("p", { role: "status" });
  const values = levels.map((level) => level / 255);
  const picture = new Picture("The image: the arrow keys choose a pixel", values, { choose });
  const line = canvas("The same 784 numbers in one line");
  [line.width, line.height] = [levels.length, HEIGHT];
  line.addEventListener("pointermove", (event) => {
    const box = line.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    choose(Math.min(levels.length - 1, Math.max(0, Math.floor(share * levels.length))));
  });

  /** @param {number} pixel */
  function choose(pixel) {
    keep("pixel", [pixel]);
    show(pixel);
  }
  /** @param {number} pixel */
  function show(pixel) {
    picture.paint(pixel);
    const ink = inks(false);
    const context = brush(line);
    values.forEach((value, i) => {
      context.fillStyle = `rgb(${ink(value)})`;
      context.fillRect(i, 6, 1, HEIGHT - 6);
    });
    context.fillStyle = getComputedStyle(line).getPropertyValue("--dl-accent");
    context.fillRect(pixel - 2, 0, 5, 5);
    const { columns } = picture;
    const [row, column] = [Math.floor(pixel / columns), pixel % columns];
    says.textContent = `${picture.where(pixel)}: ${levels[pixel]}. In the flat line it is number ${row} × ${columns} + ${column} = ${pixel}.`;
  }

  root.append(
    element("div", { class: "dl-live-pair" }, element("figure", {}, picture.canvas), element("div", {}, says)),
    element("figure", { class: "dl-live-line" }, line, element("figcaption", {}, "Flattened: the 28 rows end to end")),
  );
  onScheme(() => show(picture.pixel));
  show(kept("pixel", [levels.length - 1])?.[0] ?? BEGIN[0] * picture.columns + BEGIN[1]);
}

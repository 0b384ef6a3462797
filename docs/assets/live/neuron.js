// @ts-check
// Chapter 3: one neuron, pixel by pixel: number times weight, and the sum as it grows.

import { Chart } from "./chart.js";
import { Picture, toOne, where } from "./picture.js";
import { button, element, fixed, onScheme, wide } from "./parts.js";

/** @import { Point } from "./chart.js" */

const BEGIN = 300; // the pixel that is chosen first

/**
 * @param {HTMLElement} root
 * @param {{ names: string[], images: number[][], weights: number[] }} data
 */
export function start(root, { names, images, weights }) {
  root.setAttribute("aria-label", "One neuron, pixel by pixel");
  const says = element("p", { role: "status" });
  const chart = new Chart("The sum so far", { width: wide(root), height: 170 });
  const pictures = [
    new Picture("The image: the arrow keys choose a pixel", images[0], { choose: show }),
    new Picture("The weights: the arrow keys choose one", toOne(weights), { signed: true, choose: show }),
    new Picture("The products: the arrow keys choose one", images[0], { signed: true, choose: show }),
  ];
  const buttons = names.map((name, i) => button(`The ${name}`, () => pick(i)));
  let pixels = images[0];

  /** @param {number} which of the images */
  function pick(which) {
    pixels = images[which];
    pictures[0].values = pixels;
    pictures[2].values = toOne(pixels.map((pixel, i) => pixel * weights[i]));
    buttons.forEach((one, i) => one.setAttribute("aria-pressed", String(i === which)));
    show(pictures[0].pixel || BEGIN);
  }

  /** @param {number} pixel */
  function show(pixel) {
    for (const picture of pictures) picture.paint(pixel);
    let total = 0;
    const sums = pixels.map((value, i) => /** @type {Point} */ ([i, (total += value * weights[i])]));
    const heights = sums.map(([, sum]) => sum);
    const [value, weight] = [pixels[pixel], weights[pixel]];
    const sentence =
      `${where(pixel)}: ${value.toFixed(2)} × ${fixed(weight, 2, true)} = ${fixed(value * weight, 2, true)}. ` +
      `The sum so far is ${fixed(sums[pixel][1], 2, true)}, of all ${pixels.length} products ${fixed(total, 2, true)}.`;
    const lines = [
      { points: sums, kind: "muted" },
      { points: sums.slice(0, pixel + 1), kind: "accent" },
    ];
    const y = /** @type {Point} */ ([Math.min(0, ...heights), Math.max(0, ...heights)]);
    chart.draw({ x: [0, pixels.length], y, label: "pixel", lines, says: sentence });
    says.textContent = sentence;
  }

  const captions = ["pixels", "× weights", "= products"];
  const figures = pictures.map((picture, i) =>
    element("figure", {}, picture.canvas, element("figcaption", {}, captions[i])),
  );
  root.append(
    element("div", { class: "dl-live-row" }, ...buttons),
    element("div", { class: "dl-live-three" }, ...figures),
    element("div", { class: "dl-live-answer" }, says),
    chart.svg,
  );
  onScheme(() => show(pictures[0].pixel));
  pick(0);
}

// @ts-check
// Chapter 3: one neuron, pixel by pixel: number times weight, and the sum as it grows.

import { Chart } from "./chart.js";
import { Picture, toOne, where } from "./picture.js";
import { element, onScheme, wide } from "./parts.js";

/** @import { Point } from "./chart.js" */

const BEGIN = 300; // the pixel that is chosen first

/** @param {number} value */
function signed(value) {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}

/**
 * @param {HTMLElement} root
 * @param {{ pixels: number[], weights: number[] }} data
 */
export function start(root, { pixels, weights }) {
  root.setAttribute("aria-label", "One neuron, pixel by pixel");
  const products = pixels.map((pixel, i) => pixel * weights[i]);
  let total = 0;
  const sums = products.map((product, i) => /** @type {Point} */ ([i, (total += product)]));
  const heights = sums.map(([, sum]) => sum);
  const y = /** @type {Point} */ ([Math.min(0, ...heights), Math.max(0, ...heights)]);

  const says = element("p", { role: "status" });
  const chart = new Chart("The sum so far", { width: wide(root), height: 170 });
  const pictures = [
    new Picture("The image: the arrow keys choose a pixel", pixels, { choose: show }),
    new Picture("The weights: the arrow keys choose one", toOne(weights), { signed: true, choose: show }),
    new Picture("The products: the arrow keys choose one", toOne(products), { signed: true, choose: show }),
  ];

  /** @param {number} pixel */
  function show(pixel) {
    for (const picture of pictures) picture.paint(pixel);
    const sentence =
      `${where(pixel)}: ${pixels[pixel].toFixed(2)} × ${signed(weights[pixel])} = ${signed(products[pixel])}. ` +
      `The sum so far is ${signed(sums[pixel][1])}, of all ${pixels.length} products ${signed(total)}.`;
    const lines = [
      { points: sums, kind: "muted" },
      { points: sums.slice(0, pixel + 1), kind: "accent" },
    ];
    chart.draw({ x: [0, pixels.length], y, label: "pixel", lines, says: sentence });
    says.textContent = sentence;
  }

  const captions = ["pixels", "× weights", "= products"];
  const figures = pictures.map((picture, i) =>
    element("figure", {}, picture.canvas, element("figcaption", {}, captions[i])),
  );
  root.append(
    element("div", { class: "dl-live-three" }, ...figures),
    element("div", { class: "dl-live-answer" }, says),
    chart.svg,
  );
  onScheme(() => show(pictures[0].pixel));
  show(BEGIN);
}

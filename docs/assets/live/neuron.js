// @ts-check
// Chapter 3: one neuron, pixel by pixel: number times weight, and the sum as it grows. Its weights
// are a picture that the reader may draw on.

import { Chart } from "./chart.js";
import { Picture, toOne } from "./picture.js";
import { button, element, fixed, keep, kept, onScheme, read } from "./parts.js";
import { Ten, images } from "./ten.js";

/** @import { Point } from "./chart.js" */

const BEGIN = [7, 300]; // the digit and the pixel that are chosen first
const PEN = 0.5; // the weight that is drawn
const STEP = 0.1; // by which a key changes a weight
const MOST = 1; // that keys can make of it
/** @type {Record<string, number>} */
const PENS = { "Draw blue": PEN, "Draw orange": -PEN, Erase: 0 };
/** @type {Record<string, (weight: number) => number>} */
const KEYS = {
  "+": (weight) => Math.min(MOST, weight + STEP),
  "-": (weight) => Math.max(-MOST, weight - STEP),
  0: () => 0,
};

/**
 * Return the products of an image and weights, and the sum as it grows, pixel by pixel.
 *
 * @param {number[]} pixels
 * @param {number[]} weights
 */
export function multiply(pixels, weights) {
  let total = 0;
  const products = pixels.map((pixel, i) => pixel * weights[i]);
  return { products, sums: products.map((product) => (total += product)) };
}

/**
 * @param {HTMLElement} root
 * @param {{ images: string, weights: string }} data
 */
export function start(root, { images: levels, weights: told }) {
  root.setAttribute("aria-label", "One neuron, pixel by pixel");
  const first = read(told);
  const all = images(read(levels));
  let weights = [...first];
  let [digit, pixel] = kept("neuron", [all.length - 1, first.length - 1]) ?? BEGIN;
  let pen = PEN;
  const says = element("p", { role: "status" });
  const chart = new Chart("The sum so far", { height: 150 });
  const put = (/** @type {number[]} */ ...chosen) => {
    [digit, pixel] = chosen;
    keep("neuron", chosen);
    show();
  };
  const digits = new Ten(all, (one) => put(one, pixel));
  const choose = (/** @type {number} */ one) => put(digit, one);
  const editing = "The weights: draw on them; or the arrow keys choose one, + raises it, - lowers it, 0 erases it";
  const pictures = [
    new Picture("The image: the arrow keys choose a pixel", all[digit], { choose }),
    new Picture(editing, first, { signed: true, choose, press: draw }),
    new Picture("The products: the arrow keys choose one", first, { signed: true, choose }),
  ];
  pictures[1].canvas.addEventListener("keydown", ({ key }) => {
    if (!(key in KEYS)) return;
    weights[pixel] = KEYS[key](weights[pixel]);
    show();
  });
  const pens = Object.entries(PENS).map(([name, value]) =>
    button(name, () => {
      pen = value;
      mark();
    }),
  );
  const mark = () => pens.forEach((one, i) => one.setAttribute("aria-pressed", String(Object.values(PENS)[i] === pen)));

  /** @param {number[]} passed the pixels under the pen, whose stroke is three pixels wide */
  function draw(passed) {
    const { columns } = pictures[1];
    for (const middle of passed) {
      for (const near of [middle - columns, middle, middle + columns]) if (near in weights) weights[near] = pen;
      if (middle % columns > 0) weights[middle - 1] = pen;
      if (middle % columns < columns - 1) weights[middle + 1] = pen;
    }
  }
  /** @param {number[]} values */
  function set(values) {
    weights = values;
    show();
  }
  function show() {
    const { products, sums } = multiply(all[digit], weights);
    [all[digit], toOne(weights), toOne(products)].forEach((values, i) => {
      pictures[i].values = values;
      pictures[i].paint(pixel);
    });
    const totals = all.map((image) => multiply(image, weights).sums[image.length - 1]);
    const largest = totals.indexOf(Math.max(...totals));
    const equal = totals.every((total) => total === totals[0]);
    digits.show(digit, totals.map((total) => fixed(total, 1, true)), equal ? -1 : largest);
    const sentence =
      `${pictures[0].where(pixel)}: ${all[digit][pixel].toFixed(2)} × ${fixed(weights[pixel], 2, true)} = ` +
      `${fixed(products[pixel], 2, true)}. The sum so far is ${fixed(sums[pixel], 2, true)}, ` +
      `of all ${sums.length} products ${fixed(totals[digit], 2, true)}.`;
    const points = sums.map((sum, i) => /** @type {Point} */ ([i, sum]));
    const lines = [
      { points, kind: "muted" },
      { points: points.slice(0, pixel + 1), kind: "accent" },
    ];
    const y = /** @type {Point} */ ([Math.min(0, ...sums), Math.max(1, ...sums)]);
    chart.draw({ x: [0, sums.length], y, label: "pixel", lines, says: sentence });
    const result = equal ? "The ten digits have equal sums." : `Of the ten digits, the ${largest} has the largest sum.`;
    says.textContent = `${sentence} ${result}`;
  }

  const captions = ["pixels", "× weights", "= products"];
  const figures = pictures.map((picture, i) =>
    element("figure", {}, picture.canvas, element("figcaption", {}, captions[i])),
  );
  const again = [
    button("All weights 0", () => set(first.map(() => 0))),
    button("Start over", () => set([...first])),
  ];
  root.append(
    element("p", {}, "Draw on the weights: can you make a template that picks another digit?"),
    element("div", { class: "dl-live-row" }, ...pens, ...again),
    element("div", { class: "dl-live-three dl-live-neuron" }, ...figures),
    digits.root,
    element("div", { class: "dl-live-pair" }, chart.svg, element("div", { class: "dl-live-answer" }, says)),
  );
  onScheme(() => {
    digits.paint();
    show();
  });
  digits.paint();
  mark();
  show();
}

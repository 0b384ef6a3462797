// @ts-check
// Chapter 3: what ReLU cuts. The sums of both hidden layers before and after it, for each of ten
// digits, as the biases of the first layer move.

import { Chart } from "./chart.js";
import { Picture } from "./picture.js";
import { Slider, button, element, fixed, keep, kept, onScheme, read } from "./parts.js";
import { Ten, images } from "./ten.js";
import { dense, relu, softmax } from "../try/layers.js";
import { percent } from "../try/numbers.js";

/** @import { Point } from "./chart.js" */
/** @import { Layer } from "../try/layers.js" */
/** @typedef {{ images: string, sums: string, second: string, output: string, biases: number[][] }} Data */

const SEVEN = 7; // the digit that is chosen first
const COLUMNS = 16; // of the units' pictures
const IN_THE_DATA = 1000; // stands for 1 in the sums and kernels
const REACH = 8; // how far the biases move to either side
const STEP = 0.25;

/**
 * Return the layers after the first hidden one.
 *
 * @param {Data} data
 * @returns {Layer[]}
 */
export function layers({ second, output, biases }) {
  return [second, output].map((kernel, i) => {
    const values = Float32Array.from(read(kernel), (value) => value / IN_THE_DATA);
    const units = biases[i].length;
    return { inputs: values.length / units, units, kernel: values, bias: Float32Array.from(biases[i]) };
  });
}

/**
 * Return the sums and activations of both hidden layers, and the probabilities.
 *
 * @param {Layer[]} last the layers after the first hidden one
 * @param {ArrayLike<number>} before the sums of the first hidden layer
 */
export function follow([second, output], before) {
  const first = Float32Array.from(before);
  const sums = [first, dense(second, relu(first))];
  const activations = sums.map(relu);
  return { sums, activations, probabilities: softmax(dense(output, activations[1])) };
}

/** @param {ArrayLike<number>} sums */
function silent(sums) {
  return Array.from(sums).filter((sum) => sum <= 0).length;
}

/**
 * @param {HTMLElement} root
 * @param {Data} data
 */
export function start(root, data) {
  root.setAttribute("aria-label", "What ReLU cuts");
  const pixels = images(read(data.images));
  const last = layers(data);
  const told = read(data.sums).map((sum) => sum / IN_THE_DATA);
  const units = told.length / pixels.length;
  const all = pixels.map((_, digit) => told.slice(digit * units, (digit + 1) * units));
  const values = Array.from({ length: (2 * REACH) / STEP + 1 }, (_, i) => i * STEP - REACH);
  const before = kept("cut", [all.length - 1, 1, units - 1, values.length - 1]) ?? [SEVEN, 0, 0, REACH / STEP];
  let [digit, ...chosen] = before.slice(0, 3); // chosen: a hidden layer, and its unit
  chosen[1] = Math.min(chosen[1], [units, last[0].units][chosen[0]] - 1);
  let moved = all; // the sums of the first hidden layer, as the biases move
  /** @type {ReturnType<typeof follow>[]} */
  let results = [];

  const says = element("p", { role: "status" });
  const reads = element("p");
  const chart = new Chart("ReLU: what goes in, what comes out", { height: 170 });
  const digits = new Ten(pixels, (one) => {
    digit = one;
    put();
  });
  const slider = new Slider("Move biases", values, values[before[3]], move, (value) => fixed(value, 2, true));
  const pairs = [units, last[0].units].map((count, layer) => {
    const choose = (/** @type {number} */ unit) => {
      chosen = [layer, unit];
      put();
    };
    const options = { signed: true, columns: COLUMNS, gap: 1, choose };
    const pictures = ["before", "after"].map((when) => {
      const label = `Hidden layer ${layer + 1} ${when} ReLU: the arrow keys choose a unit`;
      return new Picture(label, new Float32Array(count), options);
    });
    return { pictures, captions: pictures.map(() => element("figcaption")) };
  });

  function follows() {
    moved = all.map((sums) => sums.map((sum) => sum + slider.value));
    results = moved.map((sums) => follow(last, sums));
  }
  function move() {
    follows();
    put();
  }
  function put() {
    keep("cut", [digit, ...chosen, slider.input.valueAsNumber]);
    show();
  }
  function show() {
    const { sums, activations, probabilities } = results[digit];
    pairs.forEach(({ pictures, captions }, layer) => {
      const most = Math.max(...Array.from(sums[layer], Math.abs));
      [sums, activations].forEach((kind, i) => {
        pictures[i].values = Array.from(kind[layer], (value) => value / (most || 1));
        pictures[i].paint(layer === chosen[0] ? chosen[1] : -1);
      });
      captions[0].textContent = `Hidden layer ${layer + 1}: ${sums[layer].length} sums`;
      captions[1].textContent = `After ReLU: ${silent(sums[layer])} cut to 0`;
    });
    digits.show(digit, moved.map((one) => `${silent(one)} cut`));
    draw(Array.from(sums[0]));
    says.textContent = sentence();
    const best = probabilities.indexOf(Math.max(...probabilities));
    reads.textContent = `The network reads ${best === 8 ? "an" : "a"} ${best}, ${percent(probabilities[best])} sure.${extremes(moved[digit])}`;
  }
  /** @param {number[]} sums */
  function extremes(sums) {
    if (silent(sums) === sums.length) return " Every unit of layer 1 is silent: whatever the image shows is lost.";
    return silent(sums) === 0 ? " Nothing is cut in layer 1: here it is a straight layer." : "";
  }
  function sentence() {
    const [layer, unit] = chosen;
    const sum = results[digit].sums[layer][unit];
    const awake = results.flatMap((result, one) => (result.sums[layer][unit] > 0 ? [one] : []));
    const wakes = awake.length === 0 ? "None of the ten digits wakes it." : `Of the ten digits these wake it: ${awake.join(", ")}.`;
    const becomes = sum > 0 ? "which ReLU leaves as it is" : "which ReLU cuts to 0";
    return `Layer ${layer + 1}, unit ${unit}: its sum is ${fixed(sum, 2, true)}, ${becomes}. ${wakes}`;
  }
  /** @param {number[]} sums */
  function draw(sums) {
    const x = /** @type {Point} */ ([Math.min(-1, ...sums), Math.max(1, ...sums)]);
    const bend = /** @type {Point[]} */ ([[x[0], 0], [0, 0], [x[1], x[1]]]);
    const points = sums.map((sum) => /** @type {Point} */ ([sum, Math.max(0, sum)]));
    const lines = [
      { points: bend, kind: "muted quiet" },
      { points: points.filter(([sum]) => sum <= 0), kind: "wrong dotted", dots: true },
      { points: points.filter(([sum]) => sum > 0), kind: "accent dotted", dots: true },
    ];
    const cut = `${silent(sums)} of ${sums.length} sums are cut to 0.`;
    chart.draw({ x, y: [0, x[1]], label: "sum of a unit of layer 1", lines, says: cut });
  }

  const reset = button("Reset", () => {
    slider.value = 0;
    move();
  });
  const figures = pairs.flatMap(({ pictures, captions }) =>
    pictures.map((picture, i) => element("figure", {}, picture.canvas, captions[i])),
  );
  root.append(
    element("p", {}, "Move the biases of hidden layer 1: which units does ReLU cut, and what is lost?"),
    digits.root,
    element("div", { class: "dl-live-sliders" }, slider.root, element("div", { class: "dl-live-row" }, reset)),
    element("div", { class: "dl-live-two" }, ...figures),
    element("div", { class: "dl-live-pair" }, chart.svg, element("div", { class: "dl-live-answer" }, reads, says)),
  );
  onScheme(() => {
    digits.paint();
    show();
  });
  digits.paint();
  follows();
  show();
}

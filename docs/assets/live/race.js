// @ts-check
// Chapter 4: the loss over two weights as a map, on which optimizers race: those that have a rate.

import { lossAndSlopes } from "./batch.js";
import { Chart, add } from "./chart.js";
import { Adam, SGD } from "./learning.js";
import { Slider, button, element, fixed, keep, kept, wide } from "./parts.js";
import { Dense } from "./training.js";

/** @import { Batch } from "./batch.js" */
/** @import { Point } from "./chart.js" */
/** @typedef {{ name: string, kind: string, slider: Slider, point: Dense, optimizer: SGD | Adam, path: Point[] }} Walker */

const GRID = 64; // points of the map along each side
const LEVELS = [0.0005, 0.002, 0.006, 0.015, 0.03, 0.06, 0.12]; // of the lines, above the lowest point
const STEPS = 30; // that Run takes
const PAUSE = 120; // milliseconds between them
const MOMENTUM = 0.6;
const PLACES = 81; // along each side that the sliders can begin at
const MOST = 1000; // steps that the address may ask for

/**
 * Return an SVG path along which a function of the map has a value: straight through each triangle.
 *
 * @param {number[][]} heights rows of the grid
 * @param {number} level
 * @param {(column: number, row: number) => Point} place
 */
export function contour(heights, level, place) {
  let path = "";
  const cut = (/** @type {number[][]} */ corners) => {
    const ends = [];
    for (let i = 0; i < 3; i++) {
      const [a, b] = [corners[i], corners[(i + 1) % 3]];
      const [p, q] = [heights[a[1]][a[0]] - level, heights[b[1]][b[0]] - level];
      if (p < 0 === q < 0) continue;
      const t = p / (p - q);
      ends.push(place(a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])));
    }
    if (ends.length === 2) path += `M${ends.map((end) => end.map((n) => n.toFixed(1)).join(" ")).join("L")}`;
  };
  for (let row = 0; row + 1 < heights.length; row++) {
    for (let column = 0; column + 1 < heights[0].length; column++) {
      const corner = [column, row];
      const across = [column + 1, row + 1];
      cut([corner, [column + 1, row], across]);
      cut([corner, across, [column, row + 1]]);
    }
  }
  return path;
}

/**
 * @param {HTMLElement} root
 * @param {Batch & { start: number[], x: Point, y: Point, rates: Record<string, number> }} data
 */
export function start(root, { start: first, x, y, rates, ...batch }) {
  root.setAttribute("aria-label", "Optimizers on one map");
  const chart = new Chart("Loss over two weights", { width: wide(root), height: 340 });
  const at = (/** @type {Point} */ range, /** @type {number} */ i) => range[0] + (i / (GRID - 1)) * (range[1] - range[0]);
  const indices = Array.from({ length: GRID }, (_, i) => i);
  const heights = indices.map((row) => indices.map((column) => lossAndSlopes(batch, [at(x, column), at(y, row)]).loss));
  const lowest = Math.min(...heights.flat());
  const before = kept("race") ?? []; // where they began, how far they went, their rates
  let begin = before.length > 2 ? before.slice(0, 2) : first;
  let timer = 0;
  const says = element("p", { role: "status" });

  const kinds = Object.entries({ SGD: "wrong", momentum: "accent", Adam: "muted" }).filter(([name]) => name in rates);
  const walkers = kinds.map(([name, kind], i) => {
    const values = [0.1, 0.25, 0.5, 1, 1.5].map((factor) => Number((factor * rates[name]).toPrecision(3)));
    const slider = new Slider(`Rate of ${name}`, values, before[3 + i] ?? rates[name], () => reset());
    return /** @type {Walker} */ ({ name, kind, slider });
  });
  // They say where it begins, between their places as well: fingers put it anywhere.
  const beginners = [x, y].map((range, i) => {
    const values = Array.from({ length: PLACES }, (_, at) => range[0] + (at / (PLACES - 1)) * (range[1] - range[0]));
    const change = (/** @type {number} */ value) => {
      begin = begin.map((old, axis) => (axis === i ? Number(value.toFixed(3)) : old));
      reset();
    };
    return new Slider(["Move first", "Move second"][i], values, begin[i], change, () => fixed(begin[i], 2));
  });
  const begins = () => {
    clearInterval(timer);
    beginners.forEach((slider, i) => (slider.value = begin[i]));
    for (const walker of walkers) {
      const rate = walker.slider.value;
      walker.point = new Dense(2, 1, { kernel: Float64Array.from(begin), bias: new Float64Array(1) });
      walker.optimizer = walker.name === "Adam" ? new Adam(rate) : new SGD(rate, walker.name === "SGD" ? 0 : MOMENTUM);
      walker.path = [[begin[0], begin[1]]];
    }
  };
  const reset = () => {
    begins();
    moved();
  };
  const step = () => {
    go();
    moved();
  };
  const moved = () => {
    keep("race", [...begin, walkers[0].path.length - 1, ...walkers.map(({ slider }) => slider.value)]);
    show();
  };
  const go = () => {
    for (const { point, optimizer, path } of walkers) {
      const { kernel } = point.params;
      point.grads = { kernel: Float64Array.from(lossAndSlopes(batch, kernel).slopes), bias: new Float64Array(1) };
      optimizer.step([point]);
      path.push([kernel[0], kernel[1]]);
    }
  };
  const run = () => {
    clearInterval(timer);
    let left = STEPS;
    timer = setInterval(() => {
      step();
      left -= 1;
      if (left === 0) clearInterval(timer);
    }, PAUSE);
  };
  const show = () => {
    const lines = walkers.map(({ name, kind, path }) => ({ points: path, kind, label: name, dots: true }));
    const losses = walkers.map(({ name, path }) => `${name} ${lossAndSlopes(batch, path[path.length - 1]).loss.toFixed(4)}`);
    const sentence = `Steps: ${walkers[0].path.length - 1}. Loss: ${losses.join(", ")}.`;
    chart.draw({ x, y, label: "first weight, moved by", lines, says: sentence });
    const point = (/** @type {number} */ column, /** @type {number} */ row) =>
      /** @type {Point} */ ([chart.across(at(x, column)), chart.down(at(y, row))]);
    for (const level of LEVELS) {
      const line = add(chart.svg, "path", { d: contour(heights, lowest + level, point), class: "level" });
      chart.svg.prepend(line);
    }
    says.textContent = sentence;
  };

  chart.onDrag(([u, v]) => {
    begin = [Math.min(x[1], Math.max(x[0], u)), Math.min(y[1], Math.max(y[0], v))].map((n) => Number(n.toFixed(3)));
    reset();
  });
  const again = () => {
    begin = first;
    reset();
  };
  root.append(
    chart.svg,
    element("p", {}, "Touch the map, or move both weights, to begin elsewhere."),
    element("div", { class: "dl-live-sliders" }, ...beginners.map(({ root }) => root), ...walkers.map(({ slider }) => slider.root)),
    element("div", { class: "dl-live-row" }, button("One step", step), button(`Run ${STEPS} steps`, run), button("Reset", again)),
    element("div", { class: "dl-live-answer" }, says),
  );
  begins();
  for (let i = 0; i < Math.min(before[2] ?? 0, MOST); i++) go();
  show();
}

// @ts-check
// Chapter 5: the four layers learn in front of the reader, who also draws for them.

import { Chart } from "./chart.js";
import { Slider, button, canvas, element, keep, kept, onScheme } from "./parts.js";
import { GUESSES, outcome } from "./outcome.js";
import { paintPicture, scaled } from "../try/paint.js";

/** @import { Reader } from "./reader.js" */
/** @import { Settings } from "./trainer.js" */
/** @import { Layer } from "../try/network.js" */
/** @import { Point } from "./chart.js" */
/** @typedef {{ history: number[][], layers: Layer[], running: boolean, done: boolean }} State */

const C = { rate: 0.001, batch: 32, hidden: 128, images: 1437, dropout: 0, noise: 0, seed: 1, epochs: 20 };
/** @type {Record<string, Settings>} the chapter's patients, on fewer, easier digits */
const PATIENTS = {
  A: { ...C, images: 100, hidden: 256, rate: 0.003, epochs: 40 },
  B: { ...C, rate: 0.00001, batch: 128 },
  C,
  D: { ...C, rate: 0.4, batch: 128 },
};
/** @typedef {Exclude<keyof Settings, "epochs">} Name */
/** @type {[Name, string, number[], ((value: number) => string)?][]} */
const CONTROLS = [
  ["rate", "Learning rate", [0.00001, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.4], (value) => value.toFixed(5).replace(/0+$/, "")],
  ["batch", "Batch size", [1, 8, 16, 32, 64, 128, 256]],
  ["hidden", "Hidden units", [8, 16, 32, 64, 128, 256], (value) => `${value} and ${value / 2}`],
  ["images", "Images", [50, 100, 200, 500, 1000, 1437]],
  ["dropout", "Dropout", [0, 0.1, 0.2, 0.3, 0.5], percent],
  ["noise", "Random labels", [0, 0.1, 0.2, 0.4], percent],
  ["seed", "Seed", [1, 2, 3, 4, 5, 6, 7, 8, 9]],
];
const COLUMNS = 4; // of first-layer pictures, and at most as many rows
const GAP = 2; // pixels between them

/** @param {number} share */
function percent(share) {
  return `${Math.round(100 * share)}%`;
}

/**
 * Paint what the first units of the first layer look for.
 *
 * @param {HTMLCanvasElement} target
 * @param {Layer} layer
 */
function paintTemplates(target, { inputs, units, kernel }) {
  const columns = Math.min(COLUMNS, units);
  const rows = Math.min(COLUMNS, Math.ceil(units / columns));
  const side = Math.sqrt(inputs);
  const cell = side + GAP;
  const values = new Float32Array(columns * cell * rows * cell);
  for (let unit = 0; unit < columns * rows; unit++) {
    const template = scaled(Float32Array.from({ length: inputs }, (_, i) => kernel[i * units + unit]));
    const corner = Math.floor(unit / columns) * cell * columns * cell + (unit % columns) * cell;
    template.forEach((weight, i) => (values[corner + Math.floor(i / side) * columns * cell + (i % side)] = weight));
  }
  paintPicture(target, values, { columns: columns * cell, signed: true });
}

/**
 * Draw the curves so far.
 *
 * @param {Chart[]} charts loss, accuracy
 * @param {number[][]} history
 * @param {number} epochs
 */
function drawCurves([loss, accuracy], history, epochs) {
  const points = (/** @type {number} */ column) => history.map((row) => /** @type {Point} */ ([row[0], row[column]]));
  const last = history[history.length - 1];
  const top = last[3] > 3 || history.some((row) => row[1] > 3) ? 5 : 2.5;
  const lines = (/** @type {number} */ column) => [
    { points: points(column), kind: "muted", label: "training" },
    { points: points(column + 2), kind: "accent", label: "validation" },
  ];
  const says = (/** @type {number} */ column, /** @type {(value: number) => string} */ write) =>
    `After ${last[0].toFixed(1)} epochs, training ${write(last[column])}, validation ${write(last[column + 2])}.`;
  const x = /** @type {Point} */ ([0, epochs]);
  const blind = { points: /** @type {Point[]} */ ([[0, Math.log(10)], [epochs, Math.log(10)]]), kind: "guide" };
  const write = (/** @type {number} */ value) => value.toFixed(2);
  loss.draw({ x, y: [0, top], label: "epoch", lines: [blind, ...lines(1)], says: says(1, write) });
  accuracy.draw({ x, y: [0, 1], label: "epoch", lines: lines(2), says: says(2, percent) });
}

/** @param {HTMLElement} root */
export async function start(root) {
  root.setAttribute("aria-label", "Train it here");
  const told = kept("train");
  /** @type {Settings} */
  let settings = { ...C };
  if (told) CONTROLS.forEach(([name], i) => (settings[name] = told[i] ?? settings[name]));
  /** @type {State | null} */
  let state = null;
  let guess = "";

  const worker = new Worker(new URL("trainer.js", import.meta.url), { type: "module" });
  const ask = (/** @type {string} */ what) => worker.postMessage({ ask: what, settings });
  const changed = () => {
    keep("train", CONTROLS.map(([name]) => settings[name]));
    guess = "";
    ask("reset");
  };
  const sliders = CONTROLS.map(([name, label, values, write]) => {
    const change = (/** @type {number} */ value) => {
      settings = { ...settings, [name]: value };
      changed();
      mark("");
    };
    return new Slider(label, values, settings[name], change, write);
  });
  const choose = (/** @type {string} */ name) => {
    settings = { ...PATIENTS[name] };
    CONTROLS.forEach(([key], i) => (sliders[i].value = settings[key]));
    changed();
    mark(name);
  };
  const patients = Object.keys(PATIENTS).map((name) => button(`Patient ${name}`, () => choose(name)));
  const mark = (/** @type {string} */ name) => {
    for (const one of patients) one.setAttribute("aria-pressed", String(one.textContent === `Patient ${name}`));
  };
  mark(told ? "" : "C");
  const run = button("Run", () => ask(state?.running ? "pause" : "run"));
  const step = button("One batch", () => ask("step"));
  const reset = button("Reset", changed);
  const says = element("p", { role: "status" });
  const guesses = GUESSES.map((text) =>
    button(text, () => {
      guess = text;
      ask("run");
      run.focus();
    }),
  );
  const question = element("p", {}, "Before it runs, make a guess. The validation loss will:");
  const asking = element("div", { class: "dl-live-guess" }, question, element("div", {}, ...guesses));
  const charts = [new Chart("Loss"), new Chart("Accuracy")];
  const templates = canvas("What sixteen units of the first hidden layer look for");
  /** @type {Reader | null} here once its place is near: to draw takes more than all the rest */
  let reader = null;
  const seat = element("div");
  const near = new IntersectionObserver(
    async (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      near.disconnect();
      const { Reader } = await import("./reader.js");
      reader = new Reader();
      seat.replaceWith(reader.root);
      if (state) reader.read(state.layers);
    },
    { rootMargin: "400px" },
  );

  root.append(
    element("div", { class: "dl-live-row" }, ...patients),
    element("div", { class: "dl-live-sliders" }, ...sliders.map((slider) => slider.root)),
    element("div", { class: "dl-live-row" }, run, step, reset),
    element("div", { class: "dl-live-answer" }, asking, says),
    element("div", { class: "dl-live-pair" }, ...charts.map((chart) => chart.svg)),
    element(
      "div",
      { class: "dl-live-pair" },
      element("figure", {}, templates, element("figcaption", {}, "What units of the first hidden layer look for: blue for, orange against")),
      seat,
    ),
  );
  near.observe(seat);

  const show = () => {
    if (!state) return;
    const { history, layers, running, done } = state;
    drawCurves(charts, history, settings.epochs);
    paintTemplates(templates, layers[0]);
    reader?.read(layers);
    run.textContent = running ? "Pause" : "Run";
    run.disabled = done || !guess;
    step.disabled = done || running;
    asking.hidden = guess !== "";
    if (!done) {
      says.textContent = running || !guess ? "" : `Paused after ${history[history.length - 1][0].toFixed(1)} epochs.`;
      return;
    }
    const was = outcome(history);
    const right = guess === "" ? "" : guess === was ? "You guessed right. " : `You guessed that it would ${guess}. `;
    const last = history[history.length - 1];
    says.textContent = `${right}The validation loss did this: ${was}. The network reads ${percent(last[4])} of the 360 digits held out.`;
  };
  worker.addEventListener("message", ({ data }) => {
    if (data.ready) return ask("reset");
    state = data;
    show();
  });
  worker.addEventListener("error", () => {
    says.textContent = "The digits to learn from could not be loaded. Try to reload the page.";
  });
  onScheme(show);
}

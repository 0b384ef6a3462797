// @ts-check
// Chapter 4: forward and back through a small graph, one number at a time, and a step of training.

import { add } from "./chart.js";
import { Slider, button, element, fixed, keep, kept, wide } from "./parts.js";
import { BOTH, PAIRS, passes, round, stepped } from "./passes.js";

/** @import { Graph, Step } from "./passes.js" */
/** @typedef {[number, number]} Place as shares of the picture's width and height */

const RATES = [0.1, 0.2, 0.5, 1, 2, 4, 8];
const PAUSE = 2000; // milliseconds between steps, to read them
const HEIGHT = 250;
const LINE = 8; // between a number and its slope, from their middle
/** @type {Record<string, Place>} */
const PLACES = {
  input0: [0.1, 0.22],
  input1: [0.1, 0.86],
  sum0: [0.57, 0.22],
  sum1: [0.57, 0.86],
  loss: [0.93, 0.54],
};
/** @type {Record<string, [Place, Place]>} */
const LINES = {
  "0": [[0.64, 0.26], [0.88, 0.48]],
  "1": [[0.64, 0.82], [0.88, 0.6]],
};
for (const pair of PAIRS) {
  const [i, j] = [...pair].map(Number);
  const [from, to] = [PLACES[`input${i}`][1], PLACES[`sum${j}`][1]];
  const part = i === j ? 0.5 : 0.27; // where the weight stands on its line
  LINES[pair] = [[0.17, from], [0.5, to]];
  PLACES[`weight${pair}`] = [0.17 + 0.33 * part, from + part * (to - from)];
}
for (const j of BOTH) PLACES[`share${j}`] = [0.76, j ? 0.71 : 0.37];

/**
 * Return the numbers of the graph, and the slopes of the loss for them as "sum0'".
 *
 * @param {Graph} graph
 */
export function numbers(graph) {
  const { sums, probabilities, loss, forSums, forWeights, forInputs } = passes(graph);
  /** @type {Record<string, number>} */
  const found = { loss, "loss'": 1 };
  for (const i of BOTH) {
    found[`input${i}`] = graph.x[i];
    found[`input${i}'`] = forInputs[i];
    found[`sum${i}`] = sums[i];
    found[`sum${i}'`] = forSums[i];
    found[`share${i}`] = probabilities[i];
    for (const j of BOTH) {
      found[`weight${i}${j}`] = graph.weights[i][j];
      found[`weight${i}${j}'`] = forWeights[i][j];
    }
  }
  return found;
}

/**
 * @param {HTMLElement} root
 * @param {Graph} graph
 */
export function start(root, graph) {
  root.setAttribute("aria-label", "Forward and back through a small graph");
  const width = wide(root);
  const svg = add(root, "svg", { viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", class: "dl-live-chart dl-live-graph" });
  const says = element("p", { role: "status" });
  const place = element("p", { class: "dl-live-place" });
  const [begin, told = 0.5, ...before] = kept("graph") ?? [];
  const rate = new Slider("Learning rate", RATES, told, () => moved());
  let rates = before; // of the rounds of training before this one
  let rounds = [graph.weights]; // the weights that each round of training began with
  let timer = 0;
  const now = () => ({ ...graph, weights: rounds[rounds.length - 1] });
  for (const one of before) rounds.push(stepped(now(), one));
  const LAST = round(graph, rate.value).length - 1;
  const KNOWN = LAST - 2; // every number and every slope is there
  let index = Number.isInteger(begin) && begin >= 0 && begin <= LAST ? begin : KNOWN;

  /** @param {string} key @param {number} value @param {Step} step */
  function write(key, value, { comes, back }) {
    const name = key.replace("'", "");
    const isSlope = key !== name;
    const [x, y] = PLACES[name];
    const lit = comes.includes(key) ? " lit" : "";
    const kind = isSlope ? "accent" : back ? "" : "ink";
    const by = name.startsWith("share") ? 4 : isSlope ? LINE + 8 : -LINE + 4;
    const text = `${name.startsWith("share") ? "p " : ""}${fixed(value, 2, isSlope)}`;
    add(svg, "text", { x: x * width, y: y * HEIGHT + by, class: `middle ${kind}${lit}` }, text);
  }
  function show() {
    const steps = round(now(), rate.value);
    const step = steps[index];
    svg.replaceChildren();
    svg.setAttribute("aria-label", `Two inputs, two sums and the loss. ${step.says}`);
    for (const [key, [from, to]] of Object.entries(LINES)) {
      const [a, b] = [from, to].map(([x, y]) => `${x * width} ${y * HEIGHT}`);
      const lit = step.along.includes(key) ? ` lit ${step.back ? "accent" : ""}` : "";
      add(svg, "path", { d: `M${a}L${b}`, class: `line${lit}` });
    }
    const moved = { ...graph, weights: stepped(now(), rate.value) };
    const values = numbers(index > KNOWN ? moved : now());
    for (const key of shown(steps)) write(key, values[key], step);
    for (const [key, [x, y]] of Object.entries(PLACES)) {
      const [, word, number] = /** @type {string[]} */ (/([a-z]+)(\d*)/.exec(key));
      if (/weight|share/.test(word)) continue;
      const name = number ? `${word} ${Number(number) + 1}` : word;
      add(svg, "text", { x: x * width, y: y * HEIGHT - 26, class: "middle muted" }, name);
    }
    place.textContent = `${rounds.length > 1 ? `Round ${rounds.length}, step` : "Step"} ${index} of ${LAST}`;
    says.textContent = step.says;
  }
  /**
   * Return which numbers are there.
   *
   * @param {Step[]} steps
   */
  function shown(steps) {
    const given = [...BOTH.map((i) => `input${i}`), ...PAIRS.map((pair) => `weight${pair}`)];
    if (index > KNOWN) return index === LAST ? [...given, ...steps[LAST].comes] : given;
    return [...given, ...steps.slice(0, index + 1).flatMap((step) => step.comes)];
  }

  const player = button("Play", () => (timer ? stop() : play()));
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    player.textContent = "Play";
  };
  const play = () => {
    if (index >= KNOWN) index = 0;
    player.textContent = "Pause";
    timer = setInterval(() => {
      forth();
      if (index === LAST) stop();
    }, PAUSE);
    show();
  };
  function moved() {
    keep("graph", [index, rate.value, ...rates]);
    show();
  }
  function forth() {
    if (index === LAST) {
      rounds.push(stepped(now(), rate.value));
      rates.push(rate.value);
    }
    index = (index + 1) % (LAST + 1);
    moved();
  }
  function back() {
    if (index === 0 && rounds.length === 1) return;
    if (index === 0) {
      rounds.pop();
      rates.pop();
    }
    index = index === 0 ? LAST : index - 1;
    moved();
  }
  const by = (/** @type {() => void} */ move) => () => {
    stop();
    move();
  };
  const restart = by(() => {
    rounds = [graph.weights];
    rates = [];
    index = 0;
    moved();
  });
  root.append(
    element("div", { class: "dl-live-row" }, button("From the start", restart), button("Back", by(back)), button("Next", by(forth)), player),
    element("div", { class: "dl-live-sliders" }, rate.root),
    element("div", { class: "dl-live-answer" }, place, says),
  );
  show();
}

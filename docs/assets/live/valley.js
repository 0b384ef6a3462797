// @ts-check
// Chapter 4: the loss over one weight. Drag the weight, choose a rate, and step.

import { lossAndSlopes } from "./batch.js";
import { Chart } from "./chart.js";
import { Slider, button, element, fixed, keep, kept, wide } from "./parts.js";

/** @import { Batch } from "./batch.js" */
/** @import { Point } from "./chart.js" */

const RATES = [0.5, 1, 2, 4, 8, 12, 16, 22, 30, 40];
const REACH = 3.5; // how far the curve goes to either side
const POINTS = 141; // of the curve, and so many places for the weight
const TANGENT = 0.6; // how far it goes to either side
const STEPS = 10; // that Run takes
const PAUSE = 350; // milliseconds between them

/**
 * @param {HTMLElement} root
 * @param {Batch} batch
 */
export function start(root, batch) {
  root.setAttribute("aria-label", "Gradient descent on one weight");
  const middle = batch.weights[0];
  const loss = (/** @type {number} */ weight) => lossAndSlopes(batch, [weight]).loss;
  const places = Array.from({ length: POINTS }, (_, i) => middle + REACH * ((2 * i) / (POINTS - 1) - 1));
  const curve = places.map((weight) => /** @type {Point} */ ([weight, loss(weight)]));
  const heights = curve.map(([, height]) => height);
  const x = /** @type {Point} */ ([middle - REACH, middle + REACH]);
  const y = /** @type {Point} */ ([Math.min(...heights) - 0.02, Math.max(...heights)]);

  const told = kept("valley");
  let path = [told?.[0] ?? middle];
  let timer = 0;
  const chart = new Chart("Loss", { width: wide(root), height: 250 });
  const says = element("p", { role: "status" });
  const rate = new Slider("Learning rate", RATES, told?.[1] ?? 2, () => show());
  const weight = new Slider("Weight", places, path[0], (value) => put(value), (value) => fixed(value, 2));

  const show = () => {
    const at = path[path.length - 1];
    const { loss: height, slopes } = lossAndSlopes(batch, [at]);
    const step = -rate.value * slopes[0];
    const tangent = [-TANGENT, TANGENT].map((by) => /** @type {Point} */ ([at + by, height + by * slopes[0]]));
    const walked = path.map((place) => /** @type {Point} */ ([place, loss(place)]));
    const sentence = `Weight ${fixed(at, 2)}, loss ${height.toFixed(3)}, slope ${fixed(slopes[0], 3, true)}. `;
    const lines = [
      { points: curve, kind: "muted quiet" },
      { points: tangent, kind: "guide" },
      { points: walked, kind: "accent", dots: true },
    ];
    chart.draw({ x, y, label: "value of the weight", lines, says: sentence });
    const before = path.length > 1 ? lossAndSlopes(batch, [path[path.length - 2]]).slopes[0] : 0;
    const past = before * slopes[0] < 0 ? " The last step overshot: the slope has changed its sign." : "";
    says.textContent = `${sentence}The next step is −${rate.value} × (${fixed(slopes[0], 3, true)}) = ${fixed(step, 3, true)}.${past}`;
  };
  const put = (/** @type {number} */ value) => {
    stop();
    path = [Math.min(x[1], Math.max(x[0], value))];
    weight.value = path[0];
    keep("valley", [Number(path[0].toFixed(3)), rate.value]);
    show();
  };
  const step = () => {
    const at = path[path.length - 1];
    path.push(at - rate.value * lossAndSlopes(batch, [at]).slopes[0]);
    weight.value = path[path.length - 1];
    show();
  };
  const stop = () => clearInterval(timer);
  const run = () => {
    stop();
    let left = STEPS;
    timer = setInterval(() => {
      step();
      left -= 1;
      if (left === 0) stop();
    }, PAUSE);
  };
  const reset = () => put(middle);

  chart.onDrag(([place]) => put(place));
  root.append(
    chart.svg,
    element("div", { class: "dl-live-sliders" }, weight.root, rate.root),
    element("div", { class: "dl-live-row" }, button("One step", step), button(`Run ${STEPS} steps`, run), button("Reset", reset)),
    element("div", { class: "dl-live-answer" }, says),
  );
  show();
}

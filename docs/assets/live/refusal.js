// @ts-check
// Chapter 6: the right to say nothing. Slide the threshold, say what a mistake costs, see what is best.

import { Chart } from "./chart.js";
import { Slider, element, fixed, keep, kept, wide } from "./parts.js";

/** @import { Point } from "./chart.js" */

const COSTS = [1, 2, 5, 10, 20, 50, 100]; // of a mistake, where asking a human costs 1

/** @param {number} share */
function percent(share) {
  return `${fixed(100 * share, 2)}%`;
}

/**
 * For each threshold, ascending: how many images are answered, and how many of these are misread.
 *
 * @typedef {{ thresholds: number[], answered: number[], mistakes: number[], ours: number }} Data
 */

/**
 * @param {HTMLElement} root
 * @param {Data} data ours is the threshold that the chapter chose
 */
export function start(root, { thresholds, answered, mistakes, ours }) {
  root.setAttribute("aria-label", "The right to say nothing");
  const total = answered[0];
  const says = element("p", { role: "status" });
  const right = new Chart("Right, of those answered", { width: wide(root), height: 190 });
  const price = new Chart("Cost of all images", { width: wide(root), height: 170 });
  const refused = answered.map((count) => (total - count) / total);
  const rights = answered.map((count, i) => (count - mistakes[i]) / count);
  const before = kept("refusal");
  const moved = () => {
    keep("refusal", [threshold.value, cost.value]);
    show();
  };
  const threshold = new Slider("Threshold", thresholds, before?.[0] ?? ours, moved, (value) => value.toFixed(3));
  const cost = new Slider("A mistake costs", COSTS, before?.[1] ?? 10, moved, (value) => `${value} × asking`);

  const show = () => {
    const at = thresholds.indexOf(threshold.value);
    const costs = answered.map((count, i) => mistakes[i] * cost.value + (total - count));
    const best = costs.indexOf(Math.min(...costs));
    const x = /** @type {Point} */ ([0, refused[refused.length - 1]]);
    const points = (/** @type {number[]} */ values) => values.map((value, i) => /** @type {Point} */ ([refused[i], value]));
    const dot = (/** @type {number[]} */ values, /** @type {number} */ i) => [/** @type {Point} */ ([refused[i], values[i]])];
    const sentence =
      `${percent(refused[at])} are refused. Of the ${answered[at]} answered, ${percent(rights[at])} are right, ${mistakes[at]} wrong. `;
    right.draw({
      x,
      y: [rights[0], 1],
      label: "share refused",
      lines: [{ points: points(rights), kind: "muted quiet" }, { points: dot(rights, at), kind: "accent" }],
      says: sentence,
    });
    price.draw({
      x,
      y: [0, Math.max(...costs)],
      label: "share refused",
      lines: [
        { points: points(costs), kind: "muted quiet" },
        { points: dot(costs, best), kind: "wrong", label: "cheapest" },
        { points: dot(costs, at), kind: "accent", label: "here" },
      ],
      says: sentence,
    });
    says.textContent = `${sentence}Together this costs ${costs[at]}; cheapest would be a threshold of ${thresholds[best].toFixed(3)}, with ${costs[best]}.`;
  };

  root.append(
    element("div", { class: "dl-live-sliders" }, threshold.root, cost.root),
    element("div", { class: "dl-live-pair" }, right.svg, price.svg),
    element("div", { class: "dl-live-answer" }, says),
  );
  show();
}

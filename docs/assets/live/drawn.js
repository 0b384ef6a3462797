// @ts-check
// Chapter 5: draw how a curve goes on, and then see how it did.

import { Chart } from "./chart.js";
import { Slider, button, element, fixed, wide } from "./parts.js";

/** @import { Point } from "./chart.js" */

/**
 * One value for each epoch, of which the first `known` are shown; the axis goes from y[0] to y[1].
 *
 * @typedef {{ title: string, values: number[], known: number, y: Point }} Data
 */

/**
 * @param {number} share
 * @param {number} [digits]
 */
function percent(share, digits = 1) {
  return `${fixed(100 * share, digits)}%`;
}

/**
 * @param {HTMLElement} root
 * @param {Data} data
 */
export function start(root, { title, values, known, y }) {
  root.setAttribute("aria-label", title);
  const last = values.length - 1;
  const from = known - 1; // the curve is drawn from this place on
  const x = /** @type {Point} */ ([1, values.length]);
  const begun = values.slice(0, known).map(point);
  /** @type {Map<number, number>} */
  let drawn = new Map();
  let isShown = false;

  const chart = new Chart(title, { width: wide(root), height: 220 });
  const says = element("p", { role: "status" });
  const ends = Array.from({ length: 101 }, (_, i) => y[0] + (i * (y[1] - y[0])) / 100);
  const end = new Slider(`In epoch ${values.length}`, ends, values[from], (value) => draw(() => straight(value)), (value) => percent(value, 0));
  const reveal = button("Show the curve", () => {
    isShown = true;
    root.parentElement?.toggleAttribute("data-shown", true);
    show();
  });
  const again = button("Draw again", () => draw(() => drawn.clear()));

  /** What was drawn as far as it goes, and then how it was. */
  const told = (/** @type {number} */ epoch, /** @type {number} */ drew) => {
    const whole = epoch > last;
    const guessed = `You drew ${percent(drew, 0)} ${whole ? "at the end" : `in epoch ${epoch}, and no further`}.`;
    const there = whole ? "" : `${percent(values[epoch - 1])} in epoch ${epoch}, and at the end `;
    return isShown ? `${guessed} It was ${there}${percent(values[last])}, after ${percent(values[from])} in epoch ${known}.` : guessed;
  };
  const show = () => {
    const guess = [...drawn].sort(([one], [other]) => one - other).map(([at, value]) => point(value, at));
    const [epoch, drew] = guess[guess.length - 1] ?? [];
    const lines = [
      { points: guess.length ? [begun[from], ...guess] : [], kind: "muted", label: "drawn" },
      { points: isShown ? values.map(point) : begun, kind: "accent", label: isShown ? "measured" : "" },
    ];
    reveal.disabled = isShown || !epoch;
    says.textContent = epoch ? told(epoch, drew) : `The first ${known} epochs are drawn. Draw how it goes on, with the finger, the mouse or the slider.`;
    chart.draw({ x, y, label: "epoch", lines, says: says.textContent });
  };
  const draw = (/** @type {() => void} */ change) => {
    isShown = false;
    change();
    show();
  };
  const straight = (/** @type {number} */ value) => {
    drawn = new Map([[last, value]]);
  };

  let held = from; // the place drawn last, while the pointer is down; or from
  const put = (/** @type {MouseEvent} */ event) => {
    const [epoch, height] = chart.at(event);
    const place = Math.min(last, Math.max(known, Math.round(epoch) - 1));
    const value = Math.min(y[1], Math.max(y[0], height));
    const before = drawn.get(held) ?? values[from];
    const way = place - held;
    for (let step = 1; step <= Math.abs(way); step++) {
      const at = held + step * Math.sign(way);
      if (at > from) drawn.set(at, before + ((value - before) * step) / Math.abs(way));
    }
    drawn.set(place, value);
    held = place;
    end.value = drawn.get(last) ?? value;
  };
  let isDown = false;
  chart.svg.classList.add("dl-live-drag");
  chart.svg.addEventListener("pointerdown", (event) => {
    isDown = true;
    chart.svg.setPointerCapture(event.pointerId);
    if (!drawn.size) held = from;
    draw(() => put(event));
  });
  chart.svg.addEventListener("pointermove", (event) => {
    if (isDown) draw(() => put(event));
  });
  for (const name of ["pointerup", "pointercancel"]) chart.svg.addEventListener(name, () => (isDown = false));

  root.append(
    chart.svg,
    element("div", { class: "dl-live-sliders" }, end.root),
    element("div", { class: "dl-live-row" }, reveal, again),
    element("div", { class: "dl-live-answer" }, says),
  );
  show();
}

/**
 * Return a point of the chart.
 *
 * @param {number} value
 * @param {number} place counted from 0
 * @returns {Point}
 */
function point(value, place) {
  return [place + 1, value];
}

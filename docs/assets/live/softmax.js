// @ts-check
// Chapter 3: ten logits to move, a temperature, and the probabilities that softmax makes of them.

import { Slider, button, element, keep, kept } from "./parts.js";
import { percent, ranked, signed } from "../try/numbers.js";
import { softmax } from "../try/layers.js";

const TEMPERATURES = [0.1, 0.2, 0.5, 0.7, 1, 1.5, 2, 3, 4, 6, 10];
const REACH = 20; // the logits' sliders go so far to either side
const STEP = 0.1;
const MORE = 5; // that a button adds to every logit

/**
 * @param {HTMLElement} root
 * @param {{ logits: number[], label: number }} data
 */
export function start(root, { logits: first, label }) {
  root.setAttribute("aria-label", "Softmax of ten logits");
  const values = Array.from({ length: (2 * REACH) / STEP + 1 }, (_, i) => Number((i * STEP - REACH).toFixed(1)));
  const says = element("p", { role: "status" });
  const before = kept("softmax") ?? [1, ...first];
  const temperature = new Slider("Temperature", TEMPERATURES, before[0], () => moved());
  const rows = first.map((logit, digit) => {
    const slider = new Slider(`Logit of ${digit}`, values, before[1 + digit] ?? logit, () => moved(), signed);
    const [bar, share] = [element("i"), element("b")];
    return { slider, share, root: element("div", { class: "dl-live-logit" }, slider.root, bar, share) };
  });
  const set = (/** @type {number[]} */ logits) => {
    logits.forEach((logit, digit) => (rows[digit].slider.value = logit));
    moved();
  };
  const moved = () => {
    keep("softmax", [temperature.value, ...rows.map(({ slider }) => slider.value)]);
    show();
  };
  const show = () => {
    const logits = rows.map(({ slider }) => slider.value);
    const t = temperature.value;
    const probabilities = softmax(Float32Array.from(logits, (logit) => logit / t));
    const [best, second] = ranked(probabilities);
    rows.forEach(({ root: row, share }, digit) => {
      row.style.setProperty("--share", String(probabilities[digit]));
      row.toggleAttribute("data-right", digit === label);
      row.toggleAttribute("data-wrong", digit === best && best !== label);
      share.textContent = percent(probabilities[digit]);
    });
    const apart = (logits[best] - logits[second]) / t;
    says.textContent =
      `The ${best} leads the ${second} by ${(logits[best] - logits[second]).toFixed(1)} ÷ ${t} = ${apart.toFixed(2)}. ` +
      `So its share is e to the ${apart.toFixed(2)} = ${Math.exp(apart).toPrecision(3)} times as large.`;
  };
  const more = () => set(rows.map(({ slider }) => slider.value + MORE));
  root.append(
    element("div", { class: "dl-live-sliders" }, temperature.root),
    element("div", {}, ...rows.map((row) => row.root)),
    element("div", { class: "dl-live-row" }, button(`Add ${MORE} to every logit`, more), button("Reset", () => set(first))),
    element("div", { class: "dl-live-answer" }, says),
  );
  show();
}

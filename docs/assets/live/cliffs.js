// @ts-check
// Chapter 6: ten digits pushed over the cliffs, and what the released small network makes of them.

import { paintDigit, readStrip } from "./digits.js";
import { Slider, button, canvas, element, fixed, keep, kept, onScheme } from "./parts.js";
import { noises, push } from "./push.js";
import { percent, ranked } from "../try/numbers.js";
import { softmax } from "../try/layers.js";
import { look } from "../try/network.js";
import { readLayers } from "../try/weights.js";

/** @import { Layer } from "../try/network.js" */

/** @param {number} most */
function toBothSides(most, step = 1) {
  return Array.from({ length: (2 * most) / step + 1 }, (_, i) => i * step - most);
}

const SHIFTS = toBothSides(10); // pixels
const TURNS = toBothSides(90, 5); // degrees
const THICKNESSES = [-2, 0, 2, 3, 4]; // pixels: sides of squares
const NOISES = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1];
const NETWORK =
  "This is small, the network of the drawing page. It has learned from turned and shifted digits (chapter 7). " +
  "Which cliffs has that moved?";

/** @param {number} value */
function signed(value) {
  return fixed(value, 0, value > 0);
}

/** Fetch the network that the drawing page has. */
async function load() {
  const response = await fetch(new URL("../try/small.safetensors", import.meta.url));
  if (!response.ok) throw new Error(`Expected the weights. Received: ${response.status}`);
  return readLayers(await response.arrayBuffer());
}

/**
 * @param {HTMLElement} root
 * @param {{ labels: number[], strip: string }} data
 */
export async function start(root, { labels, strip }) {
  root.setAttribute("aria-label", "Ten digits over the cliffs");
  const digits = await readStrip(strip);
  const fields = digits.map((_, n) => noises(n));
  /** @type {Layer[] | null} fetched once the reader's hand is here */
  let layers = null;
  const says = element("p", { role: "status" });
  const pictures = labels.map((label) => canvas(`Digit ${label}`));
  const captions = labels.map(() => element("figcaption", { "aria-hidden": "true" }));

  const sliders = [
    new Slider("Right", SHIFTS, 0, show, (value) => `${signed(value)} px`),
    new Slider("Down", SHIFTS, 0, show, (value) => `${signed(value)} px`),
    new Slider("Turn", TURNS, 0, show, (value) => `${signed(value)}°`),
    new Slider("Thickness", THICKNESSES, 0, show, (side) => `${signed(side - Math.sign(side))} px`),
    new Slider("Noise", NOISES, 0, show, (value) => value.toFixed(1)),
  ];

  function show() {
    const [right, down, turn, thickness, noise] = sliders.map((slider) => slider.value);
    let [found, sure] = [0, 0];
    digits.forEach((digit, n) => {
      const pushed = push(digit, { right, down, turn, thickness, noise }, fields[n]);
      paintDigit(pictures[n], pushed);
      captions[n].textContent = String(labels[n]);
      if (!layers) return;
      const probabilities = softmax(look(layers, pushed.map((value) => 255 * value)).logits);
      const best = ranked(probabilities)[0];
      found += Number(best === labels[n]);
      sure += probabilities[best] / digits.length;
      const answer = (captions[n].textContent = `${best}, ${percent(probabilities[best])}`);
      captions[n].toggleAttribute("data-wrong", best !== labels[n]);
      pictures[n].setAttribute("aria-label", `Digit ${labels[n]}, read as ${answer} sure`);
    });
    says.textContent = layers
      ? `${found} of ${digits.length} are read rightly; on average the network is ${percent(sure)} sure.`
      : "Push the ten digits, and see what the network makes of them.";
  }

  const moved = () => {
    keep("cliffs", sliders.map((slider) => slider.value));
    show();
  };
  for (const { input } of sliders) input.addEventListener("change", moved);

  let asked = false;
  const wake = () => {
    if (asked) return;
    asked = true;
    load().then(
      (loaded) => {
        layers = loaded;
        show();
      },
      () => {
        asked = false;
        says.textContent = "The network could not be loaded.";
      },
    );
  };
  root.addEventListener("pointerover", wake);
  root.addEventListener("focusin", wake);

  const reset = button("Reset", () => {
    for (const slider of sliders) slider.value = 0;
    moved();
  });
  root.append(
    element("div", { class: "dl-live-ten" }, ...pictures.map((picture, n) => element("figure", {}, picture, captions[n]))),
    element("div", { class: "dl-live-sliders" }, ...sliders.map((slider) => slider.root)),
    element("div", { class: "dl-live-row" }, reset),
    element("div", { class: "dl-live-answer" }, says, element("p", { class: "dl-live-small" }, NETWORK)),
  );
  onScheme(show);
  const before = kept("cliffs");
  sliders.forEach((slider, i) => (slider.value = before?.[i] ?? 0));
  if (before) wake();
  show();
}

// @ts-check
// Chapter 6: ten digits pushed over the cliffs, and what the released small network makes of them.

import { readStrip } from "./digits.js";
import { Slider, button, canvas, element, fixed, keep, kept, onScheme } from "./parts.js";
import { noises, push } from "./push.js";
import { percent, ranked } from "../try/answer.js";
import { look, softmax } from "../try/network.js";
import { paintPicture } from "../try/paint.js";
import { FRAME } from "../try/preprocess.js";
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
const AS_IT_IS = [0, 0, 0, 0, 0];

/** @param {number} side */
function writeThickness(side) {
  if (side === 0) return "as it is";
  return side < 0 ? `−${-side - 1} px` : `+${side - 1} px`;
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
  const pictures = labels.map((label) => canvas(`A ${label}`));
  const captions = labels.map(() => element("figcaption", { "aria-hidden": "true" }));

  const sliders = [
    new Slider("Right", SHIFTS, 0, show, (value) => `${fixed(value, 0, value > 0)} px`),
    new Slider("Down", SHIFTS, 0, show, (value) => `${fixed(value, 0, value > 0)} px`),
    new Slider("Turn", TURNS, 0, show, (value) => `${fixed(value, 0, value > 0)}°`),
    new Slider("Thickness", THICKNESSES, 0, show, writeThickness),
    new Slider("Noise", NOISES, 0, show, (value) => value.toFixed(1)),
  ];

  /** @param {number[]} values */
  function set(values) {
    sliders.forEach((slider, i) => (slider.value = values[i]));
  }

  function show() {
    const [right, down, turn, thickness, noise] = sliders.map((slider) => slider.value);
    let [found, sure] = [0, 0];
    digits.forEach((digit, n) => {
      const pushed = push(digit, { right, down, turn, thickness, noise }, fields[n]);
      paintPicture(pictures[n], pushed, { columns: FRAME });
      captions[n].textContent = `a ${labels[n]}`;
      if (!layers) return;
      const probabilities = softmax(look(layers, pushed.map((value) => 255 * value)).logits);
      const best = ranked(probabilities)[0];
      found += Number(best === labels[n]);
      sure += probabilities[best] / digits.length;
      const answer = `${best}, ${percent(probabilities[best])}`;
      captions[n].textContent = answer;
      captions[n].toggleAttribute("data-wrong", best !== labels[n]);
      pictures[n].setAttribute("aria-label", `A ${labels[n]}, read as ${answer} sure`);
    });
    says.textContent = layers
      ? `${found} of ${digits.length} are read rightly; on average the network is ${percent(sure)} sure.`
      : "Push the ten digits, and see what the network makes of each and how sure it is.";
  }

  const moved = () => {
    keep("cliffs", sliders.map((slider) => slider.value));
    show();
  };
  for (const { input } of sliders) input.addEventListener("change", moved);

  const wake = () => {
    for (const name of ["pointerover", "focusin"]) root.removeEventListener(name, wake);
    load().then(
      (loaded) => {
        layers = loaded;
        show();
      },
      () => {
        says.textContent = "The network could not be loaded.";
        root.addEventListener("focusin", wake);
      },
    );
  };
  for (const name of ["pointerover", "focusin"]) root.addEventListener(name, wake);

  const reset = button("Reset", () => {
    set(AS_IT_IS);
    moved();
  });
  root.append(
    element("div", { class: "dl-live-ten" }, ...pictures.map((picture, n) => element("figure", {}, picture, captions[n]))),
    element("div", { class: "dl-live-sliders" }, ...sliders.map((slider) => slider.root)),
    element("div", { class: "dl-live-row" }, reset),
    element("div", { class: "dl-live-answer" }, says, element("p", { class: "dl-live-small" }, "This is small, the network of the drawing page. It has learned from digits that were turned, stretched and shifted a little (chapter 7), so its cliffs are further out than those above.")),
  );
  onScheme(show);
  const before = kept("cliffs");
  if (before?.length === sliders.length) set(before);
  if (before) wake();
  show();
}

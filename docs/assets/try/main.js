// @ts-check
// Draw a digit: from the pad through the network to the page, after every stroke.

import { judge } from "./answer.js";
import { SIDE, place, rasterize, readPath } from "./ink.js";
import { look } from "./network.js";
import { Pad } from "./pad.js";
import { named, part } from "./parts.js";
import { nothing, toMnistStyle } from "./preprocess.js";
import { View } from "./view.js";
import { readLayers } from "./weights.js";

/** @import { Layer } from "./network.js" */

const PEN = 0.08; // the pen's width, as a share of the pad
const SAMPLE = 0.62; // how much of the pad a sample fills
const QUIET = 700; // milliseconds without a change before the answer is read out

/** Fetch the weights and return the network's layers. */
async function load() {
  const response = await fetch(new URL("small.safetensors", import.meta.url));
  if (!response.ok) throw new Error(`Expected the weights. Received: ${response.status}`);
  return readLayers(await response.arrayBuffer());
}

/**
 * Return a function that calls another once, before the next frame, however often it is called.
 *
 * @param {() => void} call
 */
function oncePerFrame(call) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      call();
    });
  };
}

/**
 * Return the strokes of a sample, in the middle of the pad.
 *
 * @param {Element} button
 */
function strokesOf(button) {
  const path = part(button, "path", SVGPathElement).getAttribute("d") ?? "";
  return place(readPath(path), SAMPLE);
}

/** @param {HTMLElement} root */
async function start(root) {
  /** @type {Layer[] | null} */
  let layers = null;
  let timer = 0;
  const say = (/** @type {string} */ text) => {
    named(root, "status", HTMLElement).textContent = text;
  };
  const undo = named(root, "undo", HTMLButtonElement);
  const clear = named(root, "clear", HTMLButtonElement);

  const view = new View(root);
  const update = oncePerFrame(() => {
    undo.disabled = pad.past.length === 0;
    clear.disabled = pad.empty;
    if (!layers) return;
    const picture = { values: rasterize(pad.strokes, PEN), width: SIDE, height: SIDE };
    const seen = pad.empty ? nothing : toMnistStyle(picture);
    const looked = seen.image && look(layers, seen.image);
    const answer = judge(seen, looked && looked.logits);
    const activations = looked && looked.activations;
    view.show({ layers, activations, answer });
    clearTimeout(timer);
    timer = setTimeout(() => say(answer.text), QUIET);
  });
  const ghost = strokesOf(part(root, '[data-sample="7"]', HTMLButtonElement));
  const canvas = named(root, "pad", HTMLCanvasElement);
  const pad = new Pad(canvas, { width: PEN, ghost, changed: update, say });

  undo.addEventListener("click", () => pad.undo());
  clear.addEventListener("click", () => pad.clear());
  for (const button of root.querySelectorAll("[data-sample]")) {
    button.addEventListener("click", () => pad.write(strokesOf(button)));
  }
  // The colours of what is painted follow the site's scheme.
  new MutationObserver(() => {
    pad.paint();
    view.paint();
  }).observe(document.body, { attributeFilter: ["data-md-color-scheme"] });

  try {
    layers = await load();
    root.dataset.ready = "";
    performance.mark("try-ready");
    update();
  } catch (error) {
    named(root, "text", HTMLElement).textContent = "The network's weights could not be loaded. Try to reload the page.";
    throw error;
  }
}

for (const root of document.querySelectorAll(".dl-try")) {
  if (root instanceof HTMLElement) start(root);
}

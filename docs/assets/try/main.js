// Draw a digit: from the pad through the network to the page, after every stroke.

import { judge } from "./answer.js";
import { SIDE, place, rasterize, readPath } from "./ink.js";
import { forward } from "./network.js";
import { Pad } from "./pad.js";
import { toMnistStyle } from "./preprocess.js";
import { View } from "./view.js";
import { readLayers } from "./weights.js";

const PEN = 0.08; // the pen's width, as a share of the pad
const SAMPLE = 0.62; // how much of the pad a sample fills
const QUIET = 700; // milliseconds without a change before the answer is read out

/** Fetch the weights and return the network's layers. */
async function load() {
  const response = await fetch(new URL("small.safetensors", import.meta.url));
  if (!response.ok) throw new Error(`Expected the weights. Received: ${response.status}`);
  return readLayers(await response.arrayBuffer());
}

/** Return a function that calls another once, before the next frame, however often it is called. */
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

async function start(root) {
  const find = (name) => root.querySelector(`[data-try="${name}"]`);
  let layers = null;
  let timer = 0;
  const say = (text) => (find("status").textContent = text);
  const samples = [...root.querySelectorAll("[data-sample]")];
  const strokesOf = (button) => place(readPath(button.querySelector("path").getAttribute("d")), SAMPLE);

  const view = new View(root, find);
  const update = oncePerFrame(() => {
    find("undo").disabled = pad.past.length === 0;
    find("clear").disabled = pad.empty;
    if (!layers) return;
    const picture = { values: rasterize(pad.strokes, PEN), width: SIDE, height: SIDE };
    const { digits, image } = pad.empty ? {} : toMnistStyle(picture);
    const activations = image && forward(layers, image);
    const answer = judge(activations, digits);
    view.show({ layers, activations, answer });
    clearTimeout(timer);
    timer = setTimeout(() => say(answer.text), QUIET);
  });
  const ghost = strokesOf(samples.find((button) => button.dataset.sample === "7"));
  const pad = new Pad(find("pad"), { width: PEN, ghost, changed: update, say });

  find("undo").addEventListener("click", () => pad.undo());
  find("clear").addEventListener("click", () => pad.clear());
  for (const button of samples) {
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
    find("text").textContent = "The network's weights could not be loaded. Try to reload the page.";
    throw error;
  }
}

for (const root of document.querySelectorAll(".dl-try")) start(root);

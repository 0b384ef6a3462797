// @ts-check
// Draw a digit: from the pad through the network to the page, after every stroke.

import { judge } from "./answer.js";
import { SIDE, place, rasterize, readPath } from "./ink.js";
import { look } from "./network.js";
import { Pad } from "./pad.js";
import { named, part } from "./parts.js";
import { FRAME, nothing, toMnistStyle } from "./preprocess.js";
import { View } from "./view.js";
import { readLayers } from "./weights.js";

/** @import { Nearest } from "../live/nearest.js" */
/** @import { Photo } from "../live/take.js" */
/** @import { Stroke } from "./ink.js" */
/** @import { Layer } from "./network.js" */

const PEN = 0.08; // the pen's width, as a share of the pad
const SAMPLE = 0.62; // how much of the pad a sample fills
const QUIET = 700; // milliseconds without a change before the answer is read out

/** Let the browser do what waits. */
const pause = () => new Promise((resolve) => setTimeout(resolve));

/**
 * Fetch the weights and return the network's layers.
 *
 * @param {string | undefined} integrity the digest of the right file; the browser refuses another
 * @param {RequestCache} cache
 */
async function load(integrity, cache) {
  const response = await fetch(new URL("small.safetensors", import.meta.url), { integrity, cache });
  if (!response.ok) throw new Error(`Expected the weights. Received: ${response.status}`);
  return readLayers(await response.arrayBuffer());
}

/**
 * Return the strokes of a sample: a digit in the middle of the pad, or a failure where it stands.
 *
 * @param {Element} button
 */
function strokesOf(button) {
  const strokes = readPath(part(button, "path", SVGPathElement).getAttribute("d") ?? "");
  if (!button.matches("[data-note]")) return place(strokes, SAMPLE);
  const { x, width } = part(button, "svg", SVGSVGElement).viewBox.baseVal;
  return strokes.map((stroke) => stroke.map((point) => [(point[0] - x) / width, point[1] / width]));
}

/**
 * Scroll to the pad and its answer, unless the middle of the pad is in sight.
 *
 * @param {HTMLElement} root
 */
function reveal(root) {
  const { top, height } = named(root, "pad", HTMLCanvasElement).getBoundingClientRect();
  const middle = top + height / 2;
  if (middle < 0 || middle > innerHeight) root.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth" });
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
  const see = (/** @type {Stroke[]} */ strokes, side = SIDE) =>
    toMnistStyle({ values: rasterize(strokes, PEN, side), width: side, height: side });
  let sketch = nothing; // the digit on an empty pad
  /** @type {ReturnType<typeof look> | null} what the network makes of it */
  let sketched = null;
  /** @type {Photo | null} once the reader has brought one; it is read in place of the pad */
  let photo = null;
  /** @type {Nearest | null} once the reader has asked for it */
  let near = null;
  /** @type {Uint8Array | null} as the network sees what is drawn */
  let image = null;
  let asked = false;
  /** Read and show what is drawn, once before the next frame, however often it is called. */
  const update = () => {
    if (!asked) requestAnimationFrame(show);
    asked = true;
  };
  const show = () => {
    asked = false;
    undo.disabled = pad.past.length === 0;
    if (photo && !pad.empty) photo.picture = null;
    photo?.show();
    clear.disabled = pad.empty && !photo?.picture;
    const sample = root.querySelector(`[data-note][data-sample="${pad.sample}"]`);
    root.dataset.sample = pad.sample;
    if (!pad.shown) root.querySelector(".dl-try-flow")?.remove();
    named(root, "note", HTMLElement).textContent = sample?.getAttribute("data-note") ?? "";
    if (!layers || !sketched) return;
    let seen = nothing;
    if (photo?.picture) seen = photo.seen;
    else if (!pad.empty) seen = pad.shown ? sketch : see(pad.strokes);
    image = seen.image;
    near?.look(image);
    const { activations, logits } = image ? look(layers, image) : sketched;
    const answer = judge(seen, logits);
    if (photo?.picture) photo.tell(answer, layers);
    root.toggleAttribute("data-sketched", !image);
    view.show({ layers, activations, answer });
    clearTimeout(timer);
    if (!pad.shown) timer = setTimeout(() => say(answer.text), QUIET);
  };
  const ghost = strokesOf(part(root, '[data-sample="7"]', HTMLButtonElement));
  const pad = new Pad(named(root, "pad", HTMLCanvasElement), { width: PEN, ghost, changed: update, say });
  /** @param {File | undefined} file */
  const bring = async (file) => {
    if (!file) return;
    clearTimeout(timer); // what is said of it next is not to be said over
    const { Photo } = await import("../live/take.js");
    photo ??= new Photo(root, () => {
      pad.clear();
      update();
    });
    await photo.take(file);
  };
  const input = named(root, "photo", HTMLInputElement);
  input.addEventListener("change", () => {
    bring(input.files?.[0]);
    input.value = ""; // so that the same file can be chosen again
  });
  document.addEventListener("paste", (event) => bring(event.clipboardData?.files[0]));
  // Wherever a file is dropped: the browser would leave the page, and the drawing, to open it.
  for (const name of /** @type {const} */ (["dragover", "drop"])) {
    document.addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      if (name === "drop") bring(event.dataTransfer.files[0]);
    });
  }

  const nearest = named(root, "nearest", HTMLButtonElement);
  nearest.addEventListener("click", async () => {
    const { Nearest } = await import("../live/nearest.js");
    near ??= new Nearest(root);
    near.toggle(nearest, image);
  });

  undo.addEventListener("click", () => pad.undo());
  clear.addEventListener("click", () => {
    if (photo) photo.picture = null;
    pad.clear();
    update();
  });
  for (const button of root.querySelectorAll("button")) {
    const { sample } = button.dataset;
    if (!sample) continue;
    button.addEventListener("click", () => {
      pad.write(strokesOf(button), sample);
      reveal(root);
    });
  }
  // The colours of what is painted follow the site's scheme.
  new MutationObserver(() => {
    pad.paint();
    view.paint();
    near?.paint();
  }).observe(document.body, { attributeFilter: ["data-md-color-scheme"] });

  const again = named(root, "again", HTMLButtonElement);
  const begin = async (/** @type {RequestCache} */ cache) => {
    again.hidden = true;
    try {
      layers = await load(root.dataset.integrity, cache);
      root.dataset.ready = "";
      performance.mark("try-ready");
      await pause();
      sketch = see(ghost, FRAME); // in few pixels, because the page is not to stand still for it
      await pause();
      if (sketch.image) sketched = look(layers, sketch.image);
      update();
      const written = async () => (await import("../live/flow.js")).show(view, pad);
      if ("shows" in root.dataset && pad.empty) pad.write(ghost, "7", { shown: true, written });
    } catch (error) {
      named(root, "text", HTMLElement).textContent = "The network could not be loaded.";
      again.hidden = false;
      console.error(error);
    }
  };
  // What was damaged on its way may be in the browser's cache.
  again.addEventListener("click", () => begin("reload"));
  await begin("default");
}

for (const root of document.querySelectorAll(".dl-try")) {
  if (root instanceof HTMLElement) start(root);
}

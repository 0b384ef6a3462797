// @ts-check
// Chapter 7: a digit, or what the reader draws, distorted by hand; and what two networks read.

import { paintDigit, readStrip } from "./digits.js";
import { distort } from "./distort.js";
import { Slider, button, canvas, choice, element, fixed, keep, kept, onScheme, read } from "./parts.js";
import { forward, scalePixels } from "../try/network.js";
import { percent, ranked } from "../try/numbers.js";
import { readLayers } from "../try/weights.js";

/** @import { Layer } from "../try/network.js" */
/** @import { Sketch } from "./sketch.js" */
/** @typedef {{ rotation: number, scale: number, shear: number, shift: number, elastic: number }} Strengths */
/**
 * Ten digits in a picture; the networks' files; two fields of displacements, in hundredths of a
 * pixel; how strongly training distorts; how often the rounded networks agree with the chapter's.
 *
 * @typedef {{ strip: string, plain: string, distorted: string, fields: string, strengths: Strengths, same: string }} Data
 */

const PEN = 0.08; // the pen's width, as a share of the pad
const CAPTIONS = ["The digit", "Distorted: what both see"];
const NAMES = ["Plain training", "With distortion"];

/** @param {number} most */
function toBothSides(most, step = 1) {
  return Array.from({ length: Math.round((2 * most) / step) + 1 }, (_, i) => Number((i * step - most).toFixed(2)));
}

/** @param {string} name of a network's file beside this one */
async function load(name) {
  const { ok, status, body } = await fetch(new URL(name, import.meta.url));
  if (!ok || !body) throw new Error(`Expected the weights. Received: ${status}`);
  return readLayers(await new Response(body.pipeThrough(new DecompressionStream("deflate"))).arrayBuffer());
}

/**
 * Mix two independent fields into a third, as strong, by an angle.
 *
 * @param {number[]} both
 * @param {number} angle
 */
export function mix(both, angle) {
  const half = both.length / 2;
  const mixed = both.slice(0, half).map((a, i) => (Math.cos(angle) * a + Math.sin(angle) * both[half + i]) / 100);
  return [mixed.slice(0, half / 2), mixed.slice(half / 2)];
}

/**
 * @param {HTMLElement} root
 * @param {Data} data
 */
export async function start(root, { strip, fields, strengths, same, ...files }) {
  root.setAttribute("aria-label", "Two networks and a digit, distorted");
  const digits = await readStrip(strip);
  const both = read(fields);
  const before = kept("distort");
  let angle = before?.[8] ?? 0;
  /** @type {Layer[][]} once they are here */
  let networks = [];
  /** @type {Sketch | null} */
  let sketch = null;
  /** @type {Float32Array | null} null: a ready digit shows */
  let drawing = null;

  const says = element("p", { role: "status" });
  const [whole, seen] = [canvas("The digit"), canvas("The digit, distorted")];
  const pixels = (/** @type {number} */ value) => `${fixed(value, 1, value > 0)} px`;
  const degrees = (/** @type {number} */ value) => `${fixed(value, 0, value > 0)}°`;
  const shares = (/** @type {number} */ value) => `${fixed(100 * value, 0, value > 0)}%`;
  const sliders = [
    new Slider("Turn", toBothSides(60, 5), 0, show, degrees),
    ...["Width", "Height"].map((name) => new Slider(name, toBothSides(0.4, 0.05), 0, show, shares)),
    new Slider("Slant", toBothSides(0.6, 0.05), 0, show, (value) => fixed(value, 2, value > 0)),
    ...["Right", "Down"].map((name) => new Slider(name, toBothSides(6, 0.5), 0, show, pixels)),
    new Slider("Bend", toBothSides(4, 0.25), 0, show, (value) => `${fixed(value, 2)} px`),
  ];
  const ready = choice("Digit", [...digits.keys()], before?.[7] ?? 4, () => {
    sketch?.pad.clear();
    sketch?.root.replaceWith(whole);
    moved();
  });
  const chosen = /** @type {HTMLSelectElement} */ (ready.querySelector("select"));
  const readers = NAMES.map((name) => {
    const bars = digits.map((_, digit) => {
      const share = element("b");
      return { share, root: element("div", { class: "dl-live-bar" }, element("span", {}, String(digit)), element("i"), share) };
    });
    return { bars, root: element("figure", {}, element("figcaption", {}, name), ...bars.map((bar) => bar.root)) };
  });

  function show() {
    const [turn, width, height, slant, right, down, bend] = sliders.map((slider) => slider.value);
    const digit = drawing ?? digits[Number(chosen.value)];
    const how = { turn: -turn, width: 1 + width, height: 1 + height, slant, right: -right, down: -down, bend };
    const image = distort(digit, how, mix(both, angle));
    paintDigit(whole, digit);
    paintDigit(seen, image);
    if (networks.length === 0) return;
    const blank = image.every((value) => value === 0);
    const answers = networks.map((layers, i) => {
      const { probabilities } = forward(layers, image);
      const best = blank ? -1 : ranked(probabilities)[0];
      const wrong = !drawing && best !== Number(chosen.value);
      readers[i].bars.forEach(({ root: bar, share }, one) => {
        bar.style.setProperty("--share", String(blank ? 0 : probabilities[one]));
        bar.toggleAttribute("data-best", one === best);
        bar.toggleAttribute("data-wrong", one === best && wrong);
        share.textContent = blank ? "" : percent(probabilities[one]);
      });
      return `${best === 8 ? "an" : "a"} ${best}, ${percent(probabilities[best])} sure`;
    });
    says.textContent = blank ? "Nothing to read. Is there one digit, and is it large?" : `After plain training: ${answers[0]}. After training on distorted digits: ${answers[1]}.`;
  }
  function moved() {
    keep("distort", [...sliders.map((slider) => slider.value), Number(chosen.value), angle]);
    show();
  }
  for (const { input } of sliders) input.addEventListener("change", moved);

  /** @param {number[]} values */
  function put(values) {
    sliders.forEach((slider, i) => (slider.value = values[i]));
    moved();
  }
  const random = () => {
    const { rotation, scale, shear, shift, elastic } = strengths;
    angle = Number((2 * Math.PI * Math.random()).toFixed(2));
    const draws = [rotation, scale, scale, shear, shift, shift].map((most) => most * (2 * Math.random() - 1));
    put([...draws, elastic]);
  };
  const drawer = button("Draw your own", async () => {
    if (!sketch) {
      const { Sketch } = await import("./sketch.js");
      sketch ??= new Sketch("Drawing pad: a digit for both networks", PEN, () => see(sketch));
    }
    sketch.pad.clear();
    whole.replaceWith(sketch.root);
    sketch.pad.canvas.focus();
    drawer.textContent = "Draw another";
  });
  /** @param {Sketch | null} from */
  function see(from) {
    drawing = from && !from.pad.empty ? scalePixels(from.image ?? new Uint8Array(28 * 28)) : null;
    show();
  }

  const rounded = `Their weights are rounded: on ${same} of the validation images they answer as the chapter’s do.`;
  const row = [drawer, button("Distort at random", random), button("Reset", () => put(sliders.map(() => 0)))];
  const pictures = [whole, seen].map((picture, i) => element("figure", {}, picture, element("figcaption", {}, CAPTIONS[i])));
  root.append(
    element("p", {}, "How far can you distort a digit before each of the two networks loses it?"),
    element("div", { class: "dl-live-row" }, ready, ...row),
    element("div", { class: "dl-live-twins" }, ...pictures, ...readers.map((reader) => reader.root)),
    element("div", { class: "dl-live-sliders" }, ...sliders.map((slider) => slider.root)),
    element("div", { class: "dl-live-answer" }, says, element("p", { class: "dl-live-small" }, rounded)),
  );
  onScheme(show);
  sliders.forEach((slider, i) => (slider.value = before?.[i] ?? 0));
  show();
  Promise.all([files.plain, files.distorted].map(load)).then(
    (loaded) => {
      networks = loaded;
      show();
    },
    () => (says.textContent = "The networks could not be loaded."),
  );
}

// @ts-check
// The ways through the network that count most for a drawing: from its pixels, through hidden units,
// to the digit. Pulses run along them once, layer by layer, when they can be seen; then they rest.

import { ranked } from "../try/numbers.js";
import { collects, shares } from "../try/backwards.js";
import { named, part } from "../try/parts.js";

/** @import { Read } from "../try/explain.js" */
/** @import { Pad } from "../try/pad.js" */
/** @import { View } from "../try/view.js" */
/** @typedef {{ hop: number, from: number, to: number, value: number }} Edge from one layer to the next */

const SECOND = 6; // units of the second hidden layer: those that spoke loudest
const FIRST = 4; // units of the first for each of them
const PIXELS = 3; // for each of those
const HOP = 650; // milliseconds that a pulse takes from one layer to the next
const SVG = "http://www.w3.org/2000/svg";

/**
 * Return the indices of the numbers furthest from 0.
 *
 * @param {Float32Array} values
 * @param {number} most so many
 */
function loudest(values, most) {
  return ranked(values.map(Math.abs)).slice(0, most);
}

/**
 * Return the edges that count most for the most probable digit, traced back from it.
 *
 * @param {Read} read
 * @returns {Edge[]}
 */
function trace({ layers, activations }) {
  const digit = ranked(activations.probabilities)[0];
  const spoken = shares(layers, activations, digit).hidden[1];
  const edges = [];
  const first = new Set();
  for (const unit of loudest(spoken, SECOND)) {
    edges.push({ hop: 2, from: unit, to: digit, value: spoken[unit] });
    const sent = collects(layers, activations, unit);
    for (const sender of loudest(sent, FIRST)) {
      edges.push({ hop: 1, from: sender, to: unit, value: sent[sender] });
      first.add(sender);
    }
  }
  const { units, kernel } = layers[0];
  const inked = [...activations.input.keys()].filter((pixel) => activations.input[pixel] > 0);
  for (const unit of first) {
    const products = Float32Array.from(inked, (pixel) => activations.input[pixel] * kernel[pixel * units + unit]);
    for (const i of loudest(products, PIXELS)) {
      edges.push({ hop: 0, from: inked[i], to: unit, value: products[i] });
    }
  }
  return edges;
}

/**
 * Return a function from a layer's number and an index to the place on the page, within `root`:
 * x and y, and for a digit also the x of its right edge.
 *
 * @param {Element} root
 */
function places(root) {
  const origin = root.getBoundingClientRect();
  return (/** @type {number} */ layer, /** @type {number} */ index) => {
    if (layer === 3) {
      const row = part(root, `[data-digit="${index}"]`, HTMLElement).getBoundingClientRect();
      return [row.left - origin.left - 4, (row.top + row.bottom) / 2 - origin.top, row.right - origin.left + 4];
    }
    const name = layer === 0 ? "seen" : `hidden${layer - 1}`;
    const canvas = named(root, name, HTMLCanvasElement);
    const box = canvas.getBoundingClientRect();
    const columns = Number(canvas.dataset.columns ?? canvas.width);
    const side = box.width / columns;
    const [column, row] = [index % columns, Math.floor(index / columns)];
    return [box.left - origin.left + (column + 0.5) * side, box.top - origin.top + (row + 0.5) * side];
  };
}

/**
 * Add an element to a picture.
 *
 * @param {Element} parent
 * @param {string} name
 * @param {Record<string, string>} attributes
 */
function add(parent, name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.append(made);
  return made;
}

/**
 * Return the path of a line from one place to another, level at both ends.
 *
 * @param {number[]} from
 * @param {number[]} to on a small screen the digits are below: the line goes round to their right
 */
function line([x, y], [u, v, right]) {
  if (u < x) return `M${x} ${y}C${right + 4} ${y} ${right + 4} ${v} ${right} ${v}`;
  const bend = (u - x) / 2;
  return `M${x} ${y}C${x + bend} ${y} ${u - bend} ${v} ${u} ${v}`;
}

/**
 * Wait until half of an element is on the screen.
 *
 * @param {Element} element
 */
function inView(element) {
  return new Promise((resolve) => {
    const see = (/** @type {IntersectionObserverEntry[]} */ entries) => {
      if (!entries.some(({ intersectionRatio }) => intersectionRatio >= 0.5)) return;
      watch.disconnect();
      resolve(undefined);
    };
    const watch = new IntersectionObserver(see, { threshold: 0.5 });
    watch.observe(element);
  });
}

/**
 * Show over the layers the ways through the network that count most for what the page has written.
 *
 * @param {View} view
 * @param {Pad} pad
 */
export async function show(view, pad) {
  await new Promise(requestAnimationFrame); // the network has read it by then
  await new Promise((resolve) => setTimeout(resolve)); // and the page shows it
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (!still) await inView(named(view.root, "hidden0", HTMLElement));
  if (view.read && pad.shown) draw(named(view.root, "layers", HTMLElement), view.read, still);
}

/**
 * Draw the edges, and let pulses run along them.
 *
 * @param {HTMLElement} root the layers
 * @param {Read} read
 * @param {boolean} still without pulses, where less motion is wished for
 */
function draw(root, read, still) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "dl-try-flow");
  svg.setAttribute("aria-hidden", "true");
  const place = places(root);
  // Each hop moves as one: a hundred and more animations would cost time in every frame.
  const kinds = still ? ["edges"] : ["edges", "dl-try-pulse"];
  const hops = [0, 1, 2].map(() => kinds.map((kind) => add(svg, "g", { class: kind })));
  for (const { hop, from, to, value } of trace(read)) {
    const path = { d: line(place(hop, from), place(hop + 1, to)), pathLength: "1", class: value < 0 ? "against" : "for" };
    for (const group of hops[hop]) add(group, "path", path);
  }
  hops.forEach(([edges, pulses], hop) => {
    const timing = { duration: HOP, delay: hop * HOP };
    if (still) return;
    edges.animate([{ opacity: 0 }, {}], { ...timing, fill: "backwards" });
    const run = [{ strokeDashoffset: 0.2 }, { strokeDashoffset: -1 }];
    pulses.animate(run, { ...timing, easing: "ease-in-out", fill: "both" });
  });
  root.append(svg);
  const { width } = root.getBoundingClientRect();
  // At another size everything is elsewhere.
  const watch = new ResizeObserver(() => {
    if (root.getBoundingClientRect().width === width) return;
    svg.remove();
    watch.disconnect();
  });
  watch.observe(root);
}

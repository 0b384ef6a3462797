// @ts-check
// Chapter 2: how far a picture is from two mean digits, pixel by pixel; the seven, or whatever lies
// between the two.

import { Slider, button, canvas, choice, element, keep, kept, onScheme, read } from "./parts.js";
import { paintPicture } from "../try/paint.js";

const CLASSES = 10;
const FIRST = [7, 9]; // the two means to begin with, as in the printed figure
const SHARES = Array.from({ length: 51 }, (_, i) => i / 50); // of the way from one mean to the other
const MIDDLE = 0.5;
const IN_THE_DATA = 1000; // stands for full ink

/**
 * Return the squared differences of two pictures.
 *
 * @param {number[]} image
 * @param {number[]} mean
 */
export function squares(image, mean) {
  return image.map((pixel, i) => (pixel - mean[i]) ** 2);
}

/**
 * Return the sum of numbers: of the squared differences, the distance.
 *
 * @param {number[]} values
 */
export function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

/**
 * @param {HTMLElement} root
 * @param {{ image: string, means: string }} data grey levels, and ten means in thousandths
 */
export function start(root, data) {
  root.setAttribute("aria-label", "Distances to mean digits");
  const seven = read(data.image).map((level) => level / 255);
  const told = read(data.means).map((level) => level / IN_THE_DATA);
  const digits = Array.from({ length: CLASSES }, (_, digit) => digit);
  const means = digits.map((digit) => told.slice(digit * seven.length, (digit + 1) * seven.length));
  const last = digits[digits.length - 1];
  const before = kept("means", [last, last, 1, SHARES.length - 1]);
  const chosen = before?.slice(0, 2) ?? [...FIRST];
  let between = before?.[2] === 1; // whether the picture lies between the means, or is the seven

  const says = element("p", { role: "status" });
  const rows = [0, 1].map(() =>
    ["", "", ""].map(() => {
      const picture = canvas("");
      const caption = element("figcaption");
      return { picture, caption, root: element("figure", {}, picture, caption) };
    }),
  );
  const bars = digits.map((digit) => {
    const length = element("b");
    const bar = element("div", { class: "dl-live-bar" }, element("span", {}, String(digit)), element("i"), length);
    return { length, root: bar };
  });
  const choices = ["From the mean", "to the mean"].map((label, i) =>
    choice(label, digits, chosen[i], (digit) => {
      chosen[i] = digit;
      put(between);
    }),
  );
  const slider = new Slider("How far", SHARES, before ? SHARES[before[3]] : MIDDLE, () => put(true), (share) => `${Math.round(100 * share)}%`);
  const buttons = ["Our seven", "Between the means"].map((name, i) => button(name, () => put(i === 1)));

  /** @param {boolean} value */
  function put(value) {
    between = value;
    keep("means", [...chosen, Number(between), slider.input.valueAsNumber]);
    show();
  }
  function blend() {
    const [from, to] = chosen.map((digit) => means[digit]);
    return from.map((pixel, i) => pixel + slider.value * (to[i] - pixel));
  }
  function show() {
    const image = between ? blend() : seven;
    const distances = means.map((mean) => sum(squares(image, mean)));
    const nearest = distances.indexOf(Math.min(...distances));
    const name = between ? "between" : "our seven";
    chosen.forEach((digit, row) => {
      const values = [image, means[digit], squares(image, means[digit])];
      const captions = [name, `the mean ${digit}`, `squares: ${distances[digit].toFixed(1)}`];
      rows[row].forEach(({ picture, caption }, i) => {
        caption.textContent = captions[i];
        picture.setAttribute("aria-label", captions[i]);
        paintPicture(picture, Float32Array.from(values[i]), { columns: Math.sqrt(image.length) });
      });
    });
    bars.forEach(({ root: bar, length }, digit) => {
      bar.style.setProperty("--share", String(distances[digit] / Math.max(...distances)));
      bar.toggleAttribute("data-best", digit === nearest);
      bar.toggleAttribute("data-chosen", chosen.includes(digit));
      length.textContent = distances[digit].toFixed(1);
    });
    buttons.forEach((one, i) => one.setAttribute("aria-pressed", String(between === (i === 1))));
    says.textContent = sentence(distances, nearest);
  }
  /**
   * @param {number[]} distances
   * @param {number} nearest
   */
  function sentence(distances, nearest) {
    const [a, b] = chosen;
    const [near, far] = distances[a] <= distances[b] ? [a, b] : [b, a];
    const both = `To the mean ${a} the distance is ${distances[a].toFixed(1)}, to the mean ${b} it is ${distances[b].toFixed(1)}. `;
    const same = distances[far] - distances[near] < 1e-9;
    const nearer = same ? "Neither is nearer." : `The ${near} is nearer than the ${far}.`;
    return `${both}${nearer} Of all ten means, the ${nearest} is nearest.`;
  }

  root.append(
    element("p", {}, "Slide from one mean to another, say from 0 to 1: which is nearest in the middle?"),
    element("div", { class: "dl-live-row" }, ...buttons, ...choices),
    element("div", { class: "dl-live-sliders" }, slider.root),
    element(
      "div",
      { class: "dl-live-means" },
      element("div", { class: "dl-live-three" }, ...rows.flat().map((one) => one.root)),
      element("figure", {}, element("figcaption", {}, "Distances to all ten means"), element("div", {}, ...bars.map((bar) => bar.root))),
    ),
    element("div", { class: "dl-live-answer" }, says),
  );
  onScheme(show);
  show();
}

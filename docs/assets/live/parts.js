// @ts-check
// What figures are made of: elements, labelled controls, and the part of the address that keeps them.

/**
 * Make an element.
 *
 * @param {string} name
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** @param {string} label */
export function canvas(label) {
  const made = document.createElement("canvas");
  made.setAttribute("role", "img");
  made.setAttribute("aria-label", label);
  return made;
}

/**
 * Make a button.
 *
 * @param {string} text
 * @param {() => void} click
 */
export function button(text, click) {
  const made = document.createElement("button");
  made.type = "button";
  made.append(text);
  made.addEventListener("click", click);
  return made;
}

/**
 * Make a labelled choice among numbers.
 *
 * @param {string} label
 * @param {number[]} values
 * @param {number} value one of them, to begin with
 * @param {(value: number) => void} change called when the reader chooses
 */
export function choice(label, values, value, change) {
  const select = document.createElement("select");
  for (const one of values) select.append(new Option(String(one), String(one), one === value, one === value));
  select.addEventListener("change", () => change(Number(select.value)));
  return element("label", { class: "dl-live-choice" }, element("span", {}, label), select);
}

/** A labelled slider over a list of values, whose value is written beside it and spoken. */
export class Slider {
  /**
   * @param {string} label
   * @param {number[]} values
   * @param {number} value one of them, to begin with
   * @param {(value: number) => void} change called when the reader moves it
   * @param {(value: number) => string} [write]
   */
  constructor(label, values, value, change, write = String) {
    this.values = values;
    this.write = write;
    this.input = document.createElement("input");
    this.input.type = "range";
    this.input.max = String(values.length - 1);
    this.shown = element("b", { "aria-hidden": "true" }); // the slider speaks it
    this.root = element("label", { class: "dl-live-slider" }, element("span", {}, label), this.input, this.shown);
    this.input.addEventListener("input", () => {
      this.#show();
      change(this.value);
    });
    this.value = value;
  }

  get value() {
    return this.values[Number(this.input.value)];
  }

  /** The nearest of the values is taken. */
  set value(value) {
    const distances = this.values.map((one) => Math.abs(one - value));
    this.input.value = String(distances.indexOf(Math.min(...distances)));
    this.#show();
  }

  #show() {
    this.shown.textContent = this.write(this.value);
    this.input.setAttribute("aria-valuetext", this.write(this.value));
  }
}

const REST = 200; // milliseconds without a change before it is kept: browsers refuse too many
/** @type {Record<string, number[]>} */
const waiting = {};
let timer = 0;

/**
 * Keep numbers in the page's address, so that it can be passed on.
 *
 * @param {string} name
 * @param {number[]} values
 */
export function keep(name, values) {
  waiting[name] = values;
  clearTimeout(timer);
  timer = setTimeout(() => {
    const address = new URL(location.href);
    for (const one in waiting) address.searchParams.set(one, waiting[one].join("_"));
    history.replaceState(history.state, "", address);
  }, REST);
}

/**
 * Return the numbers that the address keeps, or null.
 *
 * @param {string} name
 * @param {number[]} [most] if given, they are as many, whole, and from 0 to these
 */
export function kept(name, most) {
  const values = new URL(location.href).searchParams.get(name)?.split("_").map(Number);
  if (!values?.every(Number.isFinite)) return null;
  const fits = (/** @type {number} */ value, /** @type {number} */ i) => Number.isInteger(value) && value >= 0 && value <= (most?.[i] ?? -1);
  return !most || (values.length === most.length && values.every(fits)) ? values : null;
}

/**
 * Return the numbers that a cell puts out as one text.
 *
 * @param {string} text
 */
export function read(text) {
  return text.split(" ").map(Number);
}

/**
 * Write a number with its sign, if it has one: a minus is no hyphen.
 *
 * @param {number} value
 * @param {number} digits
 * @param {boolean} [plus] whether numbers above 0 have a sign as well
 */
export function fixed(value, digits, plus = false) {
  const size = Math.abs(value).toFixed(digits);
  const below = value < 0 && Number(size) > 0;
  return `${below ? "−" : plus && value >= 0 ? "+" : ""}${size}`;
}

/**
 * Return how wide a chart may be, so that its letters are neither small nor large.
 *
 * @param {HTMLElement} root
 */
export function wide(root) {
  return Math.min(480, Math.max(280, root.clientWidth));
}

/**
 * Call back when the site's colours change.
 *
 * @param {() => void} call
 */
export function onScheme(call) {
  new MutationObserver(call).observe(document.body, { attributeFilter: ["data-md-color-scheme"] });
}

// @ts-check
// A quick question on the page: choose, give a number, or put steps in order; each answer is explained.

import { element, part } from "./element.js";
import { keep, recall } from "./store.js";

/**
 * What a kind of question does with its part of the page.
 *
 * @typedef {object} Kind
 * @property {Node[]} fields What it adds
 * @property {() => string} answer The reader's, as text, or nothing
 * @property {(answer: string) => void} show Show an answer that was kept
 * @property {(answer: string) => number} judge Which explanation an answer gets
 * @property {number} right Which explanation the right answer gets
 */

/**
 * Choose one of the options.
 *
 * @param {HTMLElement} root
 * @returns {Kind}
 */
function choice(root) {
  const options = [...root.querySelectorAll(":scope > ol > li")];
  const buttons = options.map(option => {
    const button = element("input", { type: "radio", name: root.id });
    const label = element("label");
    label.append(button, ...option.childNodes);
    option.replaceChildren(label);
    return button;
  });
  const texts = options.map(option => option.textContent?.trim() ?? "");
  return {
    fields: [],
    answer: () => texts[buttons.findIndex(button => button.checked)] ?? "",
    show(answer) {
      buttons.forEach((button, index) => (button.checked = texts[index] === answer));
    },
    judge: answer => texts.indexOf(answer),
    right: Number(root.dataset.right),
  };
}

/**
 * Give a number.
 *
 * @param {HTMLElement} root
 * @returns {Kind}
 */
function number(root) {
  const field = element("input", { type: "text", inputmode: "decimal", "aria-label": "Your number" });
  const values = (root.dataset.values ?? "").split(" ").map(Number);
  const tolerance = Number(root.dataset.tolerance) + 1e-9;
  return {
    fields: [field],
    answer: () => field.value.trim(),
    show(answer) {
      field.value = answer;
    },
    judge(answer) {
      const given = numbers(answer);
      const index = values.findIndex(value => given.some(number => Math.abs(number - value) <= tolerance));
      return index < 0 ? values.length : index;
    },
    right: 0,
  };
}

/**
 * Return the numbers that an answer may mean: 10% is 10, where percent are asked for, or 0.1.
 *
 * @param {string} answer
 */
function numbers(answer) {
  // A comma parts thousands where three digits follow it, and decimals elsewhere.
  const plain = answer.replace(/\s|%/g, "").replace(/,(?=\d{3}\b)/g, "").replace(/,/g, ".").replace("−", "-");
  const [over, under, ...more] = plain.split("/").map(part => (part ? Number(part) : NaN));
  const number = under === undefined ? over : more.length ? NaN : over / under;
  return answer.includes("%") ? [number, number / 100] : [number];
}

/**
 * Put the steps in order.
 *
 * @param {HTMLElement} root
 * @returns {Kind}
 */
function order(root) {
  const list = part(root, ":scope > ol", HTMLOListElement);
  const places = (root.dataset.places ?? "").trim().split(" ").map(Number);
  const steps = [...list.children];
  const texts = steps.map(step => step.textContent?.trim() ?? "");
  for (const [index, step] of steps.entries()) {
    const moves = element("span", { class: "dl-question-moves" });
    for (const [name, move] of /** @type {const} */ ([["Up", -1], ["Down", 1]])) {
      const button = element("button", { type: "button", "aria-label": `${name}: ${texts[index]}` }, name);
      button.addEventListener("click", () => {
        const now = [...list.children].indexOf(step);
        if (move < 0) list.children[now - 1]?.before(step);
        else list.children[now + 1]?.after(step);
        button.focus();
      });
      moves.append(button);
    }
    step.append(moves);
  }
  return {
    fields: [],
    answer: () => [...list.children].map(step => texts[steps.indexOf(step)]).join("\n"),
    show(answer) {
      for (const text of answer.split("\n")) list.append(...steps.filter((_, index) => texts[index] === text));
    },
    judge(answer) {
      const given = answer.split("\n").map(text => places[texts.indexOf(text)]);
      const early = texts.findIndex((_, place) => given.indexOf(place) > given.indexOf(place + 1) && place + 1 < texts.length);
      return early + 1;
    },
    right: 0,
  };
}

const KINDS = { choice, number, order };

/**
 * Let the reader answer a question, and remember the answer.
 *
 * @param {HTMLElement} root
 */
export function ask(root) {
  const key = `question/${root.dataset.question}`;
  const kind = KINDS[/** @type {keyof KINDS} */ (root.dataset.kind)](root);
  const folded = part(root, ".dl-question-answers", HTMLElement);
  const explanations = [...folded.querySelectorAll("li")];
  const button = element("button", { type: "button" }, "Answer");
  const verdict = element("div", { class: "dl-question-verdict", role: "status" });
  const judge = (/** @type {string} */ answer) => {
    const found = kind.judge(answer);
    const isRight = found === kind.right;
    root.dataset.state = isRight ? "right" : "wrong";
    const why = element("p");
    why.append(element("strong", {}, isRight ? "Right. " : "Not yet. "), ...(explanations[found]?.cloneNode(true).childNodes ?? []));
    verdict.replaceChildren(why);
    return isRight;
  };
  folded.replaceWith(...kind.fields, button, verdict);
  const { answer: kept } = recall(key);
  if (typeof kept === "string") {
    kind.show(kept);
    judge(kept);
  }
  button.addEventListener("click", () => {
    const answer = kind.answer();
    if (answer) keep(key, { answer, done: judge(answer) || recall(key).done });
  });
}

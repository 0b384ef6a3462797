// @ts-check
// A quick question on the page: choose, give a number, or put steps in order; each wrong answer is explained.

import { element, part } from "./element.js";
import { keep, recall } from "./store.js";

/**
 * What a kind of question does: what it adds to the page, and which explanation an answer gets. The first
 * explanation belongs to the right answer.
 *
 * @typedef {{ answer: () => string, show: (answer: string) => void, judge: (answer: string) => number }} Kind
 */

/**
 * Let the reader answer a question.
 *
 * @param {HTMLElement} root
 */
export function ask(root) {
  const key = `question/${root.dataset.question}`;
  const kind = KINDS[root.dataset.kind ?? ""](root);
  const explanations = [...root.querySelectorAll(".dl-question-answers > ol > li")];
  const verdict = element("div", { class: "dl-question-verdict", role: "status" });
  const button = element("button", { type: "button" }, "Answer");
  part(root, ".dl-question-answers", HTMLElement).replaceWith(button, verdict);
  const judge = (/** @type {string} */ answer) => {
    const number = kind.judge(answer);
    root.dataset.state = number === 0 ? "right" : "wrong";
    const said = element("p", {}, number === 0 ? "Right." : "Not quite.");
    const why = explanations[number]?.cloneNode(true).childNodes ?? [];
    verdict.replaceChildren(said, ...why);
    return number === 0;
  };
  const { answer: kept } = recall(key);
  if (kept !== undefined) {
    kind.show(kept);
    judge(kept);
  }
  button.addEventListener("click", () => {
    const answer = kind.answer();
    if (answer === "") return;
    const isRight = judge(answer);
    keep(key, isRight ? { answer, done: true } : { answer });
  });
  root.classList.add("dl-question-live");
}

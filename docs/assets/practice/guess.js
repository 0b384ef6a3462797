// @ts-check
// "Make a guess": takes a number, a choice or some words, keeps it, and sets it beside the result.

import { element } from "./element.js";
import { keep, recall } from "./store.js";

/**
 * Let the reader guess; docs/tools/guesses.py has made the form.
 *
 * @param {HTMLFormElement} form
 */
export function takeGuess(form) {
  const page = location.pathname.split("/").pop()?.replace(".html", "");
  const key = `guess/${page}/${form.dataset.key}`;
  const kept = element("p", { class: "dl-guess-kept", role: "status" });
  resultOf(form.closest("blockquote"))?.after(kept);
  const show = (/** @type {string[]} */ guesses) => {
    const asked = [...form.children].filter(child => child instanceof HTMLElement);
    const said = guesses.map((guess, index) => guess && compare(guess, asked[index]?.dataset ?? {}));
    kept.textContent = said.join(" ").trim();
    form.toggleAttribute("data-kept", kept.textContent !== "");
  };
  const { text } = recall(key);
  if (typeof text === "string") {
    const guesses = text.split("\n");
    for (const field of form.querySelectorAll("input")) {
      const guess = guesses[Number(field.name)] ?? "";
      if (field.type === "radio") field.checked = field.value === guess;
      else field.value = guess;
    }
    show(guesses);
  }
  form.hidden = false;
  form.addEventListener("submit", event => {
    event.preventDefault();
    const given = new FormData(form);
    const guesses = [...form.children].slice(0, -1).map((_, index) => String(given.get(String(index)) ?? "").trim());
    keep(key, { text: guesses.join("\n") });
    show(guesses);
  });
}

/**
 * Say what was guessed, and what it is.
 *
 * @param {string} guess
 * @param {DOMStringMap} asked
 */
function compare(guess, { options, unit, label, result }) {
  if (options !== undefined && guess === result) return `You guessed it: ${guess}.`;
  if (!result) return `You guessed: ${guess}`;
  if (unit === undefined) return `You guessed: ${guess}. It is: ${result}.`;
  const number = guess.replace(/[\s%]/g, "") + unit;
  return `You guessed ${[number, label].join(" ").trim()}. It is ${result}.`;
}

/**
 * Return the first output after a question.
 *
 * @param {Element | null} question
 */
function resultOf(question) {
  let next = question?.nextElementSibling;
  while (next && !next.matches(".dl-output")) next = next.nextElementSibling;
  return next;
}

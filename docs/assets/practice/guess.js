// @ts-check
// "Make a guess": takes one, keeps it, and sets it beside the result.

import { element } from "./element.js";
import { keep, recall } from "./store.js";

const MOST = 200; // characters of a guess

/**
 * Give a question that asks for a guess a field for it.
 *
 * @param {Element} question The block quote
 */
export function takeGuess(question) {
  const text = question.textContent?.trim() ?? "";
  const page = location.pathname.split("/").pop()?.replace(".html", "");
  const name = `guess/${page}/${text.replace(/\W+/g, "-").slice(0, 80).toLowerCase()}`;
  const field = element("input", { type: "text", maxlength: String(MOST), "aria-label": "Your guess", placeholder: "Your guess" });
  const form = element("form", { class: "dl-guess" });
  form.append(field, element("button", {}, "Keep"));
  question.append(form);
  const kept = element("p", { class: "dl-guess-kept", role: "status" });
  resultOf(question)?.after(kept);
  const show = (/** @type {string} */ guess) => {
    kept.textContent = guess && `You guessed: ${guess}`;
    form.toggleAttribute("data-kept", guess !== "");
  };
  field.value = recall(name).text ?? "";
  show(field.value);
  form.addEventListener("submit", event => {
    event.preventDefault();
    const guess = field.value.trim();
    keep(name, { text: guess });
    show(guess);
  });
}

/**
 * Return the first output after a question.
 *
 * @param {Element} question
 */
function resultOf(question) {
  let next = question.nextElementSibling;
  while (next && !next.matches(".dl-output")) next = next.nextElementSibling;
  return next;
}

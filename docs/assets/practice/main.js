// @ts-check
// What the reader does on a chapter's page: exercises, questions and guesses.

import { Exercise } from "./exercise.js";
import { takeGuess } from "./guess.js";
import { ask } from "./question.js";

/** Return where Python is, as absolute addresses, or null where the site was built without it. */
function findPython() {
  const script = document.querySelector("script[data-pyodide]");
  if (!(script instanceof HTMLElement)) return null;
  const [pyodide, library] = [script.dataset.pyodide, script.dataset.library].map(
    path => new URL(path ?? "", document.baseURI).href,
  );
  return { pyodide, library };
}

const place = findPython();
for (const root of document.querySelectorAll(".dl-practice:not([data-needs])")) {
  if (place && root instanceof HTMLElement) new Exercise(root, place);
}
for (const root of document.querySelectorAll(".dl-question")) {
  if (root instanceof HTMLElement) ask(root);
}
for (const form of document.querySelectorAll(".dl-guess")) {
  if (form instanceof HTMLFormElement) takeGuess(form);
}

// @ts-check
// What the reader does on a chapter's page: exercises, questions and guesses.

import { Exercise } from "./exercise.js";

const place = document.querySelector("[data-pyodide]");
if (place instanceof HTMLElement) {
  const { pyodide = "", library = "" } = place.dataset;
  const absolute = (/** @type {string} */ path) => new URL(path, document.baseURI).href;
  for (const root of document.querySelectorAll(".dl-practice")) {
    if (root instanceof HTMLElement) new Exercise(root, { pyodide: absolute(pyodide), library: absolute(library) });
  }
}

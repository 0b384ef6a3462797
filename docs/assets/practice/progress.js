// @ts-check
// Which exercises of all chapters are done; a copy of what is kept, and its end.

import { element, part } from "./element.js";
import { erase, everything, recall } from "./store.js";

/** Say of each exercise whether it is done, and of each chapter how many are. */
function show() {
  for (const old of document.querySelectorAll(".dl-progress-state")) old.remove();
  for (const list of document.querySelectorAll("ul:has([data-entry])")) {
    let done = 0;
    const links = [...list.querySelectorAll("[data-entry]")];
    for (const link of links) {
      const entry = recall(link.getAttribute("data-entry") ?? "");
      const state = entry.done ? "done" : entry.text !== undefined || entry.answer !== undefined ? "begun" : "";
      if (entry.done) done += 1;
      link.after(element("span", { class: "dl-progress-state", "data-state": state }, state));
    }
    const sum = element("p", { class: "dl-progress-state" }, `${done} of ${links.length} done`);
    list.before(sum);
  }
}

/** Save everything that is kept as a file. */
function save() {
  const text = JSON.stringify(everything(), null, 2);
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  element("a", { href: address, download: "digitlearn-progress.json" }).click();
  URL.revokeObjectURL(address);
}

const tools = part(document.body, ".dl-progress-tools", HTMLElement);
const status = part(tools, "[role=status]", HTMLElement);
const eraser = part(tools, '[data-act="erase"]', HTMLButtonElement);
let isSure = false; // whether the button was pressed once

part(tools, '[data-act="export"]', HTMLButtonElement).addEventListener("click", save);
eraser.addEventListener("click", () => {
  if (isSure) {
    erase();
    show();
  }
  isSure = !isSure;
  eraser.textContent = isSure ? "Erase it, for good" : "Erase everything";
  status.textContent = isSure ? "All your code, answers and guesses would be lost. Press again to erase them." : "Nothing is kept any more.";
});
eraser.addEventListener("blur", () => {
  if (!isSure) return;
  isSure = false;
  eraser.textContent = "Erase everything";
  status.textContent = "Nothing was erased.";
});
tools.hidden = false;
show();

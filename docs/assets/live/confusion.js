// @ts-check
// Chapter 6: the confusion matrix. Choose a number, and see the digits that it counts.

import { paintDigit, readStrip } from "./digits.js";
import { canvas, element, keep, kept, onScheme } from "./parts.js";

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/**
 * The matrix, and digits that it counts, in one strip: all that were misread and some that were
 * not; of each its label, what was read, and how sure the network was.
 *
 * @typedef {{ counts: number[][], labels: number[], answers: number[], sure: string[], strip: string }} Data
 */

/**
 * Return each mistake's share of its row; what is right has none.
 *
 * @param {number[][]} counts
 */
function rates(counts) {
  return counts.map((row, digit) => {
    const total = row.reduce((sum, count) => sum + count, 0) || 1;
    return row.map((count, answer) => (answer === digit ? 0 : count / total));
  });
}

/**
 * @param {HTMLElement} root
 * @param {Data} data
 */
export async function start(root, { counts, labels, answers, sure, strip }) {
  root.setAttribute("aria-label", "The digits behind the confusion matrix");
  const digits = await readStrip(strip);
  const says = element("p", { role: "status" });
  const pictures = element("div", { class: "dl-live-digits" });
  const shares = rates(counts);
  const worst = Math.max(...shares.flat());
  // To begin with, the commonest mistake.
  const common = shares.findIndex((line) => line.includes(worst));
  let [row, column] = kept("confusion", [9, 9]) ?? [common, shares[common].indexOf(worst)];

  const cells = counts.map((line, digit) =>
    line.map((count, answer) => {
      const label = `${digit} read as ${answer}: ${count}`;
      const cell = element("div", { role: "gridcell", "aria-label": label }, count ? String(count) : "");
      if (count) cell.className = digit === answer ? "right" : "wrong";
      cell.style.setProperty("--share", String(shares[digit][answer] / worst));
      cell.addEventListener("click", () => move(digit, answer));
      return cell;
    }),
  );

  /**
   * @param {number} digit
   * @param {number} answer
   */
  function choose(digit, answer) {
    [row, column] = [digit, answer];
    for (const cell of cells.flat()) {
      const chosen = cell === cells[row][column];
      cell.tabIndex = chosen ? 0 : -1;
      cell.setAttribute("aria-selected", String(chosen));
    }
    const found = [...labels.keys()].filter((i) => labels[i] === row && answers[i] === column);
    const count = counts[row][column];
    const which = found.length < count ? `, here the ${found.length} of which it was least sure` : "";
    says.textContent = `True digit ${row}, read as ${column}: ${count || "no"} image${count === 1 ? "" : "s"}${which}.`;
    pictures.replaceChildren();
    for (const i of found) {
      const picture = canvas(`Digit ${row}, read as ${column}, ${sure[i]} sure`);
      pictures.append(element("figure", {}, picture, element("figcaption", { "aria-hidden": "true" }, `${sure[i]} sure`)));
      paintDigit(picture, digits[i]);
    }
  }

  /**
   * @param {number} digit
   * @param {number} answer
   */
  function move(digit, answer) {
    keep("confusion", [digit, answer]);
    choose(digit, answer);
  }

  const grid = element("div", { role: "grid", "aria-label": "Confusion matrix: the arrow keys choose a number" });
  cells.forEach((line, digit) =>
    grid.append(element("div", { role: "row" }, element("span", { role: "rowheader" }, String(digit)), ...line)),
  );
  const names = counts.map((_, answer) => element("span", { role: "columnheader" }, String(answer)));
  grid.append(element("div", { role: "row" }, ...names));
  grid.addEventListener("keydown", (event) => {
    if (!(event.key in ARROWS)) return;
    event.preventDefault();
    const [down, right] = ARROWS[event.key];
    const cell = cells[row + down]?.[column + right];
    if (!cell) return;
    move(row + down, column + right);
    cell.focus();
  });
  root.append(
    element(
      "div",
      { class: "dl-live-confusion" },
      element("div", {}, element("p", { "aria-hidden": "true" }, "true digit"), grid, element("p", { "aria-hidden": "true" }, "predicted digit")),
      element("div", {}, element("p", {}, "Choose a number to see the digits behind it."), says, pictures),
    ),
  );
  onScheme(() => choose(row, column));
  choose(row, column);
}

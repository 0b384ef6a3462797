// @ts-check
// Chapter 8: the reader's own photo after each step, of which some can be left out, and the answer.

import { Leave } from "./leave.js";
import { button, canvas, element, onScheme } from "./parts.js";

/** @import { Layer } from "../try/network.js" */
/** @import { Picture } from "../try/preprocess.js" */

const NAMES = ["1 grey", "light evened", "2 ink", "3 digit", "4 frame"];
// Paths of a pen; as the page of drawing has them.
/** @type {Record<string, string>} */
const SAMPLES = {
  "7": "M401 16C412 17 424 16 434 14 426 30 419 45 414 61M408 39C415 38 422 38 430 37",
  "3": "M181 16C193 9 209 12 206 23 204 31 194 33 188 34 204 33 212 42 206 51 200 61 184 60 177 54",
  "4": "M247 12C243 23 237 33 231 42 242 42 254 41 265 39M258 27C257 39 255 50 254 61",
};
const UNREAD = "This browser cannot read that picture. JPEG and PNG can be read.";
const LOST = "What reads photos could not be loaded. Try to reload the page.";

/** What reads photos: it comes with the first one. */
const load = () => Promise.all([import("./shown.js"), import("./levels.js"), import("./sample.js")]);

/** @param {HTMLElement} root */
export function start(root) {
  root.setAttribute("aria-label", "Your own photo after each step");
  const says = element("p", { role: "status" }, "Take a photo of a digit, drop or paste one, or try one of these. It does not leave the page.");
  const pictures = NAMES.map((name) => canvas(name));
  /** @type {Picture | null} */
  let taken = null;
  /** @type {Layer[]} */
  let layers = [];
  const show = async () => {
    if (!taken) return;
    const [{ network, show }] = await load();
    if (!layers.length) layers = await network();
    says.textContent = show(pictures, taken, leave.left, layers);
  };
  const leave = new Leave(["light", "noise", "place", "centre"], show);
  onScheme(show);
  /** @param {(modules: Awaited<ReturnType<typeof load>>) => Picture | Promise<Picture>} read */
  const bring = async (read) => {
    let failed = LOST;
    try {
      const modules = await load();
      failed = UNREAD;
      taken = await read(modules);
      failed = LOST;
      await show();
    } catch (error) {
      says.textContent = failed;
      if (failed === LOST) console.error(error);
    }
  };
  const file = (/** @type {File | undefined} */ one) => {
    if (one) bring(([, { readPhoto }]) => readPhoto(one));
  };
  const input = document.createElement("input");
  Object.assign(input, { type: "file", accept: "image/*", hidden: true });
  input.addEventListener("change", () => {
    file(input.files?.[0]);
    input.value = ""; // so that the same file can be chosen again
  });
  for (const name of /** @type {const} */ (["dragover", "drop"])) {
    document.addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      if (name === "drop") file(event.dataTransfer.files[0]);
    });
  }
  document.addEventListener("paste", (event) => file(event.clipboardData?.files[0]));
  const samples = Object.entries(SAMPLES).map(([digit, path]) =>
    button(`A ${digit}`, () => bring(([, , { photograph }]) => photograph(path, Number(digit)))),
  );
  root.append(
    element("div", { class: "dl-live-row" }, button("Photo", () => input.click()), input, ...samples),
    element("div", { class: "dl-live-steps" }, ...pictures.map((one, i) => element("figure", {}, one, element("figcaption", {}, NAMES[i])))),
    leave.root,
    element("div", { class: "dl-live-answer" }, says),
  );
}

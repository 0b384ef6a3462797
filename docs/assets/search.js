// @ts-check
// Searching the site: the sections whose words fit the question, those that are about it first.
//
// The index is the text of each section; there are few enough to look through all of them.

/**
 * A section: its address, its title, its page's title, its text, and how much it counts.
 *
 * @typedef {{url: string, title: string, page: string, text: string, weight: number}} Section
 */

const MOST = 12; // results
const AROUND = 60; // letters of text before a word that was found
const LONG = 200; // letters of text that are shown
// Words of questions, in which what they are about is found nowhere.
const IDLE = new Set(
  "a an and are be can do does explain for from how i in is it me mean means my of on or the there this to use used what whats when where which who why with work works you".split(" "),
);

/** Return a text's words, in small letters, without accents. @param {string} text */
export function wordsOf(text) {
  const plain = text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  return plain.match(/[\p{L}\p{N}_]+/gu) ?? [];
}

/** Return a word's stem, roughly: "layers" and "layer", "learning" and "learns" meet. @param {string} word */
export function stem(word) {
  if (word.length < 5) return word.length > 3 ? word.replace(/s$/, "") : word;
  return word.replace(/(?:ings?|ies|ed|es|s|y|e)$/, "");
}

/** Return what a question asks for: the stems of its words that say something. @param {string} query */
export function stemsOf(query) {
  const words = wordsOf(query);
  const telling = words.filter((word) => !IDLE.has(word));
  return [...new Set((telling.length ? telling : words).map(stem))];
}

/** Return how often a stem begins one of the words. @param {string[]} words @param {string} start */
function count(words, start) {
  let found = 0;
  for (const word of words) if (word.startsWith(start)) found += 1;
  return found;
}

/**
 * Return the sections that fit, best first: those with all of the question's words; then those whose
 * title has them, a title of nothing else before all; then those whose text speaks of them often.
 *
 * @param {Section[]} sections
 * @param {string} query
 */
export function find(sections, query) {
  const stems = stemsOf(query);
  const asked = stems.join(" ");
  const found = [];
  for (const section of sections) {
    const title = wordsOf(section.title).map(stem);
    const page = wordsOf(section.page);
    const words = wordsOf(section.text);
    let fits = 0;
    let score = 0;
    for (const one of stems) {
      const inTitle = count(title, one);
      const inText = count(words, one);
      if (inTitle || inText || count(page, one)) fits += 1;
      score += (inTitle ? 4 : 0) + (count(page, one) ? 1 : 0);
      score += (4 * inText) / (inText + 1 + words.length / 100);
    }
    if (fits === 0) continue;
    const telling = title.filter((word) => !IDLE.has(word)).join(" ");
    if (telling === asked) score += 10;
    if (stems.length > 1 && title.join(" ").includes(asked)) score += 4;
    found.push({ section, fits, score: score * section.weight });
  }
  found.sort((a, b) => b.fits - a.fits || b.score - a.score);
  return found.map(({ section }) => section);
}

/**
 * Return the part of a section's text that says why it was found; of one with the words in its title, the beginning.
 *
 * @param {Section} section
 * @param {string[]} stems
 */
function excerpt({ title, text }, stems) {
  const inTitle = wordsOf(title);
  const places = stems
    .filter((one) => !count(inTitle, one))
    .map((one) => text.toLowerCase().search(new RegExp(`(?<![\\p{L}\\p{N}])${one}`, "u")));
  const place = Math.min(...places.filter((at) => at >= 0));
  const begin = Number.isFinite(place) && place > 2 * AROUND ? text.indexOf(" ", place - AROUND) + 1 : 0;
  const part = text.slice(begin, begin + LONG);
  const whole = begin + LONG >= text.length;
  return (begin ? "… " : "") + (whole ? part : `${part.slice(0, part.lastIndexOf(" "))} …`);
}

/**
 * Append a text to an element, the words that were asked for marked.
 *
 * @param {Element} element
 * @param {string} text
 * @param {string[]} stems
 */
function write(element, text, stems) {
  for (const part of text.split(/([\p{L}\p{N}_]+)/u)) {
    const marked = stems.some((one) => part.toLowerCase().startsWith(one));
    const piece = marked ? document.createElement("mark") : document.createTextNode(part);
    if (marked) piece.textContent = part;
    element.append(piece);
  }
}

/**
 * Return a result as an item of the list.
 *
 * @param {Section} section
 * @param {string[]} stems
 * @param {URL} base
 */
function show(section, stems, base) {
  const item = document.createElement("li");
  item.className = "md-search-result__item";
  const link = document.createElement("a");
  link.className = "md-search-result__link";
  link.href = new URL(section.url, base).href;
  const title = document.createElement("strong");
  write(title, section.title, stems);
  const page = document.createElement("span");
  page.className = "dl-search-page";
  page.textContent = section.page === section.title ? "" : section.page;
  const text = document.createElement("p");
  write(text, excerpt(section, stems), stems);
  link.append(title, " ", page, text);
  item.append(link);
  return item;
}

/**
 * Move the focus up or down among the field and the results.
 *
 * @param {KeyboardEvent} event
 * @param {HTMLElement[]} places
 */
function move(event, places) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const at = places.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  if (!step || at < 0) return;
  event.preventDefault();
  places[Math.min(Math.max(at + step, 0), places.length - 1)].focus();
}

/** @type {Promise<Section[]> | undefined} */
let index;

/**
 * Begin to answer what is written in the field; again, and nothing happens.
 *
 * @param {HTMLInputElement} field
 * @param {HTMLInputElement} toggle checked as long as the results are shown
 */
export async function start(field, toggle) {
  if (index) return;
  const address = new URL(field.dataset.index ?? "", document.baseURI);
  const base = new URL("..", address);
  index = fetch(address).then((answer) => answer.json());
  const search = field.closest(".md-search");
  const list = search?.querySelector("ol");
  const status = search?.querySelector("[role=status]");
  if (!search || !list || !status) return;
  const answer = async () => {
    const sections = (await index) ?? [];
    const results = field.value.trim() ? find(sections, field.value) : [];
    const stems = stemsOf(field.value);
    list.replaceChildren(...results.slice(0, MOST).map((section) => show(section, stems, base)));
    status.textContent =
      { 0: field.value.trim() ? "Nothing found." : "Type a word to search for.", 1: "One place" }[results.length] ??
      `${results.length} places${results.length > MOST ? `, the first ${MOST}` : ""}`;
  };
  field.addEventListener("input", answer);
  const form = search.querySelector("form");
  form?.addEventListener("reset", () => setTimeout(() => (field.focus(), answer())));
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    list.querySelector("a")?.click();
  });
  search.addEventListener("keydown", (event) => {
    if (!(event instanceof KeyboardEvent)) return;
    if (event.key === "Escape") {
      toggle.checked = false;
      field.blur();
    }
    move(event, [field, ...list.querySelectorAll("a")]);
  });
  // A result may lie on this very page.
  list.addEventListener("click", () => (toggle.checked = false));
  await answer();
}

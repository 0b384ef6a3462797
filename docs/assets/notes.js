// @ts-check
// A link to the glossary shows its definition as a note: in the margin beside the line or, where that
// has no room, at the edge of the screen. So does a citation with its item of the chapter's further
// reading. A click keeps the note there, a second one follows the link. What it says is the glossary's
// own, and the item's. Where it cannot be had, and with Enter, Ctrl or another button, the link leads
// there as it always does.

const CITED = "#cited-"; // docs/tools/citations.py gives the items such ids
const LINKS = `.md-content__inner a:is([href*="glossary.html#"], [href^="${CITED}"])`;
const ROOM = 160; // px: a narrower margin is no place to read in
const GAP = 20; // px between text and note
const HEADER = 70; // px at the top of the screen that the running head may take
const PAUSE = 200; // ms: a pointer that only passes opens nothing, and one that leaves may reach the note

const note = document.createElement("div");
note.className = "dl-note md-typeset";
note.setAttribute("role", "status"); // spoken when it changes
note.hidden = true;

/** @type {Promise<Document> | undefined} */
let glossary;
/** @type {HTMLAnchorElement | null} The link whose note is shown or on its way. */
let current = null;
let pinned = false;
let timer = 0;

/** @param {EventTarget | null} target */
function linkAt(target) {
  const link = target instanceof Element ? target.closest(LINKS) : null;
  return link instanceof HTMLAnchorElement ? link : null;
}

/** @param {HTMLAnchorElement} link */
function fetchGlossary(link) {
  glossary ??= fetch(link.href).then(async (answer) => {
    if (!answer.ok) throw new Error(`Expected the glossary. Received: ${answer.status}`);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  });
  glossary.catch(() => (glossary = undefined)); // the next link asks again
  return glossary;
}

/**
 * What a note says, and the link at its end.
 *
 * @param {HTMLAnchorElement} link
 */
async function read(link) {
  const cited = link.hash.startsWith(CITED);
  const further = document.createElement("a");
  further.href = link.href;
  further.textContent = cited ? "Go to the list" : "Open in the glossary";
  return [...(cited ? readItem(link) : await readTerm(link)), further];
}

/** @param {HTMLAnchorElement} link */
function readItem(link) {
  const item = document.querySelector(link.hash);
  if (!item) throw new Error(`Expected an item of further reading. Received: ${link.hash}`);
  const words = document.createElement("span");
  words.append(...document.importNode(item, true).childNodes);
  return [words];
}

/**
 * What the glossary says: the term and its definition, without the places that use it.
 *
 * @param {HTMLAnchorElement} link
 */
async function readTerm(link) {
  const page = await fetchGlossary(link);
  const term = page.querySelector(link.hash);
  const found = page.querySelector(`${link.hash} ~ dd`);
  if (!term || !found) throw new Error(`Expected a term of the glossary. Received: ${link.hash}`);
  const name = document.createElement("strong");
  name.textContent = term.textContent;
  const definition = document.createElement("span");
  definition.append(...document.importNode(found, true).childNodes);
  for (let last = definition.lastChild; last; last = definition.lastChild) {
    const use = last instanceof Element && last.matches('a:is([href^="chapters/"], [href^="reference/"])');
    if (!use && !/^[\s·,]*$/.test(last.textContent ?? "")) break;
    last.remove();
  }
  for (const inner of definition.querySelectorAll("a")) inner.replaceWith(...inner.childNodes);
  return [name, definition];
}

/** @param {HTMLAnchorElement} link */
function place(link) {
  const [line] = link.getClientRects();
  const column = (link.closest(".md-content__inner > *") ?? link).getBoundingClientRect();
  const room = (note.parentElement ?? link).getBoundingClientRect().right - column.right - 1.4 * GAP;
  const beside = room >= ROOM;
  note.classList.toggle("dl-note--beside", beside);
  note.style.width = `${beside ? room : column.width}px`;
  note.style.left = `${beside ? column.right + GAP + scrollX : column.left}px`;
  const lowest = innerHeight - note.offsetHeight - GAP;
  note.style.top = beside ? `${Math.max(HEADER, Math.min(line.top, lowest)) + scrollY}px` : "";
  // At the lower edge of the screen, unless the line stands there.
  note.classList.toggle("dl-note--above", !beside && link.getBoundingClientRect().bottom > lowest);
}

/**
 * @param {HTMLAnchorElement} link
 * @returns {Promise<boolean>} whether there is something to show
 */
async function show(link) {
  clearTimeout(timer);
  if (link === current && !note.hidden) return true;
  current = link;
  try {
    const content = await read(link);
    if (current !== link) return true; // the reader is elsewhere by now
    note.hidden = false;
    note.replaceChildren(...content);
    for (const inner of note.querySelectorAll("a")) inner.tabIndex = -1; // keys have Enter, on the link
    place(link);
    return true;
  } catch {
    if (current === link) hide();
    return false;
  }
}

function hide() {
  clearTimeout(timer);
  note.hidden = true;
  note.replaceChildren();
  current = null;
  pinned = false;
}

/** @param {PointerEvent} event */
function point(event) {
  const link = linkAt(event.target);
  if (link && !link.hash.startsWith(CITED)) fetchGlossary(link).catch(() => {});
  if (event.pointerType === "touch" || pinned) return;
  const within = note.contains(/** @type {Node} */ (event.target));
  clearTimeout(timer);
  if (link) timer = setTimeout(show, PAUSE, link);
  else if (!within && current && document.activeElement !== current) timer = setTimeout(hide, PAUSE);
}

/** @param {PointerEvent} event */
async function click(event) {
  const target = /** @type {Element} */ (event.target);
  const link = linkAt(target);
  if (note.contains(target)) {
    if (target.closest("a")) setTimeout(hide); // it may lead to a place of this page
    return;
  }
  if (!link) return hide();
  const { detail, pointerType, ctrlKey, metaKey, shiftKey, altKey } = event;
  const keys = detail === 0 || pointerType === ""; // Firefox counts one click for Enter
  if (keys || ctrlKey || metaKey || shiftKey || altKey) return; // it leads there, or opens a window
  if (pinned && link === current && detail === 1) return hide(); // the second time it leads there
  event.preventDefault();
  pinned = true;
  if (!(await show(link))) location.assign(link.href);
}

/** Answer to what points at a link, now and later. */
export function start() {
  document.querySelector(".md-content")?.append(note);
  document.addEventListener("pointerover", point);
  document.addEventListener("click", click);
  document.addEventListener("focusin", ({ target }) => {
    const link = linkAt(target);
    if (!link || link === current) return;
    pinned = false;
    show(link);
  });
  document.addEventListener("focusout", ({ relatedTarget }) => {
    const within = note.contains(/** @type {Node | null} */ (relatedTarget)); // its link is being clicked
    if (!pinned && !within) hide();
  });
  document.addEventListener("keydown", ({ key }) => key === "Escape" && hide());
  addEventListener("resize", () => current && !note.hidden && place(current));
}

// @ts-check
// What answers around a page's text: the scheme, the search field, the table of contents, copying.

const wide = matchMedia("(min-width: 60em)"); // where the search field is always there
const narrow = matchMedia("(max-width: 44.98em)"); // a phone, as in site.css

/** @param {string} id */
function checkbox(id) {
  const found = document.getElementById(id);
  if (!(found instanceof HTMLInputElement)) throw new Error(`No checkbox ${id}`);
  return found;
}

/** The button switches between the schemes; until it is pressed, the system's is shown. */
function switchSchemes() {
  const button = document.querySelector(".dl-scheme");
  if (!(button instanceof HTMLElement)) return;
  const name = () => {
    const other = document.body.dataset.mdColorScheme === "slate" ? "light" : "dark";
    button.title = `Switch to the ${other} scheme`;
    button.setAttribute("aria-label", button.title);
  };
  button.addEventListener("click", () => {
    const scheme = document.body.dataset.mdColorScheme === "slate" ? "default" : "slate";
    document.body.dataset.mdColorScheme = scheme;
    name();
    try {
      localStorage.setItem("scheme", scheme);
    } catch {
      // Storage is forbidden: the choice is for this page.
    }
  });
  name();
}

/** The search and its index are loaded when the field is touched. */
function waitForSearch() {
  const field = document.querySelector(".md-search__input");
  const toggle = checkbox("__search");
  if (!(field instanceof HTMLInputElement)) return;
  const open = async () => {
    toggle.checked = true;
    const { start } = await import("./search.js");
    start(field, toggle);
  };
  field.addEventListener("focus", open);
  toggle.addEventListener("change", () => toggle.checked && field.focus());
  document.addEventListener("keydown", (event) => {
    const target = event.target instanceof HTMLElement ? event.target : document.body;
    const writes = target.isContentEditable || target.matches("input, textarea, select");
    if (event.key !== "/" || writes || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    toggle.checked = true;
    field.focus();
  });
  const asked = new URLSearchParams(location.search).get("q");
  if (asked) {
    field.value = asked.slice(0, field.maxLength);
    open();
    if (wide.matches) field.focus();
  }
}

/** On a phone the running head names the page once its title is out of sight. */
function nameThePage() {
  const title = document.querySelector(".md-header__title");
  const heading = document.querySelector("h1");
  if (!title || !heading) return;
  const seen = new IntersectionObserver(([entry]) => {
    const above = !entry.isIntersecting && entry.boundingClientRect.top < 100;
    title.classList.toggle("md-header__title--active", above);
  }, { rootMargin: "-60px 0px 0px" });
  seen.observe(heading);
}

/** Beside the page its contents are unfolded. Mark the section that is read, and keep it in sight. */
function followContents() {
  const contents = document.querySelector(".dl-toc");
  if (!(contents instanceof HTMLDetailsElement)) return;
  const unfold = () => {
    contents.open = wide.matches;
  };
  wide.addEventListener("change", unfold);
  unfold();
  /** @type {Map<Element, HTMLAnchorElement>} */
  const links = new Map();
  for (const link of contents.querySelectorAll("a")) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) links.set(heading, link);
  }
  /** @type {HTMLAnchorElement | null} */
  let active = null;
  const mark = () => {
    /** @type {HTMLAnchorElement | null} */
    let last = null;
    for (const [heading, link] of links) {
      if (heading.getBoundingClientRect().top > 120) break;
      last = link;
    }
    if (last === active) return;
    active?.removeAttribute("aria-current");
    last?.setAttribute("aria-current", "true");
    active = last;
    const list = last?.closest(".md-sidebar__scrollwrap");
    if (last && list) list.scrollTop = last.offsetTop - list.clientHeight / 2;
  };
  // A heading that passes the top of the window changes which one is read.
  const passing = new IntersectionObserver(mark, { rootMargin: "-119px 0px 0px" });
  for (const heading of links.keys()) passing.observe(heading);
}

/** The page that is read is in sight in the list of pages. */
function showPlace() {
  const list = document.querySelector(".md-sidebar--primary .md-sidebar__scrollwrap");
  const place = list?.querySelector("[aria-current]");
  if (!list || !(place instanceof HTMLElement)) return;
  const below = place.getBoundingClientRect().bottom - list.getBoundingClientRect().bottom;
  if (below > 0) list.scrollTop = below + list.clientHeight / 2;
}

/** A button on each block of code, as that comes near, copies it. */
function offerCopies() {
  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      offerCopy(target);
    }
  }, { rootMargin: "300px" });
  for (const block of document.querySelectorAll(".md-content pre.highlight")) near.observe(block);
}

/** @param {Element} block */
function offerCopy(block) {
  const code = block.querySelector("code");
  if (!code) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "dl-copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code.textContent ?? "");
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 2000);
  });
  block.append(button);
}

/** What scrolls sideways can be reached with keys. */
function reachScrollers() {
  const sized = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.setAttribute("tabindex", "0");
      else target.removeAttribute("tabindex");
    }
  });
  const kinds = ".md-content :is(pre, pre > code, .dl-output, .dl-table, math[display=block])";
  for (const scroller of document.querySelectorAll(kinds)) sized.observe(scroller);
}

/**
 * Break a block of code into lines that may be continued below, further in than they begin.
 *
 * @param {HTMLElement} code
 */
function breakLines(code) {
  /** @type {Node[][]} */
  const lines = [[]];
  for (const node of [...code.childNodes]) {
    (node.textContent ?? "").split("\n").forEach((text, number) => {
      if (number > 0) lines.push([]);
      if (!text) return;
      // A long word is broken after a bracket, a dot or an underscore rather than within a name.
      const breakable = text.replace(/\S{34,}/g, (word) => word.replace(/\((?!\))|[_.=](?=[\w"])/g, "$&\n"));
      breakable.split("\n").forEach((part, place) => {
        if (place > 0) lines[lines.length - 1].push(document.createElement("wbr"));
        // An option of the command line, with its hyphens, stays whole.
        part.split(/(\[?--\w[\w-]*)/).forEach((bit, odd) => {
          const piece = odd % 2 ? document.createElement("span") : node.cloneNode();
          if (piece instanceof HTMLElement && odd % 2) piece.className = "dl-whole";
          piece.textContent = bit;
          if (bit) lines[lines.length - 1].push(piece);
        });
      });
    });
  }
  if (lines[lines.length - 1].length === 0) lines.pop();
  code.replaceChildren(...lines.map((pieces) => {
    const line = document.createElement("span");
    line.className = "dl-line";
    line.append(...pieces, "\n");
    const begin = line.textContent?.search(/[^ ]/) ?? 0;
    line.style.setProperty("--indent", `${begin + 2}ch`);
    return line;
  }));
}

/** No line of code goes out of sight on a phone, nor where two programs stand side by side. */
function wrapCode() {
  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting || !(target instanceof HTMLElement)) continue;
      near.unobserve(target);
      if (target.scrollWidth > target.clientWidth) breakLines(target);
    }
  }, { rootMargin: "600px" });
  const observe = () => {
    const around = narrow.matches ? ".md-content" : ".dl-sides";
    const blocks = document.querySelectorAll(`${around} pre.highlight > code`);
    blocks.forEach((block) => near.observe(block));
  };
  narrow.addEventListener("change", observe);
  observe();
}

/** A link to a place on this page closes the list of pages; Escape closes that and the search. */
function closeDrawers() {
  const drawer = checkbox("__drawer");
  document.querySelector(".md-sidebar--primary")?.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("a")) drawer.checked = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") drawer.checked = false;
  });
}

/** What answers the hand is fetched when the page has been drawn: its text would wait for it. */
function fetchLater() {
  const later = document.getElementById("dl-later");
  if (!(later instanceof HTMLTemplateElement)) return;
  // One after the other: to ask for all of them at once would take longer than a frame.
  for (const asked of [...later.content.children]) setTimeout(() => document.head.append(asked));
}

/** Figures come as the reader comes near; all of them at a first move, because Chromium 150 prints no others. */
function fetchFigures() {
  const fetchAll = () => {
    for (const image of document.querySelectorAll('img[loading="lazy"]')) image.setAttribute("loading", "eager");
  };
  for (const move of ["pointermove", "keydown", "scroll"]) addEventListener(move, fetchAll, { once: true, passive: true });
}

switchSchemes();
const drawn = new Promise((done) => {
  new PerformanceObserver((seen, observer) => {
    if (seen.getEntriesByName("first-contentful-paint").length === 0) return;
    observer.disconnect();
    done(null);
  }).observe({ type: "paint", buffered: true });
  // Firefox often tells nothing of a page that opens where it is scrolled to.
  addEventListener("load", () => setTimeout(done, 300));
});
drawn.then(fetchLater);
waitForSearch();
closeDrawers();
fetchFigures();
/** What can wait until the page stands. */
function finish() {
  nameThePage();
  followContents();
  showPlace();
  offerCopies();
  wrapCode();
  const explained = document.querySelector('.md-content a[href*="glossary.html#"]');
  if (explained) import("./notes.js").then(({ start }) => start());
  document.fonts.ready.then(reachScrollers); // until then a line's length is another one
}

if ("requestIdleCallback" in window) requestIdleCallback(finish, { timeout: 500 });
else setTimeout(finish);

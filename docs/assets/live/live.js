// @ts-check
// Brings figures to life: where a chapter's output names a module, it starts as the reader comes near.

/** @param {HTMLElement} root */
async function start(root) {
  try {
    const module = await import(`./${root.dataset.live}.js`);
    const place = document.createElement("div");
    place.className = "dl-live";
    place.setAttribute("role", "group");
    root.append(place);
    const data = root.querySelector('script[type="application/json"]')?.textContent;
    await module.start(place, data && JSON.parse(data));
    root.dataset.alive = "";
  } catch (error) {
    root.removeAttribute("data-live"); // and the figure stays what it is in print
    throw error;
  }
}

const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting || !(target instanceof HTMLElement)) continue;
      near.unobserve(target);
      start(target);
    }
  },
  { rootMargin: "800px" },
);
for (const root of document.querySelectorAll("[data-live]")) near.observe(root);

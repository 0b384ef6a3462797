// @ts-check
// Brings figures to life: where a chapter's output names a module, it starts as the reader comes near.

/** @param {string} name of a file beside this one */
async function read(name) {
  const response = await fetch(new URL(name, import.meta.url));
  if (!response.ok) throw new Error(`Expected the data ${name}. Received: ${response.status}`);
  return response.json();
}

/** @param {HTMLElement} root */
async function start(root) {
  const { live, values } = root.dataset;
  try {
    const [module, data] = await Promise.all([import(`./${live}.js`), values && read(values)]);
    const place = document.createElement("div");
    place.className = "dl-live";
    place.setAttribute("role", "group");
    root.append(place);
    await module.start(place, data);
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

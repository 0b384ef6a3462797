// @ts-check
// The parts of the page, found by what its markup calls them.

/**
 * Return the element of a kind that a selector finds.
 *
 * @template {Element} T
 * @param {Element} root
 * @param {string} selector
 * @param {new () => T} kind
 * @returns {T}
 */
export function part(root, selector, kind) {
  const found = root.querySelector(selector);
  if (found instanceof kind) return found;
  throw new Error(`Expected ${selector} as ${kind.name} on the page. Received: ${found}`);
}

/**
 * Return the part that the markup names by data-try.
 *
 * @template {Element} T
 * @param {Element} root
 * @param {string} name
 * @param {new () => T} kind
 * @returns {T}
 */
export function named(root, name, kind) {
  return part(root, `[data-try="${name}"]`, kind);
}

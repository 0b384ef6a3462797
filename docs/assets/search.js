// @ts-check
// Tame what is searched for, before the theme's search reads it.
//
// "word~200" asks for all words at most 200 letters away from it: that takes longer than anyone
// waits, and a link can ask for it. Two letters are enough for a slip of the pen.

const MOST = 2; // letters
const LONGEST = 100; // characters

/** @param {string} query */
function tame(query) {
  return query.slice(0, LONGEST).replace(/~(\d+)/g, (_, letters) => `~${Math.min(Number(letters), MOST)}`);
}

for (const field of document.querySelectorAll('[data-md-component="search-query"]')) {
  const value = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
  if (!value?.get || !value.set) continue;
  const { get, set } = value;
  Object.defineProperty(field, "value", {
    get: () => tame(get.call(field)),
    set(/** @type {string} */ text) {
      set.call(field, text);
    },
  });
}

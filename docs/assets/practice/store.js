// @ts-check
// What the reader wrote, answered and finished, kept in this browser and nowhere else.

const PREFIX = "digitlearn/";

/** @typedef {Record<string, any>} Entry */

/** Entries of this visit, for browsers that keep nothing. @type {Map<string, string>} */
const memory = new Map();

/**
 * Call something with the browser's storage, which it may refuse or have no room in.
 *
 * @template T
 * @param {(storage: Storage) => T} use
 * @returns {T | null}
 */
function attempt(use) {
  try {
    return use(localStorage);
  } catch {
    return null;
  }
}

/**
 * Return what is kept under a name, or an empty entry.
 *
 * @param {string} name
 * @returns {Entry}
 */
export function recall(name) {
  const text = memory.get(name) ?? attempt(storage => storage.getItem(PREFIX + name));
  try {
    const entry = JSON.parse(text ?? "{}");
    return entry instanceof Object ? entry : {};
  } catch {
    return {}; // something else wrote it
  }
}

/**
 * Change some of what is kept under a name.
 *
 * @param {string} name
 * @param {Entry} changes
 */
export function keep(name, changes) {
  const text = JSON.stringify({ ...recall(name), ...changes });
  memory.set(name, text);
  attempt(storage => storage.setItem(PREFIX + name, text));
}

/**
 * Return everything that is kept: name -> entry.
 *
 * @returns {Record<string, Entry>}
 */
export function everything() {
  const kept = attempt(storage => Object.keys(storage).filter(key => key.startsWith(PREFIX))) ?? [];
  const names = new Set([...kept.map(key => key.slice(PREFIX.length)), ...memory.keys()]);
  return Object.fromEntries([...names].sort().map(name => [name, recall(name)]));
}

/** Forget everything. */
export function erase() {
  for (const name of Object.keys(everything())) attempt(storage => storage.removeItem(PREFIX + name));
  memory.clear();
}

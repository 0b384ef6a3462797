// @ts-check
// Python beside the page: Pyodide in a worker, which runs one piece of code after the other.

/**
 * What the page tells the worker: first where Python is, then what to run.
 *
 * @typedef {{ pyodide: string, library: string }} Place
 * @typedef {{ exercise: string | null, source: string }} Task
 *
 * What the worker tells the page.
 *
 * @typedef {{ kind: string, message: string, line: number | null }} Outcome
 * @typedef {{ ready: true } | { failed: string } | { printed: string } | { outcome: Outcome }} Message
 */

/** @param {Message} message */
function tell(message) {
  postMessage(message);
}

/** Fail as soon as a file cannot be fetched: Pyodide would wait for some of them for ever. */
function watchFiles() {
  const fetchFile = globalThis.fetch;
  globalThis.fetch = async (...request) => {
    const response = await fetchFile(...request).catch(() => Response.error());
    if (!response.ok) tell({ failed: `a file could not be fetched (${response.status || "no answer"})` });
    return response;
  };
}

/**
 * Load Python, NumPy and digitlearn; return what runs code.
 *
 * @param {Place} place
 */
async function load(place) {
  watchFiles();
  // Where WebAssembly is refused, Pyodide would wait for ever as well. These bytes are an empty module.
  new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
  const { loadPyodide } = await import(new URL("pyodide.mjs", place.pyodide).href);
  const library = fetch(place.library);
  const python = await loadPyodide({ indexURL: place.pyodide });
  await python.loadPackage("numpy", { messageCallback: () => {} });
  python.unpackArchive(await (await library).arrayBuffer(), "zip");
  return python.pyimport("run");
}

/**
 * Run a task and return its outcome.
 *
 * @param {any} runner The module run.py
 * @param {Task} task
 */
function perform(runner, { exercise, source }) {
  const send = (/** @type {string} */ printed) => tell({ printed });
  const outcome = exercise === null ? runner.run(source, send) : runner.check(exercise, source, send);
  const copy = outcome.toJs({ dict_converter: Object.fromEntries });
  outcome.destroy();
  return { ...copy, line: copy.line ?? null };
}

/** @type {any} */
let runner = null;

addEventListener("message", async ({ data }) => {
  try {
    if (runner === null) {
      runner = await load(data);
      tell({ ready: true });
    } else {
      tell({ outcome: perform(runner, data) });
    }
  } catch (error) {
    // Whatever gets here has broken Python itself, such as WebAssembly's stack or its memory.
    tell({ failed: String(error) });
  }
});

export {};

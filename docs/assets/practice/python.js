// @ts-check
// The page's Python: one worker, fetched when it is first needed, and another one in its place when it is stopped.

/** @import { Message, Outcome, Place, Task } from "./worker.js" */

const MOST_SECONDS = 10; // that a program may run
const MOST_LOADING = 120; // seconds that Python may take to load
const PATIENCE = 1; // seconds that a program runs before a spare worker is made ready to follow it

/** A worker, from the moment it begins to load. */
class Loading {
  /** @param {Place} place */
  constructor(place) {
    this.worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    /** @type {(message: Message) => void} */
    this.heard = () => {};
    /** @type {Promise<void>} */
    this.ready = new Promise((resolve, reject) => {
      const limit = setTimeout(() => this.heard({ failed: `it took longer than ${MOST_LOADING} seconds` }), MOST_LOADING * 1000);
      this.heard = message => {
        clearTimeout(limit);
        if ("failed" in message) {
          this.worker.terminate();
          reject(new Error(message.failed));
        } else {
          resolve();
        }
      };
    });
    this.worker.addEventListener("message", ({ data }) => this.heard(data));
    this.worker.addEventListener("error", event => this.heard({ failed: event.message || "a file could not be fetched" }));
    this.worker.postMessage(place);
  }
}

export class Python {
  /** @param {Place} place Where its files are */
  constructor(place) {
    this.place = place;
    /** @type {Loading | null} */
    this.current = null;
    /** @type {Loading | null} */
    this.spare = null;
    /** Stop what is running. */
    this.stop = () => {};
  }

  /** Begin to load, if that has not begun. */
  load() {
    this.current ??= this.begin();
    return this.current;
  }

  /** Begin to load a worker; one that fails is forgotten, so that the next run tries again. */
  begin() {
    const loading = new Loading(this.place);
    loading.ready.catch(() => {
      if (this.current === loading) this.current = null;
      if (this.spare === loading) this.spare = null;
    });
    return loading;
  }

  /** Go on with the spare worker, or a new one. */
  replace() {
    this.current?.worker.terminate();
    this.current = this.spare ?? this.begin();
    this.spare = null;
  }

  /**
   * Run a task; reject where Python cannot be had.
   *
   * @param {Task} task
   * @param {(text: string) => void} print
   * @param {() => void} started Called when Python is there and the task begins
   * @returns {Promise<Outcome>}
   */
  async run(task, print, started) {
    const loading = this.load();
    /** @type {Promise<boolean>} */
    const stopped = new Promise(resolve => {
      this.stop = () => resolve(true);
    });
    // What is stopped before it begins leaves Python to load.
    if (await Promise.race([loading.ready, stopped])) return outcome("stopped", "Stopped.");
    started();
    return this.perform(loading, task, print);
  }

  /**
   * Run a task in a worker that is ready.
   *
   * @param {Loading} loading
   * @param {Task} task
   * @param {(text: string) => void} print
   * @returns {Promise<Outcome>}
   */
  perform(loading, task, print) {
    return new Promise(resolve => {
      const finish = (/** @type {Outcome} */ result) => {
        clearTimeout(patience);
        clearTimeout(limit);
        this.stop = () => {};
        loading.heard = () => {};
        resolve(result);
      };
      const giveUp = (/** @type {string} */ kind, /** @type {string} */ message) => {
        this.replace();
        finish(outcome(kind, message));
      };
      const patience = setTimeout(() => (this.spare ??= this.begin()), PATIENCE * 1000);
      const limit = setTimeout(
        () => giveUp("stopped", `Stopped after ${MOST_SECONDS} seconds. Which condition ends its loop?`),
        MOST_SECONDS * 1000,
      );
      this.stop = () => giveUp("stopped", "Stopped.");
      loading.heard = message => {
        if ("printed" in message) print(message.printed);
        if ("outcome" in message) finish(message.outcome);
        if ("failed" in message) giveUp("error", `This broke Python itself, which starts anew. ${message.failed}`);
      };
      loading.worker.postMessage(task);
    });
  }
}

/**
 * Return an outcome of the page's own.
 *
 * @param {string} kind
 * @param {string} message
 * @returns {Outcome}
 */
function outcome(kind, message) {
  return { kind, message, line: null };
}

// @ts-check
// The worker behind "Train it here": it learns from the embedded digits, and tells how far it is.

import { unpack } from "./embedded.js";
import { Adam, crossEntropy, forward, trainStep } from "./learning.js";
import { generator } from "./random.js";
import { Dense, mlp } from "./training.js";

/** @import { Layer } from "./training.js" */
/**
 * @typedef {object} Settings
 * @property {number} rate
 * @property {number} batch
 * @property {number} hidden units of the first hidden layer; the second has half as many
 * @property {number} images to learn from
 * @property {number} dropout
 * @property {number} noise the share of labels that are drawn anew
 * @property {number} seed
 * @property {number} epochs after which it stops
 */

const TRAIN = 1437; // of the digits; the others are held out
const PIXELS = 784;
const SLICE = 50; // milliseconds of learning between two looks at what the page wants

const file = await fetch(new URL("digits.bin", import.meta.url));
const digits = unpack(new Uint8Array(await file.arrayBuffer()));
const x = Float32Array.from(digits.images, (level) => level / 255);
const held = { x: x.subarray(TRAIN * PIXELS), labels: digits.labels.subarray(TRAIN) };

class Trainer {
  steps = 0;
  at = 0; // in this epoch's order
  running = false;
  /** @type {number[][]} epochs, loss, accuracy, val_loss, val_accuracy: as they come */
  history = [];
  /** Sums over the epoch so far: loss, accuracy, examples. */
  sums = [0, 0, 0];

  /** @param {Settings} settings */
  constructor(settings) {
    this.settings = settings;
    this.random = generator(settings.seed);
    const { hidden, dropout, images, noise, rate } = settings;
    this.layers = mlp([hidden, hidden / 2], { dropout, random: this.random });
    this.optimizer = new Adam(rate);
    this.labels = digits.labels.slice(0, images);
    for (let i = 0; i < images; i++) {
      if (this.random() < noise) this.labels[i] = Math.floor(10 * this.random());
    }
    this.order = Uint16Array.from({ length: images }, (_, i) => i);
    const before = crossEntropy(forward(this.layers, x.subarray(0, images * PIXELS)), this.labels);
    this.sums = [before.loss * images, before.accuracy * images, images];
    this.record();
  }

  /** Write down a point of the curves. */
  record() {
    const [loss, accuracy, count] = this.sums;
    const validation = crossEntropy(forward(this.layers, held.x), held.labels);
    const epochs = (this.steps * this.settings.batch) / this.settings.images;
    this.history.push([epochs, loss / count, accuracy / count, validation.loss, validation.accuracy]);
    this.sums = [0, 0, 0];
  }

  /** Learn from one batch; at the start of an epoch, shuffle. Return whether the epoch is over. */
  step() {
    const { order, random, labels } = this;
    for (let i = order.length - 1; this.at === 0 && i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    const chosen = order.subarray(this.at, this.at + this.settings.batch);
    const batch = new Float32Array(chosen.length * PIXELS);
    chosen.forEach((n, row) => batch.set(x.subarray(n * PIXELS, (n + 1) * PIXELS), row * PIXELS));
    const answers = Array.from(chosen, (n) => labels[n]);
    const { loss, accuracy } = trainStep(this.layers, batch, answers, this.optimizer);
    [loss, accuracy, 1].forEach((value, i) => (this.sums[i] += value * chosen.length));
    this.steps += chosen.length / this.settings.batch;
    this.at += chosen.length;
    if (this.at < order.length) return false;
    this.at = 0;
    this.steps = Math.round(this.steps * this.settings.batch) / this.settings.batch;
    this.record();
    return true;
  }

  get done() {
    return this.history[this.history.length - 1][0] >= this.settings.epochs - 0.001;
  }

  /** Learn for a moment, tell, and go on after what else there is to do. */
  run() {
    if (!this.running) return;
    const end = performance.now() + SLICE;
    while (performance.now() < end && !this.done) this.step();
    if (this.done) this.running = false;
    this.tell();
    setTimeout(() => this.run());
  }

  tell() {
    const dense = this.layers.filter((layer) => layer instanceof Dense);
    const layers = dense.map(({ inputs, units, params }) => ({ inputs, units, ...params }));
    const { history, running, done } = this;
    postMessage({ history, layers, running, done });
  }
}

/** @type {Trainer | null} */
let trainer = null;
addEventListener("message", ({ data: { ask, settings } }) => {
  if (ask === "reset" || !trainer) {
    if (trainer) trainer.running = false;
    trainer = new Trainer(settings);
  }
  if (ask === "step" && !trainer.done && !trainer.step()) trainer.record();
  const starts = ask === "run" && !trainer.running;
  trainer.running = ask === "run";
  if (starts) trainer.run();
  else trainer.tell();
});
postMessage({ ready: true });

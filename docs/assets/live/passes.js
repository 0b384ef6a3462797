// @ts-check
// Chapter 4: what one pass forward and one back through a small graph compute, told step by step.

import { crossEntropy } from "./learning.js";
import { fixed } from "./parts.js";
import { Dense } from "./training.js";

/** @typedef {{ x: number[], weights: number[][], right: number }} Graph two inputs, two classes */
/** @typedef {ReturnType<typeof passes>} Passes */
/**
 * A step: the numbers that come, such as "sum0" or its slope "sum0'"; the lines they come along, such
 * as "01" from input 0 to sum 1 and "1" from there to the loss; and how, in words.
 *
 * @typedef {{ comes: string[], along: string[], says: string, back?: boolean }} Step
 */

export const BOTH = [0, 1];
export const PAIRS = ["00", "01", "10", "11"]; // an input and a sum
const FEW = 2; // decimals

/**
 * Return what one pass forward and one back compute.
 *
 * @param {Graph} graph
 */
export function passes({ x, weights, right }) {
  const layer = new Dense(2, 2, { kernel: Float64Array.from(weights.flat()), bias: new Float64Array(2) });
  const sums = [...layer.forward(Float64Array.from(x))];
  const { loss, gradient } = crossEntropy(Float64Array.from(sums), [right]);
  const inputs = [...layer.backward(gradient)];
  const kernel = [...layer.grads.kernel];
  const forWeights = [kernel.slice(0, 2), kernel.slice(2)];
  const probabilities = BOTH.map((j) => gradient[j] + Number(j === right));
  return { sums, probabilities, loss, forSums: [...gradient], forWeights, forInputs: inputs };
}

/**
 * Return the weights after a step of gradient descent.
 *
 * @param {Graph} graph
 * @param {number} rate
 */
export function stepped(graph, rate) {
  const { forWeights } = passes(graph);
  return graph.weights.map((row, i) => row.map((weight, j) => weight - rate * forWeights[i][j]));
}

const plain = (/** @type {number} */ value) => fixed(value, FEW);
const slope = (/** @type {number} */ value) => fixed(value, FEW, true);
const factor = (/** @type {number} */ value) => (value < 0 ? `(${plain(value)})` : plain(value));
// No line breaks within a product.
const times = (/** @type {number} */ a, /** @type {number} */ b) => `${factor(a)}\u00a0×\u00a0${factor(b)}`;

/**
 * @param {Graph} graph
 * @returns {Step[]}
 */
function forward({ x, weights, right }) {
  const { sums, probabilities: p, loss } = passes({ x, weights, right });
  const powers = sums.map((sum) => `e to the ${plain(sum)} is ${plain(Math.exp(sum))}`);
  return [
    ...BOTH.map((j) => ({
      comes: [`sum${j}`],
      along: BOTH.map((i) => `${i}${j}`),
      says: `Sum ${j + 1}, input times weight along both lines: ${BOTH.map((i) => times(x[i], weights[i][j])).join(" + ")} = ${plain(sums[j])}.`,
    })),
    {
      comes: ["share0", "share1"],
      along: ["0", "1"],
      says: `Softmax: ${powers.join(", ")}. Their shares are the probabilities ${plain(p[0])} and ${plain(p[1])}.`,
    },
    {
      comes: ["loss"],
      along: [`${right}`],
      says: `Class ${right + 1} is right, with the probability ${plain(p[right])}. The loss is −ln ${plain(p[right])} ≈ ${plain(loss)}.`,
    },
  ];
}

/**
 * @param {Graph} graph
 * @returns {Step[]}
 */
function backward({ x, weights, right }) {
  const { probabilities: p, forSums, forWeights, forInputs } = passes({ x, weights, right });
  const back = true;
  const toSums = BOTH.map((j) => {
    const one = Number(j === right);
    const why = one ? "minus 1, since its class is right" : "minus 0, since its class is wrong";
    const says = `Sum ${j + 1}: its probability, ${why}: ${plain(p[j])} − ${one} = ${slope(forSums[j])}.`;
    return { comes: [`sum${j}'`], along: [`${j}`], says, back };
  });
  const toWeights = PAIRS.map((pair) => {
    const [i, j] = [...pair].map(Number);
    const product = `${times(x[i], forSums[j])} = ${slope(forWeights[i][j])}`;
    const says = `The weight from input ${i + 1} to sum ${j + 1}, input times slope of the sum: ${product}.`;
    return { comes: [`weight${pair}'`], along: [pair], says, back };
  });
  const toInputs = BOTH.map((i) => {
    const paths = BOTH.map((j) => times(weights[i][j], forSums[j])).join(" + ");
    const says = `Input ${i + 1} reaches both sums, weight times slope along each line: ${paths} = ${slope(forInputs[i])}.`;
    return { comes: [`input${i}'`], along: BOTH.map((j) => `${i}${j}`), says, back };
  });
  const own = "Now back. When the loss moves by 1, it moves by 1: its own slope is 1.";
  return [{ comes: ["loss'"], along: [], says: own, back }, ...toSums, ...toWeights, ...toInputs];
}

/**
 * Return the steps of one round: forward, back, a step of training, and forward again.
 *
 * @param {Graph} graph
 * @param {number} rate
 * @returns {Step[]}
 */
export function round(graph, rate) {
  const { loss, forWeights } = passes(graph);
  const moved = stepped(graph, rate);
  const after = passes({ ...graph, weights: moved }).loss;
  const change = after < loss ? "It has fallen." : "It has risen: this rate is too large.";
  const first = `${plain(graph.weights[0][0])} − ${times(rate, forWeights[0][0])} = ${plain(moved[0][0])}`;
  return [
    { comes: [], along: [], says: `Two inputs and four weights; class ${graph.right + 1} is right. What is the loss?` },
    ...forward(graph),
    ...backward(graph),
    { comes: [], along: [], says: "Every number has its slope. A step of training will move the weights against theirs." },
    {
      comes: PAIRS.map((pair) => `weight${pair}`),
      along: PAIRS,
      says: `One step: every weight minus ${rate} times its slope. The first becomes ${first}.`,
    },
    {
      comes: ["sum0", "sum1", "share0", "share1", "loss"],
      along: [...PAIRS, "0", "1"],
      says: `Forward again, with the new weights. The loss was ${plain(loss)} and is ${plain(after)}. ${change}`,
    },
  ];
}

// @ts-check
// How numbers are written, and which are the largest.

/**
 * Write a probability, rounded down: only 1 itself is 100.0%.
 *
 * @param {number} probability
 */
export function percent(probability) {
  return `${(Math.floor(probability * 1000) / 10).toFixed(1)}%`;
}

/**
 * Write a number with its sign, for sums and what adds up to them.
 *
 * @param {number} value
 */
export function signed(value) {
  const text = Math.abs(value).toFixed(1);
  return text === "0.0" ? text : `${value < 0 ? "−" : "+"}${text}`;
}

/**
 * Return the indices of numbers, the largest number's first.
 *
 * @param {ArrayLike<number>} values
 */
export function ranked(values) {
  return Array.from(values, (_, i) => i).sort((a, b) => values[b] - values[a]);
}

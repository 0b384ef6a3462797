// @ts-check
// What became of a training run, as its validation loss tells: what one may guess beforehand.

export const GUESSES = ["fall and stay low", "fall, then rise", "hardly move", "end as high as a blind guess"];

const RISE = 1.15; // times the best: from here on it has risen again
const HALF = 0.5; // of what it was at first: above, it has hardly moved

/**
 * Tell which of the guesses comes true.
 *
 * @param {number[][]} history rows of epochs, loss, accuracy, validation loss and accuracy
 */
export function outcome(history) {
  const losses = history.map((row) => row[3]);
  const [first, last, best] = [losses[0], losses[losses.length - 1], Math.min(...losses)];
  const wild = history.some((row) => !(row[1] < 2 * first));
  if (wild && !(last < HALF * first)) return GUESSES[3];
  if (last > RISE * best) return GUESSES[1];
  return last > HALF * first ? GUESSES[2] : GUESSES[0];
}

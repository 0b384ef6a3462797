// @ts-check
// What pushes a digit out of the world it was learned in: thickness, turn, shift, noise.

import { generator } from "./random.js";
import { rotate } from "../try/network.js";

const SIDE = 28; // of an image, in pixels

/**
 * How far a digit is pushed: the side of the square its strokes grow by (below 0: shrink by), in
 * pixels; degrees counterclockwise; pixels to the right and down; the noise's standard deviation.
 *
 * @typedef {{ thickness: number, turn: number, right: number, down: number, noise: number }} Push
 */

/** @param {Float32Array} image beyond its border is paper */
function lookUp(image) {
  return (/** @type {number} */ row, /** @type {number} */ column) =>
    row >= 0 && row < SIDE && column >= 0 && column < SIDE ? image[row * SIDE + column] : 0;
}

/**
 * Grow or shrink strokes: the largest or the least of the values in a square around each pixel, as
 * SciPy's grey_dilation and grey_erosion lay it.
 *
 * @param {Float32Array} image
 * @param {number} side of the square; below 0, the least is taken
 */
export function thicken(image, side) {
  const [size, pick] = side < 0 ? [-side, Math.min] : [side, Math.max];
  const before = side < 0 ? size >> 1 : (size - 1) >> 1;
  const at = lookUp(image);
  return image.map((_, place) => {
    const [row, column] = [Math.floor(place / SIDE) - before, (place % SIDE) - before];
    let value = at(row, column);
    for (let i = 1; i < size * size; i++) value = pick(value, at(row + Math.floor(i / size), column + (i % size)));
    return value;
  });
}

/**
 * Return normally distributed numbers, one for each pixel.
 *
 * @param {number} seed
 */
export function noises(seed) {
  const random = generator(seed);
  return Float32Array.from({ length: SIDE * SIDE }, () => {
    // Box and Muller's way; 1 - random() is never 0.
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    return radius * Math.cos(2 * Math.PI * random());
  });
}

/**
 * Push a digit.
 *
 * @param {Float32Array} image from 0 to 1
 * @param {Push} push
 * @param {Float32Array} noise
 */
export function push(image, { thickness, turn, right, down, noise: strength }, noise) {
  const at = lookUp(rotate(thickness ? thicken(image, thickness) : image, turn));
  return image.map((_, place) => {
    const value = at(Math.floor(place / SIDE) - down, (place % SIDE) - right);
    return Math.min(1, Math.max(0, value + strength * noise[place]));
  });
}

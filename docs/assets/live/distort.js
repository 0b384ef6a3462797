// @ts-check
// A digit distorted on purpose, not at random: the twin of what distort in digitlearn/augmentation.py
// does with an image once it has drawn how.

import { lookUp } from "../try/network.js";

/**
 * How an image is distorted: degrees clockwise; how many times as high and as wide; columns of slant
 * for each row; by how many pixels its places are looked up further down and right; how much of a
 * field of displacements comes on top.
 *
 * @typedef {{ turn: number, height: number, width: number, slant: number, down: number, right: number, bend: number }} Distortion
 */

/**
 * Distort an image.
 *
 * @param {Float32Array} image
 * @param {Distortion} distortion
 * @param {ArrayLike<number>[]} field of each pixel, how far down and how far right it looks
 */
export function distort(image, { turn, height, width, slant, down, right, bend }, [fieldDown, fieldRight]) {
  const [cosine, sine] = [Math.cos((turn * Math.PI) / 180), Math.sin((turn * Math.PI) / 180)];
  return lookUp(image, (row, column, pixel) => [
    ((cosine - sine * slant) * row - sine * column) / height + down + bend * fieldDown[pixel],
    ((sine + cosine * slant) * row + cosine * column) / width + right + bend * fieldRight[pixel],
  ]);
}

// @ts-check
// Strokes of a pen, made into the pixels of a picture.

import { FRAME } from "./preprocess.js";

/** @typedef {number[]} Point x and y */
/** @typedef {Point[]} Stroke */

export const SIDE = 8 * FRAME; // of the picture, in pixels: eight for each of the network's

/**
 * Return the picture of a drawing: side x side grey levels, ink 0 on paper 255, row by row.
 *
 * A stroke is a list of points [x, y], each from 0 to 1; so is the pen's width. Every pixel within
 * half the pen's width of a stroke is ink; at the rim it is as dark as much of it is covered.
 *
 * @param {Stroke[]} strokes
 * @param {number} width
 */
export function rasterize(strokes, width, side = SIDE) {
  const picture = new Uint8Array(side * side).fill(255);
  const radius = (width * side) / 2;
  const reach = radius + 0.5; // a pixel's middle, from a stroke that still covers some of it
  const inside = (/** @type {number} */ value) => Math.min(side - 1, Math.max(0, Math.floor(value)));
  for (const stroke of strokes) {
    const points = stroke.map(([x, y]) => [x * side, y * side]);
    points.forEach(([bx, by], index) => {
      const [ax, ay] = points[Math.max(0, index - 1)];
      const [dx, dy] = [bx - ax, by - ay];
      const length2 = dx * dx + dy * dy;
      const [right, bottom] = [inside(Math.max(ax, bx) + radius), inside(Math.max(ay, by) + radius)];
      for (let y = inside(Math.min(ay, by) - radius); y <= bottom; y++) {
        for (let x = inside(Math.min(ax, bx) - radius); x <= right; x++) {
          const at = y * side + x;
          if (picture[at] === 0) continue;
          const [u, v] = [x + 0.5 - ax, y + 0.5 - ay];
          const along = length2 ? (u * dx + v * dy) / length2 : 0;
          const t = Math.min(1, Math.max(0, along)); // where the segment is nearest
          const away2 = (u - t * dx) ** 2 + (v - t * dy) ** 2;
          if (away2 >= reach * reach) continue;
          const level = Math.round(255 * (1 - Math.min(1, reach - Math.sqrt(away2))));
          if (level < picture[at]) picture[at] = level;
        }
      }
    });
  }
  return picture;
}

const STEPS = 16; // points along each curve of a path

/**
 * Return the point of a cubic Bezier curve at t, from 0 to 1.
 *
 * @param {Point[]} points four of them
 * @param {number} t
 */
function bezier([p, q, r, s], t) {
  const u = 1 - t;
  const weights = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
  return [0, 1].map((axis) => [p, q, r, s].reduce((sum, at, i) => sum + weights[i] * at[axis], 0));
}

/**
 * Return the strokes of an SVG path made of M, C and Z, in the path's own units.
 *
 * @param {string} path
 */
export function readPath(path) {
  /** @type {Stroke} */
  let stroke = [];
  const strokes = [];
  for (const [, letter, text] of path.matchAll(/([MCZ])([^MCZ]*)/g)) {
    const numbers = (text.match(/-?[\d.]+/g) ?? []).map(Number);
    const points = numbers.flatMap((x, i) => (i % 2 ? [] : [[x, numbers[i + 1]]]));
    if (letter === "M") {
      stroke = points;
      strokes.push(stroke);
    }
    if (letter === "Z") stroke.push(stroke[0]);
    for (let i = 0; letter === "C" && i < points.length; i += 3) {
      const curve = [stroke[stroke.length - 1], ...points.slice(i, i + 3)];
      for (let k = 1; k <= STEPS; k++) stroke.push(bezier(curve, k / STEPS));
    }
  }
  return strokes;
}

/**
 * Return strokes moved and scaled to stand in the middle of the pad, filling a share of it.
 *
 * @param {Stroke[]} strokes
 * @param {number} share
 */
export function place(strokes, share) {
  const [xs, ys] = [0, 1].map((axis) => strokes.flat().map((point) => point[axis]));
  const middle = [xs, ys].map((values) => (Math.min(...values) + Math.max(...values)) / 2);
  const extents = [xs, ys].map((values) => Math.max(...values) - Math.min(...values));
  const scale = share / Math.max(...extents);
  return strokes.map((stroke) =>
    stroke.map((point) => point.map((value, axis) => 0.5 + (value - middle[axis]) * scale)),
  );
}

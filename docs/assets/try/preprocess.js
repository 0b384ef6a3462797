// Any drawing brought to the form of MNIST's images: the twin of digitlearn/preprocessing.py, step
// by step, and equal to it within one grey level. Chapter 8 explains why each step is needed.

const FRAME = 28; // MNIST's images are 28 pixels high and wide,
const BOX = 20; // the digits in them at most 20.
const MIN_CONTRAST = 0.1; // between ink and paper, where black to white is 1
const TIE = 1e-6; // tips the scales where a digit could as well lie one pixel further

/** Return the smallest and the largest value of an array. */
function range(values) {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}

/** Return the middle value, or the mean of the two in the middle. */
function median(values) {
  const sorted = new Float64Array(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Round as NumPy does: a half goes to the even neighbour. */
function rint(value) {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Return the part of a picture that holds all values above a threshold. */
function crop({ values, width, height }, threshold) {
  let [top, bottom, left, right] = [height, -1, width, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!(values[y * width + x] > threshold)) continue;
      if (y < top) top = y;
      if (x < left) left = x;
      if (x > right) right = x;
      bottom = y;
    }
  }
  const part = { width: right - left + 1, height: bottom - top + 1 };
  part.values = new Float64Array(part.width * part.height);
  for (let y = top; y <= bottom; y++) {
    part.values.set(values.subarray(y * width + left, y * width + right + 1), (y - top) * part.width);
  }
  return part;
}

/** Lanczos' filter: how much a pixel at this distance counts. */
function lanczos(x) {
  if (x === 0) return 1;
  if (x < -3 || x >= 3) return 0;
  const angle = Math.PI * x;
  return ((Math.sin(angle) / angle) * Math.sin(angle / 3)) / (angle / 3);
}

/** Resize every row of a picture and turn it on its side, so that twice makes both directions. */
function resizeAndTurn({ values, width, height }, size) {
  const scale = width / size;
  const reach = Math.max(1, scale);
  const result = new Float32Array(size * height);
  for (let x = 0; x < size; x++) {
    const centre = (x + 0.5) * scale;
    const from = Math.max(0, Math.trunc(centre - 3 * reach + 0.5));
    const to = Math.min(width, Math.trunc(centre + 3 * reach + 0.5));
    const counts = [];
    for (let i = from; i < to; i++) counts.push(lanczos((i - centre + 0.5) / reach));
    const total = counts.reduce((a, b) => a + b, 0);
    for (let y = 0; y < height; y++) {
      let sum = 0;
      for (let i = from; i < to; i++) sum += values[y * width + i] * (counts[i - from] / total);
      result[x * height + y] = sum;
    }
  }
  return { values: result, width: height, height: size };
}

/** Resize as Pillow does with Resampling.LANCZOS: along the rows, then along the columns. */
export function resize(picture, width, height) {
  const rows = width === picture.width ? turn(picture) : resizeAndTurn(picture, width);
  return height === picture.height ? turn(rows) : resizeAndTurn(rows, height);
}

function turn({ values, width, height }) {
  const turned = values.map((_, i) => values[(i % height) * width + Math.floor(i / height)]);
  return { values: turned, width: height, height: width };
}

/** Size and centre one digit as MNIST's are: 28 x 28 levels, 0 for paper, up to 255 for ink. */
export function fitToFrame(ink) {
  const digit = crop(ink, 0);
  const longest = Math.max(digit.width, digit.height);
  const [width, height] = [digit.width, digit.height].map((side) =>
    Math.max(1, rint((side * BOX) / longest)),
  );
  const [, most] = range(digit.values);
  let { values: levels } = resize(digit, width, height);
  // Beside sharp edges this filter goes a little too far, both ways.
  levels = levels.map((level) => Math.min(most, Math.max(0, level)));
  const [, brightest] = range(levels);
  levels = levels.map((level) => (level * 255) / brightest);

  const [left, top] = [0, 1].map((axis) => {
    let [mass, moment] = [0, 0];
    levels.forEach((level, i) => {
      mass += level;
      moment += level * (axis ? Math.floor(i / width) : i % width);
    });
    const side = axis ? height : width;
    return Math.min(FRAME - side, Math.max(0, rint(FRAME / 2 - moment / mass - TIE)));
  });
  const frame = new Uint8Array(FRAME * FRAME);
  levels.forEach((level, i) => {
    frame[(top + Math.floor(i / width)) * FRAME + left + (i % width)] = rint(level);
  });
  return frame;
}

/**
 * Bring a drawing to the form of MNIST's images.
 *
 * `picture` is {values, width, height} with grey levels from 0 to 255, dark ink on light paper or
 * light on dark. The result is null where there is no ink.
 */
export function toMnistStyle({ values, width, height }) {
  const ink = new Float64Array(values);
  const edge = [];
  for (let x = 0; x < width; x++) edge.push(ink[x], ink[(height - 1) * width + x]);
  for (let y = 0; y < height; y++) edge.push(ink[y * width], ink[y * width + width - 1]);
  const paper = median(edge);
  const [darkest, lightest] = range(ink);
  const sign = lightest - paper > paper - darkest ? 1 : -1;
  for (let i = 0; i < ink.length; i++) ink[i] = (sign * (ink[i] - paper)) / 255;

  const [, strongest] = range(ink);
  const noise = Math.min(8 * median(ink.map(Math.abs)), strongest / 2);
  const most = strongest - noise;
  if (most < MIN_CONTRAST) return null;
  for (let i = 0; i < ink.length; i++) ink[i] = Math.max(0, ink[i] - noise);
  const core = crop({ values: ink, width, height }, most / 2);
  const side = Math.max(core.width, core.height);
  const rim = (most / 4) * Math.max(0, 1 - BOX / side);
  return fitToFrame(crop({ values: ink, width, height }, rim));
}

// @ts-check
// The grey levels of a picture's file: the twin of read_grey in digitlearn/pictures.py.

/** @import { Picture } from "../try/preprocess.js" */

const LUMA = [0.299, 0.587, 0.114]; // brightness of red, green and blue (ITU-R BT.601)
const LARGEST = 512; // pixels a side that are looked at
const STRIP = 32; // rows of the smaller picture that are read at once

/**
 * Return the means of squares of pixels: their light, and how opaque they are, both up to 255.
 *
 * @param {ImageData} strip
 * @param {number} side of the squares
 */
function means({ data, width, height }, side) {
  const [red, green, blue] = LUMA;
  const columns = Math.ceil(width / side);
  const light = new Float64Array(columns * Math.ceil(height / side));
  const opaque = light.slice();
  for (let y = 0, from = 0; y < height; y++) {
    for (let x = 0; x < width; x++, from += 4) {
      const at = Math.floor(y / side) * columns + Math.floor(x / side);
      const alpha = data[from + 3];
      light[at] += (alpha * (red * data[from] + green * data[from + 1] + blue * data[from + 2])) / 255;
      opaque[at] += alpha;
    }
  }
  for (let at = 0; at < light.length; at++) {
    const [x, y] = [side * (at % columns), side * Math.floor(at / columns)];
    const pixels = Math.min(side, width - x) * Math.min(side, height - y);
    light[at] /= pixels;
    opaque[at] /= pixels;
  }
  return { light, opaque };
}

/**
 * Return the grey levels of a picture's file, from 0 to 255. What is transparent becomes white, or
 * black where only light ink was drawn. A large picture is made smaller strip by strip: a phone
 * need not hold all its pixels twice.
 *
 * @param {Blob} file
 * @returns {Promise<Picture>}
 */
export async function readPhoto(file) {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image", colorSpaceConversion: "none" });
  const side = Math.ceil(Math.max(bitmap.width, bitmap.height) / LARGEST);
  const [width, height] = [bitmap.width, bitmap.height].map((pixels) => Math.ceil(pixels / side));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [bitmap.width, Math.min(bitmap.height, STRIP * side)];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("Expected a canvas to read the photo from. Received: none");
  const [values, opaque] = [new Float64Array(width * height), new Float64Array(width * height)];
  for (let top = 0; top < bitmap.height; top += canvas.height) {
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(bitmap, 0, -top);
    const strip = context.getImageData(0, 0, canvas.width, Math.min(canvas.height, bitmap.height - top));
    const small = means(strip, side);
    values.set(small.light, (top / side) * width);
    opaque.set(small.opaque, (top / side) * width);
  }
  const isDark = (/** @type {number} */ alpha, /** @type {number} */ at) => alpha > 127.5 && values[at] <= alpha / 2;
  const paper = opaque.some(isDark) || !opaque.some(Boolean) ? 1 : 0;
  return { values: values.map((value, at) => value + paper * (255 - opaque[at])), width, height };
}

// @ts-check
// The network's weights, read from the file that Python reads: digitlearn/weights/small.safetensors.
//
// A safetensors file is 8 bytes that tell the length of a header, the header, and the numbers. The
// header is JSON: for each array its type, its shape, and where its numbers begin and end.
//
// Nothing in the file is believed before it fits the rest: a network of damaged weights would
// answer every drawing with confidence.

/** @import { Layer } from "./network.js" */
/** @typedef {{ shape: number[], data: Int8Array | Float32Array }} Numbers */

/** @type {Record<string, Int8ArrayConstructor | Float32ArrayConstructor>} */
const TYPES = { I8: Int8Array, F32: Float32Array };
const PIXELS = 28 * 28;
const CLASSES = 10;

/**
 * Complain about a file that is not as it should be.
 *
 * @param {boolean} holds
 * @param {string} expected
 * @param {unknown} received
 */
function expect(holds, expected, received) {
  if (!holds) throw new Error(`Expected ${expected}. Received: ${JSON.stringify(received)}`);
}

/**
 * Return the arrays of a safetensors file by name.
 *
 * @param {ArrayBuffer} buffer
 */
export function readArrays(buffer) {
  expect(buffer.byteLength > 8, "more than 8 bytes", buffer.byteLength);
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  expect(length <= buffer.byteLength - 8, `a header of at most ${buffer.byteLength - 8} bytes`, length);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const start = 8 + length;
  /** @type {Record<string, Numbers>} */
  const arrays = {};
  let used = start;
  for (const [name, described] of Object.entries(header ?? {})) {
    if (name === "__metadata__") continue;
    const { dtype, shape, data_offsets: offsets } = described ?? {};
    expect(Object.hasOwn(TYPES, dtype), "arrays of I8 or F32", dtype);
    expect(Array.isArray(shape) && shape.every((n) => Number.isInteger(n) && n > 0), "sizes above 0", shape);
    expect(Array.isArray(offsets) && offsets.every(Number.isInteger), "where numbers begin and end", offsets);
    const size = shape.reduce((/** @type {number} */ a, /** @type {number} */ b) => a * b, TYPES[dtype].BYTES_PER_ELEMENT);
    expect(offsets[1] - offsets[0] === size && offsets[0] >= 0, `${size} bytes for ${name}`, offsets);
    expect(start + offsets[1] <= buffer.byteLength, `a whole file for ${name}`, buffer.byteLength);
    // A copy, because numbers of four bytes may begin only at every fourth byte.
    const data = new TYPES[dtype](buffer.slice(start + offsets[0], start + offsets[1]));
    expect(dtype === "I8" || data.every(Number.isFinite), `finite numbers in ${name}`, null);
    arrays[name] = { shape, data };
    used += size;
  }
  expect(used === buffer.byteLength, `a file of ${used} bytes`, buffer.byteLength);
  return arrays;
}

/**
 * Return the numbers of this name, if they have this shape.
 *
 * @param {Record<string, Numbers>} arrays
 * @param {string} name
 * @param {number[]} shape
 */
function named(arrays, name, shape) {
  const found = arrays[name];
  expect(String(found?.shape) === String(shape), `${name} of shape ${shape}`, found?.shape ?? null);
  return found.data;
}

/**
 * Return the Dense layers of a network, first to last.
 *
 * A kernel is stored in whole numbers from -127 to 127 and one scale for each unit. Multiplied, they
 * are its weights, in the order of the chapters' arrays of (inputs, units).
 *
 * @param {ArrayBuffer} buffer
 * @returns {Layer[]}
 */
export function readLayers(buffer) {
  const arrays = readArrays(buffer);
  const indices = Object.keys(arrays)
    .filter((name) => name.endsWith(".kernel"))
    .map((name) => parseInt(name, 10))
    .sort((a, b) => a - b);
  expect(Object.keys(arrays).length === 3 * indices.length, "kernel, scale and bias of each layer", Object.keys(arrays));
  let inputs = PIXELS;
  const layers = indices.map((index) => {
    const units = arrays[`${index}.kernel`].shape[1];
    const kernel = new Float32Array(named(arrays, `${index}.kernel`, [inputs, units]));
    const scale = named(arrays, `${index}.scale`, [units]);
    for (let at = 0; at < kernel.length; ) for (let j = 0; j < units; j++) kernel[at++] *= scale[j];
    const layer = { inputs, units, kernel, bias: new Float32Array(named(arrays, `${index}.bias`, [units])) };
    inputs = units;
    return layer;
  });
  expect(inputs === CLASSES, `${CLASSES} units in the last layer`, inputs);
  return layers;
}

// @ts-check
// The network's weights, read from the file that Python reads: digitlearn/weights/small.safetensors.
//
// A safetensors file is 8 bytes that tell the length of a header, the header, and the numbers. The
// header is JSON: for each array its type, its shape, and where its numbers begin and end.

/** @import { Layer } from "./network.js" */

/** @type {Record<string, Int8ArrayConstructor | Float32ArrayConstructor>} */
const TYPES = { I8: Int8Array, F32: Float32Array };

/**
 * Return the arrays of a safetensors file by name.
 *
 * @param {ArrayBuffer} buffer
 */
export function readArrays(buffer) {
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  /** @type {Record<string, { shape: number[], data: Int8Array | Float32Array }>} */
  const arrays = {};
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    if (!(dtype in TYPES)) throw new Error(`Expected arrays of I8 or F32. Received: ${dtype}`);
    // A copy, because numbers of four bytes may begin only at every fourth byte.
    const bytes = buffer.slice(8 + length + offsets[0], 8 + length + offsets[1]);
    arrays[name] = { shape, data: new TYPES[dtype](bytes) };
  }
  return arrays;
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
  return indices.map((index) => {
    const { shape, data } = arrays[`${index}.kernel`];
    const [inputs, units] = shape;
    const scale = arrays[`${index}.scale`].data;
    const kernel = new Float32Array(data);
    for (let i = 0; i < kernel.length; i++) kernel[i] *= scale[i % units];
    return { inputs, units, kernel, bias: new Float32Array(arrays[`${index}.bias`].data) };
  });
}

// Run the page's own modules in Node, for tests/test_browser_parity.py: a JSON file in, JSON out.

import { readFileSync } from "node:fs";

const [folder, weights, tasks] = process.argv.slice(2);
const load = (name) => import(`${folder}/try/${name}.js`);
const [ink, network, backwards, preprocess, answer, numbers, reader, explain] = await Promise.all(
  ["ink", "network", "backwards", "preprocess", "answer", "numbers", "weights", "explain"].map(load),
);
const photos = await import(`${folder}/live/findink.js`);
const { digitsIn } = await import(`${folder}/live/several.js`);
const stages = await import(`${folder}/live/stages.js`);
const file = readFileSync(weights);
const buffer = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
const layers = reader.readLayers(buffer);
const base64 = (array) => Buffer.from(array.buffer, 0, array.byteLength).toString("base64");
const bytes = (text) => Uint8Array.from(Buffer.from(text, "base64"));

const DO = {
  /** Rasterize drawings, and bring them to MNIST's form. */
  see: (drawings) =>
    drawings.map(({ strokes, width }) => {
      const values = ink.rasterize(strokes, width);
      const picture = { values, width: ink.SIDE, height: ink.SIDE };
      const { digits, image } = preprocess.toMnistStyle(picture);
      return { picture: base64(values), digits, seen: image && base64(image) };
    }),
  /** Bring pictures of any size to MNIST's form. */
  style: (pictures) =>
    pictures.map(({ values, width, height }) => {
      const { image } = preprocess.toMnistStyle({ values: bytes(values), width, height });
      return image && base64(image);
    }),
  /** Bring photos to MNIST's form, and say which have uneven light. */
  photos: (pictures) =>
    pictures.map(({ values, width, height }) => {
      const picture = { values: Float64Array.from(bytes(values)), width, height };
      const { ink, uneven } = photos.findInk(picture);
      const { digits, image } = photos.seenIn(ink);
      return { uneven, digits, image: image && base64(image) };
    }),
  /** Tell the digits of photos apart: how many there seem to be, and of each what is read. */
  apart: (pictures) =>
    pictures.map(({ values, width, height }) => {
      const { ink } = photos.findInk({ values: Float64Array.from(bytes(values)), width, height });
      const { count, all } = digitsIn(ink, photos.seenIn(ink));
      const read = (seen) => answer.judge(seen, network.look(layers, seen.image).logits).short;
      return { count, read: all.map(read), images: all.map(({ image }) => base64(image)) };
    }),
  /** Leave one step out of reading a photo: the image, without and with it. */
  without: ({ picture: { values, width, height }, step }) => {
    const picture = { values: Float64Array.from(bytes(values)), width, height };
    const [left, all] = [[step], []].map((steps) => stages.follow(picture, new Set(steps)));
    return { left: base64(left.seen.image), all: base64(all.seen.image), ink: base64(Float64Array.from(left.ink.values)) };
  },
  /** Read images of 784 bytes, end to end in a file: their logits, and the kinds of answers. */
  read: (path) => {
    const images = readFileSync(path);
    const results = [];
    for (let i = 0; i < images.length; i += 784) {
      const image = images.subarray(i, i + 784);
      const { activations, logits } = network.look(layers, image);
      const { kind } = answer.judge({ digits: 1, image, small: false, cut: false }, logits);
      results.push({ first: activations.logits, logits, kind });
    }
    const all = (name) => base64(Float32Array.from(results.flatMap((one) => [...one[name]])));
    return { first: all("first"), logits: all("logits"), kinds: results.map(({ kind }) => kind) };
  },
  /** Read files of weights, given as base64: null, or why one is refused. */
  refuse: (files) =>
    files.map((file) => {
      try {
        reader.readLayers(bytes(file).buffer);
        return null;
      } catch (error) {
        return error.message;
      }
    }),
  /** Write probabilities as the page does. */
  percent: (probabilities) => probabilities.map(numbers.percent),
  /** Say for one image what pixels and units add to each logit, and what each unit adds. */
  explain: (image) => {
    const result = network.look(layers, bytes(image)).activations;
    const all = (length, call) => Array.from({ length }, (_, i) => [...call(i)]);
    return {
      hidden: result.hidden.map((values) => [...values]),
      pixels: all(10, (digit) => backwards.shares(layers, result, digit).pixels),
      units: [0, 1].map((layer) =>
        all(10, (digit) => backwards.shares(layers, result, digit).hidden[layer]),
      ),
      adds: [0, 1].map((layer) =>
        all(layers[layer].units, (unit) => backwards.adds(layers, result, layer, unit)),
      ),
      says: Array.from({ length: layers[1].units }, (_, unit) =>
        explain.sentence({ layers, activations: result }, { layer: 1, unit }),
      ),
      templates: [0, 1].map((layer) =>
        all(layers[layer].units, (unit) => backwards.template(layers, result, layer, unit)),
      ),
    };
  },
};

const results = JSON.parse(readFileSync(tasks, "utf8")).map(([name, input]) => DO[name](input));
process.stdout.write(JSON.stringify(results));

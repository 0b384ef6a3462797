// Run the figures' own modules in Node, for tests/test_live.py: a JSON file in, JSON out.

import { readFileSync } from "node:fs";

const [folder, tasks] = process.argv.slice(2);
const load = (name) => import(`${folder}/live/${name}.js`);
const [training, learning, embedded, photo, batch, outcome, push, random] = await Promise.all(
  ["training", "learning", "embedded", "photo", "batch", "outcome", "push", "random"].map(load),
);
const [means, neuron, cut, passes, distorting, distortions] = await Promise.all(
  ["means", "neuron", "cut", "passes", "distort", "distortions"].map(load),
);
const base64 = (array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("base64");
const numbers = (text) => {
  const bytes = Uint8Array.from(Buffer.from(text, "base64"));
  return new Float64Array(bytes.buffer);
};

/** Build the layers of a network from what Python tells of them. */
function build(layers, masks = []) {
  const draws = masks.map(numbers);
  const random = () => draws[0][random.next++];
  random.next = 0;
  return layers.map(({ kind, ...settings }) => {
    if (kind === "ReLU") return new training.ReLU();
    if (kind === "Dropout") return new training.Dropout(settings.rate, random);
    const params = { kernel: numbers(settings.kernel), bias: numbers(settings.bias) };
    return new training.Dense(settings.inputs, settings.units, params);
  });
}

const DO = {
  /** Train on batches one after the other: the loss and accuracy of each, and the last weights. */
  train: ({ layers, optimizer: [kind, ...settings], batches, draws }) => {
    const network = build(layers, draws ? [draws] : []);
    const optimizer = new learning[kind](...settings);
    const steps = batches.map(({ x, labels }) =>
      learning.trainStep(network, numbers(x), labels, optimizer),
    );
    const last = network.filter((layer) => layer instanceof training.Dense).pop();
    return { steps, kernel: base64(last.params.kernel) };
  },
  /** Compare each gradient with the loss' slope, found by moving each parameter a little. */
  gradients: ({ layers, x, labels, draws, step }) => {
    const loss = (network) =>
      learning.crossEntropy(learning.forward(network, numbers(x), true), labels).loss;
    const again = () => build(layers, [draws]);
    const network = again();
    learning.trainStep(network, numbers(x), labels, { step: () => {} });
    const found = [];
    network.forEach((layer, index) => {
      for (const name of Object.keys(layer.params ?? {})) {
        const slopes = [...layer.params[name]].map((value, i) => {
          const sides = [step, -step].map((move) => {
            const moved = again();
            moved[index].params[name][i] = value + move;
            return loss(moved);
          });
          return (sides[0] - sides[1]) / (2 * step);
        });
        found.push({ index, name, gradient: [...layer.grads[name]], slopes });
      }
    });
    return found;
  },
  /** Bring the packed digits to MNIST's form. */
  unpack: (path) => {
    const { images, labels } = embedded.unpack(new Uint8Array(readFileSync(path)));
    return { images: base64(images), labels: [...labels] };
  },
  /** Close pictures, as mathematical morphology does. */
  close: ({ values, width, height, side }) => [
    ...photo.closing({ values: numbers(values), width, height }, side),
  ],
  /** Return the loss, and its slopes, as some weights move. */
  slopes: ({ batch: told, weights }) => weights.map((one) => batch.lossAndSlopes(told, one)),
  /** Push an image in each of several ways, without noise. */
  push: ({ image, ways }) => {
    const quiet = new Float32Array(28 * 28);
    return ways.map((way) => [...push.push(new Float32Array(numbers(image)), way, quiet)]);
  },
  /** Distort images, each in its own way. */
  distort: (all) => all.map(({ image, how, field }) => [...distorting.distort(new Float32Array(numbers(image)), how, field)]),
  /** Mix two fields of displacements. */
  mix: ({ both, angle }) => distortions.mix(both, angle),
  /** Draw noise. */
  noise: (seed) => [...push.noises(seed)],
  /** Tell what became of training runs. */
  outcomes: (histories) => histories.map(outcome.outcome),
  /** Return an image's squared distance to each mean. */
  distances: ({ image, all }) => all.map((mean) => means.sum(means.squares(image, mean))),
  /** Return the products of pixels and weights, and the sum as it grows. */
  multiply: ({ pixels, weights }) => neuron.multiply(pixels, weights),
  /** Follow the sums of the first hidden layer through the others. */
  follow: ({ data, sums }) => {
    const { activations, probabilities } = cut.follow(cut.layers(data), sums);
    return { activations: activations.map((one) => [...one]), probabilities };
  },
  /** Go forward and back through the small graph, and take a step. */
  graph: ({ graph, rate }) => ({
    ...passes.passes(graph),
    moved: passes.stepped(graph, rate),
    says: passes.round(graph, rate).map(({ says }) => says.replaceAll("\u00a0", " ")),
  }),
  /** Draw from a seed. */
  draw: ({ seed, count }) => {
    const draw = random.generator(seed);
    return Array.from({ length: count }, draw);
  },
  /** Begin a network. */
  mlp: ({ hidden, seed }) =>
    training
      .mlp(hidden, { random: random.generator(seed) })
      .filter((layer) => layer instanceof training.Dense)
      .map(({ params }) => [...params.kernel]),
};

const results = JSON.parse(readFileSync(tasks, "utf8")).map(([name, input]) => DO[name](input));
process.stdout.write(JSON.stringify(results));

// What one hidden unit does, or how one logit came about: in a sentence and in pictures.

import { ranked, signed } from "./answer.js";
import { adds, shares, template } from "./network.js";
import { paintPicture, scaled } from "./paint.js";

const ORDINALS = ["first", "second"];
const SPEAKERS = 3; // units shown for a digit, and as many against it

/** Say in a sentence what a hidden unit does with the drawing. */
export function sentence({ layers, activations }, { layer, unit }) {
  const name = `Unit ${unit + 1} of the ${ORDINALS[layer]} hidden layer`;
  if (!activations) return `${name}.`;
  const activation = activations.hidden[layer][unit];
  if (activation === 0) return `${name} is silent: its sum is not above 0, so it adds nothing.`;
  const added = adds(layers, activations, layer, unit);
  const order = ranked(added);
  const [up, down] = [order[0], order.at(-1)];
  return (
    `${name} is active: ${activation.toFixed(1)}. It speaks most for ${up} ` +
    `(${signed(added[up])}) and most against ${down} (${signed(added[down])}).`
  );
}

/** Say how the logit of a digit adds up, from what the second layer's units add to it. */
function sum({ layers, activations }, digit, units) {
  const total = (keep) => units.filter(keep).reduce((sum, share) => sum + share, 0);
  const count = (keep) => units.filter(keep).length;
  const [above, below] = [(share) => share > 0, (share) => share < 0];
  return (
    `The logit of ${digit} is ${signed(activations.logits[digit])}: ` +
    `${count(above)} units of the second hidden layer speak for ${digit} (${signed(total(above))}), ` +
    `${count(below)} against (${signed(total(below))}), and the bias adds ` +
    `${signed(layers[2].bias[digit])}.`
  );
}

/** Return the pictures for a unit: its weights, and each times its pixel. */
function ofUnit({ layers, activations }, { layer, unit }) {
  const weights = template(layers, activations ?? { hidden: [[], []] }, layer, unit);
  const pictures = [{ values: weights, caption: "what it looks for" }];
  if (activations) {
    const products = weights.map((weight, i) => weight * activations.input[i]);
    pictures.push({ values: products, caption: "what it finds" });
  }
  return pictures;
}

/** Return the pictures for a digit: what the units look for that spoke loudest, for and against. */
function ofDigit({ layers, activations }, units) {
  const order = ranked(units);
  const loudest = [...order.slice(0, SPEAKERS), ...order.slice(-SPEAKERS).reverse()];
  return loudest
    .filter((unit) => units[unit] !== 0)
    .map((unit) => ({
      values: template(layers, activations, 1, unit),
      caption: `unit ${unit + 1}: ${signed(units[unit])}`,
    }));
}

/** Fill the panel below the layers: about a hidden unit, a digit, or what one may point at. */
export function explain(view, target) {
  const { activations, layers, find } = view;
  const isDigit = target?.digit !== undefined;
  let text = "";
  let pictures = [];
  if (isDigit && activations) {
    const units = shares(layers, activations, target.digit).hidden[1];
    text = sum(view, target.digit, units);
    pictures = ofDigit(view, units);
  } else if (target && !isDigit) {
    text = sentence(view, target);
    if (activations || target.layer === 0) pictures = ofUnit(view, target);
    else text += " What it looks for depends on the first layer's active units: draw something.";
  }
  find("sentence").textContent = text;
  find("hint").hidden = text !== "";
  const figures = [...find("pictures").children];
  figures.forEach((figure, i) => {
    figure.hidden = i >= pictures.length;
    if (figure.hidden) return;
    const canvas = figure.querySelector("canvas");
    paintPicture(canvas, scaled(pictures[i].values), { columns: 28, signed: true });
    figure.querySelector("figcaption").textContent = pictures[i].caption;
  });
}

import type { Inputs } from "../data/dataset.ts";

/** The inputs of one item, as a data set of its own in which it is number 0. */
export function itemInputs(inputs: Inputs, item: number): Inputs {
  switch (inputs.modality) {
    case "table": {
      const size = inputs.encoder.features.length;
      return { ...inputs, values: inputs.values.subarray(item * size, (item + 1) * size) };
    }
    case "text":
      return { ...inputs, texts: [inputs.texts[item] ?? ""] };
    case "image": {
      const size = inputs.height * inputs.width * inputs.channels;
      return { ...inputs, pixels: inputs.pixels.subarray(item * size, (item + 1) * size) };
    }
    default:
      return inputs satisfies never;
  }
}

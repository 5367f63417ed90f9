import type { DenseStack } from "./dense-stack.ts";

/** Numbers ahead of the row indices in a step's upload: step, place in the ring of losses, 1 / sum of weights, hyper. */
export const STEP_HEADER = 16;

/** A matrix in the work buffer: rows and columns are padded to multiples of four, with zeros that nothing writes. */
export interface Region {
  /** In vec4s from the start of the buffer. */
  readonly start: number;
  /** In vec4s from row to row. */
  readonly stride: number;
}

/** Where everything lies that a step computes on the way, in one buffer. */
export interface WorkMap {
  /** Rows that each layer reads [rows, inputs]: its stage, or the outputs of the layer below. */
  readonly inputs: readonly Region[];
  /** Outputs of each layer [rows, outputs]; of the last, the logits. */
  readonly outputs: readonly Region[];
  /** Gradient of the loss by each layer's x W + b [rows, outputs]. */
  readonly gradients: readonly Region[];
  /** Weighted loss of each sample [1, samples]. */
  readonly sampleLosses: Region;
  /** In vec4s. */
  readonly size: number;
}

/** Where the facts of the data lie, in float32s from the start of their buffer. */
export interface FactsMap {
  /** Of each feature: its deviation, its value in the row of empty cells, and the column it comes from. */
  readonly stdDevs: number;
  readonly emptyRow: number;
  readonly columnOf: number;
  readonly classWeights: number;
  readonly size: number;
}

export const quadsOf = (numbers: number): number => Math.ceil(numbers / 4);

export function workMap({ layers, samples }: DenseStack): WorkMap {
  let size = 0;
  const take = (rows: number, columns: number): Region => {
    const region = { start: size, stride: quadsOf(columns) };
    size += 4 * quadsOf(rows) * region.stride;
    return region;
  };
  const inputs: Region[] = [];
  const outputs: Region[] = [];
  for (const layer of layers) {
    inputs.push(layer.stage ? take(layer.rows, layer.inputs) : (outputs.at(-1) as Region));
    outputs.push(take(layer.rows, layer.outputs));
  }
  const gradients = layers.map((layer) => take(layer.rows, layer.outputs));
  return { inputs, outputs, gradients, sampleLosses: take(1, samples), size };
}

export function factsMap({ layers, numClasses }: DenseStack): FactsMap {
  const features = layers[0]?.inputs ?? 0;
  return {
    stdDevs: 0,
    emptyRow: features,
    columnOf: 2 * features,
    classWeights: 3 * features,
    size: 3 * features + numClasses,
  };
}

import type { TransformerConfig } from "../../pretrained/config.ts";
import { publishedName } from "./published-names.ts";
import { parameterShapes } from "./shapes.ts";

/** Where one of our parameters lies in the files, and how it lies there. */
interface Published {
  /** Its name below the prefix. */
  readonly name: string;
  readonly shape: readonly number[];
  /** The file's values -> ours. */
  convert(values: Float32Array): Float32Array;
}

const QKV = ["query", "key", "value"];

/** Our name -> its place in the files, for every parameter of the backbone. */
export function publishedWeights(config: TransformerConfig): Record<string, Published> {
  const entries = Object.entries(parameterShapes(config)).map(([name, shape]) => {
    const published = publishedName(config.family, name);
    return [name, { name: published, ...layoutOf(config, name, shape) }] as const;
  });
  return Object.fromEntries(entries);
}

function layoutOf(
  { family, input }: TransformerConfig,
  name: string,
  shape: readonly number[],
): Pick<Published, "shape" | "convert"> {
  const [inputs = 0, outputs = 0] = shape;
  const third = QKV.findIndex((part) => name.includes(`.attention.${part}.`));
  // GPT-2 keeps its three projections side by side, and its matrices as [inputs, outputs].
  if (family === "gpt2" && third >= 0) {
    const width = shape.at(-1) as number;
    return { shape: [...shape.slice(0, -1), 3 * width], convert: (values) => columns(values, third, width) };
  }
  if (family === "gpt2" || (input.modality === "text" && !name.endsWith(".weight")) || shape.length === 1)
    return { shape, convert: same };
  if (name.endsWith(".patch.weight") && input.modality === "image") {
    const { patch, channels } = input;
    return {
      shape: [outputs, channels, patch, patch],
      convert: (values) => channelsLast(values, outputs, channels),
    };
  }
  if (!name.endsWith(".weight")) return { shape: [1, ...shape], convert: same };
  return { shape: [outputs, inputs], convert: (values) => transposed(values, outputs, inputs) };
}

const same = (values: Float32Array): Float32Array => values;

/** Third number `third` of the columns: [rows, 3 width] -> [rows, width]. */
function columns(values: Float32Array, third: number, width: number): Float32Array {
  const out = new Float32Array(values.length / 3);
  for (let row = 0; row * width < out.length; row++) {
    const start = (3 * row + third) * width;
    out.set(values.subarray(start, start + width), row * width);
  }
  return out;
}

/** [rows, columns] -> [columns, rows]. */
function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) out[j * rows + i] = values[i * columns + j] as number;
  return out;
}

/** [outputs, channels, patch, patch] -> [patch * patch * channels, outputs]. */
function channelsLast(values: Float32Array, outputs: number, channels: number): Float32Array {
  const places = values.length / outputs / channels;
  const out = new Float32Array(values.length);
  for (let o = 0; o < outputs; o++)
    for (let c = 0; c < channels; c++)
      for (let p = 0; p < places; p++)
        out[(p * channels + c) * outputs + o] = values[(o * channels + c) * places + p] as number;
  return out;
}

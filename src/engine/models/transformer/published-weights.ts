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
  /** Puts ours where they lie among the file's. */
  publish(ours: Float32Array, values: Float32Array): void;
}

type Layout = Pick<Published, "shape" | "convert" | "publish">;

const QKV = ["query", "key", "value"];

/** Our name -> its place in the files, for every parameter of the backbone. */
export function publishedWeights(config: TransformerConfig): Record<string, Published> {
  const entries = Object.entries(parameterShapes(config)).map(([name, shape]) => {
    const published = publishedName(config.family, name);
    return [name, { name: published, ...layoutOf(config, name, shape) }] as const;
  });
  return Object.fromEntries(entries);
}

function layoutOf({ family, input }: TransformerConfig, name: string, shape: readonly number[]): Layout {
  const [inputs = 0, outputs = 0] = shape;
  const third = QKV.findIndex((part) => name.includes(`.attention.${part}.`));
  // GPT-2 keeps its three projections side by side, and its matrices as [inputs, outputs].
  if (family === "gpt2" && third >= 0) return columns(shape, third);
  if (family === "gpt2" || (input.modality === "text" && !name.endsWith(".weight")) || shape.length === 1)
    return same(shape);
  if (name.endsWith(".patch.weight") && input.modality === "image")
    return channelsLast(outputs, input.channels, input.patch);
  if (!name.endsWith(".weight")) return same([1, ...shape]);
  return {
    shape: [outputs, inputs],
    convert: (values) => transposed(values, outputs, inputs, new Float32Array(values.length)),
    publish: (ours, values) => {
      transposed(ours, inputs, outputs, values);
    },
  };
}

const same = (shape: readonly number[]): Layout => ({
  shape,
  convert: (values) => values,
  publish: (ours, values) => values.set(ours),
});

/** [rows, columns] -> [columns, rows]. */
function transposed(from: Float32Array, rows: number, columns: number, to: Float32Array): Float32Array {
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) to[j * rows + i] = from[i * columns + j] as number;
  return to;
}

/** Third number `third` of the columns: [..., 3 width] -> [..., width]. */
function columns(shape: readonly number[], third: number): Layout {
  const width = shape.at(-1) as number;
  const startOf = (row: number): number => (3 * row + third) * width;
  return {
    shape: [...shape.slice(0, -1), 3 * width],
    convert: (values) => {
      const ours = new Float32Array(values.length / 3);
      for (let row = 0; row * width < ours.length; row++)
        ours.set(values.subarray(startOf(row), startOf(row) + width), row * width);
      return ours;
    },
    publish: (ours, values) => {
      for (let row = 0; row * width < ours.length; row++)
        values.set(ours.subarray(row * width, (row + 1) * width), startOf(row));
    },
  };
}

/** [outputs, channels, patch, patch] -> [patch * patch * channels, outputs]. */
function channelsLast(outputs: number, channels: number, patch: number): Layout {
  const places = patch ** 2;
  const each = (visit: (ours: number, theirs: number) => void): void => {
    for (let o = 0; o < outputs; o++)
      for (let c = 0; c < channels; c++)
        for (let p = 0; p < places; p++) visit((p * channels + c) * outputs + o, (o * channels + c) * places + p);
  };
  return {
    shape: [outputs, channels, patch, patch],
    convert: (values) => {
      const ours = new Float32Array(values.length);
      each((at, from) => {
        ours[at] = values[from] as number;
      });
      return ours;
    },
    publish: (ours, values) =>
      each((at, to) => {
        values[to] = ours[at] as number;
      }),
  };
}

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
  if (name.endsWith(".patch.weight") && input.modality === "image") {
    const { patch, channels } = input;
    const from = channelsLast(outputs, channels, patch ** 2);
    return moved([outputs, channels, patch, patch], from);
  }
  if (!name.endsWith(".weight")) return same([1, ...shape]);
  return moved([outputs, inputs], (at) => (at % outputs) * inputs + Math.floor(at / outputs));
}

const same = (shape: readonly number[]): Layout => ({
  shape,
  convert: (values) => values,
  publish: (ours, values) => values.set(ours),
});

/** The same numbers in another order. @param from a place among ours -> the place among the file's */
const moved = (shape: readonly number[], from: (at: number) => number): Layout => ({
  shape,
  convert: (values) => {
    const ours = new Float32Array(values.length);
    for (let at = 0; at < ours.length; at++) ours[at] = values[from(at)] as number;
    return ours;
  },
  publish: (ours, values) => {
    for (let at = 0; at < ours.length; at++) values[from(at)] = ours[at] as number;
  },
});

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

/** [places, channels, outputs] -> [outputs, channels, places]. */
const channelsLast =
  (outputs: number, channels: number, places: number) =>
  (at: number): number => {
    const o = at % outputs;
    const c = Math.floor(at / outputs) % channels;
    const p = Math.floor(at / outputs / channels);
    return (o * channels + c) * places + p;
  };

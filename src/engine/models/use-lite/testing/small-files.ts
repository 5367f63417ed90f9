import { Stream } from "../../../rng.ts";
import type { HostParams } from "../../model.ts";
import type { UseLiteFiles } from "../files.ts";
import { WORD_START } from "../tokenizer.ts";

const WORDS = ["red", "green", "blue", "one", "two", "three", "s"];
const [EMBEDDING, INNER, HIDDEN, OUTPUT] = [8, 12, 16, 5] as const;

/** The encoder with a vocabulary of a few words and layers of a few numbers, its weights random and always the same. */
export function smallUseLite(): UseLiteFiles {
  const pieces = [...WORDS.map((word) => WORD_START + word), ..."redgnblutwoh"].map(
    (piece, i) => [piece, -1 - i] as const,
  );
  const vocabulary = [...Array.from({ length: 6 }, (_, i) => [`<${i}>`, 0] as const), ...pieces];
  const stream = new Stream(3, "sample");
  const params: HostParams = {};
  const add = (name: string, shape: readonly number[], scale: number, centre = 0) => {
    const length = shape.reduce((a, b) => a * b, 1);
    params[name] = { shape, values: Float32Array.from({ length }, () => centre + scale * stream.normal()) };
  };
  const dense = (name: string, inputs: number, outputs: number) => {
    add(`${name}.weight`, [inputs, outputs], 1 / Math.sqrt(inputs));
    add(`${name}.bias`, [outputs], 0.1);
  };
  const norm = (name: string, width: number) => {
    add(`${name}.scale`, [width], 0.1, 1);
    add(`${name}.bias`, [width], 0.1);
  };
  add("embedding.weight", [vocabulary.length, EMBEDDING], 0.4);
  for (const [i, width] of [EMBEDDING, INNER].entries()) {
    const layer = `layer_${i}`;
    if (width !== INNER) dense(`${layer}.residual`, width, INNER);
    norm(`${layer}.attention.norm`, width);
    dense(`${layer}.attention.qkv`, width, 3 * width);
    dense(`${layer}.attention.output`, width, INNER);
    norm(`${layer}.feed_forward.norm`, INNER);
    dense(`${layer}.feed_forward.dense_0`, INNER, HIDDEN);
    dense(`${layer}.feed_forward.dense_1`, HIDDEN, INNER);
  }
  dense("output", INNER, OUTPUT);
  return { vocabulary, params };
}

import type { TuningOf } from "../../shared/plugins/tunings/index.ts";
import { fanInUniform, param } from "../models/dense.ts";
import type { HostParam, HostParams } from "../models/model.ts";
import { layerName, parameterShapes } from "../models/transformer/shapes.ts";
import type { TransformerConfig } from "../pretrained/config.ts";
import { type Tensor2D, tf } from "../tf.ts";
import type { TuningBuild } from "./tuning.ts";

type Lora = TuningOf<"lora">;

const ATTENTION = ["attention.query", "attention.key", "attention.value", "attention.output"];
const PROJECTIONS: Readonly<Record<Lora["projections"], readonly string[]>> = {
  "query-value": ["attention.query", "attention.value"],
  attention: ATTENTION,
  all: [...ATTENTION, "feed_forward.up", "feed_forward.down"],
};

/**
 * y = x W + b + alpha / rank drop(x) A B at chosen dense layers, W and b as they were, A [inputs, rank] as PyTorch's
 * Linear starts, B [rank, outputs] zeros at first (Hu et al. 2021, 2106.09685, section 4.1).
 */
export const lora: TuningBuild<Lora> = {
  trains: () => false,
  init: (config, parameters, stream) => {
    const shapes = parameterShapes(config);
    const own: HostParams = {};
    for (const name of dense(config, parameters)) {
      const [inputs, outputs] = shapes[`${name}.weight`] as [number, number];
      const { rank } = parameters;
      own[`${name}.lora_a`] = fanInUniform(stream, [inputs, rank], inputs);
      own[`${name}.lora_b`] = { shape: [rank, outputs], values: new Float32Array(rank * outputs) };
    }
    return own;
  },
  insertion: (config, parameters) => {
    const { rank, alpha, dropout } = parameters;
    const places = new Map(dense(config, parameters).map((name, i) => [name, i]));
    return {
      draws: () => dropout > 0,
      projection: (params, { name, x, y, rows }, context) => {
        const place = places.get(name);
        if (place === undefined) return y;
        const seen = dropout > 0 ? (context.dropout?.(tf.reshape(x, [rows, -1]), dropout, place) ?? x) : x;
        const low = tf.matMul(tf.reshape(seen, x.shape), param(params, `${name}.lora_a`) as Tensor2D);
        const added = tf.matMul(low, param(params, `${name}.lora_b`) as Tensor2D);
        return tf.add(y, alpha === rank ? added : tf.mul(added, alpha / rank)) as Tensor2D;
      },
    };
  },
  merged: (name, pretrained, trained, { rank, alpha }) => {
    const layer = name.replace(/\.weight$/, "");
    const [a, b] = [trained[`${layer}.lora_a`], trained[`${layer}.lora_b`]];
    return a && b ? plusProduct(pretrained, alpha / rank, a, b) : pretrained;
  },
};

/** Names of the dense layers that it adds to, layer by layer. */
const dense = ({ layers }: TransformerConfig, { projections }: Lora): string[] =>
  Array.from({ length: layers }, (_, i) => PROJECTIONS[projections].map((part) => `${layerName(i)}.${part}`)).flat();

/** W + scale A B, in double precision. */
function plusProduct({ shape, values }: HostParam, scale: number, a: HostParam, b: HostParam): HostParam {
  const [inputs = 0, outputs = 0] = shape;
  const rank = b.shape[0] as number;
  const sum = new Float32Array(values.length);
  for (let i = 0; i < inputs; i++) {
    for (let o = 0; o < outputs; o++) {
      let product = 0;
      for (let r = 0; r < rank; r++)
        product += (a.values[i * rank + r] as number) * (b.values[r * outputs + o] as number);
      sum[i * outputs + o] = (values[i * outputs + o] as number) + scale * product;
    }
  }
  return { shape, values: sum };
}

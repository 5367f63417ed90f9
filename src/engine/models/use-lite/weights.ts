import type { HostParams } from "../model.ts";

/** The part of a tfjs graph model's `model.json` that says where its weights lie. */
export interface GraphModel {
  readonly weightsManifest: readonly WeightGroup[];
}

interface WeightGroup {
  /** Shard files; the weights lie in their bytes, joined, in the order of `weights`. */
  readonly paths: readonly string[];
  readonly weights: readonly { readonly name: string; readonly shape: readonly number[]; readonly dtype: string }[];
}

export const NUM_LAYERS = 2;

const GRAPH = "module_apply_default/Encoder_en/KonaTransformer/Encode/";
const MODULE = "module/Encoder_en/KonaTransformer/Encode/";
const JOINED = "ConcatPartitions/concat";

/** Bytes of all weights together. */
export function weightBytes({ weightsManifest }: GraphModel): number {
  return weightsManifest.flatMap(({ weights }) => weights).reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0);
}

/**
 * The trained weights of the graph under names of our own, with kernels as matrices [inputs, outputs].
 * @param bytes all shards, joined
 */
export function namedParameters(model: GraphModel, bytes: ArrayBuffer): HostParams {
  const stored = new Map<string, Float32Array>();
  const shapes = new Map<string, readonly number[]>();
  let offset = 0;
  for (const { name, shape } of model.weightsManifest.flatMap(({ weights }) => weights)) {
    stored.set(name, new Float32Array(bytes, offset, sizeOf(shape)));
    shapes.set(name, shape);
    offset += 4 * sizeOf(shape);
  }
  const params: HostParams = {};
  for (const [ours, theirs] of Object.entries(graphNames())) {
    const values = stored.get(theirs);
    if (!values) throw new Error(`model.json holds no weight "${theirs}": it is not Universal Sentence Encoder Lite.`);
    // Kernels of 1x1 convolutions come as [1, 1, inputs, outputs].
    params[ours] = { shape: (shapes.get(theirs) ?? []).slice(-2), values: values.slice() };
  }
  return params;
}

/** Our name -> the graph's name of every trained weight. */
function graphNames(): Record<string, string> {
  const names: Record<string, string> = {
    "embedding.weight": "module/Embeddings_en",
    "layer_0.residual.weight": `${GRAPH}Layer_0/TransformerLayer/dense/kernel/${JOINED}`,
    "layer_0.residual.bias": `${GRAPH}Layer_0/TransformerLayer/dense/bias/${JOINED}`,
    "output.weight": "module/Encoder_en/hidden_layers/tanh_layer_0/weights",
    "output.bias": "module/Encoder_en/hidden_layers/tanh_layer_0/bias",
  };
  for (let i = 0; i < NUM_LAYERS; i++) Object.assign(names, layerNames(i));
  return names;
}

function layerNames(i: number): Record<string, string> {
  const layer = `Layer_${i}/TransformerLayer/`;
  const attention = `layer_${i}.attention`;
  const feedForward = `layer_${i}.feed_forward`;
  const norm = "layer_prepostprocess/layer_norm/layer_norm";
  const kernel = (part: string) => `${MODULE}${layer}MultiheadAttention/${part}_transform_single/kernel/part_0`;
  const bias = (part: string) => `${GRAPH}${layer}${part}/bias/${JOINED}`;
  const matrix = (part: string) => `${GRAPH}TransformerStack/${layer}FFN/${part}/Tensordot/Reshape_1`;
  return {
    [`${attention}.norm.scale`]: `${GRAPH}${layer}${norm}_scale/${JOINED}`,
    [`${attention}.norm.bias`]: `${GRAPH}${layer}${norm}_bias/${JOINED}`,
    [`${attention}.qkv.weight`]: kernel("qkv"),
    [`${attention}.qkv.bias`]: bias("MultiheadAttention/qkv_transform_single"),
    [`${attention}.output.weight`]: kernel("output"),
    [`${attention}.output.bias`]: bias("MultiheadAttention/output_transform_single"),
    [`${feedForward}.norm.scale`]: `${GRAPH}${layer}FFN/${norm}_scale/${JOINED}`,
    [`${feedForward}.norm.bias`]: `${GRAPH}${layer}FFN/${norm}_bias/${JOINED}`,
    [`${feedForward}.dense_0.weight`]: matrix("conv1"),
    [`${feedForward}.dense_0.bias`]: bias("FFN/conv1"),
    [`${feedForward}.dense_1.weight`]: matrix("conv2"),
    [`${feedForward}.dense_1.bias`]: bias("FFN/conv2"),
  };
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

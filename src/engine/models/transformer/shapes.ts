import type { Family, TransformerConfig } from "../../pretrained/config.ts";

/** Families that normalise what enters a sub-layer, not what leaves it (Xiong et al. 2020, 2002.04745). */
const PRE_NORM: readonly Family[] = ["gpt2", "vit", "deit", "dinov2"];

export const isPreNorm = ({ family }: TransformerConfig): boolean => PRE_NORM.includes(family);

/** Whether the output of a sub-layer is multiplied by learnt numbers, one a channel (Touvron et al. 2021, 2103.17239). */
export const hasLayerScale = ({ family }: TransformerConfig): boolean => family === "dinov2";

/** Name of a layer's parameters up to the dot, i from 0. */
export const layerName = (i: number): string => `backbone.layer_${i}`;

type Shapes = Record<string, readonly number[]>;

/**
 * Name and shape of every parameter of a backbone, the same names for all families: dense weights are [inputs, outputs],
 * and a family leaves out what it lacks.
 */
export function parameterShapes(config: TransformerConfig): Shapes {
  const { hidden, layers, pooling } = config;
  return {
    ...embeddingShapes(config),
    ...Object.assign({}, ...Array.from({ length: layers }, (_, i) => layerShapes(config, layerName(i)))),
    ...(isPreNorm(config) ? normShapes("backbone.norm", hidden) : {}),
    ...(pooling === "cls-tanh" ? denseShapes("backbone.pooler", hidden, hidden) : {}),
  };
}

function embeddingShapes(config: TransformerConfig): Shapes {
  const { hidden, input } = config;
  const name = "backbone.embeddings";
  if (input.modality === "image")
    return {
      ...denseShapes(`${name}.patch`, input.patch ** 2 * input.channels, hidden),
      [`${name}.class`]: [1, hidden],
      ...(input.prefixTokens === 2 ? { [`${name}.distillation`]: [1, hidden] } : {}),
      [`${name}.position`]: [numTokens(config), hidden],
    };
  return {
    [`${name}.token`]: [input.vocabulary, hidden],
    [`${name}.position`]: [input.positions, hidden],
    ...(input.types > 0 ? { [`${name}.type`]: [input.types, hidden] } : {}),
    ...(isPreNorm(config) ? {} : normShapes(`${name}.norm`, hidden)),
  };
}

/** Tokens of an image, those before the patches included; the most that a text may have. */
export function numTokens({ input }: TransformerConfig): number {
  return input.modality === "text" ? input.maxTokens : input.prefixTokens + (input.side / input.patch) ** 2;
}

function layerShapes(config: TransformerConfig, name: string): Shapes {
  const { hidden, intermediate } = config;
  const scales = { [`${name}.attention.scale`]: [hidden], [`${name}.feed_forward.scale`]: [hidden] };
  return {
    ...denseShapes(`${name}.attention.query`, hidden, hidden),
    ...denseShapes(`${name}.attention.key`, hidden, hidden),
    ...denseShapes(`${name}.attention.value`, hidden, hidden),
    ...denseShapes(`${name}.attention.output`, hidden, hidden),
    ...normShapes(`${name}.attention.norm`, hidden),
    ...denseShapes(`${name}.feed_forward.up`, hidden, intermediate),
    ...denseShapes(`${name}.feed_forward.down`, intermediate, hidden),
    ...normShapes(`${name}.feed_forward.norm`, hidden),
    ...(hasLayerScale(config) ? scales : {}),
  };
}

const denseShapes = (name: string, inputs: number, outputs: number): Shapes => ({
  [`${name}.weight`]: [inputs, outputs],
  [`${name}.bias`]: [outputs],
});

const normShapes = (name: string, size: number): Shapes => ({ [`${name}.weight`]: [size], [`${name}.bias`]: [size] });

/**
 * How deep a parameter lies, its tuning method's own included: 0 for embeddings, i + 1 for layer i, layers + 1 for what
 * lies above all layers; the head is as deep as that. Layer-wise decay multiplies a learning rate by
 * decay^(layers + 1 - depth) (Clark et al. 2020, 2003.10555, appendix A; Bao et al. 2022, 2106.08254).
 */
export function depthOf(name: string, { layers }: TransformerConfig): number {
  const layer = /^backbone\.layer_(\d+)\./.exec(name)?.[1];
  if (layer !== undefined) return Number(layer) + 1;
  return name.startsWith("backbone.embeddings.") ? 0 : layers + 1;
}

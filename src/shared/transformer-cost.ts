import type { OptimizerId } from "./plugins/optimizers/index.ts";
import type { Tuning, TuningOf } from "./plugins/tunings/index.ts";
import type { PretrainedSummary, TransformerSizes } from "./pretrained.ts";

const BYTES = 4;

/** What goes through the layers of a transformer in one step. */
export interface LayerLoad {
  /** Samples, times K where the repeats part in the backbone or below it. */
  readonly rows: number;
  /** Of the longest row. */
  readonly tokens: number;
}

/**
 * How a step holds its memory: `captured` frees each value after its last use; `eager`, tfjs operation by operation, holds
 * all of a layer's operations and gradients until the end of the backward pass.
 */
export type Holding = "captured" | "eager";

/** Bytes of activations that a step holds at its peak. */
export interface ActivationBytes {
  /** Each layer keeps all that its gradients read. */
  readonly kept: number;
  /** Each layer keeps what enters it, and is computed once more in the backward pass. */
  readonly recomputed: number;
}

/**
 * Activations of a step at its peak, which is in the backward pass of the last layer: weights, gradients of weights and the
 * optimizer's state come on top. In float32, by the numbers a token that a layer of width h, feed-forward width m and
 * a = heads * tokens scores holds,
 *
 *   kept       = rows tokens ((L - 1) c + h + w)
 *   recomputed = rows tokens ((L - 1) h + h + w)
 *
 * for the L layers that gradients go through, w within the one that is being differentiated and c in each below it:
 *
 *   captured:  c = 5h + m + a + i,  w = max(6h + 3m + a, 4h + 3a) + j
 *   eager:     c = 100h + 20m + 6a,      w = c + 20h
 *
 * 5h is queries, keys, values and what enters both norms, m what enters the activation, a the softmax; i what the tuning
 * method's own gradients read, and j what that adds at the peak. Chen et al. 2016, 1604.06174, section 4.2, with segments of
 * one layer. The captured one was counted on recorded steps, of which it comes within 10%; their buffers, which values of
 * several sizes share, are up to a quarter more where the scores are widest. The eager one was measured on cpu and wasm, and
 * comes within 5%; on WebGPU an eager step holds half as much.
 * @param tuning decides what is trained, and so L, i and j
 */
export function activationBytes(
  { layers, hidden, heads, intermediate }: Pick<TransformerSizes, "layers" | "hidden" | "heads" | "intermediate">,
  { rows, tokens }: LayerLoad,
  tuning: Tuning,
  holding: Holding,
): ActivationBytes {
  const scores = heads * (tokens + (tuning.id === "prefix" ? tuning.tokens : 0));
  const { read, more } = readByOwn(tuning, hidden, intermediate);
  const eager = 100 * hidden + 20 * intermediate + 6 * scores;
  const inLayer =
    holding === "eager"
      ? eager + 20 * hidden
      : Math.max(6 * hidden + 3 * intermediate + scores, 4 * hidden + 3 * scores) + more;
  const keptLayer = holding === "eager" ? eager : 5 * hidden + intermediate + scores + read;
  const below = Math.max(0, reachedLayers(tuning, layers) - 1);
  const bytes = (layer: number): number => BYTES * rows * tokens * (below * layer + hidden + inLayer);
  return { kept: bytes(keptLayer), recomputed: bytes(hidden) };
}

/** Layers that gradients go through: all from the lowest on in which something is trained. */
function reachedLayers(tuning: Tuning, layers: number): number {
  if (tuning.id === "head-only") return 0;
  return tuning.id === "last-n" ? Math.min(tuning.blocks, layers) : layers;
}

/**
 * Numbers a token that a layer's parameters' gradients read, inputs of dense layers above all, and how many of them the
 * peak comes on top of; those of biases, norms and prefixes read none of their own.
 */
function readByOwn(tuning: Tuning, h: number, m: number): { read: number; more: number } {
  switch (tuning.id) {
    case "full":
    case "last-n":
      return { read: 3 * h + m, more: 2 * h };
    case "adapters":
      return { read: 2 * h, more: 0 };
    case "lora":
      return readByLora(tuning, h, m);
    case "head-only":
    case "prefix":
    case "bitfit":
    case "layer-norm":
      return { read: 0, more: 0 };
    default:
      return tuning satisfies never;
  }
}

/** Query, key and value have one input in common; dropped out, each has its own, and a mask. */
function readByLora({ rank, dropout, projections }: TuningOf<"lora">, h: number, m: number) {
  const [count, together, apart] = {
    "query-value": [2, h, 2 * h],
    attention: [4, 2 * h, 4 * h],
    all: [6, 3 * h + m, 5 * h + m],
  }[projections] as [number, number, number];
  if (dropout > 0) return { read: 2 * apart + count * rank, more: 2 * apart - h };
  return { read: together + count * rank, more: { "query-value": 0, attention: h, all: h + m }[projections] };
}

/** Vectors as long as theta that an optimizer keeps. */
const STATE_VECTORS: Readonly<Record<OptimizerId, number>> = { adam: 2, adamw: 2, sgd: 1 };

/** Activations beyond this many bytes are recomputed on WebGPU, whatever the device could hold. */
export const MOST_ACTIVATION_BYTES = 2 ** 31;

/**
 * Bytes that tuning a transformer takes at its peak: its weights; of those that are trained the gradient and the optimizer's
 * state; the activations of a step, recomputed where they would be more than {@link MOST_ACTIVATION_BYTES}.
 * @param trained weights that are trained below the head
 */
export function tuningBytes(
  model: Pick<PretrainedSummary, "sizes" | "parameters">,
  { tuning, trained }: { tuning: Tuning; trained: number },
  optimizer: OptimizerId,
  load: LayerLoad,
  holding: Holding,
): number {
  if (tuning.id === "head-only") return BYTES * model.parameters;
  const { kept, recomputed } = activationBytes(model.sizes, load, tuning, holding);
  const activations = kept > MOST_ACTIVATION_BYTES ? recomputed : kept;
  return BYTES * (model.parameters + trained * (1 + STATE_VECTORS[optimizer])) + activations;
}

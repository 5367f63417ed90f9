import type { Experiment } from "../../shared/experiment.ts";
import type { EncodingSpeed } from "../../shared/pretrained.ts";
import { type BackendName, MODALITY_OF } from "../../shared/task.ts";
import type { Inputs, Work } from "../data/dataset.ts";
import type { Backbones } from "../features/backbones.ts";
import { type Tensor, type Tensor2D, tf } from "../tf.ts";

/** Inputs that are timed; words of a text, about as many tokens as a sentence has. */
const ITEMS = 16;
const WORDS = 20;

/** Times a frozen backbone on made-up inputs: once to warm up, once that counts. */
export async function measureEncoding(
  experiment: Experiment,
  backbones: Backbones,
  work: Work,
): Promise<EncodingSpeed> {
  const text = Array.from({ length: WORDS }, () => "word").join(" ");
  const items = Int32Array.from({ length: ITEMS }, (_, i) => i);
  const encode = async (inputs: Inputs): Promise<number> => {
    const started = performance.now();
    await backbones.frozen.encode(
      { ...experiment, repeat: { ...experiment.repeat, noises: [] } },
      inputs,
      "",
      items,
      work,
    );
    return performance.now() - started;
  };
  const inputs = MODALITY_OF[experiment.task] === "text" ? textsOf(text) : squares();
  await encode(inputs);
  const ms = await encode(inputs);
  const { tokens } = (await backbones.load.describe(experiment)) ?? { tokens: 0 };
  return {
    itemsPerSecond: (1000 * ITEMS) / ms,
    tokens: inputs.modality === "text" ? WORDS : tokens,
    backend: tf.getBackend() as BackendName,
  };
}

/** Rows, inputs and outputs of the product that is timed: a feed-forward layer's of a small model. */
const PRODUCT = [512, 384, 1536] as const;
const PRODUCTS = 8;

/** Multiplications and additions a second of a matrix product on the current backend. */
export async function measureRate(): Promise<number> {
  const [rows, inputs, outputs] = PRODUCT;
  const x = tf.ones([rows, inputs]) as Tensor2D;
  const weights = tf.ones([inputs, outputs]) as Tensor2D;
  const timed = async (count: number): Promise<number> => {
    const started = performance.now();
    const last = tf.tidy(() => {
      let y: Tensor = tf.scalar(0);
      for (let i = 0; i < count; i++) y = tf.sum(tf.matMul(x, weights));
      return y;
    });
    await last.data();
    last.dispose();
    return performance.now() - started;
  };
  await timed(1);
  const ms = await timed(PRODUCTS);
  tf.dispose([x, weights]);
  return (1000 * PRODUCTS * 2 * rows * inputs * outputs) / ms;
}

const textsOf = (text: string): Inputs => ({ modality: "text", texts: Array.from({ length: ITEMS }, () => text) });

/** Grey pictures of the side to which pictures are decoded. */
function squares(): Inputs {
  const side = 224;
  return {
    modality: "image",
    pixels: new Uint8Array(ITEMS * side * side).fill(127),
    height: side,
    width: side,
    channels: 1,
  };
}

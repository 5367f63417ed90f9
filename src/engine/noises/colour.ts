import type { NoiseOf } from "../../shared/plugins/noises/index.ts";
import { type Tensor, tf } from "../tf.ts";
import type { TensorNoise } from "./noise.ts";

/** Shares of red, green and blue in grey (ITU-R BT.601). */
const LUMA = [0.299, 0.587, 0.114];

/**
 * Brightness x b, then contrast m + c (x - m) with m the image's mean grey, then saturation g + s (x - g) with g each
 * pixel's grey, each clipped to [0, 1]; the factors are uniform in [1 - strength, 1 + strength], and a strength of 0
 * leaves its step out (Howard 2013, 1312.5402, section 2.2).
 */
export const colour: TensorNoise<NoiseOf<"colour">> = {
  kind: "tensor",
  apply: (x, draws, { brightness, contrast, saturation }) => {
    const rows = x.shape[0] as number;
    const numbers = tf.sub(tf.mul(draws.uniform(3), 2), 1);
    const factor = (i: number, strength: number) =>
      tf.reshape(tf.add(tf.mul(tf.slice(numbers, [0, i], [rows, 1]), strength), 1), [rows, 1, 1, 1]);
    let y = x;
    if (brightness > 0) y = blend(y, tf.zerosLike(y), factor(0, brightness));
    if (contrast > 0) y = blend(y, tf.mean(grey(y), [1, 2], true), factor(1, contrast));
    if (saturation > 0 && x.shape[3] === 3) y = blend(y, grey(y), factor(2, saturation));
    return y;
  },
};

/** from + factor (x - from), clipped to [0, 1]. */
const blend = (x: Tensor, from: Tensor, factor: Tensor): Tensor =>
  tf.clipByValue(tf.add(from, tf.mul(factor, tf.sub(x, from))), 0, 1);

/** Each pixel's grey: [rows, height, width, 1 or 3] -> [rows, height, width, 1]. */
const grey = (x: Tensor): Tensor => (x.shape[3] === 1 ? x : tf.sum(tf.mul(x, tf.tensor1d(LUMA)), 3, true));

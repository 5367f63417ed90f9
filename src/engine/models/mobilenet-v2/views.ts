import type { Experiment } from "../../../shared/experiment.ts";
import type { ImageInputs } from "../../data/dataset.ts";
import { type Tensor4D, tf } from "../../tf.ts";
import { noisyInputs } from "../../train/pass.ts";

/** One item's pixels: [1, height, width, channels] in [0, 1]. */
export function cleanImage({ pixels, height, width, channels }: ImageInputs, item: number): Tensor4D {
  const size = height * width * channels;
  const own = pixels.subarray(item * size, (item + 1) * size);
  return tf.tensor4d(
    Float32Array.from(own, (value) => value / 255),
    [1, height, width, channels],
  );
}

/**
 * Noisy views of one item under every input noise of the experiment: [1, height, width, channels] ->
 * [views, height, width, channels]. The draws are those of the item's number, whichever items go with it.
 */
export function noisyImages(
  { repeat, aggregate, seed }: Experiment,
  image: Tensor4D,
  item: number,
  views: number,
  draw: number,
): Tensor4D {
  const position = { seed, purpose: "bank", step: draw, firstRow: item } as const;
  const facts = { stdDevs: null, emptyRow: null };
  return noisyInputs(image, { ...aggregate, k: views, noises: repeat.noises, facts, position }) as Tensor4D;
}

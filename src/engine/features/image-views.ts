import type { Experiment } from "../../shared/experiment.ts";
import type { View } from "../../shared/protocol.ts";
import type { ImageInputs, Inputs } from "../data/dataset.ts";
import { toRgba } from "../models/rgba.ts";
import { type Tensor4D, tf } from "../tf.ts";
import { noisyInputs } from "../train/pass.ts";
import type { ViewRequest } from "./frozen-backbone.ts";

/** One item's pixels: [1, height, width, channels] in [0, 1]. */
function cleanImage({ pixels, height, width, channels }: ImageInputs, item: number): Tensor4D {
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
function noisyImages(
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

/** The clean images of items, each before its noisy views: [items * (1 + views), height, width, channels]. */
export function imagesWithViews(
  experiment: Experiment,
  images: ImageInputs,
  items: Int32Array,
  views: number,
  draw: number,
): Tensor4D {
  const withViews = (item: number): Tensor4D[] => {
    const clean = cleanImage(images, item);
    return views === 0 ? [clean] : [clean, noisyImages(experiment, clean, item, views, draw)];
  };
  return tf.concat(Array.from(items).flatMap(withViews), 0);
}

/** The noisy views of an item as they can be drawn. */
export async function showImageViews({ experiment, inputs, item, count, draw }: ViewRequest): Promise<View[]> {
  const images = imagesOf(inputs);
  const { width, height, channels } = images;
  const views = tf.tidy(() => noisyImages(experiment, cleanImage(images, item), item, count, draw));
  const values = await views.data();
  views.dispose();
  const size = values.length / count;
  return Array.from({ length: count }, (_, i) => {
    const rgba = toRgba(values.subarray(i * size, (i + 1) * size), channels);
    return { modality: "image", width, height, rgba };
  });
}

export function imagesOf(inputs: Inputs): ImageInputs {
  if (inputs.modality !== "image") throw new Error("This backbone reads images only.");
  return inputs;
}

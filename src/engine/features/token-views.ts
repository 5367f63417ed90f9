import type { Experiment } from "../../shared/experiment.ts";
import { hostDraw } from "../draws.ts";
import { keptTokens } from "../noises/index.ts";
import { streamKey } from "../rng.ts";

/**
 * Which tokens stay in each noisy view of a text, after every token noise of the experiment in its order.
 * @returns `views` masks of `count` tokens
 */
export function tokenMasks(
  { repeat, seed }: Experiment,
  count: number,
  item: number,
  views: number,
  draw: number,
): boolean[][] {
  const masks = Array.from({ length: views }, () => new Array<boolean>(count).fill(true));
  for (const [i, noise] of repeat.noises.entries()) {
    if (noise.site !== "input" || count === 0) continue;
    const key = streamKey(seed, "bank", i);
    const position = { rows: 1, k: views, size: count, key, step: draw, firstRow: item };
    const uniforms = hostDraw({ ...position, distribution: "uniform" });
    for (const mask of masks.entries()) dropFrom(mask, noise, uniforms, count);
  }
  return masks;
}

/** Applies one noise to the tokens that earlier ones left. */
function dropFrom(
  [view, mask]: [number, boolean[]],
  noise: Experiment["repeat"]["noises"][number],
  uniforms: Float32Array,
  count: number,
): void {
  const left = mask.flatMap((kept, i) => (kept ? [i] : []));
  const numbers = left.map((i) => uniforms[view * count + i] as number);
  const kept = keptTokens(noise, left.length, numbers);
  for (const [j, i] of left.entries()) mask[i] = kept?.[j] ?? true;
}

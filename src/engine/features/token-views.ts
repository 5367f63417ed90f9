import type { Experiment } from "../../shared/experiment.ts";
import { hostDraw } from "../draws.ts";
import { embeddingNoise, selectTokens } from "../noises/index.ts";
import type { TokenNumbers } from "../noises/noise.ts";
import { streamKey } from "../rng.ts";

/** Which views of which text: `views` of them, of item `item`, at redraw number `draw`. */
export interface ViewDraws {
  readonly experiment: Experiment;
  readonly item: number;
  readonly views: number;
  readonly draw: number;
}

/**
 * The tokens that each noisy view of a text holds, after every token noise of the experiment in its order: `views`
 * lists of indices below `count`, in the view's order.
 */
export function tokenOrders(of: ViewDraws, count: number): number[][] {
  const orders = Array.from({ length: of.views }, () => Array.from({ length: count }, (_, i) => i));
  for (const [i, noise] of of.experiment.repeat.noises.entries()) {
    if (noise.site !== "input" || count === 0) continue;
    const uniforms = numbersOf(of, i, 3 * count, "uniform");
    for (const [view, order] of orders.entries()) {
      // A token keeps its numbers, whatever earlier noises did with the others: first all first ones, and so on.
      const numbers = order.map((token): TokenNumbers => {
        const at = (place: number) => uniforms[(3 * view + place) * count + token] as number;
        return [at(0), at(1), at(2)];
      });
      const selected = selectTokens(noise, numbers);
      if (selected) orders[view] = selected.map((place) => order[place] as number);
    }
  }
  return orders;
}

/**
 * What the noises at the token embeddings add to them, in each view: [length, width] for its length of tokens, or null
 * where there is no such noise.
 */
export function embeddingOffsets(of: ViewDraws, lengths: readonly number[], width: number): (Float32Array | null)[] {
  const offsets: (Float32Array | null)[] = lengths.map(() => null);
  const longest = Math.max(0, ...lengths);
  for (const [i, noise] of of.experiment.repeat.noises.entries()) {
    const build = noise.site === "token-embedding" ? embeddingNoise(noise) : null;
    if (!build || longest === 0) continue;
    const drawn = numbersOf(of, i, longest * width, build.distribution);
    const centred = build.distribution === "uniform" ? (u: number) => 2 * u - 1 : (n: number) => n;
    for (const [view, length] of lengths.entries()) {
      const offset = offsets[view] ?? new Float32Array(length * width);
      const own = drawn.subarray(view * longest * width);
      const scale = build.scale(width, noise) / (build.perRootLength ? Math.sqrt(length) : 1);
      for (let j = 0; j < offset.length; j++) offset[j] = (offset[j] as number) + scale * centred(own[j] as number);
      offsets[view] = offset;
    }
  }
  return offsets;
}

/** `size` numbers a view for the noise at place i in the list: [views, size]. */
function numbersOf(
  { experiment, item, views, draw }: ViewDraws,
  i: number,
  size: number,
  distribution: "uniform" | "normal",
): Float32Array {
  const key = streamKey(experiment.seed, "bank", i);
  return hostDraw({ rows: 1, k: views, size, key, step: draw, firstRow: item, distribution });
}

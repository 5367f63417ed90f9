import { philox, unitOpen } from "../philox.ts";
import type { PointSet, Search } from "./sweep-file.ts";

/** Of drawn numbers so many figures are kept: what is run is what is read. */
const FIGURES = 4;

/**
 * The configurations of a random search (Bergstra and Bengio 2012, JMLR 13:281). Every number comes from a place of its
 * own in the stream of the search's seed, (sample, path), so that asking for more samples leaves the first as they are.
 */
export function drawnSets({ samples, seed, ranges }: Search): PointSet[] {
  const integers = new Uint32Array(4);
  return Array.from({ length: samples }, (_, sample) =>
    Object.fromEntries(
      Object.entries(ranges).map(([path, range], i) => {
        philox(sample, i, 0, 0, seed, 0, integers);
        const u = unitOpen(integers[0] as number);
        return [path, Array.isArray(range) ? range[Math.floor(u * range.length)] : within(range, u)];
      }),
    ),
  );
}

type Range = Exclude<Search["ranges"][string], readonly unknown[]>;

/** Linear: min + u (max - min); log: min (max / min)^u; whole numbers each with the share of the range around them. */
function within({ min, max, scale, integer }: Range, u: number): number {
  const [low, high] = integer ? [min - 0.5, max + 0.5] : [min, max];
  const value = scale === "linear" ? low + u * (high - low) : low * (high / low) ** u;
  const tidy = integer ? Math.round(value) : Number(value.toPrecision(FIGURES));
  return Math.min(max, Math.max(min, tidy));
}

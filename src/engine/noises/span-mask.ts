import type { NoiseOf } from "../../shared/plugins/noises/index.ts";
import type { TokenNoise } from "./noise.ts";

/** Longer runs are cut to this many tokens. */
const LONGEST = 10;

/**
 * Leaves out runs of tokens, of geometric lengths P(l) = (1 - p)^(l - 1) p with p = 1 / meanLength, cut to ten and to
 * what is still to go, each at a uniform place, until `share * count` tokens are gone, rounded up or down at random so
 * that the mean is exact (SpanBERT: Joshi et al. 2020, 1907.10529, section 3.1; there a mask stands in their place,
 * which sentence encoders do not know). At most one run a token is tried; one token always stays.
 */
export const spanMask: TokenNoise<NoiseOf<"span-mask">> = {
  kind: "tokens",
  select: (numbers, { share, meanLength }) => {
    const count = numbers.length;
    const order = [...numbers.keys()];
    const aim = Math.min(Math.floor(share * count + (numbers[0]?.[2] ?? 0)), count - 1);
    let left = aim;
    const gone = new Set<number>();
    for (const [place, chance] of numbers) {
      if (left <= 0) break;
      const length = Math.min(geometric(chance, 1 / meanLength), LONGEST, left);
      const start = Math.floor(place * (count - length + 1));
      for (let i = start; i < start + length; i++) gone.add(i);
      left = aim - gone.size;
    }
    return order.filter((i) => !gone.has(i));
  },
};

/** Tries until the first success of probability p, out of a uniform number: P(l > n) = (1 - p)^n. */
const geometric = (u: number, p: number): number => (p === 1 ? 1 : 1 + Math.floor(Math.log(u) / Math.log(1 - p)));

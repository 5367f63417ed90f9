import type { NoiseOf } from "../../shared/plugins/noises/index.ts";
import type { TokenNoise } from "./noise.ts";

/**
 * Goes through the tokens in their order; place i is exchanged, with the given probability, with the next place, which
 * is then passed over, or with a place uniform over the text (random swap of EDA: Wei and Zou 2019, 1901.11196,
 * section 2). No token is lost.
 */
export const tokenSwap: TokenNoise<NoiseOf<"token-swap">> = {
  kind: "tokens",
  select: (numbers, { probability, partner }) => {
    const count = numbers.length;
    const order = [...numbers.keys()];
    const exchange = (i: number, j: number) => {
      [order[i], order[j]] = [order[j] as number, order[i] as number];
    };
    for (let i = 0; i < count; i++) {
      const [chance, place] = numbers[i] as (typeof numbers)[number];
      if (chance >= probability) continue;
      if (partner === "any") exchange(i, Math.floor(place * count));
      else if (i + 1 < count) exchange(i, ++i);
    }
    return order;
  },
};

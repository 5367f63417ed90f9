import type { NoiseOf } from "../../shared/plugins/noises/index.ts";
import type { TokenNoise } from "./noise.ts";

/** Token i stays where its number is at least the probability; if none would, the one with the largest does. */
export const tokenDrop: TokenNoise<NoiseOf<"token-drop">> = {
  kind: "tokens",
  select: (numbers, { probability }) => {
    const kept = [...numbers.keys()].filter((i) => numberOf(numbers, i) >= probability);
    if (kept.length > 0 || numbers.length === 0) return kept;
    return [[...numbers.keys()].reduce((last, i) => (numberOf(numbers, i) > numberOf(numbers, last) ? i : last))];
  },
};

const numberOf = (numbers: Parameters<typeof tokenDrop.select>[0], i: number): number => numbers[i]?.[0] as number;

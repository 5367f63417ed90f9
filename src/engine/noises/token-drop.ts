import type { NoiseOf } from "../../shared/plugins/noises/index.ts";
import type { TokenNoise } from "./noise.ts";

/** Token i stays where its uniform is at least the probability; if none would, the one with the largest does. */
export const tokenDrop: TokenNoise<NoiseOf<"token-drop">> = {
  kind: "tokens",
  keep: (count, uniforms, { probability }) => {
    const kept = Array.from({ length: count }, (_, i) => (uniforms[i] as number) >= probability);
    if (count > 0 && !kept.includes(true)) {
      let last = 0;
      for (let i = 1; i < count; i++) if ((uniforms[i] as number) > (uniforms[last] as number)) last = i;
      kept[last] = true;
    }
    return kept;
  },
};

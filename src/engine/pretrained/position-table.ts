import type { Weights } from "../safetensors/weights.ts";
import type { TransformerConfig } from "./config.ts";

const POSITIONS = "embeddings.position_embeddings";

/**
 * DINOv2's weights with positions for images of the configured side: `[1, 1 + across^2, hidden]`, where the file has
 * them for larger ones. As in its own code (2304.07193, section 4, and the reference's `interpolate_pos_encoding`), the
 * grid is interpolated bicubically and the class token's row stays. Other families' weights stay as they are.
 */
export function withPositionsFor({ family, input, hidden, prefix }: TransformerConfig, weights: Weights): Weights {
  const name = prefix + POSITIONS;
  const [, rows = 0] = weights.entry(name)?.shape ?? [];
  if (family !== "dinov2" || input.modality !== "image" || rows === 0) return weights;
  const across = input.side / input.patch;
  const stored = Math.sqrt(rows - input.prefixTokens);
  if (across === stored || !Number.isInteger(stored)) return weights;
  const shape = [1, input.prefixTokens + across ** 2, hidden];
  return {
    names: weights.names,
    bytes: weights.bytes,
    entry(asked) {
      const entry = weights.entry(asked);
      return entry && asked === name ? { ...entry, shape } : entry;
    },
    async floats(asked) {
      const values = await weights.floats(asked);
      if (asked !== name) return values;
      const kept = input.prefixTokens * hidden;
      const table = new Float32Array(kept + across ** 2 * hidden);
      table.set(values.subarray(0, kept));
      table.set(resizeGrid(values.subarray(kept), stored, across, hidden), kept);
      return table;
    },
  };
}

/** [from, from, channels] -> [to, to, channels] by cubic convolution, pixel centres at halves, edges repeated. */
function resizeGrid(grid: Float32Array, from: number, to: number, channels: number): Float32Array {
  const taps = Array.from({ length: to }, (_, i) => tapsAt(((i + 0.5) * from) / to - 0.5, from));
  const resized = new Float32Array(to * to * channels);
  for (const [y, rows] of taps.entries())
    for (const [x, columns] of taps.entries())
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (const row of rows)
          for (const column of columns)
            sum +=
              row.weight * column.weight * (grid[(row.index * from + column.index) * channels + channel] as number);
        resized[(y * to + x) * channels + channel] = sum;
      }
  return resized;
}

interface Tap {
  readonly index: number;
  readonly weight: number;
}

/** The four neighbours of a place and what each counts: Keys's kernel (1981) with a = -3/4, PyTorch's. */
function tapsAt(place: number, size: number): readonly Tap[] {
  const floor = Math.floor(place);
  return [-1, 0, 1, 2].map((offset) => ({
    index: Math.min(size - 1, Math.max(0, floor + offset)),
    weight: cubic(Math.abs(place - floor - offset)),
  }));
}

/** (a + 2)|x|^3 - (a + 3)|x|^2 + 1 up to 1, a|x|^3 - 5a|x|^2 + 8a|x| - 4a up to 2. */
function cubic(x: number): number {
  const a = -0.75;
  return x <= 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
}

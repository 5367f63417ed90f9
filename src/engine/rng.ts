import { PHILOX, philox, unitOpen } from "../shared/philox.ts";

export { PHILOX, philox, unitOpen };

/** What a random stream is for. Streams of one seed never share numbers. */
export const PURPOSES = [
  "split",
  "init",
  "shuffle",
  "noise",
  "evaluation",
  "lens",
  "sample",
  "views",
  "bank",
  "label-noise",
  "resampling",
  "fold",
] as const;
export type Purpose = (typeof PURPOSES)[number];

/** Key of the stream of a purpose under a seed: (seed, purpose index + 1 in the high byte, sub-stream below). */
export function streamKey(seed: number, purpose: Purpose, subStream = 0): [number, number] {
  return [seed >>> 0, (((PURPOSES.indexOf(purpose) + 1) << 24) | (subStream & 0xffffff)) >>> 0];
}

/**
 * Two standard normals from two uniform integers:
 * r = sqrt(-2 ln u0), (r cos 2 pi u1, r sin 2 pi u1) (Box and Muller 1958).
 */
export function boxMuller(integer0: number, integer1: number): [number, number] {
  const radius = Math.sqrt(-2 * Math.log(unitOpen(integer0)));
  const angle = 2 * Math.PI * unitOpen(integer1);
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}

/** A sequential stream of numbers on the host, for splits, initialisation and shuffling. */
export class Stream {
  readonly #key: [number, number];
  readonly #block = new Uint32Array(4);
  #counter = 0;
  #next = 4;
  #spare: number | null = null;

  constructor(seed: number, purpose: Purpose, subStream = 0) {
    this.#key = streamKey(seed, purpose, subStream);
  }

  /** Uniform integer in [0, 2^32). */
  integer(): number {
    if (this.#next === 4) {
      const high = Math.floor(this.#counter / 2 ** 32);
      philox(this.#counter, high, 0, 0, this.#key[0], this.#key[1], this.#block);
      this.#counter += 1;
      this.#next = 0;
    }
    return this.#block[this.#next++] as number;
  }

  /** Uniform in (0, 1). */
  uniform(): number {
    return unitOpen(this.integer());
  }

  /** Uniform integer in [0, bound), without bias (rejects the uneven tail). */
  below(bound: number): number {
    const limit = 2 ** 32 - (2 ** 32 % bound);
    for (;;) {
      const value = this.integer();
      if (value < limit) return value % bound;
    }
  }

  /** Standard normal. */
  normal(): number {
    if (this.#spare !== null) {
      const value = this.#spare;
      this.#spare = null;
      return value;
    }
    const [first, second] = boxMuller(this.integer(), this.integer());
    this.#spare = second;
    return first;
  }

  /** Shuffles in place, every order equally likely (Fisher and Yates). */
  shuffle<T extends { [index: number]: number; length: number }>(values: T): T {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const held = values[i] as number;
      values[i] = values[j] as number;
      values[j] = held;
    }
    return values;
  }
}

import { Stream } from "../../rng.ts";

/**
 * A uniform sample of a stream of unknown length: the n-th offer is kept with probability capacity / n and takes the
 * place of a random earlier one (algorithm R, Vitter 1985, "Random sampling with a reservoir").
 */
export class Reservoir<T> {
  readonly #stream: Stream;
  #kept: T[] = [];
  #offered = 0;
  #capacity: number;

  constructor(capacity: number, seed = 0) {
    this.#capacity = Math.max(1, capacity);
    this.#stream = new Stream(seed, "sample");
  }

  get offered(): number {
    return this.#offered;
  }

  get kept(): readonly T[] {
    return this.#kept;
  }

  /** The place that the next offer takes, or -1 where it is passed over. */
  offer(): number {
    this.#offered += 1;
    if (this.#kept.length < this.#capacity && this.#offered <= this.#capacity) return this.#offered - 1;
    const place = this.#stream.below(this.#offered);
    return place < this.#capacity ? place : -1;
  }

  /** Puts an offer into the place that {@link offer} gave it; returns what it drove out. */
  put(place: number, value: T): T | undefined {
    const out = this.#kept[place];
    this.#kept[place] = value;
    return out;
  }

  /** Keeps a random half, which is again a uniform sample. */
  halve(): void {
    const order = this.#stream.shuffle(Uint32Array.from(this.#kept, (_, i) => i));
    this.#capacity = Math.max(1, this.#kept.length >> 1);
    this.#kept = Array.from(order.subarray(0, this.#capacity), (i) => this.#kept[i] as T);
  }
}

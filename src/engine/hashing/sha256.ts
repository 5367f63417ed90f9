/** First 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4, section 4.2.2). */
const ROUND_CONSTANTS = fractionsOfRoots(64, 3);
/** The same of the square roots of the first 8 primes (section 5.3.3). */
const INITIAL = fractionsOfRoots(8, 2);
const BLOCK_BYTES = 64;

/** SHA-256 of bytes that come in pieces (FIPS 180-4), which the browser's own digest does not offer. */
export class Sha256 {
  readonly #state = INITIAL.slice();
  readonly #schedule = new Uint32Array(64);
  readonly #rest = new Uint8Array(BLOCK_BYTES);
  #bytes = 0;

  update(piece: Uint8Array): void {
    let at = 0;
    const held = this.#bytes % BLOCK_BYTES;
    this.#bytes += piece.length;
    if (held > 0) {
      at = Math.min(BLOCK_BYTES - held, piece.length);
      this.#rest.set(piece.subarray(0, at), held);
      if (held + at < BLOCK_BYTES) return;
      this.#compress(new DataView(this.#rest.buffer), 0);
    }
    const view = new DataView(piece.buffer, piece.byteOffset, piece.byteLength);
    for (; at + BLOCK_BYTES <= piece.length; at += BLOCK_BYTES) this.#compress(view, at);
    this.#rest.set(piece.subarray(at));
  }

  /** The digest in hexadecimal; nothing may be added afterwards. */
  digest(): string {
    const bits = BigInt(this.#bytes) * 8n;
    const padding = new Uint8Array(BLOCK_BYTES - ((this.#bytes + 8) % BLOCK_BYTES) + 8);
    padding[0] = 0x80;
    new DataView(padding.buffer).setBigUint64(padding.length - 8, bits);
    this.update(padding);
    return [...this.#state].map((word) => word.toString(16).padStart(8, "0")).join("");
  }

  #compress(view: DataView, at: number): void {
    const w = this.#schedule;
    for (let t = 0; t < 16; t++) w[t] = view.getUint32(at + 4 * t);
    for (let t = 16; t < 64; t++) {
      const [x, y] = [w[t - 15] as number, w[t - 2] as number];
      const sigma0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
      const sigma1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
      w[t] = (w[t - 16] as number) + sigma0 + (w[t - 7] as number) + sigma1;
    }
    let [a, b, c, d, e, f, g, h] = this.#state as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    for (let t = 0; t < 64; t++) {
      const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
      const first = (h + sum1 + ((e & f) ^ (~e & g)) + (ROUND_CONSTANTS[t] as number) + (w[t] as number)) | 0;
      const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
      const second = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + first) | 0;
      d = c;
      c = b;
      b = a;
      a = (first + second) | 0;
    }
    for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) this.#state[i] = (this.#state[i] as number) + word;
  }
}

const rotate = (x: number, by: number): number => (x >>> by) | (x << (32 - by));

/** floor(2^32 frac(p^(1/degree))) of the first primes p, by whole numbers alone. */
function fractionsOfRoots(count: number, degree: 2 | 3): Uint32Array<ArrayBuffer> {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((p) => n % p !== 0)) primes.push(n);
  return Uint32Array.from(primes, (p) => Number(rootFloor(BigInt(p) << BigInt(32 * degree), degree) & 0xffffffffn));
}

/** The largest r with r^degree <= x, bit by bit. */
function rootFloor(x: bigint, degree: number): bigint {
  let root = 0n;
  for (let bit = 1n << 40n; bit > 0n; bit >>= 1n) if ((root + bit) ** BigInt(degree) <= x) root += bit;
  return root;
}

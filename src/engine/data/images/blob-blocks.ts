const BLOCK_BYTES = 1 << 22;
const BLOCKS_HELD = 4;

/** Reads small pieces of a large blob by way of larger blocks, since each read of a blob costs a round trip. */
export class BlobBlocks {
  readonly #blocks = new Map<number, Promise<Uint8Array<ArrayBuffer>>>();

  constructor(readonly blob: Blob) {}

  /** Bytes [start, end), fewer where the blob ends before. They must not be changed. */
  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const index = Math.floor(start / BLOCK_BYTES);
    if (Math.floor((end - 1) / BLOCK_BYTES) !== index)
      return new Uint8Array(await this.blob.slice(start, end).arrayBuffer());
    const block = await this.#block(index);
    const base = index * BLOCK_BYTES;
    return block.subarray(start - base, end - base);
  }

  #block(index: number): Promise<Uint8Array<ArrayBuffer>> {
    const known = this.#blocks.get(index);
    if (known) return known;
    const start = index * BLOCK_BYTES;
    const block = this.blob
      .slice(start, start + BLOCK_BYTES)
      .arrayBuffer()
      .then((buffer) => new Uint8Array(buffer));
    this.#blocks.set(index, block);
    const [oldest] = this.#blocks.keys();
    if (this.#blocks.size > BLOCKS_HELD && oldest !== undefined) this.#blocks.delete(oldest);
    return block;
  }
}

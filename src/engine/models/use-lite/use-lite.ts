import type { Experiment } from "../../../shared/experiment.ts";
import type { View } from "../../../shared/protocol.ts";
import type { Inputs } from "../../data/dataset.ts";
import type { FrozenBackbone, ViewRequest } from "../../features/frozen-backbone.ts";
import { tokenViews } from "../../features/token-data.ts";
import { embeddingOffsets, tokenOrders, type ViewDraws } from "../../features/token-views.ts";
import { type Tensor2D, tf } from "../../tf.ts";
import type { HostParams, Params } from "../model.ts";
import type { ReadToken, TokenReader } from "../tunable.ts";
import { encodeSequences, type Sequence, type UseLiteParameters } from "./batches.ts";
import type { UseLiteFiles } from "./files.ts";
import { MAX_TOKENS, readerOf } from "./reader.ts";

/** Universal Sentence Encoder Lite, as it is, on the current backend. */
export const frozenUseLite = (files: UseLiteFiles): FrozenBackbone => new UseLite(files);

class UseLite implements FrozenBackbone {
  readonly featureSize = 512;
  readonly parameters: number;
  // Half a second's work on a processor, so that calling it off is heard in time.
  readonly itemsPerCall = 64;
  readonly #reader: TokenReader;
  readonly #parameters: UseLiteParameters;
  #saidCut = false;

  constructor({ vocabulary, params }: UseLiteFiles) {
    this.#reader = readerOf(vocabulary);
    this.parameters = Object.values(params).reduce((sum, { values }) => sum + values.length, 0);
    const { "embedding.weight": embedding, ...rest } = params;
    if (!embedding) throw new Error("The weights lack the embeddings.");
    this.#parameters = { embedding, params: onDevice(rest) };
  }

  encode(experiment: Experiment, inputs: Inputs, items: Int32Array, views: number, draw: number): Tensor2D {
    const sequences = Array.from(items).flatMap((item) => {
      const ids = Int32Array.from(this.#read(inputs, item), ({ id }) => id);
      return [{ ids, offset: null }, ...this.#views({ experiment, item, views, draw }, ids)];
    });
    return encodeSequences(this.#parameters, sequences);
  }

  /** Tokens with the space before them; a last entry says how many lie beyond the encoder's reach. */
  async show({ experiment, inputs, item, count, draw }: ViewRequest): Promise<View[]> {
    return tokenViews(experiment, textOf(inputs, item), item, this.#reader, { views: count, draw });
  }

  /** The noisy views of a text's tokens. */
  #views(of: ViewDraws, ids: Int32Array): Sequence[] {
    const orders = tokenOrders(of, ids.length);
    const lengths = orders.map(({ length }) => length);
    const offsets = embeddingOffsets(of, lengths, this.#parameters.embedding.shape[1] as number);
    return orders.map((order, view) => ({
      ids: Int32Array.from(order, (i) => ids[i] as number),
      offset: offsets[view] ?? null,
    }));
  }

  dispose(): void {
    tf.dispose(this.#parameters.params as Record<string, Tensor2D>);
  }

  /** The tokens of an item that the encoder reads. */
  #read(inputs: Inputs, item: number): readonly ReadToken[] {
    const { tokens, beyond } = this.#reader.read(textOf(inputs, item));
    if (beyond > 0 && !this.#saidCut) {
      this.#saidCut = true;
      const count = tokens.length + beyond;
      console.warn(`Text ${item + 1} has ${count} tokens; of texts longer than ${MAX_TOKENS} the rest is not read.`);
    }
    return tokens;
  }
}

function textOf(inputs: Inputs, item: number): string {
  if (inputs.modality !== "text") throw new Error('"use-lite" reads text only.');
  return inputs.texts[item] ?? "";
}

function onDevice(params: HostParams): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]),
  );
}

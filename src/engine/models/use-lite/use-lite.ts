import type { Experiment } from "../../../shared/experiment.ts";
import type { View } from "../../../shared/protocol.ts";
import type { Inputs, Work } from "../../data/dataset.ts";
import type { FrozenBackbone, ViewRequest } from "../../features/frozen-backbone.ts";
import { shownTokens } from "../../features/shown-tokens.ts";
import { embeddingOffsets, tokenOrders, type ViewDraws } from "../../features/token-views.ts";
import { type Tensor2D, tf } from "../../tf.ts";
import type { HostParams, Params } from "../model.ts";
import { encodeSequences, MAX_TOKENS, type Sequence, type UseLiteParameters } from "./batches.ts";
import { type FetchFile, fetchUseLite } from "./files.ts";
import { type Token, UnigramTokenizer, WORD_START } from "./tokenizer.ts";

/** Fetches Universal Sentence Encoder Lite; calling the result puts it on the current backend. */
export async function loadUseLite(
  work: Work,
  fetchFile: FetchFile = (url, options) => fetch(url, options),
): Promise<() => FrozenBackbone> {
  const { vocabulary, params } = await fetchUseLite(fetchFile, work);
  return () => new UseLite(new UnigramTokenizer(vocabulary), params);
}

class UseLite implements FrozenBackbone {
  readonly featureSize = 512;
  readonly parameters: number;
  // Half a second's work on a processor, so that calling it off is heard in time.
  readonly itemsPerCall = 64;
  readonly #tokenizer: UnigramTokenizer;
  readonly #parameters: UseLiteParameters;
  #saidCut = false;

  constructor(tokenizer: UnigramTokenizer, params: HostParams) {
    this.#tokenizer = tokenizer;
    this.parameters = Object.values(params).reduce((sum, { values }) => sum + values.length, 0);
    const { "embedding.weight": embedding, ...rest } = params;
    if (!embedding) throw new Error("The weights lack the embeddings.");
    this.#parameters = { embedding, params: onDevice(rest) };
  }

  encode(experiment: Experiment, inputs: Inputs, items: Int32Array, views: number, draw: number): Tensor2D {
    const sequences = Array.from(items).flatMap((item) => {
      const ids = Int32Array.from(this.#read(inputs, item).read, ({ id }) => id);
      return [{ ids, offset: null }, ...this.#views({ experiment, item, views, draw }, ids)];
    });
    return encodeSequences(this.#parameters, sequences);
  }

  /** Tokens with the space before them; a last entry says how many lie beyond the encoder's reach. */
  async show({ experiment, inputs, item, count, draw }: ViewRequest): Promise<View[]> {
    const { read, beyond } = this.#read(inputs, item);
    const texts = read.map(({ piece }) => piece.replaceAll(WORD_START, " "));
    const rest =
      beyond === 0 ? [] : [{ text: ` … (${beyond} more tokens, which are not read)`, kept: true, moved: false }];
    const orders = tokenOrders({ experiment, item, views: count, draw }, read.length);
    return orders.map((order) => ({ modality: "text", tokens: [...shownTokens(texts, order), ...rest] }));
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

  /** The tokens of an item that the encoder reads, and how many follow. */
  #read(inputs: Inputs, item: number): { read: Token[]; beyond: number } {
    if (inputs.modality !== "text") throw new Error('"use-lite" reads text only.');
    const tokens = this.#tokenizer.encode(inputs.texts[item] ?? "");
    if (tokens.length > MAX_TOKENS && !this.#saidCut) {
      this.#saidCut = true;
      console.warn(
        `Text ${item + 1} has ${tokens.length} tokens; of texts longer than ${MAX_TOKENS} the rest is not read.`,
      );
    }
    return { read: tokens.slice(0, MAX_TOKENS), beyond: Math.max(0, tokens.length - MAX_TOKENS) };
  }
}

function onDevice(params: HostParams): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]),
  );
}

/** A piece with its log-probability; the damaged scores of the published file are null. */
export type Vocabulary = readonly (readonly [piece: string, score: number | null])[];

export interface Token {
  readonly id: number;
  /** What it stands for in the normalised text; {@link WORD_START} marks a space. */
  readonly piece: string;
}

/** Stands for a space, and for the start of the text. */
export const WORD_START = "▁";

const UNKNOWN = 0;
/** Ids below are control symbols, which no text may spell. */
const NUM_RESERVED = 6;
/** How far an unknown character lies below the rarest piece: SentencePiece's penalty. */
const UNKNOWN_PENALTY = 10;

/**
 * Splits a text into the pieces of largest total log-probability (unigram language model, Viterbi).
 * Source: Kudo 2018, 1804.10959, section 3.2; ids as in the tokenizer of the published Universal Sentence Encoder Lite.
 */
export class UnigramTokenizer {
  readonly #pieces = new Map<string, { id: number; score: number }>();
  readonly #longest: number;
  readonly #unknownScore: number;

  constructor(vocabulary: Vocabulary) {
    const scores = repairedScores(vocabulary);
    for (let id = NUM_RESERVED; id < vocabulary.length; id++) {
      const piece = vocabulary[id]?.[0] ?? "";
      const score = scores[id] as number;
      if (piece && !((this.#pieces.get(piece)?.score ?? -Infinity) >= score)) this.#pieces.set(piece, { id, score });
    }
    this.#longest = Math.max(...Array.from(this.#pieces.keys(), (piece) => piece.length));
    this.#unknownScore = Math.min(...scores.slice(NUM_RESERVED)) - UNKNOWN_PENALTY;
  }

  /** The tokens of a text, none for an empty one; their pieces joined are {@link normalizeText} of it. */
  encode(text: string): Token[] {
    const normalized = normalizeText(text);
    const { starts, ids } = this.#bestPaths(normalized);
    const tokens: Token[] = [];
    for (let end = normalized.length; end > 0; end = starts[end] as number) {
      const id = ids[end] as number;
      const piece = normalized.slice(starts[end], end);
      const next = tokens.at(-1);
      if (id === UNKNOWN && next?.id === UNKNOWN) tokens[tokens.length - 1] = { id, piece: piece + next.piece };
      else tokens.push({ id, piece });
    }
    return tokens.reverse();
  }

  /**
   * For every prefix of the text, where the last piece of its best split starts and which it is. Positions count
   * UTF-16 units: the halves of an unknown character are neighbours and end up in one token.
   */
  #bestPaths(text: string): { starts: Int32Array; ids: Int32Array } {
    const starts = new Int32Array(text.length + 1);
    const ids = new Int32Array(text.length + 1);
    const best = new Float64Array(text.length + 1).fill(-Infinity);
    best[0] = 0;
    for (let start = 0; start < text.length; start++) {
      const extend = (length: number, id: number, score: number) => {
        const total = (best[start] as number) + score;
        if (total <= (best[start + length] as number)) return;
        best[start + length] = total;
        starts[start + length] = start;
        ids[start + length] = id;
      };
      if (!this.#pieces.has(text.charAt(start))) extend(1, UNKNOWN, this.#unknownScore);
      for (let length = 1; length <= Math.min(this.#longest, text.length - start); length++) {
        const piece = this.#pieces.get(text.slice(start, start + length));
        if (piece) extend(length, piece.id, piece.score);
      }
    }
    return { starts, ids };
  }
}

/** NFKC, runs of white space as one {@link WORD_START}, one in front; "" where nothing is left. */
export function normalizeText(text: string): string {
  const words = text.normalize("NFKC").split(/\s+/).filter(Boolean);
  return words.map((word) => WORD_START + word).join("");
}

/**
 * The published file lost the scores of nine pieces with a colon (null, 0 or even 30 stands there). Pieces are listed
 * by falling score, so the last sound score before a damaged one is right to about a thousandth.
 */
function repairedScores(vocabulary: Vocabulary): number[] {
  let last = 0;
  return vocabulary.map(([, score], id) => {
    if (id >= NUM_RESERVED && score !== null && score < 0) last = score;
    return score !== null && score < 0 ? score : last;
  });
}

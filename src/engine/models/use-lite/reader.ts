import type { TokenReader } from "../tunable.ts";
import { UnigramTokenizer, type Vocabulary, WORD_START } from "./tokenizer.ts";

/** The encoder reads no further than this. */
export const MAX_TOKENS = 128;

/** Reads texts as Universal Sentence Encoder Lite does: pieces of its vocabulary and none of its own. */
export function readerOf(vocabulary: Vocabulary): TokenReader {
  const tokenizer = new UnigramTokenizer(vocabulary);
  return {
    vocabulary: vocabulary.length,
    read: (text) => {
      const all = tokenizer.encode(text);
      const tokens = all
        .slice(0, MAX_TOKENS)
        .map(({ id, piece }) => ({ id, text: piece.replaceAll(WORD_START, " "), special: false }));
      return { tokens, beyond: all.length - tokens.length };
    },
  };
}

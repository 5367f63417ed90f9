import type { Tokenizer } from "@huggingface/tokenizers";
import { ModelFileError } from "../errors.ts";
import type { ReadToken, TokenReader } from "../models/tunable.ts";
import { byteLevelText } from "./byte-level.ts";
import type { TextInput } from "./config.ts";
import { readNeededJson } from "./config-files/json-file.ts";
import type { SentenceSettings } from "./config-files/sentence-modules.ts";
import type { ModelFiles } from "./files.ts";
import { pieceTexts } from "./piece-texts.ts";
import { referenceText } from "./reference-text.ts";
import { readVocabulary } from "./word-piece.ts";

export const TOKENIZER_FILE = "tokenizer.json";

/** Turns texts into the token ids that a model was trained on. */
export interface PretrainedTokenizer extends TokenReader {
  /**
   * Ids of a text, special tokens included, at most `maxTokens`: where it is longer, tokens of the text are cut away
   * and the special ones stay.
   */
  encode(text: string): Int32Array;
  /** Tokens as they may be shown: WordPiece's `##` stays, bytes become text, parts of a character become U+FFFD. */
  tokens(ids: ArrayLike<number>): string[];
}

/** What of a tokenizer.json is looked at here; all else is the library's. */
interface TokenizerJson {
  readonly model?: { readonly type?: string; readonly vocab?: Readonly<Record<string, number>> | readonly unknown[] };
  readonly added_tokens?: readonly { readonly id: number }[];
  readonly normalizer?: unknown;
  readonly pre_tokenizer?: unknown;
  readonly truncation?: { readonly direction?: string } | null;
}

/**
 * Opens `tokenizer.json`, or the `vocab.txt` of an early BERT. The library that reads it comes with the first tokenizer, since most runs need none.
 * @throws ModelFileError where it is missing or damaged, or has ids beyond the model's vocabulary
 */
export async function openTokenizer(
  files: ModelFiles,
  { vocabulary, maxTokens }: Pick<TextInput, "vocabulary" | "maxTokens">,
  { lowercase }: Pick<SentenceSettings, "lowercase">,
): Promise<PretrainedTokenizer> {
  const early = files.names.includes(TOKENIZER_FILE) ? null : await readVocabulary(files);
  const json: TokenizerJson = early ?? (await readNeededJson(files, TOKENIZER_FILE, "how texts become tokens"));
  checkIds(json, vocabulary);
  const tokenizer = await build(json);
  const special = findSpecialTokens(tokenizer);
  const room = maxTokens - special.before.length - special.after.length;
  if (room < 1) throw damaged(`Its special tokens leave no room for text among ${maxTokens} tokens.`);
  const cut = <T>(tokens: T[]): T[] =>
    json.truncation?.direction === "Left" ? tokens.slice(-room) : tokens.slice(0, room);
  const asReference = referenceText(json.normalizer);
  const isByteLevel = JSON.stringify(json.pre_tokenizer ?? null).includes('"ByteLevel"');
  const tokenOf = (id: number): string => {
    const token = tokenizer.id_to_token(id) ?? "";
    return isByteLevel ? byteLevelText(token) : token;
  };
  const idsOf = (text: string): number[] => plainIds(tokenizer, asReference(lowercase ? text.toLowerCase() : text));
  const outside = (id: number): ReadToken => ({ id, text: tokenOf(id), special: true });
  return {
    vocabulary,
    read(text) {
      const ids = idsOf(text);
      const plain = ids.map(tokenOf);
      const texts = isByteLevel ? plain : pieceTexts(text, plain);
      const kept = cut(ids.map((id, i): ReadToken => ({ id, text: texts[i] as string, special: false })));
      const tokens = [...special.before.map(outside), ...kept, ...special.after.map(outside)];
      return { tokens, beyond: ids.length - kept.length };
    },
    encode: (text) => Int32Array.from([...special.before, ...cut(idsOf(text)), ...special.after]),
    tokens: (ids) => Array.from(ids, tokenOf),
  };
}

async function build(json: TokenizerJson): Promise<Tokenizer> {
  const { Tokenizer } = await import("@huggingface/tokenizers");
  try {
    const tokenizer = new Tokenizer(json, {});
    // Some faults show only when a text is read.
    tokenizer.encode("a");
    return tokenizer;
  } catch (cause) {
    throw damaged(`It cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`, cause);
  }
}

/** The rows of the model's embedding must be enough for every id. */
function checkIds({ model, added_tokens: added }: TokenizerJson, vocabulary: number): void {
  const { vocab } = model ?? {};
  if (typeof vocab !== "object" || vocab === null) throw damaged('It has no "vocab".');
  const ids = Array.isArray(vocab) ? vocab.map((_, id) => id) : Object.values(vocab as Record<string, number>);
  for (const id of [...ids, ...(added ?? []).map((token) => token.id)])
    if (!Number.isSafeInteger(id) || id < 0 || id >= vocabulary)
      throw damaged(`It has the id ${String(id)}, but the model's vocabulary has ${vocabulary} tokens.`);
}

/** Ids of a text alone. A token without an id, which an incomplete alphabet makes, is left out as the reference does. */
const plainIds = (tokenizer: Tokenizer, text: string): number[] =>
  tokenizer.encode(text, { add_special_tokens: false }).ids.filter((id) => id !== undefined);

/** Ids before and after every text, by comparing a text with itself without them. */
function findSpecialTokens(tokenizer: Tokenizer): { before: readonly number[]; after: readonly number[] } {
  const text = plainIds(tokenizer, "a");
  const whole = tokenizer.encode("a").ids;
  for (let at = 0; at + text.length <= whole.length; at++)
    if (text.every((id, i) => whole[at + i] === id))
      return { before: whole.slice(0, at), after: whole.slice(at + text.length) };
  throw damaged("Its special tokens do not stand before and after a text.");
}

const damaged = (message: string, cause?: unknown): ModelFileError =>
  new ModelFileError(TOKENIZER_FILE, "damaged", message, "Get the file again from where the model is.", { cause });

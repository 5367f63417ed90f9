import { z } from "zod";
import { ModelFileError } from "../errors.ts";
import { orElse } from "./config-files/common-fields.ts";
import { checkFields, readJson } from "./config-files/json-file.ts";
import type { ModelFiles } from "./files.ts";

export const VOCABULARY_FILE = "vocab.txt";
const SETTINGS_FILE = "tokenizer_config.json";
const SETTINGS = z.object({
  do_lower_case: orElse(z.boolean(), true),
  tokenize_chinese_chars: orElse(z.boolean(), true),
  strip_accents: z.boolean().nullish(),
});

/** Tokens that BERT sets before and after a text, for what it doesn't know, for padding and for masks. */
const SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] as const;

/**
 * What `tokenizer.json` would say for a BERT of early days, which has `vocab.txt` alone: a token a line, its id the
 * line's number from 0. Null where there is no such file.
 * @throws ModelFileError where a special token is missing
 */
export async function readVocabulary(files: ModelFiles): Promise<object | null> {
  const blob = await files.open(VOCABULARY_FILE);
  if (!blob) return null;
  const vocab = Object.fromEntries(
    (await blob.text()).split(/\r?\n/).flatMap((token, id) => (token ? [[token, id]] : [])),
  );
  const idOf = (token: string): number => (Object.hasOwn(vocab, token) ? (vocab[token] as number) : missing(token));
  const settings = checkFields(SETTINGS, (await readJson(files, SETTINGS_FILE)) ?? {}, SETTINGS_FILE);
  const special = (token: string) => ({ SpecialToken: { id: token, type_id: 0 } });
  return {
    added_tokens: SPECIAL.map((content) => ({ id: idOf(content), content, special: true, normalized: false })),
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: settings.tokenize_chinese_chars,
      strip_accents: settings.strip_accents ?? null,
      lowercase: settings.do_lower_case,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    model: {
      type: "WordPiece",
      vocab,
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
    },
    post_processor: {
      type: "TemplateProcessing",
      single: [special("[CLS]"), { Sequence: { id: "A", type_id: 0 } }, special("[SEP]")],
      pair: [],
      special_tokens: Object.fromEntries(
        ["[CLS]", "[SEP]"].map((token) => [token, { id: token, ids: [idOf(token)], tokens: [token] }]),
      ),
    },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
  };
}

function missing(token: string): never {
  const message = `There is no line "${token}", so it is no vocabulary of BERT's.`;
  throw new ModelFileError(VOCABULARY_FILE, "damaged", message, "Add tokenizer.json from where the model is.");
}

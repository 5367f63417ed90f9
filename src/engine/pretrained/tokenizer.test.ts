import { describe, expect, test } from "vitest";
import { byteLevelText } from "./byte-level.ts";
import { inMemory, TOKENIZER_ORACLE, type TokenizerName, tokenizerJson } from "./testing/models.ts";
import { openTokenizer, type PretrainedTokenizer } from "./tokenizer.ts";

const oracle = TOKENIZER_ORACLE;
const NAMES: readonly TokenizerName[] = ["bert", "gpt2", "roberta"];

interface Settings {
  readonly maxTokens?: number;
  readonly vocabulary?: number;
  readonly lowercase?: boolean;
}

function open(json: string | object, { maxTokens = 1e5, vocabulary = 1500, lowercase = false }: Settings = {}) {
  const text = typeof json === "string" ? json : JSON.stringify(json);
  const files = inMemory({ "config.json": "{}", "tokenizer.json": text });
  return openTokenizer(files, { vocabulary, maxTokens }, { lowercase });
}

const load = (name: TokenizerName, settings?: Settings): Promise<PretrainedTokenizer> =>
  open(tokenizerJson(name), settings);

/** Punctuation of the text's that came after Unicode 8, which the reference takes for letters. */
const NEW_PUNCTUATION = /[\u2e43-\u2e5d]/;

describe.each(NAMES)("the ids of 1,000 strings by %s's tokenizer", (name) => {
  test("are those of the reference", async () => {
    const tokenizer = await load(name);
    const different = oracle.texts.filter((text, i) => tokenizer.encode(text).join() !== oracle.ids[name][i]?.join());
    expect(different.filter((text) => !(name === "bert" && NEW_PUNCTUATION.test(text)))).toEqual([]);
    expect(different.length).toBeLessThan(3);
  });

  test("are cut to the most tokens, and keep the special ones", async () => {
    const [whole, cut] = [await load(name), await load(name, { maxTokens: 7 })];
    const after = name === "gpt2" ? 0 : 1;
    for (const text of oracle.texts.slice(0, 200)) {
      const ids = [...whole.encode(text)];
      const expected = ids.length <= 7 ? ids : [...ids.slice(0, 7 - after), ...ids.slice(ids.length - after)];
      expect([...cut.encode(text)]).toEqual(expected);
    }
  });
});

describe("a vocabulary of BERT's early days", () => {
  const vocab = (TOKENIZER_ORACLE.tokenizers.bert as { model: { vocab: Record<string, number> } }).model.vocab;
  const lines = Object.entries(vocab)
    .sort(([, a], [, b]) => a - b)
    .map(([token]) => token);
  const openLines = (content: string, settings: object = {}) => {
    const json = JSON.stringify(settings);
    const files = inMemory({ "config.json": "{}", "vocab.txt": content, "tokenizer_config.json": json });
    return openTokenizer(files, { vocabulary: lines.length, maxTokens: 1e5 }, { lowercase: false });
  };

  test("makes the tokens that tokenizer.json makes", async () => {
    const whole = await load("bert");
    for (const ending of ["\n", "\r\n"]) {
      const tokenizer = await openLines(lines.join(ending) + ending);
      for (const text of oracle.texts) expect(tokenizer.encode(text)).toEqual(whole.encode(text));
    }
  });

  test("may be of large and small letters", async () => {
    const tokenizer = await openLines(`${lines.join("\n")}\n`, { do_lower_case: false });
    expect(tokenizer.tokens(tokenizer.encode("the THE"))).toEqual(["[CLS]", "the", "[UNK]", "[SEP]"]);
  });

  test("needs its special tokens", async () => {
    await expect(openLines("[PAD]\n[UNK]\nthe\n")).rejects.toThrow('vocab.txt: There is no line "[CLS]"');
  });
});

test("special tokens stand where each model was trained to see them", async () => {
  const shown = async (name: TokenizerName, text: string) => {
    const tokenizer = await load(name);
    return tokenizer.tokens(tokenizer.encode(text));
  };
  expect(await shown("bert", "The weather!")).toEqual(["[CLS]", "the", "weather", "!", "[SEP]"]);
  expect(await shown("bert", "")).toEqual(["[CLS]", "[SEP]"]);
  expect(await shown("roberta", "the weather")).toEqual(["<s>", "the", " weather", "</s>"]);
  expect(await shown("gpt2", "the weather")).toEqual(["the", " weather"]);
  expect(await shown("gpt2", "")).toEqual([]);
  expect((await shown("gpt2", "\u{1f9ff}")).join("")).toMatch(/^\ufffd{2,4}$/);
});

test("a token of bytes is shown as text", () => {
  expect(byteLevelText("ĠgrÃ¶ÃŁer")).toBe(" größer");
  expect(byteLevelText("Ċĉ")).toBe("\n\t");
  expect(byteLevelText("<s>好")).toBe("<s>好");
});

test("a sentence model may want small letters before a tokenizer that keeps the large", async () => {
  const cased = JSON.parse(tokenizerJson("bert"));
  cased.normalizer.lowercase = false;
  const [plain, lowered] = [await open(cased), await open(cased, { lowercase: true })];
  expect(plain.tokens(plain.encode("The"))).not.toEqual(["[CLS]", "the", "[SEP]"]);
  expect(lowered.tokens(lowered.encode("The"))).toEqual(["[CLS]", "the", "[SEP]"]);
});

test("a tokenizer that cuts from the left keeps the end of a text", async () => {
  const json = JSON.parse(tokenizerJson("bert"));
  json.truncation = { direction: "Left", max_length: 4, strategy: "LongestFirst", stride: 0 };
  const tokenizer = await open(json, { maxTokens: 4 });
  expect(tokenizer.tokens(tokenizer.encode("the weather of summer"))).toEqual(["[CLS]", "of", "summer", "[SEP]"]);
});

test.each<[string, string | object, Settings]>([
  ["ids beyond the rows of the embedding", tokenizerJson("bert"), { vocabulary: 1499 }],
  ["no vocabulary", { model: { type: "WordPiece" } }, {}],
  ["a model of an unknown type", { ...JSON.parse(tokenizerJson("bert")), model: { type: "Magic", vocab: [] } }, {}],
  ["parts missing", { model: { type: "WordPiece", vocab: {} } }, {}],
  ["no JSON", "<!doctype html>", {}],
  ["no room for text", tokenizerJson("bert"), { maxTokens: 2 }],
])("is refused: %s", async (_, json, settings) => {
  await expect(open(json, settings)).rejects.toMatchObject({
    name: "ModelFileError",
    file: "tokenizer.json",
    fault: "damaged",
  });
});

import { describe, expect, test } from "vitest";
import { type Contents, readModel as read, savedModel } from "../testing/models.ts";

const json = JSON.stringify;

describe("a sentence model", () => {
  const modules = (...kinds: string[]) =>
    json(
      kinds.map((kind, i) => ({
        idx: i,
        name: `${i}`,
        path: i === 0 ? "" : `${i}_${kind}`,
        type: `sentence_transformers.models.${kind}`,
      })),
    );
  const sentence = (pooling: object, kinds = ["Transformer", "Pooling", "Normalize"]): Contents => ({
    ...savedModel("bert"),
    "modules.json": modules(...kinds),
    "1_Pooling/config.json": json(pooling),
  });

  test.each<[object, string]>([
    [{ pooling_mode_cls_token: false, pooling_mode_mean_tokens: true, pooling_mode_max_tokens: false }, "mean"],
    [{ pooling_mode_cls_token: true, pooling_mode_mean_tokens: false }, "cls"],
    [{ pooling_mode_mean_tokens: false, pooling_mode_lasttoken: true }, "last-token"],
    [{ word_embedding_dimension: 8 }, "mean"],
    [{ pooling_mode: "cls" }, "cls"],
    [{ pooling_mode: "Mean", include_prompt: true }, "mean"],
  ])("pools as it was trained to: %j", async (pooling, expected) => {
    expect(await read(sentence(pooling))).toMatchObject({ pooling: expected, normalize: true });
  });

  test("need not normalise", async () => {
    expect(await read(sentence({}, ["Transformer", "Pooling"]))).toMatchObject({ pooling: "mean", normalize: false });
  });

  test("says how many tokens it reads; so does a tokenizer; the fewest count", async () => {
    const tokens = async (extra: Contents) => (await read({ ...savedModel("bert"), ...extra })).input;
    const settings = (max: number | null) => ({
      "sentence_bert_config.json": json({ max_seq_length: max, do_lower_case: false }),
    });
    const tokenizer = (max: number) => ({ "tokenizer_config.json": json({ model_max_length: max }) });
    expect(await tokens(settings(7))).toMatchObject({ maxTokens: 7 });
    expect(await tokens(settings(700))).toMatchObject({ maxTokens: 20 });
    expect(await tokens({ ...settings(null), ...tokenizer(1e30) })).toMatchObject({ maxTokens: 20 });
    expect(await tokens({ ...settings(9), ...tokenizer(6) })).toMatchObject({ maxTokens: 6 });
    expect(await tokens({ "sentence_roberta_config.json": json({ max_seq_length: 5 }) })).toMatchObject({
      maxTokens: 5,
    });
  });

  test.each<[string, Contents, string]>([
    [
      "max pooling",
      sentence({ pooling_mode: "max" }),
      '1_Pooling/config.json: "pooling_mode" is "max"; supported: "cls", "mean"',
    ],
    ["two poolings", sentence({ pooling_mode_cls_token: true, pooling_mode_mean_tokens: true }), '"cls and mean"'],
    [
      "a dense layer",
      sentence({}, ["Transformer", "Pooling", "Dense"]),
      'modules.json: "type" is ["Transformer","Pooling","Dense"]',
    ],
    ["no pooling", sentence({}, ["Transformer"]), 'modules.json: "type" is ["Transformer"]'],
    [
      "a pooling elsewhere",
      { ...sentence({}), "modules.json": modules("Transformer", "Pooling").replace("1_Pooling", "../../x") },
      'modules.json: "path" of the pooling is "../../x"',
    ],
    [
      "a pooling that is missing",
      { ...sentence({}), "modules.json": modules("Transformer", "Pooling").replace("1_Pooling", "2") },
      "2/config.json: The file is missing",
    ],
  ])("is refused with %s", async (_, contents, message) => {
    await expect(read(contents)).rejects.toThrow(message);
  });
});

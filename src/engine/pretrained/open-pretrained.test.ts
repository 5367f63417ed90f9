import { describe, expect, test } from "vitest";
import { quietWork } from "../data/testing/fixtures.ts";
import { CancelledError, toEngineError } from "../errors.ts";
import { filesOf } from "./files.ts";
import { openPretrained } from "./open-pretrained.ts";
import { type Contents, inMemory, savedModel, savedTextModel, tensorsOf, weightsOf } from "./testing/models.ts";

const open = (contents: Contents) => openPretrained(inMemory(contents), quietWork());
const inFolder = (folder: string, contents: Contents): Contents =>
  Object.fromEntries(Object.entries(contents).map(([name, content]) => [folder + name, content]));

describe("a pretrained model", () => {
  test("is opened from its files: configuration, weights, tokenizer, card", async () => {
    const contents: Contents = {
      ...savedTextModel("bert", "bert"),
      "README.md": "---\nlanguage:\n- en\n- 'de'\nlicense: apache-2.0\n---\n# A model\nlicense: none\n",
    };
    const steps: number[] = [];
    const model = await openPretrained(inMemory(contents), {
      signal: new AbortController().signal,
      progress: (_, done, total) => steps.push(done / total),
    });
    expect(model).toMatchObject({ id: "model", revision: null, licence: "apache-2.0", languages: ["en", "de"] });
    expect(model.config).toMatchObject({ family: "bert", pooling: "cls-tanh", input: { maxTokens: 20 } });
    const bytes = Object.values(contents).map((content) => new Blob([content]).size);
    expect(model.bytes).toBe(bytes.reduce((a, b) => a + b, 0));
    expect(await model.weights.floats("embeddings.LayerNorm.bias")).toEqual(
      Float32Array.from({ length: 8 }, (_, i) => i / 1000),
    );
    const ids = model.tokenizer?.encode("The weather of summer. ".repeat(30)) ?? [];
    expect(ids).toHaveLength(20);
    expect(model.tokenizer?.tokens(ids).at(-1)).toBe("[SEP]");
    expect(steps).toEqual([0, 1 / 3, 2 / 3, 1]);
  });

  test("of images has no tokenizer", async () => {
    expect(await open(savedModel("vit"))).toMatchObject({ tokenizer: null, licence: null, languages: [] });
  });

  test("may lie in a folder, beside what operating systems leave, and below others of its own", async () => {
    const contents = inFolder("Downloads/my-vit/", {
      ...savedModel("vit"),
      ".DS_Store": "x",
      "onnx/config.json": "{}",
    });
    const model = await open(contents);
    expect(model.id).toBe("my-vit");
    expect(await open(inFolder("./", savedModel("vit")))).toMatchObject({ id: "model" });
  });

  test("may have its weights in several files", async () => {
    const shapes = Object.entries(tensorsOf("vit"));
    const shards = [shapes.slice(0, 9), shapes.slice(9)].map((part) => Object.fromEntries(part));
    const names = shards.map((_, i) => `model-0000${i + 1}-of-00002.safetensors`);
    const weight_map = Object.fromEntries(
      shards.flatMap((shard, i) => Object.keys(shard).map((name) => [name, names[i]])),
    );
    const { "model.safetensors": _, ...others } = savedModel("vit");
    const contents: Contents = {
      ...others,
      "model.safetensors.index.json": JSON.stringify({ weight_map }),
      [names[0] as string]: weightsOf(shards[0] ?? {}),
      [names[1] as string]: weightsOf(shards[1] ?? {}),
    };
    const model = await open(contents);
    expect(model.weights.names).toHaveLength(shapes.length);
    delete contents[names[1] as string];
    await expect(open(contents)).rejects.toMatchObject({ file: names[1], fault: "missing" });
  });

  test("may name its normalisations as the first ones did", async () => {
    const old = (name: string) =>
      name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta");
    const shapes = Object.entries(tensorsOf("bert-for-words")).map(([name, shape]) => [old(name), shape]);
    const contents = savedTextModel("bert-for-words", "bert");
    const { weights } = await open(contents);
    const early = Object.fromEntries(shapes);
    early["bert.embeddings.word_embeddings.weight"] = [1500, 8];
    const { weights: current } = await open({ ...contents, "model.safetensors": weightsOf(early) });
    expect(current.names).toEqual(weights.names);
    const name = "bert.encoder.layer.1.output.LayerNorm.bias";
    expect(current.entry(name)).toEqual({ dtype: "F32", shape: [8] });
    expect(await current.floats(name)).toHaveLength(8);
  });
});

describe("files that are no model, or not all of one", () => {
  const without = (name: string, contents = savedTextModel("bert", "bert")): Contents =>
    Object.fromEntries(Object.entries(contents).filter(([path]) => path !== name));
  const opened = (contents: Contents) => Promise.resolve().then(() => open(contents));

  test.each<[string, Contents, object, string]>([
    ["none", {}, { file: "config.json", fault: "missing" }, "There are no files."],
    ["others", { "notes.txt": "x" }, { file: "config.json", fault: "missing" }, "It is not among the 1 files."],
    ["an adapter", { "adapter_config.json": "{}" }, { fault: "unsupported" }, "This is an adapter"],
    [
      "two",
      { ...inFolder("a/", savedModel("vit")), ...inFolder("b/", savedModel("vit")) },
      {},
      "a model in a/ and another in b/",
    ],
    [
      "no weights",
      without("model.safetensors"),
      { file: "model.safetensors", fault: "missing" },
      "The weights are missing",
    ],
    [
      "weights of another format",
      { ...without("model.safetensors"), "pytorch_model.bin": "x" },
      { file: "model.safetensors", fault: "unsupported" },
      "pytorch_model.bin is of another format",
    ],
    [
      "no tokenizer",
      without("tokenizer.json"),
      { file: "tokenizer.json", fault: "missing" },
      "how texts become tokens",
    ],
    [
      "weights cut off",
      { ...savedModel("vit"), "model.safetensors": weightsOf(tensorsOf("vit")).slice(0, -100) },
      { file: "model.safetensors", fault: "damaged" },
      "do not fit its shape or the file",
    ],
    [
      "a pointer in place of weights",
      {
        ...savedModel("vit"),
        "model.safetensors": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
      },
      { file: "model.safetensors", fault: "damaged" },
      "header is longer than the file",
    ],
  ])("are refused: %s", async (_, contents, fields, message) => {
    await expect(opened(contents)).rejects.toMatchObject({ name: "ModelFileError", ...fields });
    await expect(opened(contents)).rejects.toThrow(message);
  });

  test("reach the page as other files do that are no good", async () => {
    const error = toEngineError(await opened(without("tokenizer.json")).catch((reason: unknown) => reason));
    expect(error).toMatchObject({
      kind: "data",
      problems: [
        { severity: "error", file: "tokenizer.json", message: expect.any(String), action: expect.any(String) },
      ],
      canSkip: false,
    });
  });

  test("opening can be called off", async () => {
    const stopped = openPretrained(inMemory(savedModel("vit")), quietWork(AbortSignal.abort()));
    await expect(stopped).rejects.toThrow(CancelledError);
  });

  test("the origin of files may be told", async () => {
    const blobs = Object.entries(savedModel("vit")).map(([name, content]) => [name, new Blob([content])] as const);
    const files = filesOf(blobs, { id: "owner/name", revision: "abc" });
    expect(await openPretrained(files, quietWork())).toMatchObject({ id: "owner/name", revision: "abc" });
  });
});

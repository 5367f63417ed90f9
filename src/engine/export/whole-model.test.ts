import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { beforeAll, describe, expect, test } from "vitest";
import { TUNINGS, type Tuning } from "../../shared/plugins/tunings/index.ts";
import { wholeModelRefusal } from "../../shared/whole-model.ts";
import { quietWork } from "../data/testing/fixtures.ts";
import { CancelledError } from "../errors.ts";
import type { Context, HostParam, HostParams } from "../models/model.ts";
import { ResidentParams } from "../models/resident-params.ts";
import { transformerBackbone } from "../models/transformer/backbone.ts";
import { encode } from "../models/transformer/encoder.ts";
import { pooled } from "../models/transformer/pooling.ts";
import { toTensor, toTensors } from "../models/transformer/testing/fixtures.ts";
import { FAMILIES, type TransformerConfig } from "../pretrained/config.ts";
import type { Contents } from "../pretrained/testing/models.ts";
import { readSafetensors, writeSafetensors } from "../safetensors/safetensors.ts";
import { openSafetensors } from "../safetensors/weights.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend } from "../testing/backends.ts";
import type { tf } from "../tf.ts";
import { publishedConfig } from "./published-config.ts";
import { addFolder, batchFor, choiceOf, emptyLibrary, filesOfFamily, tunedFrom } from "./testing/tuned-transformers.ts";
import { wholeModel } from "./whole-model.ts";
import { zipped } from "./zip.ts";

/** Where the folders are written too, for testing/check_exported.py. */
const KEPT = process.env.EXPORTED_MODELS;

const LORA: Tuning = { id: "lora", rank: 2, alpha: 6, dropout: 0.3, projections: "all" };
const CARD = "---\nlicense: mit\n---\n# Tuned\n";
const CLEAN: Context = { hidden: (activation) => activation, embedded: (embeddings) => embeddings };

async function exported(tuned: Awaited<ReturnType<typeof tunedFrom>>): Promise<Contents> {
  const zip = await zipped(await wholeModel(tuned.model, tuned.base, CARD), "Writing", quietWork());
  return unzipSync(new Uint8Array(await zip.arrayBuffer())) as Contents;
}

const textOf = (files: Contents, name: string): string => new TextDecoder().decode(files[name] as Uint8Array);

/** Features of a plain transformer, and the vectors of the tokens behind them. */
function plain(config: TransformerConfig, host: HostParams) {
  const params = toTensors(host);
  const encoded = encode({ config }, params, toTensor(batchFor(config)), CLEAN);
  return { features: pooled(config, params, encoded).dataSync(), hidden: encoded.tokens };
}

beforeAll(() => startTestBackend("cpu"));

describe.each(FAMILIES)("%s, tuned by LoRA and exported", (family) => {
  test("is opened by its folder and, frozen, gives the tuned model's features", async () => {
    const library = emptyLibrary();
    const base = filesOfFamily(family);
    await addFolder(library, "base", base);
    const tuned = await tunedFrom(library, "base", LORA);
    const { config } = tuned.base;
    const backbone = transformerBackbone(config, new ResidentParams(tuned.host), LORA);
    const features = backbone.apply(toTensors(tuned.model.params), toTensor(batchFor(config)), CLEAN).dataSync();
    const files = await exported(tuned);

    await addFolder(library, "tuned", files);
    const opened = await library.load(choiceOf("tuned"), quietWork());
    expect(opened.config).toEqual(config);
    const { features: again, hidden } = plain(opened.config, opened.params);
    expectAllClose(again, features, { absolute: 1e-5, relative: 1e-5 });
    expect(
      Math.max(...plain(config, tuned.host).features.map((x, i) => Math.abs(x - (features[i] as number)))),
    ).toBeGreaterThan(0.01);
    if (KEPT) await keep(KEPT, family, files, { input: batchFor(config), hidden: hostOf(hidden) }, config);

    const copied = Object.keys(base).filter((name) => !["config.json", "model.safetensors"].includes(name));
    for (const name of copied) expect([name, textOf(files, name)]).toEqual([name, base[name]]);
    const own = ["config.json", "model.safetensors", "head.safetensors", "refrain.json", "README.md"];
    expect(Object.keys(files).toSorted()).toEqual([...copied, ...own].toSorted());
    backbone.dispose();
  });
});

const hostOf = (tensor: tf.Tensor): HostParam => ({ shape: tensor.shape, values: tensor.dataSync() as Float32Array });

async function keep(root: string, family: string, files: Contents, params: HostParams, config: TransformerConfig) {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, family, name)), { recursive: true });
    await writeFile(join(root, family, name), content);
  }
  const metadata = { input: JSON.stringify(config.input) };
  await writeFile(join(root, `${family}.expected.safetensors`), writeSafetensors({ params, metadata }));
}

describe("the folder of an exported model", () => {
  const library = emptyLibrary();
  beforeAll(() => addFolder(library, "base", filesOfFamily("dinov2")));

  test("has the head, what no other file says, and the card", async () => {
    const tuned = await tunedFrom(library, "base", LORA);
    const files = await exported(tuned);
    const { experiment, params, classes, input } = tuned.model;
    expect(JSON.parse(textOf(files, "refrain.json"))).toEqual({
      version: 1,
      experiment,
      classes,
      input,
      pooling: { tokens: "cls", normalize: false },
      temperature: 1.25,
      base: await library.describe(choiceOf("base")),
    });
    const head = readSafetensors(files["head.safetensors"] as Uint8Array, "head").params;
    expect(head).toEqual(Object.fromEntries(Object.entries(params).filter(([name]) => name.startsWith("head."))));
    expect(textOf(files, "README.md")).toBe(CARD);
  });

  test("has the weights that belong to the backbone and are not read, and a config.json that fits", async () => {
    const tuned = await tunedFrom(library, "base", { id: "layer-norm" });
    const files = await exported(tuned);
    const weights = await openSafetensors(new Blob([files["model.safetensors"] as Uint8Array<ArrayBuffer>]), "w");
    expect(await weights.floats("embeddings.mask_token")).toEqual(
      await tuned.base.weights.floats("embeddings.mask_token"),
    );
    // The table of positions was fitted to images of 8 pixels instead of 20.
    expect(weights.entry("embeddings.position_embeddings")?.shape).toEqual([1, 5, 8]);
    const before = filesOfFamily("dinov2")["config.json"] as string;
    expect(before).toContain('"layerscale_value": 1.0');
    expect(textOf(files, "config.json")).toBe(before.replace('"image_size":20', '"image_size":8'));
  });

  test("has the type of its weights in config.json, whatever the base's was called", async () => {
    for (const field of ["dtype", "torch_dtype"]) {
      const text = `{ "hidden_size": 8, "${field}": "bfloat16", "layer_norm_eps": 1.0 }`;
      const { base } = await tunedFrom(library, "base", LORA);
      const files = { ...base.files, open: async () => new Blob([text]) };
      expect(await publishedConfig(files, base.config, "F32")).toBe(text.replace("bfloat16", "float32"));
    }
  });

  test("is in float16 where the base is, and says so when a weight outgrew it", async () => {
    const half = filesOfFamily("vit", "F16");
    await addFolder(library, "half", half);
    const tuned = await tunedFrom(library, "half", { id: "bitfit" });
    const files = await exported(tuned);
    const bytes = files["model.safetensors"] as Uint8Array<ArrayBuffer>;
    const weights = await openSafetensors(new Blob([bytes]), "w");
    expect(new Set(weights.names.map((name) => weights.entry(name)?.dtype))).toEqual(new Set(["F16"]));
    expect(JSON.parse(textOf(files, "config.json"))).toMatchObject({ dtype: "float16" });
    const name = "backbone.layer_1.attention.query.bias";
    expectAllClose(
      await weights.floats("encoder.layer.1.attention.attention.query.bias"),
      (tuned.model.params[name] as HostParam).values,
      { absolute: 1e-3, relative: 1e-3 },
    );
    (tuned.model.params[name] as HostParam).values[0] = 70_000;
    await expect(exported(tuned)).rejects.toThrow(/query\.bias".*float16/);
  });

  test("cannot be had of prefixes and adapters, and every other way of tuning has one", async () => {
    const backbone = { id: "transformer", source: "base", revision: "folder", maxTokens: 8 } as const;
    for (const { id, parameters } of TUNINGS) {
      const tuning = { id, ...parameters.parse({}) } as Tuning;
      const tuned = await tunedFrom(library, "base", tuning);
      const refusal = wholeModelRefusal({ backbone, tuning });
      if (refusal === null) expect(Object.keys(await exported(tuned))).toContain("model.safetensors");
      else {
        expect(refusal).toContain("save the small file");
        await expect(exported(tuned)).rejects.toThrow(id);
      }
      expect([id, refusal !== null]).toEqual([id, id === "prefix" || id === "adapters"]);
    }
    expect(wholeModelRefusal({ backbone: { id: "use-lite" }, tuning: { id: "full" } })).toContain("transformer");
  });

  test("is not finished once it is called off, and not begun beyond 4 GB", async () => {
    const { model, base } = await tunedFrom(library, "base", LORA);
    const files = await wholeModel(model, base, CARD);
    const abort = new AbortController();
    const progress = (_: string, done: number) => done > 2000 && abort.abort();
    await expect(zipped(files, "Writing", { signal: abort.signal, progress })).rejects.toThrow(CancelledError);
    const [first] = files;
    const huge = { ...(first as (typeof files)[number]), bytes: 2 ** 32 };
    await expect(zipped([huge], "Writing", quietWork())).rejects.toThrow("more than 4 GB");
  });
});

import { parseExperiment } from "../../../shared/experiment.ts";
import type { Tuning } from "../../../shared/plugins/tunings/index.ts";
import { quietWork } from "../../data/testing/fixtures.ts";
import type { HostParam, HostParams } from "../../models/model.ts";
import { ResidentParams } from "../../models/resident-params.ts";
import { transformerBackbone } from "../../models/transformer/backbone.ts";
import { readBackbone } from "../../models/transformer/read-backbone.ts";
import type { Family, TransformerConfig } from "../../pretrained/config.ts";
import { ModelLibrary } from "../../pretrained/library.ts";
import { memoryShelf } from "../../pretrained/store/memory-shelf.ts";
import { type Contents, savedModel, savedTextModel, type TokenizerName } from "../../pretrained/testing/models.ts";
import { Stream } from "../../rng.ts";
import { readSafetensors, writeSafetensors } from "../../safetensors/safetensors.ts";
import type { WrittenType } from "../../safetensors/write.ts";
import type { TrainedModel } from "../trained-model.ts";
import type { BaseModel } from "../whole-model.ts";

/** Which saved model stands for a family (see pretrained/testing/configs), and the tokenizer of one for text. */
const SAVED_AS: Readonly<Record<Family, readonly [model: string, tokenizer?: TokenizerName]>> = {
  bert: ["bert-for-words", "bert"],
  distilbert: ["distilbert-for-classes", "bert"],
  roberta: ["roberta", "roberta"],
  gpt2: ["gpt2-for-text", "gpt2"],
  vit: ["vit"],
  deit: ["deit"],
  dinov2: ["dinov2"],
};

/** A family's files as transformers saves them, with weights of about the size that training leaves. */
export function filesOfFamily(family: Family, dtype: WrittenType = "F32"): Contents {
  const [model, tokenizer] = SAVED_AS[family];
  const contents = tokenizer ? savedTextModel(model, tokenizer) : savedModel(model);
  const { params } = readSafetensors(contents["model.safetensors"] as Uint8Array, family);
  const stream = new Stream(7, "sample");
  const drawn = Object.entries(params).map(([name, { shape, values }]) => {
    const centre = /(norm|ln_\w+)\S*\.weight$|lambda1$/i.test(name) ? 1 : 0;
    return [name, { shape, values: values.map(() => centre + 0.3 * stream.normal()) }];
  });
  const weights = writeSafetensors({ params: Object.fromEntries(drawn), metadata: { format: "pt" } }, dtype);
  // As its file has it; the oracle was parsed on the way here.
  const config = (contents["config.json"] as string).replace('"layerscale_value":1,', '"layerscale_value": 1.0,');
  return { ...contents, "config.json": config, "model.safetensors": weights };
}

export const emptyLibrary = (): ModelLibrary => new ModelLibrary(async () => memoryShelf());

/** Opens files as a person would open their folder. */
export async function addFolder(library: ModelLibrary, folder: string, contents: Contents): Promise<void> {
  const files = Object.entries(contents).map(([name, content]) => ({
    path: `${folder}/${name}`,
    file: new Blob([content]),
  }));
  await library.add(files, quietWork());
}

export const choiceOf = (source: string) => ({ source, revision: "folder", maxTokens: 64 });

interface Tuned {
  readonly base: BaseModel;
  readonly model: TrainedModel;
  /** Numbers by which its pretrained weights were given. */
  readonly host: HostParams;
}

/** The folder's model as a tuning method might have left it, below a head of three classes. */
export async function tunedFrom(library: ModelLibrary, folder: string, tuning: Tuning): Promise<Tuned> {
  const base = await library.open(choiceOf(folder), quietWork());
  const host = await readBackbone(base.config, base.weights);
  const resident = new ResidentParams(host);
  const { init, dispose } = transformerBackbone(base.config, resident, tuning);
  const stream = new Stream(4, "sample");
  const moved = Object.entries(init(new Stream(1, "init"))).map(([name, { shape, values }]) => [
    name,
    { shape, values: values.map((value) => value + 0.2 * stream.normal()) },
  ]);
  dispose();
  const { modality } = base.config.input;
  const head = {
    "head.dense_0.weight": {
      shape: [base.config.hidden, 3],
      values: new Float32Array(3 * base.config.hidden).fill(0.5),
    },
    "head.dense_0.bias": { shape: [3], values: Float32Array.of(1, 2, 3) },
  };
  const experiment = parseExperiment({
    version: 1,
    task: `${modality}-classification`,
    data: modality === "text" ? { train: "texts.csv", text: "text", label: "intent" } : { train: "pictures.zip" },
    backbone: { id: "transformer", source: folder, revision: "folder" },
    tuning,
  });
  const model: TrainedModel = {
    experiment,
    classes: ["a", "b", "c"],
    input: modality === "text" ? { modality } : { modality, height: 8, width: 8, channels: 3 },
    params: { ...Object.fromEntries(moved), ...head },
    pretrained: await library.describe(choiceOf(folder)),
    temperature: 1.25,
  };
  return { base, model, host };
}

/** A batch as a model reads it: ids with -1 at padding, or images in [0, 1]. */
export function batchFor({ input }: TransformerConfig): HostParam {
  const stream = new Stream(9, "sample");
  if (input.modality === "image") {
    const shape = [2, input.side, input.side, input.channels];
    return { shape, values: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => stream.uniform()) };
  }
  const lengths = [7, 4, 1];
  const tokens = 7;
  const values = lengths.flatMap((length) =>
    // RoBERTa's ids 0 to 3 mark places.
    Array.from({ length: tokens }, (_, i) => (i < length ? 4 + stream.below(input.vocabulary - 4) : -1)),
  );
  return { shape: [lengths.length, tokens], values: Float32Array.from(values) };
}

import type { HostParams } from "../models/model.ts";
import { type PublishedTensor, publishBackbone } from "../models/transformer/publish-backbone.ts";
import { isUnused } from "../models/transformer/published-names.ts";
import { parameterReader } from "../models/transformer/read-backbone.ts";
import type { TransformerConfig } from "../pretrained/config.ts";
import type { ModelFiles } from "../pretrained/files.ts";
import { INDEX_FILE, WEIGHTS_FILE } from "../pretrained/weight-files.ts";
import { writeSafetensors } from "../safetensors/safetensors.ts";
import type { Weights } from "../safetensors/weights.ts";
import { encodeElements, startOfFile, type WrittenType, writtenBytes } from "../safetensors/write.ts";
import { buildTuning } from "../tunings/index.ts";
import { publishedConfig } from "./published-config.ts";
import type { TrainedModel } from "./trained-model.ts";
import type { WrittenFile } from "./zip.ts";

/** The pretrained model that another was tuned from. */
export interface BaseModel {
  readonly files: ModelFiles;
  readonly config: TransformerConfig;
  readonly weights: Weights;
}

const HEAD_FILE = "head.safetensors";
const DETAILS_FILE = "refrain.json";
const CARD_FILE = "README.md";
/** Files about a model beside its weights, as far as any tool reads them. */
const SMALL_FILE = /(^|\/)((LICENSE|NOTICE)[^/]*|[^/]+\.(json|txt|model|jinja))$/i;
const OWN_FILES: readonly string[] = ["config.json", INDEX_FILE, DETAILS_FILE];
/** The largest finite number of binary16. */
const MAX_FLOAT16 = 65_504;

/**
 * A tuned transformer whole, in the layout in which Hugging Face's libraries save one: `config.json`, `tokenizer.json` and
 * what else lay beside the base's weights, `model.safetensors` with what was trained merged in (in float16 where the
 * base is, else in float32), and of our own `head.safetensors`, `refrain.json` and the card as `README.md`.
 * @throws Error where the way of tuning does not end in a plain transformer (`wholeModelRefusal` says so before)
 */
export async function wholeModel(model: TrainedModel, base: BaseModel, card: string): Promise<WrittenFile[]> {
  const { files, config, weights } = base;
  const { backbone, tensors } = backboneOf(model, base);
  const dtype = backbone.every(({ name }) => weights.entry(name)?.dtype === "F16") ? "F16" : "F32";
  const small = files.names.filter((name) => SMALL_FILE.test(name) && !OWN_FILES.includes(name));
  const head = Object.entries(model.params).filter(([name]) => !name.startsWith("backbone."));
  return [
    fileOf("config.json", await publishedConfig(files, config, dtype)),
    ...(await Promise.all(small.map(async (name) => copyOf(name, (await files.open(name)) as Blob)))),
    weightsFile(tensors, dtype),
    fileOf(HEAD_FILE, headFile(Object.fromEntries(head))),
    fileOf(DETAILS_FILE, `${JSON.stringify(detailsOf(model, config), null, 2)}\n`),
    fileOf(CARD_FILE, card),
  ];
}

/** The tensors of the tuned backbone, and those beside them that belong to it and were not read. */
function backboneOf({ experiment, params }: TrainedModel, { config, weights }: BaseModel) {
  const { merged } = buildTuning(experiment.tuning, config);
  if (!merged) throw new Error(`No plain transformer computes what "${experiment.tuning.id}" made of this one.`);
  const read = parameterReader(config, weights);
  const backbone = publishBackbone(config, async (name) => merged(name, await read(name), params));
  const names = new Set(backbone.map(({ name }) => name));
  const { family, prefix } = config;
  const beside = weights.names
    .filter((name) => name.startsWith(prefix) && !names.has(name) && isUnused(family, name.slice(prefix.length)))
    .map((name) => ({ name, shape: weights.entry(name)?.shape ?? [], values: () => weights.floats(name) }));
  return { backbone, tensors: [...backbone, ...beside] };
}

function weightsFile(tensors: readonly PublishedTensor[], dtype: WrittenType): WrittenFile {
  const start = startOfFile(tensors, { format: "pt" }, dtype);
  return {
    name: WEIGHTS_FILE,
    bytes: tensors.reduce((sum, tensor) => sum + writtenBytes(tensor, dtype), start.length),
    async *pieces() {
      yield start;
      for (const { name, values } of tensors) yield encoded(name, await values(), dtype);
    },
  };
}

function encoded(name: string, values: Float32Array, dtype: WrittenType): Uint8Array<ArrayBuffer> {
  if (dtype === "F16" && values.some((value) => Math.abs(value) > MAX_FLOAT16))
    throw new Error(
      `A weight of "${name}" has grown beyond what float16, the type of the base, can hold: save the small file of the model, or train at a smaller learning rate.`,
    );
  return encodeElements(values, dtype);
}

const headFile = (params: HostParams): Uint8Array<ArrayBuffer> =>
  writeSafetensors({ params, metadata: { format: "pt" } });

/** What no other file of the folder says. */
const detailsOf = (
  { experiment, classes, input, temperature, pretrained }: TrainedModel,
  { pooling, normalize }: TransformerConfig,
) => ({
  version: 1,
  experiment,
  classes,
  input,
  pooling: { tokens: pooling, normalize },
  temperature,
  base: pretrained,
});

const fileOf = (name: string, content: string | Uint8Array<ArrayBuffer>): WrittenFile =>
  copyOf(name, new Blob([content]));

const copyOf = (name: string, blob: Blob): WrittenFile => ({
  name,
  bytes: blob.size,
  async *pieces() {
    yield new Uint8Array(await blob.arrayBuffer());
  },
});

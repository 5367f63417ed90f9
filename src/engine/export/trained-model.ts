import { type Experiment, parseExperiment } from "../../shared/experiment.ts";
import type { PretrainedSummary } from "../../shared/pretrained.ts";
import type { TableEncoder } from "../data/dataset.ts";
import type { HostParams } from "../models/model.ts";
import { readSafetensors, writeSafetensors } from "../safetensors/safetensors.ts";
import { TFJS_VERSION } from "../tf.ts";

/** What a model needs of an input besides its weights. */
export type InputSpec =
  | { readonly modality: "table"; readonly encoder: TableEncoder; readonly example: Readonly<Record<string, string>> }
  | { readonly modality: "text" }
  | { readonly modality: "image"; readonly height: number; readonly width: number; readonly channels: 1 | 3 };

/** A trained model as it can be used, saved and loaded. */
export interface TrainedModel {
  readonly experiment: Experiment;
  readonly classes: readonly string[];
  readonly input: InputSpec;
  /** The trained part; a frozen backbone is named by the experiment and not copied. */
  readonly params: HostParams;
  /** The model by name that the backbone is, which must be here to use this one; null for any other backbone. */
  readonly pretrained: PretrainedSummary | null;
  /** Divides the logits where calibrated confidence is wanted; null where none was fitted. */
  readonly temperature: number | null;
}

const FORMAT = "refrain-1";

/** One safetensors file: the weights, and all else as JSON in its metadata. */
export function saveModel({
  experiment,
  classes,
  input,
  params,
  pretrained,
  temperature,
}: TrainedModel): Uint8Array<ArrayBuffer> {
  const metadata = {
    format: FORMAT,
    experiment: JSON.stringify(experiment),
    classes: JSON.stringify(classes),
    input: JSON.stringify(input),
    pretrained: JSON.stringify(pretrained),
    temperature: JSON.stringify(temperature),
    software: JSON.stringify({ tfjs: TFJS_VERSION }),
  };
  return writeSafetensors({ params, metadata });
}

/** Reads what {@link saveModel} wrote. @throws Error naming the file and what is wrong with it */
export function loadModel(bytes: Uint8Array, name: string): TrainedModel {
  const { params, metadata } = readSafetensors(bytes, name);
  if (metadata.format !== FORMAT)
    throw new Error(
      `${name} holds tensors, but was not saved by this studio (its metadata lack "format": "${FORMAT}").`,
    );
  const part = <T>(key: string): T => {
    try {
      return JSON.parse(metadata[key] ?? "") as T;
    } catch (cause) {
      throw new Error(`${name}: the metadata "${key}" cannot be read; the file is damaged.`, { cause });
    }
  };
  return {
    experiment: parseExperiment(part("experiment")),
    classes: part<string[]>("classes"),
    input: part<InputSpec>("input"),
    params,
    // Files from before models were named, and temperatures fitted, have none.
    pretrained: metadata.pretrained === undefined ? null : part<PretrainedSummary | null>("pretrained"),
    temperature: metadata.temperature === undefined ? null : part<number | null>("temperature"),
  };
}

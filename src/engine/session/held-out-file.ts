import type { HeldOutSplit } from "../../shared/method-calls.ts";
import type { HostParams } from "../models/model.ts";
import { readSafetensors, writeSafetensors } from "../safetensors/safetensors.ts";
import { type EpochPredictions, fromTensors, toTensors } from "../train/epoch-predictions.ts";

const HELD_OUT: readonly HeldOutSplit[] = ["validation", "test"];

/** What a finished model says of held-out items in one clean pass. */
export interface HeldOutPredictions {
  /** Numbers of the items in the data set. */
  readonly items: Int32Array;
  /** Class of each. */
  readonly truth: Int32Array;
  /** [items, classes] */
  readonly probabilities: Float32Array;
}

export type HeldOut = Readonly<Record<HeldOutSplit, HeldOutPredictions>>;

const FORMAT = "refrain-held-out";
const VERSION = "1";
const FIELDS = ["items", "truth", "probabilities"] as const;

/** All that is kept of a run's predictions. */
export interface KeptPredictions {
  readonly heldOut: HeldOut;
  /** What was said of the validation items after those epochs of which it is kept. */
  readonly history: readonly EpochPredictions[];
}

/** One safetensors file; item and class numbers are below 2^24 and so exact in float32. */
export function writeHeldOut({ heldOut, history }: KeptPredictions): Uint8Array<ArrayBuffer> {
  const { tensors, epochs } = toTensors(history);
  const params: HostParams = { ...tensors };
  for (const split of HELD_OUT)
    for (const field of FIELDS) {
      const values = Float32Array.from(heldOut[split][field]);
      params[`${split}.${field}`] = { shape: [values.length], values };
    }
  return writeSafetensors({ params, metadata: { format: FORMAT, version: VERSION, epochs: JSON.stringify(epochs) } });
}

/** Reads what {@link writeHeldOut} wrote. @throws Error naming the file and what is wrong with it */
export function readHeldOut(bytes: Uint8Array, name: string): KeptPredictions {
  const { params, metadata } = readSafetensors(bytes, name, "no predictions that this studio can read");
  if (metadata.format !== FORMAT || metadata.version !== VERSION)
    throw new Error(`${name} holds no predictions of version ${VERSION}: train the run again to have them.`);
  const values = (split: HeldOutSplit, field: (typeof FIELDS)[number]): Float32Array => {
    const tensor = params[`${split}.${field}`];
    if (!tensor) throw new Error(`${name}: the ${field} of the ${split} predictions are missing; the file is damaged.`);
    return tensor.values;
  };
  const of = (split: HeldOutSplit): HeldOutPredictions => ({
    items: Int32Array.from(values(split, "items")),
    truth: Int32Array.from(values(split, "truth")),
    probabilities: values(split, "probabilities"),
  });
  const heldOut = { validation: of("validation"), test: of("test") };
  return { heldOut, history: fromTensors(params, JSON.parse(metadata.epochs ?? "[]") as number[]) };
}

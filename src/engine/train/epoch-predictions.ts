import { argmax } from "../../shared/report.ts";
import type { HostParams } from "../models/model.ts";
import { readSafetensors, writeSafetensors } from "../safetensors/safetensors.ts";

/** What the model said of every validation item in one clean pass after an epoch, in the order of the items. */
export interface EpochPredictions {
  readonly epoch: number;
  /** Class of the highest probability. */
  readonly predicted: Uint16Array;
  /** That probability. */
  readonly confidence: Float32Array;
}

/** What all epochs of a run together may take, and what an item of one does. */
const MOST_BYTES = 64 * 2 ** 20;
const ITEM_BYTES = 6;

/** The predictions in probabilities [items, classes]. */
export function predictionsOf(epoch: number, probabilities: Float32Array, numClasses: number): EpochPredictions {
  const numItems = probabilities.length / numClasses;
  const predicted = Uint16Array.from({ length: numItems }, (_, i) => argmax(probabilities, i * numClasses, numClasses));
  const confidence = Float32Array.from(predicted, (c, i) => probabilities[i * numClasses + c] as number);
  return { epoch, predicted, confidence };
}

/**
 * A run's predictions with those of its next epoch. Where all would take more than 64 MB only every second, fourth, ...
 * epoch is kept, and always the last: which ones depends on nothing but the number of epochs and of items.
 * @param mostBytes in place of the 64 MB
 */
export function withNext(
  history: readonly EpochPredictions[],
  next: EpochPredictions,
  mostBytes = MOST_BYTES,
): EpochPredictions[] {
  const room = Math.max(1, Math.floor(mostBytes / (ITEM_BYTES * next.predicted.length)));
  let stride = 1;
  while (Math.ceil(next.epoch / stride) > room) stride *= 2;
  return [...history.filter(({ epoch }) => epoch % stride === 0), next];
}

/** As tensors [epochs, items], of which the numbers of the epochs are `epochs`; none for no predictions. */
export function toTensors(history: readonly EpochPredictions[]): { tensors: HostParams; epochs: number[] } {
  const [first] = history;
  if (!first) return { tensors: {}, epochs: [] };
  const numItems = first.predicted.length;
  const shape = [history.length, numItems];
  const predicted = new Float32Array(history.length * numItems);
  const confidence = new Float32Array(history.length * numItems);
  for (const [i, epoch] of history.entries()) {
    predicted.set(epoch.predicted, i * numItems);
    confidence.set(epoch.confidence, i * numItems);
  }
  const tensors = { [PREDICTED]: { shape, values: predicted }, [CONFIDENCE]: { shape, values: confidence } };
  return { tensors, epochs: history.map(({ epoch }) => epoch) };
}

const PREDICTED = "history.predicted";
const CONFIDENCE = "history.confidence";

/** What {@link toTensors} was given. @throws Error where the tensors are not those of so many epochs */
export function fromTensors(tensors: HostParams, epochs: readonly number[]): EpochPredictions[] {
  if (epochs.length === 0) return [];
  const [predicted, confidence] = [tensors[PREDICTED], tensors[CONFIDENCE]];
  const numItems = predicted?.shape[1] ?? 0;
  for (const tensor of [predicted, confidence])
    if (tensor?.shape[0] !== epochs.length || tensor.shape[1] !== numItems)
      throw new Error(`its predictions are not those of ${epochs.length} epochs`);
  const row = (tensor: typeof predicted, i: number) =>
    (tensor?.values ?? new Float32Array()).subarray(i * numItems, (i + 1) * numItems);
  return epochs.map((epoch, i) => ({
    epoch,
    predicted: Uint16Array.from(row(predicted, i)),
    confidence: row(confidence, i).slice(),
  }));
}

const FORMAT = "refrain-predictions-1";

/** A run's predictions as one safetensors file. */
export function encodePredictions(history: readonly EpochPredictions[]): Uint8Array<ArrayBuffer> {
  const { tensors, epochs } = toTensors(history);
  return writeSafetensors({ params: tensors, metadata: { format: FORMAT, epochs: JSON.stringify(epochs) } });
}

/** Reads what {@link encodePredictions} wrote. @throws Error naming the file and what is wrong with it */
export function decodePredictions(bytes: Uint8Array, name: string): EpochPredictions[] {
  const { params, metadata } = readSafetensors(bytes, name, "no predictions that this studio can read");
  if (metadata.format !== FORMAT)
    throw new Error(`${name} holds no predictions of a run (its metadata lack "format": "${FORMAT}").`);
  try {
    return fromTensors(params, JSON.parse(metadata.epochs ?? "") as number[]);
  } catch (cause) {
    throw new Error(`${name} is damaged: its predictions cannot be read.`, { cause });
  }
}

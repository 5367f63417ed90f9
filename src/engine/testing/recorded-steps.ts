import type { Experiment } from "../../shared/experiment.ts";
import { type CapturedSteps, capturedSteps } from "../captured/captured-steps.ts";
import type { Recording, ValueId } from "../captured/recording.ts";
import { readNumbers } from "../gpu.ts";
import { submitPending } from "../tf.ts";
import type { Batch } from "../train/batches.ts";
import type { DeviceData } from "../train/device-data.ts";
import { Model } from "../train/model.ts";
import { buildNetwork } from "../train/network.ts";
import { ParameterLayout } from "../train/parameters.ts";
import type { Contents } from "./run-recording.ts";

/** A step of an experiment as it is recorded, with all that it reads at its first step. */
export async function recordedStep(
  experiment: Experiment,
  data: DeviceData,
  batch: Batch,
): Promise<{ recording: Recording; contents: Contents; kept: ValueId[]; dispose(): void }> {
  const network = buildNetwork(experiment, data.data.input, data.data.numClasses);
  const initial = network.init(experiment.seed);
  const layout = new ParameterLayout(initial);
  const model = new Model(network, experiment, data, [3, 6, 2]);
  const steps = capturedSteps("plain", null, model, layout, layout.flatten(initial), 100) as CapturedSteps;
  const recording = steps.prepare(batch, 1);
  submitPending();
  const contents: Record<ValueId, Float32Array | Int32Array> = {};
  for (const [id, value] of recording.values.entries()) {
    if (value.kind === "kept") contents[id] = await readNumbers(value.buffer, [[0, value.bytes / 4]]);
    if (value.kind === "fed") contents[id] = numbersOf(recording, value.feed, batch);
  }
  const kept = [...recording.values.keys()].filter((id) => recording.values[id]?.kind === "kept");
  return { recording, contents, kept, dispose: () => steps.dispose() };
}

function numbersOf({ feeds }: Recording, feed: number, batch: Batch): Float32Array | Int32Array {
  const { dtype, of } = feeds[feed] as Recording["feeds"][number];
  const numbers = of(batch, 1);
  return dtype === "int32" ? Int32Array.from(numbers) : Float32Array.from(numbers);
}

import type { Experiment } from "../../shared/experiment.ts";
import { type CaptureKind, capturedSteps } from "../captured/captured-steps.ts";
import { fusedSteps } from "../fused/fused-steps.ts";
import { type Batch, batchingOf, epochBatches } from "../train/batches.ts";
import type { DeviceData } from "../train/device-data.ts";
import { EagerSteps } from "../train/eager-steps.ts";
import { MixedSteps } from "../train/mixed-steps.ts";
import { Model } from "../train/model.ts";
import { buildNetwork, type Network } from "../train/network.ts";
import { ParameterLayout } from "../train/parameters.ts";
import type { Steps } from "../train/steps.ts";

/** Every way to take steps on WebGPU; `plain` and `optimised` are the two kinds of captured ones. */
export const STEP_KINDS = ["eager", "mixed", "plain", "optimised", "fused"] as const;
export type StepKind = (typeof STEP_KINDS)[number];

/** What steps are made for. */
export interface StepSetup {
  readonly experiment: Experiment;
  readonly data: DeviceData;
  /** In place of the experiment's own. */
  readonly network?: Network;
  readonly totalSteps?: number;
}

/**
 * Steps of one kind from the experiment's first weights. The caller disposes of them and of the data.
 * @throws Error saying why the model does not take such steps
 */
export function stepsOf(kind: StepKind, { experiment, data, network, totalSteps = 100 }: StepSetup): Steps {
  const built = network ?? buildNetwork(experiment, data.data.input, data.data.numClasses);
  const counts = Array.from({ length: data.data.numClasses }, (_, i) => 3 + 2 * i);
  const model = new Model(built, experiment, data, counts);
  const initial = built.init(experiment.seed);
  const layout = new ParameterLayout(initial);
  const setup = [model, layout, layout.flatten(initial), totalSteps] as const;
  const steps = makeSteps(kind, setup);
  if (typeof steps === "string") throw new Error(`no ${kind} steps: ${steps}`);
  return steps;
}

type Setup = readonly [model: Model, layout: ParameterLayout, theta: Float32Array, totalSteps: number];

function makeSteps(kind: StepKind, setup: Setup): Steps | string {
  switch (kind) {
    case "eager":
      return new EagerSteps(...setup);
    case "mixed":
      return new MixedSteps(...setup);
    case "fused":
      return fusedSteps(...setup);
    default:
      return capturedSteps(kind satisfies CaptureKind, null, ...setup);
  }
}

/** So many batches of an experiment, epoch after epoch; the last of each epoch is padded where they do not come out even. */
export function batchesFor(experiment: Experiment, data: DeviceData, count: number): Batch[] {
  const items = Int32Array.from(data.data.rowOf.keys()).filter((item) => (data.data.rowOf[item] as number) >= 0);
  const found: Batch[] = [];
  for (let epoch = 1; found.length < count; epoch++)
    found.push(...epochBatches(items, data.data.labels, batchingOf(experiment), epoch));
  return found.slice(0, count);
}

import type { Experiment } from "../../shared/experiment.ts";
import type { StepPath, StepsReport } from "../../shared/run-record.ts";
import { capturedSteps } from "../captured/captured-steps.ts";
import type { Program } from "../captured/recording.ts";
import { fusedSteps } from "../fused/fused-steps.ts";
import type { HostParams, Params } from "../models/model.ts";
import { buildOptimizer } from "../optimizers/index.ts";
import { type Tensor, tf } from "../tf.ts";
import type { Batch } from "./batches.ts";
import { DeviceGuard } from "./device-guard.ts";
import { EagerSteps } from "./eager-steps.ts";
import { lossAndGradients } from "./gradient.ts";
import { MixedSteps } from "./mixed-steps.ts";
import type { Model } from "./model.ts";
import { ParameterLayout } from "./parameters.ts";
import { stepInput } from "./step-input.ts";
import type { Steps } from "./steps.ts";

/**
 * How steps are to be taken. `fast` takes the fastest way that the model and the backend allow: fused, else captured, else
 * mixed; `recorded` replays the operations of eager steps as they are.
 */
export interface TrainerOptions {
  readonly path?: PathChoice;
}

/** What training goes on from. */
export interface Checkpoint {
  /** Steps taken. */
  readonly step: number;
  /** Theta, then the optimizer's vectors in the order of its slots, each [parameters]. */
  readonly vectors: readonly Float32Array[];
}

type PathChoice = "eager" | "mixed" | "captured" | "recorded" | "fast";

/**
 * One model in training on one device, whichever way its steps are taken. Where that device is lost, all of this but
 * `dispose` throws DeviceLostError.
 */
export class Trainer {
  readonly layout: ParameterLayout;
  readonly #guard = new DeviceGuard();
  readonly #steps: Steps;
  #step = 0;

  constructor(
    readonly model: Model,
    initial: HostParams,
    readonly totalSteps: number,
    { path = "eager" }: TrainerOptions = {},
  ) {
    this.layout = new ParameterLayout(initial);
    const theta = this.layout.flatten(initial);
    this.#steps = chooseSteps(path, model, this.layout, theta, totalSteps);
  }

  get experiment(): Experiment {
    return this.model.experiment;
  }

  /** How steps are taken. */
  get path(): StepPath {
    return this.#steps.path;
  }

  /** How steps are taken, and why. */
  get report(): StepsReport {
    const { path, reason, refused = null } = this.#steps;
    return { path, reason, refused };
  }

  /** Steps taken so far. */
  get stepsTaken(): number {
    return this.#step;
  }

  /** Sends one step to the device; its loss is among the next that are read. */
  step(batch: Batch): void {
    this.#guard.check();
    this.#step += 1;
    this.#steps.take(batch, this.#step);
  }

  /** The programs that steps of such a batch run, none where they are compiled already; null where only a dry step tells. */
  programs(batch: Batch): readonly Program[] | null {
    return this.#steps.programs?.(batch) ?? null;
  }

  /** Losses of the steps since the last reading, in order. */
  losses(): Promise<Float32Array> {
    return this.#guard.during(() => this.#steps.readLosses());
  }

  /** Resolves when all steps so far are done. */
  idle(): Promise<void> {
    return this.#guard.during(() => this.#steps.idle());
  }

  /** What other work comes to that is waited for between steps. */
  waitFor<T>(work: () => Promise<T>): Promise<T> {
    return this.#guard.during(work);
  }

  /**
   * The batch's pooled loss at the current theta and its gradient [parameters]. Call within a tidy.
   * @param step decides the noise
   */
  lossAndGradient(batch: Batch, step: number): { value: Tensor; gradient: Tensor } {
    const { model, layout } = this;
    const { value, gradients } = lossAndGradients(model, layout, this.#parameters(), stepInput(batch, step));
    return { value, gradient: layout.concat(gradients) };
  }

  /** The current parameters as named tensors; call within a tidy. */
  readonly params = (): Params => this.layout.name(this.#parameters());

  #parameters(): Tensor[] {
    this.#guard.check();
    return this.#steps.parameters();
  }

  /** The current parameters on the host. */
  async read(): Promise<HostParams> {
    return this.layout.unflatten(await this.#guard.during(() => this.#steps.read()));
  }

  /** Goes back to earlier parameters (of early stopping); the optimizer's state stays. */
  restore(params: HostParams): void {
    this.#guard.check();
    this.#steps.write(this.layout.flatten(params));
  }

  /** All that a run goes on from, as it is after the steps so far. */
  async checkpoint(): Promise<Checkpoint> {
    const step = this.#step;
    return { step, vectors: await this.#guard.during(() => this.#steps.readState()) };
  }

  /**
   * Goes on from a checkpoint of a trainer of the same model and optimizer: given the same batches, the next steps are
   * those that it would have taken.
   * @throws Error where the checkpoint is of another model or another optimizer
   */
  resume({ step, vectors }: Checkpoint): void {
    const count = 1 + buildOptimizer(this.experiment.optimizer).slots.length;
    const misfit = vectors.find(({ length }) => length !== this.layout.size);
    if (vectors.length !== count || misfit)
      throw new Error(
        `The checkpoint holds ${vectors.length} vectors of ${(misfit ?? vectors[0])?.length ?? 0} numbers, but this model and optimizer have ${count} of ${this.layout.size}: it is of another run.`,
      );
    this.#guard.check();
    this.#step = step;
    this.#steps.writeState(vectors);
  }

  dispose(): void {
    this.#steps.dispose();
  }
}

/**
 * The trainer of a run: its steps are taken the fastest way, or, where it goes on with what was begun another way, in
 * that one as far as the device still allows.
 */
export function trainerOn(
  begun: StepPath | undefined,
  ...[model, initial, totalSteps]: [model: Model, initial: HostParams, totalSteps: number]
): Trainer {
  const fast = new Trainer(model, initial, totalSteps, { path: "fast" });
  if (begun === undefined || begun === "fused" || begun === fast.path) return fast;
  fast.dispose();
  return new Trainer(model, initial, totalSteps, { path: begun });
}

function chooseSteps(
  path: PathChoice,
  ...setup: [model: Model, layout: ParameterLayout, theta: Float32Array, totalSteps: number]
): Steps {
  if (path === "eager") return new EagerSteps(...setup);
  if (tf.getBackend() !== "webgpu") return new EagerSteps(...setup, `${tf.getBackend()} has no kernels of our own`);
  if (path === "mixed") return new MixedSteps(...setup);
  const fused = path === "fast" ? fusedSteps(...setup) : null;
  if (fused !== null && typeof fused !== "string") return fused;
  const captured = capturedSteps(path === "recorded" ? "plain" : "optimised", fused, ...setup);
  return typeof captured === "string" ? new MixedSteps(...setup, captured) : captured;
}

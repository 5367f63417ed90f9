import { parseExperiment } from "../../shared/experiment.ts";
import type { EpochRecord, StepRecord } from "../../shared/run-record.ts";
import type { HostParams } from "../models/model.ts";
import { checksum } from "../safetensors/checksum.ts";
import { readSafetensors, type TensorFile, writeSafetensors } from "../safetensors/safetensors.ts";
import { fromTensors, toTensors } from "./epoch-predictions.ts";
import type { LoopState } from "./loop-state.ts";
import type { RunOrigin } from "./run-origin.ts";

/** A loop's state together with the run that it is of. */
export interface KeptLoop {
  readonly state: LoopState;
  readonly origin: RunOrigin;
}

/** Makes a file of the version after out of one of a version. */
export type Migration = (file: TensorFile) => TensorFile;

const FORMAT = "refrain-checkpoint";
/** The first makes version 2 out of version 1, and so on; what is written now is the version after the last. */
const MIGRATIONS: readonly Migration[] = [];

const LOSSES = "losses";
const CONFUSION = "confusion";
const BEST = "best/";
const vectorName = (i: number): string => `state.${i}`;

/** What of a state is written as JSON; the rest are tensors. */
interface Rest extends Pick<LoopState, "position" | "resumedAt" | "times"> {
  readonly step: number;
  readonly numVectors: number;
  /** Epochs and how many steps of each were taken, in order. */
  readonly stepsOf: readonly (readonly [epoch: number, count: number])[];
  /** In place of a confusion matrix its place among those that there are. */
  readonly epochs: readonly (Omit<EpochRecord, "validationConfusionMatrix"> & { readonly confusion: number | null })[];
  readonly best: { readonly loss: number; readonly epoch: number; readonly hasParams: boolean };
  readonly predictedEpochs: readonly number[];
}

/**
 * One safetensors file: theta and the optimizer's vectors, losses, best weights, confusion matrices and predictions as
 * tensors, the rest as JSON in its metadata, and a checksum of it all. Every number comes back as it was.
 */
export function encodeLoopState({ state, origin }: KeptLoop): Uint8Array<ArrayBuffer> {
  const { checkpoint, steps, epochs, best, position, resumedAt, times } = state;
  const history = toTensors(state.history);
  const params: HostParams = { ...history.tensors };
  for (const [i, values] of checkpoint.vectors.entries()) params[vectorName(i)] = { shape: [values.length], values };
  params[LOSSES] = { shape: [steps.length], values: Float32Array.from(steps, ({ loss }) => loss) };
  for (const [name, tensor] of Object.entries(best.params ?? {})) params[BEST + name] = tensor;
  const matrices = epochs.flatMap(({ validationConfusionMatrix: matrix }) => (matrix ? [matrix] : []));
  const width = matrices[0]?.length ?? 0;
  if (matrices.length > 0)
    params[CONFUSION] = { shape: [matrices.length, width, width], values: Float32Array.from(matrices.flat(2)) };
  let place = 0;
  const rest: Rest = {
    position,
    resumedAt,
    times,
    step: checkpoint.step,
    numVectors: checkpoint.vectors.length,
    stepsOf: countByEpoch(steps),
    epochs: epochs.map(({ validationConfusionMatrix: matrix, ...figures }) => ({
      ...figures,
      confusion: matrix ? place++ : null,
    })),
    best: { loss: best.loss, epoch: best.epoch, hasParams: best.params !== null },
    predictedEpochs: history.epochs,
  };
  const metadata = {
    format: FORMAT,
    version: String(MIGRATIONS.length + 1),
    state: toJson(rest),
    origin: toJson(origin),
  };
  return writeSafetensors({ params, metadata: { ...metadata, checksum: checksum({ params, metadata }) } });
}

/**
 * Reads what {@link encodeLoopState} wrote, in this version or an older one.
 * @throws Error naming the file and what is wrong with it: no checkpoint, damaged, cut off, or of a newer version
 */
export function decodeLoopState(
  bytes: Uint8Array,
  name: string,
  migrations: readonly Migration[] = MIGRATIONS,
): KeptLoop {
  const file = readSafetensors(bytes, name, "no checkpoint that this studio can read");
  const version = versionOf(file, name, migrations.length + 1);
  const whole = unharmed(file, name);
  try {
    return unpacked(migrations.slice(version - 1).reduce((older, migrate) => migrate(older), whole));
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${name} is a damaged checkpoint: ${what}.`, { cause });
  }
}

function versionOf({ metadata }: TensorFile, name: string, newest: number): number {
  if (metadata.format !== FORMAT)
    throw new Error(`${name} holds tensors, but no checkpoint of a run (its metadata lack "format": "${FORMAT}").`);
  const version = Number(metadata.version);
  if (Number.isInteger(version) && version >= 1 && version <= newest) return version;
  throw new Error(
    `${name} is a checkpoint of version ${metadata.version}, and this studio reads up to version ${newest}. Reload the page to get the newest studio.`,
  );
}

function unharmed({ params, metadata: { checksum: expected, ...metadata } }: TensorFile, name: string): TensorFile {
  if (checksum({ params, metadata }) !== expected)
    throw new Error(`${name} is a damaged checkpoint: its content does not have the checksum that it was kept with.`);
  return { params, metadata };
}

function unpacked({ params, metadata }: TensorFile): KeptLoop {
  const rest = fromJson<Rest>(metadata.state);
  const origin = fromJson<RunOrigin>(metadata.origin);
  const { position, resumedAt, times, step, best } = rest;
  const vectors = Array.from({ length: rest.numVectors }, (_, i) => tensorOf(params, vectorName(i)).values);
  const steps = stepRecords(rest.stepsOf, tensorOf(params, LOSSES).values);
  if (steps.length !== step) throw new Error(`it was made after ${step} steps, but has the losses of ${steps.length}`);
  const state: LoopState = {
    checkpoint: { step, vectors },
    position,
    steps,
    epochs: rest.epochs.map(({ confusion, ...figures }) => ({
      ...figures,
      validationConfusionMatrix: confusion === null ? null : matrixAt(tensorOf(params, CONFUSION), confusion),
    })),
    best: { loss: best.loss, epoch: best.epoch, params: best.hasParams ? bestParams(params) : null },
    history: fromTensors(params, rest.predictedEpochs),
    resumedAt,
    times,
  };
  return { state, origin: { ...origin, experiment: parseExperiment(origin.experiment) } };
}

function tensorOf(params: HostParams, name: string): HostParams[string] {
  const tensor = params[name];
  if (!tensor) throw new Error(`it lacks "${name}"`);
  return tensor;
}

const bestParams = (params: HostParams): HostParams =>
  Object.fromEntries(
    Object.entries(params).flatMap(([name, tensor]) =>
      name.startsWith(BEST) ? [[name.slice(BEST.length), tensor]] : [],
    ),
  );

function matrixAt({ shape, values }: HostParams[string], place: number): number[][] {
  const width = shape[1] as number;
  return Array.from({ length: width }, (_, row) => {
    const start = (place * width + row) * width;
    return [...values.subarray(start, start + width)];
  });
}

function countByEpoch(steps: readonly StepRecord[]): [epoch: number, count: number][] {
  const counts: [number, number][] = [];
  for (const { epoch } of steps) {
    const last = counts.at(-1);
    if (last?.[0] === epoch) last[1] += 1;
    else counts.push([epoch, 1]);
  }
  return counts;
}

/** Steps count from 1 without a gap. */
function stepRecords(stepsOf: Rest["stepsOf"], losses: Float32Array): StepRecord[] {
  const epochs = stepsOf.flatMap(([epoch, count]) => Array.from({ length: count }, () => epoch));
  if (epochs.length !== losses.length)
    throw new Error(`it says which epoch ${epochs.length} steps are of, but has the losses of ${losses.length}`);
  return epochs.map((epoch, i) => ({ step: i + 1, epoch, loss: losses[i] as number }));
}

/** JSON has no infinite numbers, and no negative zero. */
const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, part) =>
    typeof part === "number" && (!Number.isFinite(part) || Object.is(part, -0))
      ? { number: Object.is(part, -0) ? "-0" : String(part) }
      : part,
  );

const fromJson = <T>(json: string | undefined): T =>
  JSON.parse(json ?? "", (_, part) => (typeof part?.number === "string" ? Number(part.number) : part)) as T;

import { parseArgs } from "node:util";
import { BACKENDS, type BackendChoice } from "../shared/task.ts";

/** What the train command was asked to do. */
export interface TrainArguments {
  readonly experiment: string;
  readonly out: string | null;
  readonly backend: BackendChoice;
  /** Whether the whole model is written to DIR/model beside the trained part. */
  readonly export: boolean;
  /** Paths such as `repeat.k` with their new values. */
  readonly set: readonly (readonly [path: string, value: unknown])[];
}

export const TRAIN_USAGE =
  "npm run -s train -- EXPERIMENT.json [--out DIR [--export]] [--backend auto|webgpu|webgl|wasm|cpu] [--set path=value]...";

/** What the sweep command was asked to do. */
export interface SweepArguments {
  readonly sweep: string;
  readonly out: string;
  readonly backend: BackendChoice;
}

export const SWEEP_USAGE = "npm run -s sweep -- SWEEP.json --out DIR [--backend auto|webgpu|webgl|wasm|cpu]";

/** The command line makes no sense; the message says how it should look. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Reads the train command's arguments. @throws UsageError */
export function parseTrainArguments(argv: readonly string[]): TrainArguments {
  let experiment: string | null = null;
  let out: string | null = null;
  let backend: BackendChoice = "auto";
  let isExport = false;
  const set: [string, unknown][] = [];
  const rest = [...argv];
  const argumentOf = (option: string): string => {
    const value = rest.shift();
    if (value === undefined) throw new UsageError(`${option} needs a value.\n${TRAIN_USAGE}`);
    return value;
  };
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (argument === "--out") out = argumentOf(argument);
    else if (argument === "--backend") backend = readBackend(argumentOf(argument));
    else if (argument === "--export") isExport = true;
    else if (argument === "--set") set.push(readAssignment(argumentOf(argument)));
    else if (argument.startsWith("-")) throw new UsageError(`Unknown option ${argument}.\n${TRAIN_USAGE}`);
    else if (experiment === null) experiment = argument;
    else throw new UsageError(`One experiment at a time; "${argument}" is a second.\n${TRAIN_USAGE}`);
  }
  if (experiment === null) throw new UsageError(`Which experiment?\n${TRAIN_USAGE}`);
  if (isExport && out === null) throw new UsageError(`--export writes into the folder of --out.\n${TRAIN_USAGE}`);
  return { experiment, out, backend, export: isExport, set };
}

/** Reads the sweep command's arguments. @throws UsageError */
export function parseSweepArguments(argv: readonly string[]): SweepArguments {
  const { positionals, values } = readOptions(argv);
  const [sweep, second] = positionals;
  if (sweep === undefined) throw new UsageError(`Which sweep?\n${SWEEP_USAGE}`);
  if (second !== undefined) throw new UsageError(`One sweep at a time; "${second}" is a second.\n${SWEEP_USAGE}`);
  if (values.out === undefined)
    throw new UsageError(`Where to? --out names the folder for sweep.json and runs.csv.\n${SWEEP_USAGE}`);
  return { sweep, out: values.out, backend: readBackend(values.backend ?? "auto") };
}

function readOptions(argv: readonly string[]) {
  try {
    const options = { out: { type: "string" }, backend: { type: "string" } } as const;
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (cause) {
    throw new UsageError(`${(cause as Error).message}\n${SWEEP_USAGE}`, { cause });
  }
}

function readBackend(value: string): BackendChoice {
  const backend = BACKENDS.find((name) => name === value);
  if (!backend) throw new UsageError(`--backend is one of ${BACKENDS.join(", ")}, not "${value}".`);
  return backend;
}

/** `repeat.k=4` -> ["repeat.k", 4]; what is no JSON is taken as text. */
function readAssignment(text: string): [string, unknown] {
  const at = text.indexOf("=");
  if (at < 1) throw new UsageError(`--set takes path=value, not "${text}".`);
  const value = text.slice(at + 1);
  try {
    return [text.slice(0, at), JSON.parse(value)];
  } catch {
    return [text.slice(0, at), value];
  }
}

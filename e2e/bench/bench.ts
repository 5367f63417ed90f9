import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { BACKENDS } from "../../src/shared/task.ts";
import { determinism } from "./determinism.ts";
import { framing } from "./framing.ts";
import { large } from "./large.ts";
import { named } from "./named.ts";
import { PEER_USAGE, readPeerOptions } from "./peers/options.ts";
import { peers } from "./peers/peers.ts";
import { replay } from "./replay.ts";
import { type BenchContext, type BenchResult, tableText } from "./result.ts";
import { runs } from "./runs.ts";
import { targets } from "./targets.ts";

const BENCHES: Record<string, (context: BenchContext) => Promise<BenchResult>> = {
  targets,
  framing,
  replay,
  large,
  determinism,
  peers,
  named,
  runs,
};

/** Benches that are run without being named: those that need nothing but the project and its data. */
const USUAL = Object.keys(BENCHES).filter((name) => name !== "named");

const USAGE = `npm run -s bench -- [${Object.keys(BENCHES).join("|")}]... [--out DIR] [--data DIR] [--backend ${BACKENDS.join("|")}] [--seeds N] [--model FOLDER] ${PEER_USAGE}`;

/** Runs the named benches, or all; 1 where one missed its goal or could not run. */
async function main(argv: readonly string[]): Promise<number> {
  const { names, out, context } = readArguments(argv);
  let missed = 0;
  for (const name of names) {
    const run = BENCHES[name];
    if (!run) throw new Error(`There is no bench "${name}".\n${USAGE}`);
    try {
      const result = await run(context);
      process.stdout.write(
        `\n${name}${result.backend ? ` (${result.backend})` : ""}\n${[result, ...(result.also ?? [])].map(tableText).join("\n")}`,
      );
      if (out !== null) save(out, name, result, argv);
      if (!result.passed) missed += 1;
    } catch (error) {
      process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
      missed += 1;
    }
  }
  return missed === 0 ? 0 : 1;
}

function readArguments(argv: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      out: { type: "string" },
      data: { type: "string" },
      backend: { type: "string", default: "auto" },
      seeds: { type: "string" },
      model: { type: "string" },
      workload: { type: "string" },
      k: { type: "string" },
      engines: { type: "string" },
      rounds: { type: "string" },
    },
  });
  const backend = BACKENDS.find((name) => name === values.backend);
  if (!backend) throw new Error(`--backend is one of ${BACKENDS.join(", ")}, not "${values.backend}".\n${USAGE}`);
  const seeds = values.seeds === undefined ? null : Number(values.seeds);
  if (seeds !== null && !(Number.isInteger(seeds) && seeds >= 1))
    throw new Error(`--seeds is a whole number from 1, not "${values.seeds}".\n${USAGE}`);
  const folder = values.data ?? process.env.REFRAIN_DATA;
  const tell = (what: string): void => void process.stderr.write(`${what}\n`);
  const data = folder === undefined ? [] : withFolders(folder);
  const model = values.model === undefined ? null : resolve(values.model);
  const context: BenchContext = { data, backend, seeds, model, peers: readPeerOptions(values), tell };
  return { names: positionals.length > 0 ? positionals : USUAL, out: values.out ?? null, context };
}

/** A folder and the folders in it. */
function withFolders(folder: string): string[] {
  const inside = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [folder, ...inside.map(({ name }) => join(folder, name))];
}

function save(
  folder: string,
  name: string,
  { backend, figures, passed, file }: BenchResult,
  argv: readonly string[],
): void {
  mkdirSync(folder, { recursive: true });
  const about = {
    bench: name,
    date: new Date().toISOString(),
    machine: `${process.platform} ${process.arch}, ${cpus().length} cores (${cpus()[0]?.model ?? "unknown"})`,
    backend,
    command: ["npm run -s bench --", ...argv].join(" "),
    passed,
  };
  const record = file === undefined ? { ...about, figures } : { ...about, ...figures };
  writeFileSync(join(folder, `${file ?? name}.json`), `${JSON.stringify(record, null, 2)}\n`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}

import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { ExperimentError, type ExperimentFile, parseExperiment } from "../shared/experiment.ts";
import type { HeadlessApi } from "../shared/headless.ts";
import type { RunEvent } from "../shared/protocol.ts";
import { reportText } from "../shared/report-text.ts";
import type { RunRecord } from "../shared/run-record.ts";
import { SAMPLE_PREFIX } from "../shared/samples.ts";
import type { Split } from "../shared/task.ts";
import { parseTrainArguments, setAt, type TrainArguments, UsageError } from "./arguments.ts";
import { progressPrinter } from "./progress.ts";
import { openStudio, type Studio } from "./studio.ts";

/** The experiment or its data are wrong, and the user can put it right. */
class BadInputError extends Error {}

const EXIT = { trained: 0, failed: 1, badInput: 2 } as const;

async function main(argv: readonly string[]): Promise<number> {
  try {
    const arguments_ = parseTrainArguments(argv);
    const file = readExperiment(arguments_);
    const record = await train(arguments_, file);
    if (record.test) process.stdout.write(reportText(record.test.report, record.test.accuracy));
    return EXIT.trained;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    const usersFault = [BadInputError, UsageError, ExperimentError].some((kind) => error instanceof kind);
    return usersFault ? EXIT.badInput : EXIT.failed;
  }
}

/** The experiment file with everything set from the command line, checked. */
function readExperiment({ experiment, set }: TrainArguments): ExperimentFile {
  let text: string;
  try {
    text = readFileSync(experiment, "utf8");
  } catch (cause) {
    throw new BadInputError(`${experiment}: the experiment file cannot be read (${(cause as Error).message}).`);
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new BadInputError(`${experiment}: this is no JSON (${(cause as Error).message}).`);
  }
  for (const [path, value] of set) document = setAt(document, path, value);
  parseExperiment(document);
  return document as ExperimentFile;
}

/** The data files of an experiment by what they are for, relative to the experiment file. */
function dataPaths(file: ExperimentFile, folder: string): { split: Split; path: string }[] {
  const { train, validation, test } = file.data;
  return Object.entries({ train, validation, test }).flatMap(([split, name]) => {
    if (name === undefined || name.startsWith(SAMPLE_PREFIX)) return [];
    const path = resolve(folder, name);
    if (!existsSync(path)) throw new BadInputError(`data.${split}: there is no file or folder ${path}.`);
    return [{ split: split as Split, path }];
  });
}

async function train({ experiment, out, backend }: TrainArguments, file: ExperimentFile): Promise<RunRecord> {
  const paths = dataPaths(file, dirname(resolve(experiment)));
  const studio = await openStudio("#headless", process.env.REFRAIN_GPU === "hardware" ? "hardware" : "software");
  try {
    const printer = progressPrinter(process.stderr);
    await studio.page.exposeFunction("refrainTell", (event: RunEvent) => printer.tell(event));
    await giveFiles(
      studio,
      paths.map(({ path }) => path),
    );
    const roles = Object.fromEntries(paths.map(({ split, path }) => [split, basename(path)]));
    const outcome = await studio.page.evaluate(
      ([document, roles, backend]) => (globalThis as unknown as HeadlessApi).refrainTrain(document, roles, backend),
      [file, roles, backend] as const,
    );
    printer.end();
    if (outcome.error) {
      const { kind, message } = outcome.error;
      throw kind === "data" || kind === "experiment" ? new BadInputError(message) : new Error(message);
    }
    if (out !== null) {
      mkdirSync(out, { recursive: true });
      writeFileSync(join(out, "run.json"), `${JSON.stringify(outcome.record, null, 2)}\n`);
      writeFileSync(join(out, "model.safetensors"), Buffer.from(outcome.model, "base64"));
    }
    return outcome.record;
  } finally {
    await studio.close();
  }
}

/** Hands files and folders to the page as a person's dialog would. */
async function giveFiles({ page }: Studio, paths: readonly string[]): Promise<void> {
  const folders = paths.filter((path) => statSync(path).isDirectory());
  const files = paths.filter((path) => !folders.includes(path));
  if (files.length > 0) await page.getByLabel("Files").setInputFiles(files);
  for (const folder of folders) {
    await page.getByLabel("Folder").setInputFiles(folder);
    await page.evaluate(() => (globalThis as unknown as HeadlessApi).refrainKeepFolder());
  }
}

process.exitCode = await main(process.argv.slice(2));

import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { Page } from "@playwright/test";
import { type ExperimentFile, parseExperiment } from "../shared/experiment.ts";
import type { HeadlessApi, HeadlessOutcome } from "../shared/headless.ts";
import type { ModelName } from "../shared/pretrained.ts";
import type { EngineError } from "../shared/protocol.ts";
import { SAMPLE_PREFIX } from "../shared/samples.ts";
import { PathError, setAt } from "../shared/set-at.ts";
import type { BackendChoice, Split } from "../shared/task.ts";

/** The experiment or its data are wrong, and the user can put it right. */
export class BadInputError extends Error {}

/**
 * An experiment file with values set at paths such as `repeat.k`, checked.
 * @throws BadInputError where the file cannot be read, ExperimentError where it makes no sense
 */
export function readExperiment(path: string, set: readonly (readonly [path: string, value: unknown])[]) {
  let document = readJson(path, "experiment file");
  try {
    for (const [at, value] of set) document = setAt(document, at, value);
  } catch (cause) {
    if (cause instanceof PathError) throw new BadInputError(`--set ${cause.message}`);
    throw cause;
  }
  parseExperiment(document);
  return document as ExperimentFile;
}

/** @throws BadInputError where the file cannot be read */
export function readJson(path: string, what: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new BadInputError(`${path}: the ${what} cannot be read (${(cause as Error).message}).`);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BadInputError(`${path}: this is no JSON (${(cause as Error).message}).`);
  }
}

/** A file or folder of data, and what it is for. */
export interface DataPath {
  readonly split: Split;
  readonly path: string;
}

/**
 * The data files of an experiment, looked for in the folders in turn.
 * @throws BadInputError naming the field and every place where the file is not
 */
export function dataPaths(file: ExperimentFile, folders: readonly string[]): DataPath[] {
  const { train, validation, test } = file.data;
  return Object.entries({ train, validation, test }).flatMap(([split, name]) => {
    if (name === undefined || name.startsWith(SAMPLE_PREFIX)) return [];
    // Other folders than the experiment's own are searched for the file itself, wherever the experiment has it.
    const places = folders.map((folder, i) => resolve(folder, i === 0 ? name : basename(name)));
    const path = places.find((place) => existsSync(place));
    if (path === undefined)
      throw new BadInputError(`data.${split}: there is no file or folder ${places.join(", nor ")}.`);
    return [{ split: split as Split, path }];
  });
}

/**
 * The folder of the model that an experiment names as its backbone; null where it names none.
 * @throws BadInputError where there is no such folder
 */
export function modelFolder({ backbone }: ExperimentFile, folder: string): string | null {
  if (backbone?.id !== "transformer") return null;
  const { source } = backbone as { source?: string };
  if (source === undefined)
    throw new BadInputError('backbone.source: give the path of the model\'s folder, which holds "config.json".');
  const path = resolve(folder, source);
  if (existsSync(path) && statSync(path).isDirectory()) return path;
  throw new BadInputError(
    `backbone.source: there is no folder ${path}. The command line fetches nothing: give the folder that holds the model's "config.json".`,
  );
}

/**
 * Trains an experiment in a page that was opened at `#headless`. A page trains once; reload it to train again.
 * @throws BadInputError where the engine refuses the data or the experiment, Error where training failed
 */
export async function trainOnce(
  page: Page,
  file: ExperimentFile,
  paths: readonly DataPath[],
  backend: BackendChoice,
  model: string | null = null,
): Promise<Extract<HeadlessOutcome, { error: null }>> {
  const roles = await giveData(page, paths);
  const named = model === null ? file : withModel(file, await keepModel(page, model));
  const outcome = await page.evaluate(
    ([document, roles, backend]) => (globalThis as unknown as HeadlessApi).refrainTrain(document, roles, backend),
    [named, roles, backend] as const,
  );
  if (outcome.error) throw asCliError(outcome.error);
  return outcome;
}

export const asCliError = ({ kind, message }: EngineError): Error =>
  kind === "data" || kind === "experiment" ? new BadInputError(message) : new Error(message);

/** Hands a model's folder to the page. @returns the name that it keeps it by */
export async function keepModel(page: Page, folder: string): Promise<ModelName> {
  await page.getByLabel("Model").setInputFiles(folder);
  const added = await page.evaluate(() => (globalThis as unknown as HeadlessApi).refrainKeepModel());
  if (added.error) throw asCliError(added.error);
  return added.name;
}

/** The experiment with its model under the name that the page keeps it by. */
export const withModel = (file: ExperimentFile, name: ModelName): ExperimentFile => ({
  ...file,
  backbone: { ...file.backbone, ...name } as ExperimentFile["backbone"],
});

/** Hands an experiment's data to a page that was opened at `#headless`. @returns what each file is for, by its name */
export async function giveData(page: Page, paths: readonly DataPath[]): Promise<Partial<Record<Split, string>>> {
  await page.waitForFunction(() => "refrainTrain" in globalThis);
  await giveFiles(
    page,
    paths.map(({ path }) => path),
  );
  return Object.fromEntries(paths.map(({ split, path }) => [split, basename(path)]));
}

/** Hands files and folders to the page as a person's dialog would. */
async function giveFiles(page: Page, paths: readonly string[]): Promise<void> {
  const folders = paths.filter((path) => statSync(path).isDirectory());
  const files = paths.filter((path) => !folders.includes(path));
  if (files.length > 0) await page.getByLabel("Files").setInputFiles(files);
  for (const folder of folders) {
    await page.getByLabel("Folder").setInputFiles(folder);
    await page.evaluate(() => (globalThis as unknown as HeadlessApi).refrainKeepFolder());
  }
}

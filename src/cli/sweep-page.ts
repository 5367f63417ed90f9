import type { Page } from "@playwright/test";
import type { Experiment, ExperimentFile } from "../shared/experiment.ts";
import type { HeadlessApi, HeadlessRun } from "../shared/headless.ts";
import type { ModelName } from "../shared/pretrained.ts";
import type { SweepPlan } from "../shared/sweep/plan.ts";
import type { BackendChoice } from "../shared/task.ts";
import { asCliError, type DataPath, giveData, keepModel, modelFolder, withModel } from "./train-once.ts";

/** The folder of each model that the points name, by that name. @throws BadInputError where one is not there */
export function modelFolders({ points }: SweepPlan, folder: string): Map<string, string> {
  const folders = new Map<string, string>();
  for (const { experiment } of points) {
    const path = modelFolder(experiment as ExperimentFile, folder);
    if (path !== null && experiment.backbone.id === "transformer") folders.set(experiment.backbone.source, path);
  }
  return folders;
}

/** A page at `#headless` with the data of a sweep open, in which its points are trained one after another. */
export class SweepPage {
  private constructor(
    readonly page: Page,
    readonly models: ReadonlyMap<string, ModelName>,
    /** As the first point has them. */
    readonly dataset: { readonly train: number; readonly sha256: string },
  ) {}

  /** @throws BadInputError where the data cannot be opened, or the first point cannot be trained on them */
  static async open(
    page: Page,
    plan: SweepPlan,
    paths: readonly DataPath[],
    folders: ReadonlyMap<string, string>,
  ): Promise<SweepPage> {
    const roles = await giveData(page, paths);
    const models = new Map<string, ModelName>();
    for (const [source, folder] of folders) models.set(source, await keepModel(page, folder));
    const first = plan.points[0]?.experiment as ExperimentFile;
    const opened = await page.evaluate(
      ([document, roles]) => (globalThis as unknown as HeadlessApi).refrainOpen(document, roles),
      [first, roles] as const,
    );
    if (opened.error) throw asCliError(opened.error);
    return new SweepPage(page, models, opened);
  }

  run(experiment: Experiment, backend: BackendChoice): Promise<HeadlessRun> {
    const { backbone } = experiment;
    const name = backbone.id === "transformer" ? this.models.get(backbone.source) : undefined;
    const file = experiment as ExperimentFile;
    return this.page.evaluate(
      ([document, backend]) => (globalThis as unknown as HeadlessApi).refrainRun(document, backend),
      [name ? withModel(file, name) : file, backend] as const,
    );
  }
}

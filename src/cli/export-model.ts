import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Page } from "@playwright/test";
import { unzipSync } from "fflate";
import { type ExperimentFile, parseExperiment } from "../shared/experiment.ts";
import type { HeadlessApi } from "../shared/headless.ts";
import { wholeModelRefusal } from "../shared/whole-model.ts";
import { asCliError, BadInputError } from "./train-once.ts";

/** Before hours of training. @throws BadInputError where the experiment's model cannot be exported whole */
export function refuseExport(file: ExperimentFile): void {
  const refusal = wholeModelRefusal(parseExperiment(file));
  if (refusal !== null) throw new BadInputError(`--export: ${refusal}`);
}

/**
 * Writes the whole model that a page has just trained, as a folder.
 * @param card what its README.md says
 * @throws Error with what the engine says where it cannot be had
 */
export async function exportModel(page: Page, card: string, folder: string): Promise<void> {
  const downloading = page.waitForEvent("download", { timeout: 0 });
  const refused = await page.evaluate((text) => (globalThis as unknown as HeadlessApi).refrainExport(text), card);
  if (refused) {
    // The page closes without it.
    downloading.catch(() => {});
    throw asCliError(refused);
  }
  const zip = readFileSync(await (await downloading).path());
  for (const [name, content] of Object.entries(unzipSync(zip))) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

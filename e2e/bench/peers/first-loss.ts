import { chosenGpu } from "../../../src/cli/chromium.ts";
import { openStudio } from "../../../src/cli/studio.ts";
import type { ExperimentFile } from "../../../src/shared/experiment.ts";
import { median } from "./median.ts";

const EXPERIMENT: ExperimentFile = {
  version: 1,
  task: "tabular-classification",
  data: { train: "sample:penguins", label: "Species" },
};
const REPEATS = 3;

/** Milliseconds from the click on Train until a loss is shown, in a freshly loaded studio with a built-in sample. */
export async function firstLossMs(): Promise<number> {
  const studio = await openStudio(`#experiment=${encodeURIComponent(JSON.stringify(EXPERIMENT))}`, chosenGpu());
  try {
    const { page } = studio;
    const times: number[] = [];
    for (let i = 0; i < REPEATS; i++) {
      await page.reload();
      const train = page.getByRole("button", { name: "Train", exact: true });
      await train.waitFor();
      await page.waitForTimeout(1_000);
      const started = performance.now();
      await train.click();
      const loss = page.getByRole("region", { name: "Run", exact: true }).getByText("loss", { exact: true });
      await loss.locator("xpath=following-sibling::dd").filter({ hasText: /\d/ }).waitFor();
      times.push(performance.now() - started);
    }
    return median(times);
  } finally {
    await studio.close();
  }
}

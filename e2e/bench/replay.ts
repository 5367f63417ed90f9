import type { Page } from "@playwright/test";
import { chosenGpu } from "../../src/cli/chromium.ts";
import { openStudio } from "../../src/cli/studio.ts";
import type { ExperimentFile } from "../../src/shared/experiment.ts";
import { MAIN_THREAD_COLUMNS, type MainThread, mainThreadCells, watchMainThread } from "./main-thread.ts";
import { type Recording, readRecording, recordWorkers, replayWorkers } from "./recording.ts";
import { type BenchContext, type BenchResult, passOrFail } from "./result.ts";

/** 206 penguins to train on in batches of 4, 200 epochs: 10,400 steps. */
const EXPERIMENT: ExperimentFile = {
  version: 1,
  task: "tabular-classification",
  data: { train: "sample:penguins", label: "Species" },
  backbone: { id: "mlp", hidden: [8] },
  repeat: { k: 2, noises: [{ id: "gaussian", site: "input", stdDev: 0.2 }] },
  optimizer: { id: "adam", learningRate: 0.003 },
  batchSize: 4,
  epochs: 200,
};

const PACE = { stepsPerMessage: 50, messageEveryMs: 25 } as const;
/** No task of the main thread may take longer, in processor time. */
const GOAL_MS = 100;
const REPEATS = 3;
const RUN_MS = 300_000;

const HASH = `#experiment=${encodeURIComponent(JSON.stringify(EXPERIMENT))}`;

/** Trains for real once and keeps every message; then tells it all again, faster, and watches the page draw it. */
export async function replay({ tell }: BenchContext): Promise<BenchResult> {
  const studio = await openStudio(HASH, chosenGpu());
  try {
    const browser = studio.page.context().browser();
    if (!browser) throw new Error("The page has no browser of its own.");
    const address = studio.page.url();
    const recorded = await browser.newPage();
    await recordWorkers(recorded);
    await recorded.goto(address);
    await trainToEnd(recorded);
    const recording = await readRecording(recorded);
    await recorded.close();
    const counts = countEvents(recording);
    tell(`replay: recorded ${counts.steps} steps and ${counts.epochs} epochs`);
    const rounds: (MainThread & { points: number })[] = [];
    for (let round = 0; round < REPEATS; round++) {
      const page = await browser.newPage();
      await replayWorkers(page, recording, PACE);
      await page.goto(address);
      rounds.push(await watchReplay(page));
      await page.close();
    }
    const passed = rounds.every(({ longestCpuMs }) => longestCpuMs <= GOAL_MS);
    return {
      columns: ["round", "steps", "epochs", "points", "seconds", ...MAIN_THREAD_COLUMNS, ""],
      rows: rounds.map((round, i) => [
        String(i + 1),
        String(counts.steps),
        String(counts.epochs),
        String(round.points),
        round.seconds.toFixed(1),
        ...mainThreadCells(round),
        passOrFail(round.longestCpuMs <= GOAL_MS),
      ]),
      passed,
      backend: null,
      figures: { ...counts, pace: PACE, rounds },
    };
  } finally {
    await studio.close();
  }
}

async function trainToEnd(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Train", exact: true }).click({ timeout: 60_000 });
  await page.getByRole("button", { name: "Train again" }).waitFor({ timeout: RUN_MS });
}

async function watchReplay(page: Page): Promise<MainThread & { points: number }> {
  const train = page.getByRole("button", { name: "Train", exact: true });
  await train.waitFor();
  await page.waitForTimeout(2_000);
  const watch = await watchMainThread(page);
  await trainToEnd(page);
  await page.waitForTimeout(1_000);
  const points = await page.evaluate(() => {
    const paths = [...document.querySelectorAll(".recharts-line-curve")];
    return paths.reduce((sum, path) => sum + (path.getAttribute("d")?.match(/[ML]/g)?.length ?? 0), 0);
  });
  return { ...(await watch.end()), points };
}

function countEvents({ fromEngine }: Recording): { steps: number; epochs: number } {
  const events = fromEngine.flatMap((message) => (message.type === "run" ? [message.event] : []));
  const steps = events.reduce((sum, event) => sum + (event.kind === "steps" ? event.steps.length : 0), 0);
  return { steps, epochs: events.filter(({ kind }) => kind === "epoch").length };
}

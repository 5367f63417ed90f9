import { dirname } from "node:path";
import { formatDuration } from "../shared/format.ts";
import { figuresOf } from "../shared/kept/run-entry.ts";
import type { RunEvent } from "../shared/protocol.ts";
import { overBudget } from "../shared/sweep/budget.ts";
import { msLeft } from "../shared/sweep/estimate.ts";
import { planOf, type SweepPlan } from "../shared/sweep/plan.ts";
import { failedResult, groupsOf, type PointResult, resultOf } from "../shared/sweep/results.ts";
import { parseSweep, SweepError, type SweepFile } from "../shared/sweep/sweep-file.ts";
import { parseSweepArguments, type SweepArguments, UsageError } from "./arguments.ts";
import { chosenGpu } from "./chromium.ts";
import { makeFolder } from "./make-folder.ts";
import { progressPrinter } from "./progress.ts";
import { openStudio } from "./studio.ts";
import { SweepFiles } from "./sweep-files.ts";
import { modelFolders, SweepPage } from "./sweep-page.ts";
import { groupsText, runLine } from "./sweep-text.ts";
import { BadInputError, dataPaths, readJson } from "./train-once.ts";

const EXIT = { trained: 0, failed: 1, badInput: 2 } as const;

type Printer = ReturnType<typeof progressPrinter>;

async function main(argv: readonly string[]): Promise<number> {
  try {
    const given = parseSweepArguments(argv);
    const file = parseSweep(readJson(given.sweep, "sweep file"));
    const plan = planOf(file);
    const results = await sweep(given, file, plan);
    process.stdout.write(groupsText(groupsOf(plan, results)));
    return [...results.values()].some(({ status }) => status === "failed") ? EXIT.failed : EXIT.trained;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    const usersFault = [BadInputError, UsageError, SweepError].some((kind) => error instanceof kind);
    return usersFault ? EXIT.badInput : EXIT.failed;
  }
}

async function sweep(given: SweepArguments, file: SweepFile, plan: SweepPlan): Promise<Map<number, PointResult>> {
  const folder = dirname(given.sweep);
  const paths = dataPaths(file.experiment, [folder]);
  const folders = modelFolders(plan, folder);
  makeFolder(given.out);
  const files = new SweepFiles(given.out, file, plan);
  const results = files.finished();
  if (results.size === plan.points.length) return results;
  const studio = await openStudio("#headless", chosenGpu());
  const printer = progressPrinter(process.stderr, true);
  try {
    if (results.size > 0) printer.say(`${results.size} of ${plan.points.length} runs are there from before.`);
    await studio.page.exposeFunction("refrainTell", (event: RunEvent) => printer.tell(event));
    const page = await SweepPage.open(studio.page, plan, paths, folders);
    refuseOtherData(results, page.dataset.sha256, given.out);
    await trainAll(page, given, file, plan, files, results, printer);
    return results;
  } finally {
    printer.end();
    await studio.close();
  }
}

async function trainAll(
  page: SweepPage,
  { backend }: SweepArguments,
  { budget }: SweepFile,
  { points }: SweepPlan,
  files: SweepFiles,
  results: Map<number, PointResult>,
  printer: Printer,
): Promise<void> {
  for (const point of points) {
    if (results.has(point.index)) continue;
    const reason = overBudget(point, results, budget, page.dataset.train);
    if (reason !== null) return printer.say(`${reason} ${results.size} of ${points.length} runs are done.`);
    const { record, error } = await page.run(point.experiment, backend);
    const result: PointResult = record
      ? { ...resultOf(record.status, figuresOf(record)), timing: record.timing }
      : failedResult(error?.message ?? "unknown");
    results.set(point.index, result);
    files.write(results);
    const left = msLeft(
      points.filter(({ index }) => !results.has(index)),
      results,
      page.dataset.train,
    );
    printer.say(`${runLine(point, points.length, result)}${left ? `; about ${formatDuration(left)} left` : ""}`);
  }
}

function refuseOtherData(results: ReadonlyMap<number, PointResult>, sha256: string, out: string): void {
  const before = results.get(0)?.sha256;
  if (before && before !== sha256)
    throw new BadInputError(`${out}: its runs were trained on other data; choose another folder, or move them away.`);
}

process.exitCode = await main(process.argv.slice(2));

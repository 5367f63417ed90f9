import { join } from "node:path";
import { chosenGpu } from "../../src/cli/chromium.ts";
import { PROJECT } from "../../src/cli/project.ts";
import { openStudio } from "../../src/cli/studio.ts";
import { backendOf, mean, sampleDeviation, trainOverSeeds } from "./over-seeds.ts";
import { type BenchContext, type BenchResult, passOrFail } from "./result.ts";

const FIXTURES = join(PROJECT, "e2e", "fixtures");

/** Experiments with a model by name, and the shipped encoder beside them; test accuracy of one clean pass. */
const EXPERIMENTS = [
  {
    path: join(FIXTURES, "targets", "snips-10-per-class.json"),
    what: "use-lite, head only",
    byName: false,
    goal: null,
  },
  { path: join(FIXTURES, "named", "snips-head-only.json"), what: "the model, head only", byName: true, goal: 0.94 },
  { path: join(FIXTURES, "named", "snips-lora.json"), what: "the model, LoRA", byName: true, goal: 0.94 },
] as const;

/**
 * Trains a pretrained model from a folder (`--model`) on ten labels a class: frozen, and by LoRA. Made for
 * sentence-transformers/all-MiniLM-L6-v2, whose files are not part of the project.
 */
export async function named(context: BenchContext): Promise<BenchResult> {
  const { model } = context;
  if (model === null)
    throw new Error("--model FOLDER is missing: the folder of a text model in Hugging Face's layout.");
  const studio = await openStudio("#headless", chosenGpu());
  const rows: string[][] = [];
  const figures: object[] = [];
  const missed: string[] = [];
  let backend = "";
  try {
    for (const { path, what, byName, goal } of EXPERIMENTS) {
      const set = byName ? ([["backbone.source", model]] as const) : [];
      const records = await trainOverSeeds(studio.page, path, set, context.seeds ?? 1, context, ({ test }, seed) =>
        context.tell(`${what}, seed ${seed}: ${test.accuracy.toFixed(4)}`),
      );
      const accuracies = records.map(({ test }) => test.accuracy);
      const [first] = records;
      if (!first) continue;
      const { trainableParameters, parameters } = first.model;
      backend = backendOf(first);
      const reached = goal === null || mean(accuracies) >= goal;
      if (!reached) missed.push(what);
      figures.push({ what, accuracies, goal, trainableParameters, parameters, timing: first.timing });
      rows.push([
        what,
        String(accuracies.length),
        (100 * mean(accuracies)).toFixed(2),
        accuracies.length > 1 ? (100 * sampleDeviation(accuracies)).toFixed(2) : "-",
        trainableParameters.toLocaleString("en-US"),
        first.timing.msPerStep.toFixed(0),
        goal === null ? "-" : (100 * goal).toFixed(0),
        goal === null ? "" : passOrFail(reached),
      ]);
    }
  } finally {
    await studio.close();
  }
  const columns = ["experiment", "seeds", "accuracy %", "sd", "trained weights", "ms a step", "target %", ""];
  return { columns, rows, passed: missed.length === 0, backend, figures: { outcomes: figures } };
}

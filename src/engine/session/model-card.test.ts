import { beforeAll, expect, test } from "vitest";
import { type ExperimentFile, parseExperiment } from "../../shared/experiment.ts";
import { modelCard } from "../../shared/model-card/model-card.ts";
import { loadedSubject, trainedSubject } from "../../shared/model-card/subject.ts";
import type { RunEvent } from "../../shared/protocol.ts";
import type { RunRecord } from "../../shared/run-record.ts";
import { markdownTables } from "../../shared/testing/markdown-tables.ts";
import type { Work } from "../data/dataset.ts";
import { startTestBackend } from "../testing/backends.ts";
import { Session } from "./session.ts";

const WORK: Work = { signal: new AbortController().signal, progress: () => {} };
const FILE: ExperimentFile = {
  version: 1,
  task: "tabular-classification",
  data: { train: "points.csv", label: "side", labelNoise: 0.2 },
  backbone: { id: "mlp", hidden: [4] },
  repeat: { k: 3, noises: [{ id: "gaussian", site: "input", stdDev: 0.3 }] },
  inference: { k: 5, pooling: { id: "max" } },
  epochs: 3,
};
const ROWS = Array.from({ length: 60 }, (_, i) => `${i},${(i * 7) % 11},${i % 3 === 0 ? "down|left" : "<up>"}`);

beforeAll(() => startTestBackend("cpu"));

async function train(): Promise<{ session: Session; record: RunRecord }> {
  let end: (event: RunEvent) => void = () => {};
  const ended = new Promise<RunEvent>((resolve) => {
    end = resolve;
  });
  const session = new Session((_, event) => {
    if (event.kind === "ended" || event.kind === "failed") end(event);
  });
  const source = { kind: "text", name: "points.csv", text: ["x,y,side", ...ROWS].join("\n") } as const;
  await session.handlers["data.open"]({ source, skipBad: false }, WORK);
  const experiment = parseExperiment(FILE);
  await session.handlers["train.start"]({ runId: "first", experiment, backend: "cpu", keep: null }, WORK);
  const event = await ended;
  if (event.kind !== "ended") throw new Error(`It ${event.kind}.`);
  return { session, record: event.record };
}

test("the card of a run says what the run was; that of its file what the file knows", async () => {
  const { session, record } = await train();
  const { classCounts, duplicatesBetweenSplits, flippedLabels, input } = record.dataset;
  expect({ classCounts, duplicatesBetweenSplits, flippedLabels, input }).toEqual({
    classCounts: [
      { name: "<up>", train: 24, validation: 8, test: 8, leftOut: 0 },
      { name: "down|left", train: 12, validation: 4, test: 4, leftOut: 0 },
    ],
    duplicatesBetweenSplits: 0,
    flippedLabels: 7,
    input: { modality: "table", columns: ["x", "y"] },
  });
  const card = modelCard(trainedSubject(record, "Run 1", "run-1.safetensors"));
  const tables = markdownTables(card);
  const matrices = tables.filter(([head]) => head?.[0]?.startsWith("true"));
  expect(matrices.map((matrix) => matrix.slice(1).map((row) => row.slice(1).map(Number)))).toEqual([
    record.test?.confusionMatrix,
    record.testPooled?.confusionMatrix,
  ]);
  const settings = Object.fromEntries(tables.find(([head]) => head?.[0] === "setting") ?? []);
  expect(settings).toMatchObject({ "repeats K": "3", "inference K′": "5", parameters: "22 trained of 22" });
  expect(card).toContain("a row with the 2 columns x, y");
  expect(card).toContain("7 of 36 training labels (20.0% asked for) were flipped");
  expect(card).toContain(record.dataset.sha256);
  const { bytes } = await session.handlers["model.save"]({ runId: "first" }, WORK);
  const loading = { file: new Blob([bytes]), name: "m.safetensors", runId: "loaded" };
  const loaded = modelCard(loadedSubject(await session.handlers["model.load"](loading, WORK), "m", "m.safetensors"));
  const shared = (text: string, title: string) => text.split(`## ${title}\n`)[1]?.split("\n## ")[0];
  for (const title of ["Training", "Backbone and lineage"]) expect(shared(loaded, title)).toBe(shared(card, title));
  expect(loaded).toContain("a row with the 2 columns x, y");
});

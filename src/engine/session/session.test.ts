import { beforeAll, expect, test } from "vitest";
import { type ExperimentFile, parseExperiment } from "../../shared/experiment.ts";
import type { Prediction, RunEvent } from "../../shared/protocol.ts";
import type { Work } from "../data/dataset.ts";
import { startTestBackend } from "../testing/backends.ts";
import { Session } from "./session.ts";

const WORK: Work = { signal: new AbortController().signal, progress: () => {} };
const FILE: ExperimentFile = {
  version: 1,
  task: "tabular-classification",
  data: { train: "points.csv", label: "side" },
  repeat: { k: 3, noises: [{ id: "gaussian", site: "input", stdDev: 0.3 }] },
  epochs: 6,
};
const EXPERIMENT = parseExperiment(FILE);
const ROWS = Array.from(
  { length: 60 },
  (_, i) => `${(i % 7) - 3},${i % 2 ? "odd" : "even"},${i % 7 > 3 ? "up" : "down"}`,
);
const INPUT = { modality: "table", cells: { x: "2.5", parity: "odd" } } as const;

beforeAll(() => startTestBackend("cpu"));

/** Steps after which a run is held to be asked in between. */
const STEPS_BEFORE = 3;

/** Trains once, and asks for a prediction after a few steps and after the end. */
async function trainAndPredict() {
  let duringTraining: Promise<Prediction> | null = null;
  let pauses = 0;
  let end: (event: RunEvent) => void = () => {};
  const ended = new Promise<RunEvent>((resolve) => {
    end = resolve;
  });
  const predict = (runId: string, draw = 0) => session.handlers["model.predict"]({ runId, input: INPUT, draw }, WORK);
  const session = new Session((runId, event) => {
    if (event.kind === "started") session.control(runId, "pause");
    if (event.kind === "state" && event.state === "paused") {
      if (pauses++ < STEPS_BEFORE) session.control(runId, "step");
      else {
        duringTraining = predict(runId);
        void duringTraining.finally(() => session.control(runId, "resume"));
      }
    }
    if (event.kind === "ended" || event.kind === "failed") end(event);
  });
  const text = ["x,parity,side", ...ROWS].join("\n");
  const source = { kind: "text", name: "points.csv", text } as const;
  await session.handlers["data.open"]({ source, skipBad: false }, WORK);
  await session.handlers["train.start"]({ runId: "first", experiment: EXPERIMENT, backend: "cpu", keep: null }, WORK);
  expect((await ended).kind).toBe("ended");
  return { session, predict, during: await (duringTraining as unknown as Promise<Prediction>) };
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

test("a model can be tried while it trains, with the weights of that moment", async () => {
  const { predict, during } = await trainAndPredict();
  const after = await predict("first");
  expect(sum(during.clean)).toBeCloseTo(1, 5);
  expect(sum(during.pooled)).toBeCloseTo(1, 5);
  expect(during.classes).toEqual(["down", "up"]);
  expect(after.clean[1]).toBeGreaterThan(0.5);
  expect(Math.abs((after.clean[1] as number) - (during.clean[1] as number))).toBeGreaterThan(1e-3);
  await expect(predict("another")).rejects.toThrow(/no trained model of the run "another"/);
});

test("a saved model predicts the same once it is loaded, and other noise moves only the pooled passes", async () => {
  const { session, predict } = await trainAndPredict();
  const { bytes } = await session.handlers["model.save"]({ runId: "first" }, WORK);
  const loaded = await session.handlers["model.load"](
    { file: new Blob([bytes]), name: "points.safetensors", runId: "loaded" },
    WORK,
  );
  expect(loaded).toMatchObject({ classes: ["down", "up"], columns: [{ name: "x" }, { name: "parity" }] });
  const [before, after, redrawn] = [await predict("first"), await predict("loaded"), await predict("loaded", 1)];
  for (const part of ["clean", "pooled", "spread"] as const)
    for (const [i, p] of before[part].entries()) expect(Math.abs(p - (after[part][i] as number))).toBeLessThan(1e-6);
  expect(redrawn.clean).toEqual(after.clean);
  expect(redrawn.pooled).not.toEqual(after.pooled);
});

test("what is no transformer is not exported, with what to do instead", async () => {
  const { session } = await trainAndPredict();
  const exporting = session.handlers["model.export"]({ runId: "first", card: "" }, WORK);
  await expect(exporting).rejects.toThrow(/Only a transformer by name or folder.*own file instead/);
});

test("a file that is no model is refused by name and changes nothing", async () => {
  const { session, predict } = await trainAndPredict();
  const before = await predict("first");
  const load = session.handlers["model.load"]({ file: new Blob(["hello, world"]), name: "a.csv", runId: "bad" }, WORK);
  await expect(load).rejects.toThrow(/a\.csv/);
  expect(await predict("first")).toEqual(before);
});

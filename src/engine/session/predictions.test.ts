import { beforeAll, expect, test } from "vitest";
import { type ExperimentFile, parseExperiment } from "../../shared/experiment.ts";
import type { PredictionQuery, RunEvent } from "../../shared/protocol.ts";
import type { Work } from "../data/dataset.ts";
import { startTestBackend } from "../testing/backends.ts";
import { saidAfter } from "./predictions.ts";
import { Session } from "./session.ts";

const WORK: Work = { signal: new AbortController().signal, progress: () => {} };
const FILE: ExperimentFile = {
  version: 1,
  task: "tabular-classification",
  data: { train: "points.csv", label: "side" },
  optimizer: { id: "adam", learningRate: 0.05 },
  epochs: 8,
};
const ROWS = Array.from({ length: 90 }, (_, i) => `${i % 7},${(i * 5) % 11},${["a", "b", "c"][(i % 7) % 3]}`);

beforeAll(() => startTestBackend("cpu"));

/** Items in each cell of the validation matrix after an epoch, and how many there are in all, as the session lists them. */
async function listed(session: Session, epoch: number) {
  const of = (query: PredictionQuery) =>
    session.handlers["model.predictions"]({ runId: "run", split: "validation", query, limit: 50, epoch }, WORK);
  const matrix = await Promise.all(
    [0, 1, 2].map((truth) =>
      Promise.all([0, 1, 2].map(async (predicted) => (await of({ kind: "cell", truth, predicted })).total)),
    ),
  );
  return { matrix, uncertain: (await of({ kind: "uncertain" })).predictions };
}

test("the items of a matrix's cells after every epoch are as many as it says, in mid-run and after it", async () => {
  const inMidRun: Promise<unknown>[] = [];
  let end: (event: RunEvent) => void = () => {};
  const ended = new Promise<RunEvent>((resolve) => {
    end = resolve;
  });
  const session = new Session((runId, event) => {
    if (event.kind === "started") session.control(runId, "pause");
    if (event.kind === "state" && event.state === "paused") session.control(runId, "step");
    if (event.kind === "epoch" && event.epoch.epoch === 3) {
      const of = listed(session, 2);
      inMidRun.push(of);
      void of.finally(() => session.control(runId, "resume"));
    }
    if (event.kind === "ended" || event.kind === "failed") end(event);
  });
  const source = { kind: "text", name: "points.csv", text: ["x,y,side", ...ROWS].join("\n") } as const;
  await session.handlers["data.open"]({ source, skipBad: false }, WORK);
  await session.handlers["train.start"](
    { runId: "run", experiment: parseExperiment(FILE), backend: "cpu", keep: null },
    WORK,
  );
  const event = await ended;
  if (event.kind !== "ended") throw new Error(JSON.stringify(event));
  const { epochs, dataset } = event.record;
  expect(
    new Set(epochs.map(({ validationConfusionMatrix }) => String(validationConfusionMatrix))).size,
  ).toBeGreaterThan(2);
  for (const { epoch, validationConfusionMatrix } of epochs)
    expect((await listed(session, epoch)).matrix).toEqual(validationConfusionMatrix);
  const second = await listed(session, 2);
  expect(inMidRun).toHaveLength(1);
  expect(await inMidRun[0]).toEqual(second);
  const confidences = second.uncertain.map(({ confidence }) => confidence);
  expect(confidences).toHaveLength(dataset.validation);
  expect(confidences).toEqual(confidences.toSorted((a, b) => a - b));
  // The last epoch's weights are those of the model.
  const query = { kind: "confident-mistakes" } as const;
  const mistakes = (epoch?: number) =>
    session.handlers["model.predictions"](
      { runId: "run", split: "validation", query, limit: 9, ...(epoch === undefined ? {} : { epoch }) },
      WORK,
    );
  const [now, last] = [await mistakes(), await mistakes(8)];
  expect(last.predictions.map(({ item }) => item.id)).toEqual(now.predictions.map(({ item }) => item.id));
  expect(last.total).toBe(now.total);
  await expect(mistakes(9)).rejects.toThrow("after epoch 9 is not kept; the nearest of which it is: 8.");
  const ofTest = { runId: "run", split: "test", query, limit: 9, epoch: 2 } as const;
  await expect(session.handlers["model.predictions"](ofTest, WORK)).rejects.toThrow(/test items are only looked at/);
});

test("an epoch of which nothing is kept is refused with the nearest of which it is", () => {
  const history = [2, 4, 5].map((epoch) => ({
    epoch,
    predicted: Uint16Array.of(1),
    confidence: Float32Array.of(0.5),
  }));
  expect(saidAfter(history, 4)).toMatchObject({ epoch: 4, probabilities: null });
  expect(() => saidAfter(history, 3)).toThrow("after epoch 3 is not kept; the nearest of which it is: 2 and 4.");
  expect(() => saidAfter([], 3)).toThrow("there is no such epoch yet");
});

import { beforeAll, expect, test } from "vitest";
import { parseExperiment } from "../../shared/experiment.ts";
import type { LensResult, RunEvent } from "../../shared/protocol.ts";
import type { RunRecord } from "../../shared/run-record.ts";
import type { Work } from "../data/dataset.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend } from "../testing/backends.ts";
import { tf } from "../tf.ts";
import { chooseBackend } from "./choose-backend.ts";
import { Session } from "./session.ts";

const WORK: Work = { signal: new AbortController().signal, progress: () => {} };
const EXPERIMENT = parseExperiment({
  version: 1,
  task: "tabular-classification",
  data: { train: "points.csv", label: "side" },
  repeat: { k: 3, noises: [{ id: "gaussian", site: "input", stdDev: 0.3 }] },
  epochs: 2,
});
const ROWS = Array.from({ length: 60 }, (_, i) => `${(i % 7) - 3},${i % 5},${i % 7 > 3 ? "up" : "down"}`);
const LENS = { experiment: EXPERIMENT, item: 3, runId: null, draw: 0 };

/** Runs that the session is told of, event by event. */
async function opened(on: (session: Session, event: RunEvent) => void) {
  const ends: ((event: RunEvent) => void)[] = [];
  const session = new Session((_, event) => {
    on(session, event);
    if (event.kind === "ended" || event.kind === "failed") ends.shift()?.(event);
  });
  const source = { kind: "text", name: "points.csv", text: ["x,y,side", ...ROWS].join("\n") } as const;
  await session.handlers["data.open"]({ source, skipBad: false }, WORK);
  const train = async (runId: string) => {
    const ended = new Promise<RunEvent>((resolve) => ends.push(resolve));
    await session.handlers["train.start"]({ runId, experiment: EXPERIMENT, backend: "auto", keep: null }, WORK);
    return ended;
  };
  return { session, train };
}

const measures = (event: RunEvent) => event.kind === "state" && event.detail.startsWith("Finding the fastest");

beforeAll(async () => {
  await startTestBackend("webgpu");
  await startTestBackend("wasm");
});

test("a run on auto trains on the backend that it measured as the fastest, while the lens looks on", async () => {
  const looks: Promise<LensResult>[] = [];
  const { session, train } = await opened((own, event) => {
    if (measures(event)) looks.push(own.handlers["lens.show"](LENS, WORK));
  });
  const untrained = await session.handlers["lens.show"](LENS, WORK);
  const before = tf.memory().numTensors;
  const ended = await train("first");
  if (ended.kind !== "ended") throw new Error(JSON.stringify(ended));
  const { backend } = ended.record;
  expect(backend.figures.map(({ name }) => name)).toEqual(["wasm", "webgpu", "webgl"]);
  expect(backend.name).toBe(chooseBackend(backend.figures, "wasm"));
  expect(tf.getBackend()).toBe(backend.name);
  expect(looks).toHaveLength(1);
  const look = (await looks[0]) as LensResult;
  expectAllClose(look.outputs.flat(), untrained.outputs.flat());
  const again = await train("again");
  expect(again.kind === "ended" && again.record.backend).toEqual(backend);
  const losses = ({ steps }: RunRecord) => steps.map(({ loss }) => loss);
  expectAllClose(again.kind === "ended" ? losses(again.record) : [], losses(ended.record));
  expect(tf.memory().numTensors).toBe(before);
});

test("a stop is heard while a run measures, and the next run measures anew", async () => {
  const { session, train } = await opened((own, event) => {
    if (stops && measures(event)) own.control("first", "stop");
  });
  let stops = true;
  const before = tf.memory().numTensors;
  expect(await train("first")).toMatchObject({ kind: "failed", error: { kind: "cancelled" } });
  expect(tf.memory().numTensors).toBe(before);
  stops = false;
  expect((await train("second")).kind).toBe("ended");
  expect(await session.handlers["engine.describe"]({ backend: "auto" }, WORK)).toMatchObject({ name: tf.getBackend() });
});

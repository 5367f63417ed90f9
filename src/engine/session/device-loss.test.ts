import { beforeEach, expect, test, vi } from "vitest";
import { type ExperimentFile, parseExperiment } from "../../shared/experiment.ts";
import type { FromEngine, RunEvent } from "../../shared/protocol.ts";
import type { BackendChoice } from "../../shared/task.ts";
import type { Work } from "../data/dataset.ts";
import { device } from "../gpu.ts";
import { Router } from "../router.ts";
import { startTestBackend } from "../testing/backends.ts";
import { tf } from "../tf.ts";
import { Session } from "./session.ts";

const WORK: Work = { signal: new AbortController().signal, progress: () => {} };
const FILE: ExperimentFile = {
  version: 1,
  task: "tabular-classification",
  data: { train: "points.csv", label: "side" },
  repeat: { k: 3, noises: [{ id: "gaussian", site: "input", stdDev: 0.3 }] },
  batchSize: 16,
  epochs: 4,
};
const ROWS = Array.from({ length: 60 }, (_, i) => `${(i % 7) - 3},${i % 7 > 3 ? "up" : "down"}`);

type Happened = (session: Session, event: RunEvent) => void;

/** A session with its data, and runs in it that are watched from event to event. */
async function opened() {
  let happened: Happened = () => {};
  let ended: (event: RunEvent) => void = () => {};
  const session = new Session((_, event) => {
    happened(session, event);
    if (event.kind === "ended" || event.kind === "failed") ended(event);
  });
  const text = ["x,side", ...ROWS].join("\n");
  await session.handlers["data.open"]({ source: { kind: "text", name: "points.csv", text }, skipBad: false }, WORK);
  const run = async (backend: BackendChoice, change: Partial<ExperimentFile> = {}, watch: Happened = () => {}) => {
    happened = watch;
    const end = new Promise<RunEvent>((resolve) => {
      ended = resolve;
    });
    const experiment = parseExperiment({ ...FILE, ...change });
    await session.handlers["train.start"]({ runId: "run", experiment, backend, keep: null }, WORK);
    return end;
  };
  return { session, run };
}

const FAILED = {
  kind: "failed",
  error: {
    kind: "device-lost",
    message: expect.stringMatching(
      /^The GPU device was lost \(.+\), .+ Start again: .+ another backend than WebGPU\.$/,
    ),
  },
};

/** Lets the device go at the first event of a kind. */
const loseAt = (kind: RunEvent["kind"]): Happened => {
  let done = false;
  return (_, event) => {
    if (event.kind !== kind || done) return;
    done = true;
    device().destroy();
  };
};

beforeEach(() => startTestBackend("webgpu"));

// Steps of the first are fused, of the second captured.
test.each([{}, { objective: { id: "soft-f1" } }] as Partial<ExperimentFile>[])(
  "a run whose device is lost fails and says so, and the next one trains: %j",
  async (change) => {
    const { run } = await opened();
    const lasting = { ...change, epochs: 400 };
    expect(await run("webgpu", lasting, loseAt("started"))).toMatchObject(FAILED);
    const next = await run("webgpu", change);
    expect(next).toMatchObject({ kind: "ended", record: { status: "finished", backend: { name: "webgpu" } } });
    expect(await run("webgpu", lasting, loseAt("steps"))).toMatchObject(FAILED);
    expect(await run("cpu", change)).toMatchObject({ kind: "ended", record: { backend: { name: "cpu" } } });
  },
);

test("a paused run fails at once, and one that evaluates at its end as well", async () => {
  const { run } = await opened();
  const pausing: Happened = (session, event) => {
    if (event.kind === "started") session.control("run", "pause");
    if (event.kind === "state" && event.state === "paused") device().destroy();
  };
  expect(await run("webgpu", { epochs: 400 }, pausing)).toMatchObject(FAILED);
  const evaluating: Happened = (_, event) => {
    if (event.kind === "state" && event.state === "evaluating") device().destroy();
  };
  expect(await run("webgpu", { epochs: 1 }, evaluating)).toMatchObject(FAILED);
});

test("a device that is lost between runs, or beside one, is nobody's failure", async () => {
  const { session, run } = await opened();
  expect((await run("webgpu")).kind).toBe("ended");
  const gpu = device();
  gpu.destroy();
  await gpu.lost;
  expect((await run("webgpu")).kind).toBe("ended");
  expect(device()).not.toBe(gpu);
  const idle = device();
  const beside: Happened = (_, event) => {
    if (event.kind === "started") idle.destroy();
  };
  expect((await run("cpu", {}, beside)).kind).toBe("ended");
  // What was chosen is still chosen while the run goes on, and anew after it.
  expect((await session.handlers["engine.describe"]({ backend: "webgpu" }, WORK)).name).toBe("webgpu");
  expect(tf.getBackend()).toBe("webgpu");
  expect(device()).not.toBe(idle);
});

test("a call on a device that is lost fails for that reason, and the same call then works", async () => {
  const { session } = await opened();
  await session.handlers["engine.describe"]({ backend: "webgpu" }, WORK);
  const sent: FromEngine[] = [];
  let answered: () => void = () => {};
  const router = new Router(session.handlers, (message) => {
    if (message.type !== "result" && message.type !== "error") return;
    sent.push(message);
    answered();
  });
  const look = (id: number) =>
    new Promise<void>((resolve) => {
      answered = resolve;
      const given = { experiment: parseExperiment(FILE), item: 0, runId: null, draw: 0 };
      router.call({ type: "call", id, call: "lens.show", arguments: given });
    });
  // It goes while the lens waits to read what it has computed.
  const { mapAsync } = GPUBuffer.prototype;
  vi.spyOn(GPUBuffer.prototype, "mapAsync").mockImplementationOnce(function (this: GPUBuffer, ...range) {
    device().destroy();
    return mapAsync.apply(this, range);
  });
  await look(1);
  vi.restoreAllMocks();
  expect(sent).toMatchObject([{ type: "error", id: 1, error: FAILED.error }]);
  await look(2);
  expect(sent).toMatchObject([{}, { type: "result", id: 2, result: { trained: false } }]);
});

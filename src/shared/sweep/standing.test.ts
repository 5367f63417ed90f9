import { describe, expect, test } from "vitest";
import type { RunEntry, RunEntryStatus, RunFigures } from "../kept/run-entry.ts";
import { fromDocument, type KeptSweep, toDocument } from "./kept-sweep.ts";
import { planOf } from "./plan.ts";
import { standingOf } from "./standing.ts";
import { parseSweep } from "./sweep-file.ts";

const file = parseSweep({
  version: 1,
  experiment: { version: 1, task: "tabular-classification", data: { train: "a.csv" } },
  grid: { "repeat.k": [1, 2, 4] },
  baselines: { k1: false, equalCompute: false },
});
const plan = planOf(file);
const sweep: KeptSweep = {
  id: "s",
  name: "K",
  file,
  startedAt: "2026-01-01T00:00:00Z",
  source: { name: "a.csv", contentId: "abc" },
  trainItems: 90,
  status: "running",
  reason: "",
  cancelled: [],
};
let count = 0;
const run = (point: number, status: RunEntryStatus, more: Partial<RunEntry> = {}): RunEntry => ({
  runId: `run-${++count}`,
  name: "Run",
  notes: "",
  tags: [],
  startedAt: `2026-01-01T00:00:${String(count).padStart(2, "0")}Z`,
  status,
  reason: null,
  backend: "auto",
  experiment: plan.points[point]?.experiment as RunEntry["experiment"],
  source: sweep.source,
  sweep: { sweepId: "s", point },
  figures: null,
  checkpoint: null,
  hasWeights: false,
  kept: true,
  bytes: 0,
  ...more,
});
const figures = {
  backend: { name: "cpu", adapter: null },
  dataset: { train: 90, validation: 0, test: 30, sha256: "x", classes: 3 },
  epochs: 2,
  passes: 180,
  test: { loss: 0.4, accuracy: 0.9, macroF1: 0.9, expectedCalibrationError: 0.1 },
  testPooled: null,
  totalMs: 500,
  msPerStep: 3,
} as RunFigures;

describe("the standing of a sweep", () => {
  test("at first everything is to come, in order", () => {
    const { toCome, going, interrupted } = standingOf(sweep, plan, []);
    expect(toCome.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect([going, interrupted]).toEqual([null, null]);
  });

  test("follows from its runs: one has ended, one goes on, one was cut off", () => {
    const runs = [
      run(0, "finished", { figures }),
      run(1, "going"),
      run(2, "interrupted", { checkpoint: { step: 5, totalSteps: 9, epoch: 1, at: "", bytes: 10 } }),
      run(2, "finished", { sweep: { sweepId: "another", point: 2 }, figures }),
      run(1, "finished", { sweep: null, figures }),
    ];
    const { results, going, interrupted, toCome } = standingOf(sweep, plan, runs);
    expect([...results]).toMatchObject([[0, { status: "finished", validation: null, test: { accuracy: 0.9 } }]]);
    expect(going?.index).toBe(1);
    expect(toCome.map(({ index }) => index)).toEqual([2]);
    expect(interrupted?.runId).toBe(runs[2]?.runId);
  });

  test("a run that was cut off before its first checkpoint is trained anew", () => {
    const { interrupted, toCome } = standingOf(sweep, plan, [run(0, "interrupted")]);
    expect(interrupted).toBeNull();
    expect(toCome[0]?.index).toBe(0);
  });

  test("a finished run stays the point's, whatever came after; else the latest counts", () => {
    const runs = [run(0, "failed", { reason: "lost" }), run(0, "finished", { figures }), run(0, "failed")];
    expect(standingOf(sweep, plan, runs.toReversed()).results.get(0)?.status).toBe("finished");
    const failures = [run(1, "interrupted"), run(1, "failed", { reason: "The device was lost." })];
    expect(standingOf(sweep, plan, failures).results.get(1)).toMatchObject({
      status: "failed",
      error: "The device was lost.",
    });
  });

  test("what was taken out or stopped does not come back", () => {
    const { toCome, results } = standingOf({ ...sweep, cancelled: [2] }, plan, [run(0, "stopped")]);
    expect(toCome.map(({ index }) => index)).toEqual([1]);
    expect(results.get(0)).toMatchObject({ status: "stopped", error: null });
  });
});

describe("a kept sweep", () => {
  test("comes back as it was, through JSON", () => {
    const document = JSON.parse(JSON.stringify(toDocument(sweep)));
    expect(document).toMatchObject({ kind: "sweep", id: "s", version: 1 });
    expect(fromDocument(document)).toEqual(sweep);
  });

  test("a damaged one, or one of a later studio, is refused with the reason", () => {
    const document = toDocument(sweep);
    expect(() => fromDocument({ ...document, version: 2 })).toThrow("format 2");
    expect(() => fromDocument({ ...document, content: { ...(document.content as object), status: 5 } })).toThrow(
      "status",
    );
    expect(() => fromDocument({ ...document, content: { ...(document.content as object), file: {} } })).toThrow(
      "version",
    );
  });
});

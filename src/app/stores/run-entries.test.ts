import { expect, test } from "vitest";
import { nextRunName } from "../../shared/kept/run-entry.ts";
import { entry } from "../../shared/kept/testing/entries.ts";
import { merged, resumable } from "./run-entries.ts";

const CHECKPOINT = { step: 5, totalSteps: 20, epoch: 2, at: "2026-11-29T10:00:00.000Z", bytes: 100 };

test("names count on from the largest number, whatever was removed or renamed", () => {
  expect(nextRunName([])).toBe("Run 1");
  expect(nextRunName([{ name: "Run 3" }, { name: "With noise" }, { name: "Run 1" }])).toBe("Run 4");
  expect(nextRunName([{ name: "Run 9 again" }])).toBe("Run 1");
});

test("only the latest run is offered to go on, and only from a checkpoint", () => {
  const cut = entry({ runId: "b", status: "interrupted", figures: null, checkpoint: CHECKPOINT });
  expect(resumable([entry({ runId: "a" }), cut])?.runId).toBe("b");
  expect(resumable([cut, entry({ runId: "a" })])).toBeNull();
  expect(resumable([{ ...cut, status: "elsewhere" }])).toBeNull();
  expect(resumable([{ ...cut, checkpoint: null }])).toBeNull();
  expect(resumable([{ ...cut, status: "failed" }])?.runId).toBe("b");
});

test("what is kept stands beside what this page alone knows, the oldest first", () => {
  const unkept = entry({ runId: "here", kept: false, startedAt: "2026-11-29T09:00:00.000Z" });
  const gone = entry({ runId: "removed elsewhere", kept: true });
  const own = entry({ runId: "both", hasWeights: true, kept: false });
  const stored = entry({ runId: "both", hasWeights: false, figures: null, startedAt: "2026-11-29T11:00:00.000Z" });
  const runs = merged([own, gone, unkept], [stored]);
  expect(runs.map(({ runId }) => runId)).toEqual(["here", "both"]);
  // The engine may still hold weights that are not on disk yet, and the page figures.
  expect(runs[1]).toMatchObject({ kept: true, hasWeights: true, figures: own.figures });
});

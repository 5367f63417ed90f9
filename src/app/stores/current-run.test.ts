import { expect, test } from "vitest";
import { parseExperiment } from "../../shared/experiment.ts";
import { begun } from "./current-run.ts";
import { FIRST_EXPERIMENT } from "./experiment-store.ts";

test("a run that begins has no backend yet, whatever its entry was asked to compute on", () => {
  const dataset = { classes: [], train: 1, validation: 0, test: 0, contentSha256: "" };
  const entry = { runId: "a", name: "Run 1", experiment: parseExperiment(FIRST_EXPERIMENT), sweep: null };
  const run = begun({ ...entry, backend: "cpu", status: "going", dataset } as Parameters<typeof begun>[0]);
  expect(run).toMatchObject({ runId: "a", phase: "preparing", backend: null, record: null });
  expect(run).not.toHaveProperty("status");
});

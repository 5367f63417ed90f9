import { afterEach, expect, test, vi } from "vitest";
import { openRunStore } from "./open-run-store.ts";
import { startOf } from "./testing/stores.ts";

afterEach(() => vi.restoreAllMocks());

test("where there is no lasting storage, runs are kept as long as the tab, and it is said", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const store = await openRunStore(() => {});
  expect(await store.runs.begin(startOf("a"))).toMatchObject({ status: "going", kept: false });
  expect(await store.read()).toMatchObject({ lasting: false, room: null, problems: [], runs: [{ runId: "a" }] });
  expect(warn).not.toHaveBeenCalled();
});

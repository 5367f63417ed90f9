import { expect, test, vi } from "vitest";
import { openFiles, proposed, quietWork } from "../data/testing/fixtures.ts";
import { CancelledError } from "../errors.ts";
import { Datasets } from "./datasets.ts";

const noneKept = async () => {
  throw new Error("Nothing is kept.");
};

test("who asks for what another calls off gets it all the same", async () => {
  const rows = Array.from({ length: 20 }, (_, i) => `${i},${i % 2 ? "a" : "b"}`);
  const source = await openFiles({ "t.csv": ["length,kind", ...rows].join("\n") });
  const datasets = new Datasets(noneKept);
  datasets.replace(source);
  const abort = new AbortController();
  const cancelled = new Promise<never>((_, reject) => {
    abort.signal.addEventListener("abort", () => reject(new CancelledError("Cancelled.")));
  });
  const prepare = vi.spyOn(source, "prepare").mockReturnValueOnce(cancelled);
  const experiment = proposed(source);
  const [first, second] = [
    datasets.prepare(experiment, quietWork(abort.signal)),
    datasets.prepare(experiment, quietWork()),
  ];
  abort.abort();
  await expect(first).rejects.toThrow("Cancelled.");
  expect((await second).summary.train).toBeGreaterThan(0);
  expect(prepare).toHaveBeenCalledTimes(2);
});

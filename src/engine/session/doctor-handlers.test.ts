import { expect, test } from "vitest";
import { withEdits } from "../../shared/edits.ts";
import { parseExperiment } from "../../shared/experiment.ts";
import { openFiles, proposed, quietWork } from "../data/testing/fixtures.ts";
import { Backbones } from "../features/backbones.ts";
import { NO_CACHE } from "../features/feature-cache.ts";
import { doctorHandlers } from "./doctor-handlers.ts";

const noLoading = async () => {
  throw new Error("No model is here.");
};
const backbones = new Backbones(
  { frozen: noLoading, tunable: noLoading, identity: async () => "", describe: async () => null },
  NO_CACHE,
);

/** Thirty requests, those of the given rows left empty. */
async function opened(...empty: number[]) {
  const rows = Array.from(
    { length: 30 },
    (_, i) => `"${empty.includes(i) ? "" : `item ${i ** 3} ${"abc"[i % 3]}`}",${i % 2}`,
  );
  const source = await openFiles({ "requests.csv": ["message,topic", ...rows].join("\n") });
  const handlers = doctorHandlers({
    backbones,
    source: () => source,
    prepare: (experiment, work) => source.prepare(experiment, work),
    onBackend: async () => {
      throw new Error("A run is going on.");
    },
  });
  const data = { text: "message", label: "topic" };
  return {
    handlers,
    experiment: parseExperiment({
      ...proposed(source, data),
      task: "text-classification",
      backbone: { id: "use-lite" },
    }),
  };
}

test("data that cannot be prepared are examined all the same, and the repair lets them be", async () => {
  const { handlers, experiment } = await opened(4, 9);
  const { findings, items } = await handlers["data.examine"]({ experiment }, quietWork());
  expect(items).toBe(30);
  expect(findings[0]).toMatchObject({ kind: "unreadable", severity: "error", total: 2 });
  expect(findings[0]?.sentence).toBe("2 items are empty or cannot be read, so that training cannot begin.");
  const repaired = parseExperiment(withEdits(experiment, findings[0]?.repairs[0]?.edits ?? {}));
  expect(repaired.data.edits).toEqual({ 4: { exclude: true }, 9: { exclude: true } });
  const again = await handlers["data.examine"]({ experiment: repaired }, quietWork());
  expect(again.items).toBe(28);
  expect(again.findings.map(({ kind }) => kind)).not.toContain("unreadable");
});

test("one empty row that was excluded by hand and another one: only the other is told", async () => {
  const { handlers, experiment } = await opened(4, 9);
  const edited = parseExperiment(withEdits(experiment, { 4: { exclude: true } }));
  const { findings } = await handlers["data.examine"]({ experiment: edited }, quietWork());
  expect(findings[0]?.items.map(({ item }) => item)).toEqual([9]);
});

test("what skipping does not cure is told as it is", async () => {
  const { handlers, experiment } = await opened();
  const wrong = { ...experiment, data: { ...experiment.data, label: "nothing" } };
  await expect(handlers["data.examine"]({ experiment: wrong }, quietWork())).rejects.toThrow("no such column");
});

test("items are picked by number, in the order asked for", async () => {
  const { handlers } = await opened();
  const { items } = await handlers["data.pick"]({ items: [17, 3] }, quietWork());
  expect(items.map(({ id }) => id)).toEqual([17, 3]);
});

test("a search for label errors waits for no run: it is refused while one goes on", async () => {
  const { handlers, experiment } = await opened();
  const asked = handlers["data.suspects"]({ experiment, folds: 4, withTest: false }, quietWork());
  await expect(asked).rejects.toThrow("A run is going on.");
});

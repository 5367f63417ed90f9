import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { flowersCsv } from "./fixtures/tables.ts";

let folder: string;
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "refrain-sweep-"));
  writeFileSync(join(folder, "flowers.csv"), flowersCsv(90));
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

const EXPERIMENT = {
  version: 1,
  task: "tabular-classification",
  data: { train: "flowers.csv", label: "flower" },
  repeat: { noises: [{ id: "gaussian", site: "input", stdDev: 0.1 }] },
  epochs: 2,
};
const GRID = { "repeat.k": [1, 3], "aggregate.pooling.id": ["mean", "max"] };

const ROOT = join(import.meta.dirname, "..");

/** The words of `npm run -s sweep` on a sweep in the folder, as a person would type it. */
function command(name: string, sweep: unknown, ...options: string[]): string[] {
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify(sweep));
  return ["run", "-s", "sweep", "--", path, "--out", join(folder, name), "--backend", "cpu", ...options];
}

const run = (words: string[]) => {
  const { status, stdout, stderr } = spawnSync("npm", words, { encoding: "utf8", cwd: ROOT });
  return { status, stdout, stderr };
};

interface SweptRun {
  point: number;
  set: Record<string, unknown>;
  role: string;
  seed: number;
  status: string;
  error: string | null;
  test: { accuracy: number } | null;
}

const outputOf = (name: string): { runs: SweptRun[]; groups: { mean: never; sd: never; finished: number }[] } =>
  JSON.parse(readFileSync(join(folder, name, "sweep.json"), "utf8"));

test("a sweep that was killed goes on where it was, and ends with mean and sd of every configuration", async () => {
  const sweep = { version: 1, experiment: { ...EXPERIMENT, epochs: 20 }, grid: GRID, seeds: 2 };
  const words = command("killed", sweep);
  const child = spawn("npm", words, { cwd: ROOT, detached: true, stdio: "ignore" });
  const written = join(folder, "killed", "sweep.json");
  await expect
    .poll(() => (existsSync(written) ? outputOf("killed").runs.length : 0), { timeout: 60_000, intervals: [20] })
    .toBeGreaterThan(1);
  process.kill(-(child.pid as number), "SIGKILL");
  const before = outputOf("killed").runs;

  const { status, stdout, stderr } = run(words);
  expect(stderr).toContain(`${before.length} of 10 runs are there from before.`);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^accuracy %, mean ± sd +validation +test +pooled +seeds\n/);
  const { runs, groups } = outputOf("killed");
  expect(runs.slice(0, before.length)).toEqual(before);
  expect(runs.map(({ role, set, seed }) => [role, set["repeat.k"], set["aggregate.pooling.id"] ?? "", seed])).toEqual(
    [1, 2].flatMap((seed) => [
      ["grid", 1, "mean", seed],
      ["grid", 1, "max", seed],
      ["grid", 3, "mean", seed],
      ["equal-compute", 1, "", seed],
      ["grid", 3, "max", seed],
    ]),
  );
  const [first, second] = [0, 5].map((point) => runs[point]?.test?.accuracy as number) as [number, number];
  const [group] = groups as unknown as { mean: { test: { accuracy: number } }; sd: { test: { accuracy: number } } }[];
  expect(group?.mean.test.accuracy).toBeCloseTo((first + second) / 2, 12);
  expect(group?.sd.test.accuracy).toBeCloseTo(Math.abs(first - second) / Math.SQRT2, 12);
  // With K = 1 there is nothing to pool: f changes nothing.
  expect(runs[1]?.test).toEqual(runs[0]?.test);
  expect(
    readFileSync(join(folder, "killed", "runs.csv"), "utf8")
      .trimEnd()
      .split("\n"),
  ).toHaveLength(11);

  const other = command("killed", { ...sweep, seeds: 3 });
  expect(run(other)).toMatchObject({ status: 2, stdout: "" });
  expect(outputOf("killed").runs).toEqual(runs);
});

test("a run that fails is recorded with its reason, the rest goes on, and a budget ends it", () => {
  const experiment = { ...EXPERIMENT, repeat: { k: 1 } };
  const grid = { "data.features": [["height", "width"], ["scent"], ["petals"], ["soil"]] };
  const sweep = { version: 1, experiment, grid, budget: { runs: 3 } };
  const { status, stderr } = run(command("diverging", sweep));
  expect(status).toBe(1);
  expect(stderr).toContain("The budget of 3 runs is used up. 3 of 4 runs are done.");
  const { runs } = outputOf("diverging");
  expect(runs.map((each) => each.status)).toEqual(["finished", "failed", "finished"]);
  expect(runs[1]?.error).toContain("scent");
  expect(runs[1]?.test).toBeNull();
});

for (const [name, sweep, said] of [
  [
    "points out of bounds",
    { version: 1, experiment: EXPERIMENT, grid: { "repeat.k": [1, 65, 99] } },
    /repeat\.k = 65: repeat\.k: .*64.*\n.*repeat\.k = 99/,
  ],
  ["data that are not there", { version: 1, experiment: { ...EXPERIMENT, data: { train: "no.csv" } } }, /no\.csv/],
  [
    "a column that is not there",
    { version: 1, experiment: { ...EXPERIMENT, data: { train: "flowers.csv", label: "colour" } } },
    /colour/,
  ],
] as const)
  test(`${name}: nothing is trained, and the reason is said`, () => {
    const { status, stderr } = run(command("bad", sweep));
    expect(stderr).toMatch(said);
    expect(status).toBe(2);
    expect(existsSync(join(folder, "bad", "sweep.json"))).toBe(false);
  });

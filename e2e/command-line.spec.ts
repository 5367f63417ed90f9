import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { markdownTables } from "../src/shared/testing/markdown-tables.ts";
import { tensorsIn } from "./fixtures/safetensors.ts";
import { flowersCsv } from "./fixtures/tables.ts";
import { tinyBert } from "./fixtures/tiny-bert.ts";

let folder: string;
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "refrain-"));
  writeFileSync(join(folder, "flowers.csv"), flowersCsv(150));
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FLOWERS = {
  version: 1,
  task: "tabular-classification",
  data: { train: "flowers.csv", label: "flower" },
  repeat: { k: 4, noises: [{ id: "gaussian", site: "input", stdDev: 0.1 }] },
  epochs: 5,
};

/** Runs `npm run -s train` on an experiment in the folder, as a person would type it. */
function train(experiment: unknown, ...options: string[]) {
  const path = join(folder, "experiment.json");
  writeFileSync(path, typeof experiment === "string" ? experiment : JSON.stringify(experiment));
  const { status, stdout, stderr } = spawnSync("npm", ["run", "-s", "train", "--", path, ...options], {
    encoding: "utf8",
    cwd: join(import.meta.dirname, ".."),
  });
  return { status, stdout, stderr };
}

const runOf = (out: string) => JSON.parse(readFileSync(join(out, "run.json"), "utf8"));

test("trains, prints the report and leaves run.json and the model, the same each time", () => {
  const [first, second] = [join(folder, "first"), join(folder, "second")];
  const { status, stdout, stderr } = train(FLOWERS, "--out", first, "--backend", "wasm", "--set", "repeat.k=3");
  expect(stderr).not.toContain("Error");
  expect(status).toBe(0);
  expect(stdout).toMatch(/^ +precision +recall +f1-score +support\n/);
  expect(stdout).toMatch(/weighted avg +\d\.\d\d +\d\.\d\d +\d\.\d\d +30\n/);
  const run = runOf(first);
  expect(run).toMatchObject({
    version: 1,
    status: "finished",
    experiment: { repeat: { k: 3 }, inference: { k: 3 } },
    backend: { name: "wasm", reason: "chosen by you" },
    dataset: { classes: ["daisy", "poppy", "tulip"], train: 90, validation: 30, test: 30 },
  });
  expect(run.steps).toHaveLength(15);
  expect(run.epochs).toHaveLength(5);
  expect(run.steps.at(-1).loss).toBeLessThan(run.steps[0].loss);
  for (const evaluation of [run.test, run.testPooled]) {
    const supports = Object.values(evaluation.report.classes as Record<string, { support: number }>);
    expect(supports.reduce((sum, { support }) => sum + support, 0)).toBe(evaluation.report.macro.support);
    expect(evaluation.confusionMatrix.flat().reduce((a: number, b: number) => a + b, 0)).toBe(30);
  }
  const header = readFileSync(join(first, "model.safetensors"));
  expect(header.readBigUInt64LE(0)).toBeLessThan(header.length);
  expect(train(FLOWERS, "--out", second, "--backend", "wasm", "--set", "repeat.k=3").status).toBe(0);
  expect(runOf(second).steps).toEqual(run.steps);
});

test("a model card with the run's figures lies beside the model", () => {
  const out = join(folder, "carded");
  const split = ["--set", 'data.split={"validation":0.2,"test":0.3}'];
  expect(train(FLOWERS, "--out", out, "--backend", "wasm", ...split).status).toBe(0);
  const { test, testPooled, dataset, experiment } = runOf(out);
  const card = readFileSync(join(out, "model-card.md"), "utf8");
  expect(card).toMatch(/^---\nlibrary_name: refrain\npipeline_tag: tabular-classification\n/);
  const tables = markdownTables(card);
  const [accuracy] = tables.find(([head]) => head?.[1] === "one clean pass")?.slice(1) ?? [];
  const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
  expect(accuracy).toEqual(["accuracy", percent(test.accuracy), percent(testPooled.accuracy)]);
  const matrices = tables.filter(([head]) => head?.[0]?.startsWith("true"));
  expect(matrices.map((matrix) => matrix.slice(1).map((row) => row.slice(1).map(Number)))).toEqual([
    test.confusionMatrix,
    testPooled.confusionMatrix,
  ]);
  expect(card).toContain(dataset.sha256);
  expect(card).toContain("choose model.safetensors with *Load model*");
  expect(JSON.parse(/```json\n([\s\S]*?)\n```/.exec(card)?.[1] ?? "")).toEqual(experiment);
});

test("--export writes the whole tuned transformer as a folder, and is refused where there is none", () => {
  const model = join(folder, "tiny");
  mkdirSync(model);
  for (const [name, content] of Object.entries(tinyBert())) writeFileSync(join(model, name), content);
  const rows = Array.from({ length: 20 }, (_, i) => [
    `where is parcel ${i}?,delivery`,
    `refund order ${i},refund`,
  ]).flat();
  writeFileSync(join(folder, "mails.csv"), ["text,intent", ...rows].join("\n"));
  const mails = {
    version: 1,
    task: "text-classification",
    data: { train: "mails.csv", text: "text", label: "intent" },
    backbone: { id: "transformer", source: "tiny" },
    tuning: { id: "lora" },
    epochs: 2,
  };
  const out = join(folder, "exported");
  const { status, stderr } = train(mails, "--out", out, "--backend", "wasm", "--export");
  expect(stderr).not.toContain("Error");
  expect(status).toBe(0);
  expect(runOf(out).status).toBe("finished");
  expect(readdirSync(join(out, "model")).toSorted()).toEqual(
    [...readdirSync(model), "head.safetensors", "refrain.json"].toSorted(),
  );
  const own = (name: string) => tensorsIn(readFileSync(join(out, "model", name)));
  const base = tensorsIn(readFileSync(join(model, "model.safetensors")));
  const query = "encoder.layer.1.attention.self.query.weight";
  expect(Object.keys(own("model.safetensors")).toSorted()).toEqual(Object.keys(base).toSorted());
  expect(own("model.safetensors")[query]).not.toEqual(base[query]);
  expect(readFileSync(join(out, "model", "README.md"), "utf8")).toContain("# experiment\n");

  const adapters = train({ ...mails, tuning: { id: "adapters" } }, "--out", out, "--export");
  expect(adapters).toMatchObject({ status: 2, stdout: "" });
  expect(adapters.stderr).toContain("--export: Adapters add layers to the network");
});

test("leaves validation fields null where nothing is set apart", () => {
  const out = join(folder, "bare");
  const split = ["--set", 'data.split={"validation":0,"test":0}'];
  const { status, stdout } = train(FLOWERS, "--out", out, "--backend", "wasm", ...split);
  expect(status).toBe(0);
  expect(stdout).toBe("");
  const run = runOf(out);
  expect(run.epochs[0]).toMatchObject({ validationLoss: null, validationAccuracy: null, validationMacroF1: null });
  expect(run.test).toBeNull();
});

test.describe("bad experiments and bad data end with 2 and the reason", () => {
  for (const [name, experiment, options, said] of [
    ["no JSON", "{", [], "this is no JSON"],
    ["a field out of bounds", { ...FLOWERS, repeat: { k: 99 } }, [], "repeat.k"],
    ["a file that is not there", { ...FLOWERS, data: { train: "none.csv" } }, [], "none.csv"],
    ["a column that is not there", FLOWERS, ["--set", "data.label=colour"], "colour"],
    ["an unknown option", FLOWERS, ["--fast"], "Unknown option --fast"],
  ] as const)
    test(name, () => {
      const { status, stderr } = train(experiment, ...options);
      expect(stderr).toContain(said);
      expect(status).toBe(2);
    });
});

import { expect, test } from "vitest";
import { parseExperiment } from "../experiment.ts";
import type { RunRecord } from "../run-record.ts";
import { type MarkdownTable, markdownTables } from "../testing/markdown-tables.ts";
import { modelCard } from "./model-card.ts";
import { loadedSubject, type PretrainedLineage, trainedSubject } from "./subject.ts";
import { CLASSES, recordOf, withoutTest } from "./testing/record.ts";

const card = (record: RunRecord, pretrained: PretrainedLineage | null = null, name = "Run 3") =>
  modelCard({ ...trainedSubject(record, name, "run-3.safetensors"), pretrained });
/** A class as a table shows it: on one line. */
const SHOWN = CLASSES.map((name) => name.replace("\n", " "));
const tableWith = (text: string, corner: string): MarkdownTable[] =>
  markdownTables(text).filter(([head]) => head?.[0] === corner);
const section = (text: string, title: string): string => text.split(`\n## ${title}\n`)[1]?.split("\n## ")[0] ?? "";
const valuesOf = (table: MarkdownTable | undefined): Record<string, string> =>
  Object.fromEntries((table ?? []).map(([name = "", ...rest]) => [name, rest.join(" ; ")]));

test("every figure of the report is the record's, for one clean pass and for the pooled ones", () => {
  const record = recordOf();
  const text = card(record);
  const evaluations = [record.test, record.testPooled];
  const reports = tableWith(text, "class").slice(1);
  const matrices = tableWith(text, "true ↓, predicted →");
  expect(reports).toHaveLength(2);
  for (const [i, evaluation] of evaluations.entries()) {
    const rows = Object.values(evaluation?.report.classes ?? {}).map(({ precision, recall, f1, support }) => [
      ...[precision, recall, f1].map((value) => value.toFixed(2)),
      String(support),
    ]);
    expect(reports[i]?.slice(1, 4)).toEqual(rows.map((row, c) => [SHOWN[c], ...row]));
    expect(matrices[i]?.slice(1).map((row) => row.slice(1).map(Number))).toEqual(evaluation?.confusionMatrix);
    expect(matrices[i]?.map(([name]) => name).slice(1)).toEqual(SHOWN);
  }
  expect(valuesOf(tableWith(text, "")[0])).toMatchObject({
    accuracy: "75.0% ; 91.7%",
    right: "9 of 12 ; 11 of 12",
    "95% interval of accuracy (Wilson)": "46.8% to 91.1% ; 64.6% to 98.5%",
    "macro F1": evaluations.map((evaluation) => evaluation?.macroF1.toFixed(3)).join(" ; "),
    "expected calibration error": "6.1% ; 4.3%",
    "cross-entropy": "0.612 ; 0.431",
  });
});

test("data, configuration, calibration and computation are said as they were", () => {
  const text = card(recordOf());
  expect(text.split("## Reproduce")[0]).not.toMatch(/undefined|null|NaN/);
  expect(tableWith(text, "class")[0]).toEqual([
    ["class", "training", "validation", "test", "left out"],
    [SHOWN[0], "20", "1", "4", "1,234"],
    [SHOWN[1], "15", "1", "3", "0"],
    [SHOWN[2], "5", "2", "5", "0"],
  ]);
  expect(valuesOf(tableWith(text, "setting")[0])).toMatchObject({
    "repeats K": "4",
    noises: "Gaussian (at features, standard deviation 0.05)",
    level: "probabilities",
    "pooling f": "Log-mean-exp (sharpness t 2)",
    "inference K′": "16",
    "inference f′": "Median",
    parameters: "1,539 trained of 1,539 (the frozen encoder below not counted)",
    "labels per class": "20",
    "label noise": "25.0%",
    seed: "7",
  });
  expect(text).toContain("K = 4 times a step, each time with noise of its own; the 4 vectors of probabilities");
  expect(section(text, "Calibration")).toContain("temperature 1.234");
  expect(tableWith(text, "items")[0]?.[2]).toEqual(["test", "6.1%", "5.0%", "0.612", "0.600"]);
  expect(valuesOf(tableWith(text, "what")[0])).toMatchObject({
    adapter: "ACME | GPU <9000>",
    "steps taken": "6 in 3 whole epochs",
    "time of training, in all": "1.2 s, 1 min 15 s",
  });
});

test("a run that was cut off says where it was gone on with, and an older record has nothing to say of it", () => {
  const words = (resumedAt: number[] | undefined) =>
    valuesOf(tableWith(card(recordOf({}, { resumedAt } as Partial<RunRecord>)), "what")[0])["cut off and resumed"];
  expect(words([])).toBeUndefined();
  expect(words(undefined)).toBeUndefined();
  expect(words([4])).toBe("after step 4");
  expect(words([4, 1205])).toBe("after steps 4, 1,205");
  expect(words([1, 2, 3, 4, 5, 6])).toBe("6 times, the last after step 6");
});

test("the experiment in the card is the record's", () => {
  const record = recordOf();
  const json = /```json\n([\s\S]*?)\n```/.exec(card(record))?.[1];
  expect(parseExperiment(JSON.parse(json ?? ""))).toEqual(record.experiment);
  expect(card(record)).toContain("npm run -s train -- experiment.json --out DIR --backend webgpu");
});

test("names of the user's own mean nothing to Markdown or HTML", () => {
  const text = card(recordOf(), null, "# <script>alert(1)</script> | `x`");
  const prose = text.replace(/```[\s\S]*?```/g, "").replace(/\\[!-/:-@[-`{-~]/g, "");
  expect(prose).not.toMatch(/[<>]/);
  expect(prose).not.toMatch(/^# two/m);
  expect(text).toContain("\n# \\# \\<script\\>alert(1)\\</script\\> \\| \\`x\\`\n");
  expect(text).toContain("my \\`notes\\`\\|1.csv");
});

test("limits are those of the run", () => {
  const limits = section(card(recordOf()), "Limits");
  expect(limits).toContain(
    "With 12 test items the accuracy of one clean pass is uncertain: 95% interval 46.8% to 91.1%",
  );
  expect(limits).toContain("1 class has fewer than 10 training items: line \\# two.");
  expect(limits).toContain("3 classes have fewer than 10 test items");
  expect(limits).toContain("10 training labels are wrong on purpose (label noise 25.0%)");
  expect(limits).toContain("2 pairs of equal inputs");
  expect(limits).toContain("one seed (7)");
  expect(limits).toContain("reads English");
  expect(limits).not.toContain("stopped");
  const clean = section(card(recordOf({ data: { train: "a.csv" }, repeat: { k: 1 } })), "Limits");
  expect(clean).not.toContain("repeating or pooling helped");
});

test("a run that ended before its time says so, and whose weights it kept", () => {
  const early = recordOf({ epochs: 50, earlyStopping: { patience: 1 } }, { stoppedEarly: true });
  expect(section(card(early), "Limits")).toContain(
    "after 3 of 50 epochs: the validation loss had not fallen for 1 epoch",
  );
  expect(section(card(early), "Limits")).toContain("The weights are those of epoch 2");
  expect(section(card(early), "Results")).toContain("after epoch 2: accuracy 100.0%");
  const stopped = recordOf({ epochs: 50 }, { status: "stopped" });
  expect(section(card(stopped), "Limits")).toContain("stopped by hand after 6 steps, with 3 of 50 epochs whole");
});

test("without a test set the validation items speak, without either nothing does", () => {
  const validation = section(card(withoutTest({}, true)), "Results");
  expect(validation).toContain("**There was no test set.** These figures are of 4 validation items after epoch 3");
  expect(valuesOf(tableWith(validation, "")[0])).toMatchObject({
    accuracy: "75.0%",
    "expected calibration error": "11.0%",
  });
  const neither = card(withoutTest({}, false));
  expect(section(neither, "Results")).toMatch(/^\n\*\*Nothing was held out\*\*[^\n]*\n$/);
  expect(section(neither, "Calibration")).toContain("no validation items");
  expect(neither).not.toContain("metrics:");
});

test("many classes keep the card short: no matrix, and the hardest hundred", () => {
  const record = recordOf();
  const names = Array.from({ length: 140 }, (_, i) => `class ${i}`);
  const score = (f1: number) => ({ precision: f1, recall: f1, f1, support: 1 });
  const classes = Object.fromEntries(names.map((name, i) => [name, score(i / 140)]));
  const test = { ...record.test, report: { ...record.test?.report, classes } } as RunRecord["test"];
  const dataset = { ...record.dataset, classes: names };
  const results = section(card({ ...record, dataset, test }), "Results");
  expect(tableWith(results, "true ↓, predicted →")).toHaveLength(0);
  expect(tableWith(results, "class")[0]?.slice(1, -3)).toHaveLength(100);
  expect(results).toContain("| class 99 |");
  expect(results).not.toContain("| class 100 |");
  expect(results).toContain("run.json has the other 40");
});

test("the front matter is the hub's: a licence only with a pretrained part", () => {
  const frontMatter = (text: string) => text.split("\n---\n")[0]?.split("\n").slice(1);
  const tags = ["  - refrain", "  - repeat-and-aggregate", "  - text-classification", "  - use-lite"];
  expect(frontMatter(card(recordOf()))).toEqual([
    "license: apache-2.0",
    "language:",
    "  - en",
    "library_name: refrain",
    "pipeline_tag: text-classification",
    "tags:",
    ...tags,
    "metrics:",
    "  - accuracy",
    "  - f1",
  ]);
  const scratch = recordOf({ task: "tabular-classification", data: { train: "a.csv" }, repeat: { k: 2 } });
  expect(frontMatter(card(scratch))).not.toContainEqual(expect.stringContaining("license"));
});

test("a pretrained model by name brings its own lineage in place of the built-in one", () => {
  const text = card(recordOf(), {
    source: "acme/bert-tiny",
    revision: "main",
    commit: "0123abc",
    licence: "Acme Model Licence: v2",
    languages: ["de", "no"],
    parameters: 4_386_178,
  });
  const [head = ""] = text.split("\n---\n");
  expect(head).toContain('license: other\nlicense_name: "Acme Model Licence: v2"');
  expect(head).toContain('base_model: "acme/bert-tiny"');
  expect(head).toContain('language:\n  - de\n  - "no"');
  const lineage = section(text, "Backbone and lineage");
  expect(lineage).toContain("Pretrained model: acme/bert-tiny, revision main, commit 0123abc.");
  expect(lineage).toContain("Languages: German and Norwegian.");
  expect(lineage).toContain("Parameters: 4,386,178.");
  expect(text).not.toContain("Universal Sentence Encoder Lite (Cer");
});

test("a model by name whose repository said nothing is named all the same", () => {
  const backbone = { id: "transformer", source: "acme/a|b", maxTokens: 64 } as const;
  const [head = "", text = ""] = card(recordOf({ backbone: { ...backbone, source: "acme/tiny" } })).split("\n---\n");
  expect(head).toContain('base_model: "acme/tiny"');
  expect(head).not.toContain("license");
  expect(section(text, "Backbone and lineage")).toContain("Pretrained model: acme/tiny, revision main.");
  expect(section(text, "Backbone and lineage")).toContain("weights: not known here");
  const folder = card(recordOf({ backbone: { ...backbone, revision: "folder" } }));
  expect(folder).not.toContain("base_model");
  expect(folder).toContain("Pretrained model: acme/a\\|b, a folder of the user's.");
  expect(valuesOf(tableWith(folder, "setting")[0]).backbone).toContain("source acme/a|b, revision folder");
});

test("a card in the folder of a whole model says how that is used, and what its head computes", () => {
  const record = recordOf({ backbone: { id: "transformer", source: "acme/tiny" }, head: { hidden: [8] } });
  const use = section(modelCard(trainedSubject(record, "Run 3", null)), "Use");
  expect(use).toContain("`transformers.AutoModel.from_pretrained(FOLDER)`");
  expect(use).toContain("`AutoTokenizer` prepares the inputs");
  expect(use).toContain("2 dense layers, ReLU between them: `head.dense_0`, `head.dense_1`, each x `weight` + `bias`");
  expect(use).not.toMatch(/Load model|null|undefined/);
});

test("a model that was read from a file has the shorter card, which says what it does not know", () => {
  const { experiment } = recordOf();
  const summary = { runId: "1", experiment, classes: CLASSES, parameters: 9, trainableParameters: 9, columns: [] };
  const text = modelCard(
    loadedSubject({ ...summary, imageShape: null, pretrained: null }, "run-3", "run-3.safetensors"),
  );
  expect(text).toContain("Sorts English texts into one of 3 classes: a\\|b, \\<b\\>bold\\</b\\>, line \\# two.");
  expect(section(text, "Results")).toContain("holds no scores");
  expect(section(text, "Limits")).toContain("Nothing is known here of the data");
  expect(text.split("## Reproduce")[0]).not.toMatch(/SHA-256|undefined|null|NaN/);
  expect(text.match(/^## .*/gm)).toEqual(
    ["Use", "Data", "Backbone and lineage", "Training", "Results", "Limits", "Reproduce"].map((name) => `## ${name}`),
  );
});

import { beforeEach, describe, expect, test } from "vitest";
import { type ExperimentFile, parseExperiment } from "../../../shared/experiment.ts";
import { SAMPLES } from "../../../shared/samples.ts";
import { FIRST_EXPERIMENT, useExperimentStore } from "../experiment-store.ts";
import { CONTROL_GROUPS, isKnown, isPath, labelsOf } from "./controls.ts";
import { type Lesson, stateOf } from "./lesson.ts";
import { controlState, useLessonStore } from "./lesson-store.ts";
import { valueAt } from "./locks.ts";

const lesson = (change: Partial<Lesson>): Lesson => ({
  title: "K",
  instructions: "",
  locked: [],
  hidden: [],
  ...change,
});
const { begin, whenLeft } = useLessonStore.getState();
const editor = () => useExperimentStore.getState();
const IRIS = SAMPLES[1]?.experiment as ExperimentFile;

beforeEach(() => {
  useLessonStore.setState({ lesson: null, leaving: null });
  useExperimentStore.setState({
    file: FIRST_EXPERIMENT,
    experiment: parseExperiment(FIRST_EXPERIMENT),
    issues: [],
    past: [],
    future: [],
    locks: [],
    refusal: null,
  });
});

test("the whole stages cover every field of an experiment, and every name is known", () => {
  const covered = CONTROL_GROUPS.flatMap(({ covers }) => covers);
  const fields = Object.keys(parseExperiment(FIRST_EXPERIMENT)).filter((key) => key !== "version");
  expect(covered.filter(isPath).toSorted()).toEqual(fields.toSorted());
  for (const { controls, whole, covers } of CONTROL_GROUPS) {
    for (const name of [...controls.flatMap(({ names }) => names), ...(whole ? [whole] : [])])
      expect(isKnown(name)).toBe(true);
    for (const name of whole ? controls.flatMap(({ names }) => names) : [])
      expect(covers.some((section) => name === section || name.startsWith(`${section}.`))).toBe(true);
  }
  for (const name of ["repeat.q", "repeat.k.q", "", "repeat.", "constructor", "stage:"])
    expect(isKnown(name)).toBe(false);
});

test("a control is as strict as the strictest name above it, and its neighbours are free", () => {
  const strict = lesson({ locked: ["aggregate", "optimizer.learningRate", "stage:head"], hidden: ["aggregate.level"] });
  expect(stateOf(strict, "aggregate.pooling")).toBe("locked");
  expect(stateOf(strict, "aggregate.level")).toBe("hidden");
  expect(stateOf(strict, "optimizer")).toBe("free");
  expect(stateOf(strict, "optimizer.learningRate")).toBe("locked");
  expect(stateOf(strict, "optimizer.learningRateDecay")).toBe("free");
  expect(stateOf(strict, "head.hidden")).toBe("locked");
  expect(stateOf(strict, "seed", "head.hidden")).toBe("locked");
  expect(stateOf(null, "repeat.k")).toBe("free");
  expect(labelsOf(["stage:head", "data.label", "aggregate"])).toEqual([
    "What columns are used as",
    "the stage Head",
    "Level",
    "Pooling f",
  ]);
});

describe("a locked value", () => {
  beforeEach(() => {
    editor().set("epochs", 3);
    begin(lesson({ locked: ["repeat.k", "inference"], hidden: ["objective", "seed"] }));
  });
  const values = () =>
    ["repeat.k", "inference.k", "objective.id", "seed"].map((path) => valueAt(editor().experiment, path));
  const HELD = [8, 8, "cross-entropy", 1];

  test("is moved by no setting, by no other file and by no default", () => {
    editor().set("repeat.k", 2);
    editor().set("repeat", { k: 3, views: 9 });
    editor().set("repeat", undefined);
    editor().set("objective", { id: "focal" });
    editor().set("seed", 77);
    editor().set("inference", { k: 4 });
    editor().replace({ ...IRIS, seed: 9, repeat: { k: 64 }, objective: { id: "soft-f1" } });
    expect(values()).toEqual(HELD);
    expect(editor().experiment.data.train).toBe("sample:iris");
  });

  test("is moved by no undo and no redo, which go no further back than the lesson", () => {
    expect(editor().past).toEqual([]);
    editor().undo();
    expect(editor().experiment.epochs).toBe(3);
    editor().set("epochs", 5);
    editor().undo();
    expect(editor().experiment.epochs).toBe(3);
    editor().redo();
    expect(editor().experiment.epochs).toBe(5);
    expect(values()).toEqual(HELD);
  });

  test("leaves no step to undo where nothing else was asked for", () => {
    editor().set("repeat.k", 2);
    expect(editor()).toMatchObject({ past: [], refusal: "This lesson locks that, so nothing was changed." });
  });

  test("is free again once the lesson is left, and undo then reaches what was before", () => {
    editor().set("epochs", 5);
    whenLeft(null, () => undefined);
    expect(useLessonStore.getState().lesson).not.toBeNull();
    useLessonStore.getState().leaving?.leave();
    expect(useLessonStore.getState()).toMatchObject({ lesson: null, leaving: null });
    editor().set("repeat.k", 2);
    expect(editor().experiment).toMatchObject({ repeat: { k: 2 }, epochs: 5 });
    for (let step = 0; step < 5; step++) editor().undo();
    expect(editor().file).toEqual(FIRST_EXPERIMENT);
  });
});

test("the experiment of a lesson is the same, whatever it locks", () => {
  for (const { experiment } of SAMPLES) {
    editor().replace(experiment);
    const before = editor().experiment;
    begin(lesson({ locked: CONTROL_GROUPS.flatMap(({ whole }) => whole ?? []) }));
    expect(editor().experiment).toEqual(before);
    editor().unlock();
  }
});

test("a change that fits only if a locked value moves is refused with the reason, and nothing changes", () => {
  editor().replace(SAMPLES[3]?.experiment as ExperimentFile);
  begin(lesson({ locked: ["tuning"] }));
  const before = editor().file;
  editor().replace(FIRST_EXPERIMENT);
  expect(editor().file).toBe(before);
  expect(editor().refusal).toContain('tuning.id: "mlp" can be tuned by full, not by "head-only".');
  editor().set("epochs", 4);
  expect(editor()).toMatchObject({ refusal: null, experiment: { epochs: 4 } });
});

test("what would end a lesson waits until the person has said so", () => {
  const done: string[] = [];
  whenLeft("open a.json", () => done.push("at once"));
  begin(lesson({ locked: ["repeat.k"] }));
  whenLeft(
    "open b.json",
    () => done.push("left"),
    () => done.push("stayed"),
  );
  expect(done).toEqual(["at once"]);
  useLessonStore.getState().leaving?.stay();
  expect(done).toEqual(["at once", "stayed"]);
  expect(controlState("repeat.k")).toBe("locked");
  whenLeft("open b.json", () => done.push("left"));
  useLessonStore.getState().leaving?.leave();
  expect(done.at(-1)).toBe("left");
  expect(controlState("repeat.k")).toBe("free");
});

import { beforeEach, expect, test, vi } from "vitest";
import { exclude } from "../../../shared/edits.ts";
import type { Repair } from "../../../shared/examination.ts";
import { EngineCallError, engine } from "../../engine-client.ts";
import { useExperimentStore } from "../../stores/experiment-store.ts";
import { useDoctorStore } from "./doctor-store.ts";

const COPIES: Repair = { label: "", sentence: "", edits: { 3: { exclude: true }, 8: { exclude: true } }, fields: [] };
const WEIGHTS: Repair = {
  label: "",
  sentence: "",
  edits: {},
  fields: [
    { path: "objective", value: { id: "cross-entropy", classWeights: "balanced" } },
    { path: "data.labelsPerClass", value: 7 },
  ],
};
const file = () => useExperimentStore.getState().file;
const steps = () => useExperimentStore.getState().past.length;

beforeEach(() => {
  useDoctorStore.setState({ made: {}, examination: null, cost: null, costError: null, error: null });
});

test("a repair is one step of the experiment, and its undo takes that step back", () => {
  const [before, count] = [file(), steps()];
  useDoctorStore.getState().apply(0, COPIES);
  expect(file().data.edits).toEqual(COPIES.edits);
  expect(steps()).toBe(count + 1);
  useDoctorStore.getState().takeBack(0);
  expect(file()).toBe(before);
  expect(useDoctorStore.getState().made).toEqual({});
});

test("its undo keeps what was changed since", () => {
  const before = file();
  useDoctorStore.getState().apply(0, COPIES);
  useDoctorStore.getState().apply(1, WEIGHTS);
  expect(file()).toMatchObject({ data: { labelsPerClass: 7 }, objective: { classWeights: "balanced" } });
  useExperimentStore.getState().update((now) => exclude(now, 20));
  useExperimentStore.getState().set("epochs", 77);
  useDoctorStore.getState().takeBack(1);
  expect(file().objective).toEqual(before.objective);
  expect(file().data.labelsPerClass).toBe(before.data.labelsPerClass);
  useDoctorStore.getState().takeBack(0);
  expect(file().data.edits).toEqual({ 20: { exclude: true } });
  expect(file().epochs).toBe(77);
});

test("an examination is followed by what a run would cost, and a refusal of that is told, not thrown", async () => {
  const examination = { items: 5, findings: [], unseen: [] };
  vi.spyOn(engine, "call").mockImplementation((async (call: string) => {
    if (call === "data.examine") return examination;
    throw new Error("K = 64 needs 9,000 MB.");
  }) as never);
  await useDoctorStore.getState().examine();
  expect(useDoctorStore.getState()).toMatchObject({
    examination,
    cost: null,
    costError: "K = 64 needs 9,000 MB.",
    busy: null,
    error: null,
  });
});

test("what is called off leaves the last examination as it was", async () => {
  const last = { items: 5, findings: [], unseen: [] };
  useDoctorStore.setState({ examination: last });
  vi.spyOn(engine, "call").mockImplementation(
    ((_: string, __: unknown, { signal }: { signal: AbortSignal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () =>
          reject(new EngineCallError({ kind: "cancelled", message: "Cancelled." })),
        );
      })) as never,
  );
  const examining = useDoctorStore.getState().examine();
  expect(useDoctorStore.getState().busy).toBe("examining");
  useDoctorStore.getState().cancel();
  await examining;
  expect(useDoctorStore.getState()).toMatchObject({ examination: last, busy: null, error: null });
});

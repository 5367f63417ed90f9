import { expect, test } from "vitest";
import type { BackendFigure, BackendReport } from "../../shared/run-record.ts";
import type { BackendName } from "../../shared/task.ts";
import { chooseBackend, fastestOf, reportOf } from "./choose-backend.ts";

const measured = (name: BackendName, msPerStep: number): BackendFigure => ({ name, kind: "measured", msPerStep });
const partial = (name: BackendName, kind: "extrapolated" | "at-least", msPerStep: number): BackendFigure => ({
  name,
  kind,
  msPerStep,
  rows: 3,
  ofRows: 56,
});
const failed = (name: BackendName, why = "It has no operation X."): BackendFigure => ({ name, kind: "failed", why });
const HOME: BackendReport = { name: "webgpu", adapter: "some GPU", reason: "a WebGPU adapter", figures: [] };

test("the fastest is chosen, wherever it stands and whatever the adapter suggests", () => {
  const figures = [measured("webgpu", 9.8), measured("wasm", 4.1), measured("webgl", 15)];
  expect(chooseBackend(figures, "webgpu")).toBe("wasm");
  expect(chooseBackend(figures.toReversed(), "cpu")).toBe("wasm");
  expect(reportOf(HOME, figures)).toEqual({
    name: "wasm",
    adapter: "some GPU",
    reason: "the fastest at steps of this model",
    figures,
  });
});

test("within 10% of the fastest the adapter's suggestion stands, beyond it does not", () => {
  const figures = (ms: number) => [measured("webgpu", ms), measured("wasm", 10)];
  expect(chooseBackend(figures(10.9), "webgpu")).toBe("webgpu");
  expect(reportOf(HOME, figures(10.9)).reason).toMatch(/within 10% of the fastest/);
  expect(chooseBackend(figures(11.2), "webgpu")).toBe("wasm");
  expect(chooseBackend([measured("webgl", 10.5), measured("wasm", 10)], "webgpu")).toBe("wasm");
});

test("an extrapolated time counts, a lower bound and a failure do not", () => {
  const figures = [partial("wasm", "extrapolated", 300), partial("webgpu", "at-least", 7), failed("webgl")];
  expect(fastestOf(figures)).toBe(300);
  expect(chooseBackend(figures, "webgpu")).toBe("wasm");
  expect(reportOf(HOME, [measured("wasm", 2), failed("webgpu"), failed("webgl")])).toMatchObject({
    name: "wasm",
    reason: "the only backend that a step of this model could be timed on",
  });
});

test("where none can train the model, every reason is told", () => {
  const figures = [failed("webgpu", "There is no adapter."), failed("wasm"), failed("cpu", "It is too small.")];
  expect(chooseBackend(figures, "webgpu")).toBeNull();
  expect(() => reportOf(HOME, figures)).toThrow(
    /No backend .* webgpu: There is no adapter\. wasm: It has no operation X\. cpu: It is too small\./,
  );
});

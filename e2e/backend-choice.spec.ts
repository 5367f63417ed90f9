import { readFileSync } from "node:fs";
import { expect, type Page, test } from "@playwright/test";
import type { RunRecord } from "../src/shared/run-record.ts";
import { expectNoViolations, onBothScreens } from "./axe.ts";
import { rowsOf, StudioPage } from "./studio-page.ts";

const NAMES = { webgpu: "WebGPU", webgl: "WebGL", wasm: "WebAssembly", cpu: "Plain JavaScript" } as const;

/** The record of the last run, by the button that keeps it. */
async function runRecord(page: Page): Promise<RunRecord> {
  await page.getByRole("button", { name: /^Details of Run / }).click();
  const kept = page.waitForEvent("download");
  await page.getByRole("button", { name: "run.json" }).click();
  const record = JSON.parse(readFileSync(await (await kept).path(), "utf8")) as RunRecord;
  await page.getByRole("navigation", { name: "Pages" }).getByRole("button", { name: "Studio" }).click();
  return record;
}

const figuresTable = (page: Page) => page.getByRole("table", { name: "Measured before the last run" });

onBothScreens(() => {
  test("a run measures the backends, takes the fastest, and says so on the page and in run.json", async ({ page }) => {
    const studio = new StudioPage(page);
    await studio.open();
    await studio.stage("Loss");
    await studio.type("Epochs", 2);
    await expect(figuresTable(page)).toHaveCount(0);
    await studio.trainToTheEnd();

    const { backend } = await runRecord(page);
    expect(backend.figures.map(({ name }) => name).sort()).toEqual(["wasm", "webgl", "webgpu"]);
    const timed = backend.figures.flatMap((figure) =>
      figure.kind === "measured" || figure.kind === "extrapolated" ? [figure] : [],
    );
    const chosen = timed.find(({ name }) => name === backend.name);
    for (const { msPerStep } of timed) expect(chosen?.msPerStep).toBeLessThanOrEqual(1.1 * msPerStep);

    const rows = (await rowsOf(figuresTable(page))).slice(1);
    expect(rows).toHaveLength(3);
    expect(rows[0]?.[0]).toContain(`${NAMES[backend.name]} (chosen)`);
    expect(rows[0]?.[1]).toMatch(/^(≈ )?\d+(\.\d)? (ms|s)$/);
    for (const figure of backend.figures) {
      const row = rows.find(([name]) => name?.startsWith(NAMES[figure.name]));
      expect(row?.[1]).toMatch(figure.kind === "failed" ? /^–$/ : /\d (ms|s)$/);
      if (figure.kind === "failed") expect(row?.[0]).toContain(figure.why);
    }
    await expect(studio.run).toContainText(`On ${NAMES[backend.name]} `);
    const chip = page.getByRole("button", { name: new RegExp(`^${NAMES[backend.name]}`) });
    await chip.focus();
    await expect(page.getByRole("tooltip").filter({ visible: true })).toContainText(`${backend.reason}.`);
    await expectNoViolations(page);
  });
});

test("what was measured serves again, and a backend chosen by hand is not measured", async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.stage("Loss");
  await studio.type("Epochs", 2);
  await studio.trainToTheEnd();
  const { backend: first } = await runRecord(page);
  await studio.type("Learning rate", 0.005);
  await studio.trainToTheEnd();
  const { backend: again, experiment } = await runRecord(page);
  expect(experiment.optimizer).toMatchObject({ learningRate: 0.005 });
  expect(again).toEqual(first);

  await studio.computeOn("Plain JavaScript");
  await studio.trainToTheEnd();
  const { backend: byHand } = await runRecord(page);
  expect(byHand).toMatchObject({ name: "cpu", reason: "chosen by you", figures: [] });
  await expect(figuresTable(page)).toHaveCount(0);
  await expect(studio.run).toContainText("On Plain JavaScript.");
});

import { expect, test } from "@playwright/test";
import { shapesZip } from "./fixtures/shapes.ts";
import { StudioPage } from "./studio-page.ts";

const shapes = (perClass: number) => ({
  name: "shapes.zip",
  mimeType: "application/zip",
  buffer: Buffer.from(shapesZip(perClass)),
});

test("a zip of class folders is opened, shown and learnt on WebGPU", async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.openFiles(shapes(20));
  await expect(page.getByRole("img", { name: "lying, shapes.zip/lying/0.png" })).toBeVisible();
  await expect(page.getByText("60 images")).toBeVisible();
  await studio.stage("Backbone");
  await studio.choose("Backbone", "MLP");
  await studio.computeOn("WebGPU");
  await studio.type("Epochs", 12);
  await studio.trainToTheEnd();
  const counts = await studio.matrixCounts();
  const right = counts.reduce((sum, row, c) => sum + (row[c] ?? 0), 0);
  expect(counts.flat().reduce((a, b) => a + b, 0)).toBe(12);
  expect(right).toBeGreaterThanOrEqual(9);
});

test("the small CNN learns pictures where there is only WebAssembly", async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.openFiles(shapes(12));
  await expect(page.getByRole("navigation", { name: "Pipeline" })).toContainText("conv 64 → conv 128 → 256");
  await studio.computeOn("WebAssembly");
  await studio.type("Epochs", 3);
  await studio.stage("Repeat");
  await studio.type("Repeats K", 2);
  await studio.trainToTheEnd();
  const rows = await studio.chartRows("Loss");
  expect(Number(rows.at(-1)?.[1])).toBeLessThan(Number(rows[0]?.[1]));
});

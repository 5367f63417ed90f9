import { expect, test } from "@playwright/test";
import { StudioPage } from "./studio-page.ts";

const stepOf = (text: string | null): number => Number(text?.match(/Paused before step (\d+)/)?.[1]);

test("a run is paused, stepped, resumed and stopped, and a stop answers soon", async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.computeOn("WebGPU");
  await studio.type("Epochs", 2000);
  await studio.train.click();
  await expect(studio.button("Pause")).toBeEnabled();
  await studio.button("Pause").click();
  await expect(studio.button("Resume")).toBeEnabled();
  await expect(studio.run).toContainText("Paused before step");
  const paused = stepOf(await studio.run.textContent());
  expect(paused).toBeGreaterThan(0);

  await studio.button("Step").click();
  await expect(studio.run).toContainText(`Paused before step ${paused + 1}`);
  await studio.button("Step").click();
  await expect(studio.run).toContainText(`Paused before step ${paused + 2}`);

  await studio.button("Resume").click();
  await expect(studio.button("Pause")).toBeEnabled();
  await studio.button("Stop").click();
  await expect(studio.run).toContainText(/^.*Stopped after/);
  await expect(studio.matrix).toBeVisible();
  await expect(studio.train).toBeEnabled();
});

test("the keyboard trains, pauses and stops", async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.computeOn("WebAssembly");
  await studio.type("Epochs", 5000);
  await page.keyboard.press("Control+Enter");
  await expect(studio.button("Pause")).toBeEnabled();
  await page.keyboard.press("Control+Enter");
  await expect(studio.button("Resume")).toBeVisible();
  await page.keyboard.press("Control+.");
  await expect(studio.run).toContainText(/Stopped/);
});

test("live tensors become no more from the second epoch on", async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.computeOn("WebGPU");
  await studio.type("Epochs", 400);
  const seen: number[] = [];
  await studio.train.click();
  while ((await studio.finished.count()) === 0) {
    const { epoch, tensors } = await studio.figures();
    if (Number.parseInt(epoch ?? "", 10) >= 2) seen.push(Number(tensors));
    await page.waitForTimeout(50);
  }
  // The lens looks on and holds some for a moment, so the least of many readings counts.
  const half = Math.floor(seen.length / 2);
  expect(half).toBeGreaterThan(3);
  expect(Math.min(...seen.slice(half))).toBe(Math.min(...seen.slice(0, half)));
});

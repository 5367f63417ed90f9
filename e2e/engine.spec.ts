import { chromium, expect, type Page, test } from "@playwright/test";
import { chromiumArguments, findChromium } from "../src/cli/chromium.ts";
import { StudioPage } from "./studio-page.ts";

test("without WebGPU the studio falls back, says why, and trains", async ({ baseURL }) => {
  const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumArguments("none") });
  const page = await browser.newPage({ baseURL: baseURL as string });
  const studio = new StudioPage(page);
  await studio.open();
  const chip = page.getByRole("button", { name: /^WebAssembly/ });
  await expect(chip).toBeVisible();
  await chip.focus();
  await expect(page.getByRole("tooltip").filter({ visible: true })).toContainText(
    "this browser offers no WebGPU adapter",
  );
  await studio.stage("Loss");
  await studio.type("Epochs", 3);
  await studio.trainToTheEnd();
  await studio.choose("Computes on", "WebGPU");
  await expect(
    page
      .getByText(/offers no WebGPU adapter\. Choose auto/)
      .filter({ visible: true })
      .first(),
  ).toBeVisible();
  await browser.close();
});

/** A studio in the middle of a run that takes a while. */
async function inLongRun(page: Page): Promise<StudioPage> {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.computeOn("WebAssembly");
  await studio.type("Epochs", 5000);
  await studio.train.click();
  await expect(studio.button("Pause")).toBeEnabled({ timeout: 60_000 });
  return studio;
}

test("an engine that crashes in mid-run is replaced, and the page says so", async ({ page }) => {
  const studio = await inLongRun(page);
  const worker = page.workers().find((one) => one.url().includes("worker"));
  await worker?.evaluate(() => {
    setTimeout(() => {
      throw new Error("out of luck");
    });
  });
  const told = /The engine stopped working \(.*out of luck.*\)\. It has been started again\./;
  await expect(studio.run.getByRole("alert")).toContainText(told);
  await expect(studio.run.getByRole("status")).toContainText(told);
  await expect(studio.run).toContainText("Run 1 failed.");
  await expect(studio.train).toBeEnabled();
  await studio.type("Epochs", 3);
  await studio.trainToTheEnd();
});

test("a GPU device that is lost in mid-run ends the run with the reason, and the run goes on with a new one", async ({
  page,
}) => {
  // Each device compiles its kernels anew, slowly on an emulated one.
  test.slow();
  const studio = new StudioPage(page);
  await studio.open();
  const worker = page.workers().find((one) => one.url().includes("worker"));
  await worker?.evaluate(() => {
    const request = GPUAdapter.prototype.requestDevice;
    GPUAdapter.prototype.requestDevice = async function (...descriptor) {
      const device = await request.apply(this, descriptor);
      Object.assign(globalThis, { loseDevice: () => device.destroy() });
      return device;
    };
  });
  await studio.computeOn("WebGPU");
  await studio.type("Epochs", 5000);
  await studio.train.click();
  await expect(studio.run).toContainText(/Kept up to step \d+\./, { timeout: 90_000 });
  await worker?.evaluate(() => (globalThis as unknown as { loseDevice: () => void }).loseDevice());
  const told = /Run 1 failed\. The GPU device was lost \(.+\), and what was being trained on it\. Start again: /;
  await expect(studio.run.getByRole("alert")).toContainText(told);
  await expect(studio.run).toContainText(/It is kept up to step \d+ of/);
  await studio.button("Resume Run 1").click();
  await expect(studio.run).toContainText(/Training on \d+ items/, { timeout: 90_000 });
  await studio.button("Stop").click();
  await expect(studio.run).toContainText(/Stopped after \d+ epochs?/);
});

test("an engine that falls silent can be restarted by hand", async ({ page }) => {
  const studio = await inLongRun(page);
  await page
    .workers()[0]
    ?.evaluate(() => self.close())
    .catch(() => undefined);
  await studio.button("Restart the engine").click();
  await expect(studio.run).toContainText("Run 1 failed.");
  await expect(studio.train).toBeEnabled();
});

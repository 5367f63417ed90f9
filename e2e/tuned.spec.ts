import { expect, test } from "@playwright/test";
import { csv, StudioPage } from "./studio-page.ts";

const ROWS = Array.from({ length: 12 }, (_, i) => [
  `where is parcel ${i}?,delivery`,
  `please refund order ${i},refund`,
]).flat();

test("a sentence encoder is tuned with all its weights, and answers", async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.openFiles(csv("mails.csv", ["text,intent", ...ROWS].join("\n")));
  const strip = page.getByRole("navigation", { name: "Pipeline" });
  await expect(strip).toContainText("frozen, encoded ahead");
  await studio.stage("Backbone");
  await studio.choose("Tuning", "Full");
  await expect(strip).toContainText("pretrained, tuning: Full");
  await expect(page.getByText(/0\.003 soon undoes what pretrained weights hold/)).toBeVisible();
  await studio.button("Use 0.0001").click();
  await expect(page.getByText(/soon undoes/)).toHaveCount(0);
  await studio.stage("Repeat");
  await studio.type("Repeats K", 2);
  await studio.computeOn("WebAssembly");
  await studio.type("Epochs", 2);
  await studio.type("Batch size", 8);
  await studio.trainToTheEnd();
  await expect(strip).toContainText(/6,97\d,\d{3} parameters, all trained/);
  const answer = page.getByRole("region", { name: "Try it" });
  await answer.getByRole("textbox").fill("where is my parcel?");
  await expect(answer.getByRole("status")).toContainText("delivery");
});

import { expect, test } from "@playwright/test";
import { StudioPage } from "./studio-page.ts";

test("a sum of objectives with agreeing repeats is chosen, trained, and taken apart again", async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.computeOn("WebAssembly");
  await studio.choose("Objective", "Binary cross-entropy");
  await studio.button("+ Add a second objective").click();
  await studio.choose("Objective 2", "Soft macro F1");
  await studio.type("Weight 2", 0.5);
  await page.getByRole("checkbox", { name: "Make the repeats agree" }).check();
  await studio.type("Consistency weight", 0.2);
  const strip = page.getByRole("navigation", { name: "Pipeline" });
  await expect(strip).toContainText("binary-cross-entropy + 0.5 soft-f1 + 0.2 symmetric-kl");
  await studio.type("Epochs", 8);
  await studio.trainToTheEnd();
  await expect(page.getByText("Training adds the repeats' disagreement; validation has none.")).toBeVisible();
  const losses = (await studio.chartRows("Loss")).map((cells) => cells.slice(1).map(Number));
  for (const column of [0, 1]) expect(losses.at(-1)?.[column]).toBeLessThan(losses[0]?.[column] as number);

  await studio.stage("Aggregate");
  await expect(
    page.getByRole("option", { name: /^Features \(the features are pooled before the head/ }),
  ).toBeDisabled();
  await studio.stage("Loss");
  await studio.button("Remove Soft macro F1, objective 2").click();
  await page.getByRole("checkbox", { name: "Make the repeats agree" }).uncheck();
  await expect(strip.getByText("binary-cross-entropy", { exact: true })).toBeVisible();
});

test("flipped training labels are counted, shown where they are, and leave held-out ones alone", async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.stage("Data");
  const preview = page.getByRole("region", { name: "Rows" });
  await expect(preview).not.toContainText("train as");
  await studio.type("Wrong labels, share of training", 0.36);
  await expect(page.getByText(/^74 training labels are flipped to another class/)).toBeVisible();
  await expect(preview).toContainText(/train as (Gentoo|Chinstrap)/);
  await expect(preview).not.toContainText(/(test|validation) as/);
});

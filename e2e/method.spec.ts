import { expect, type Locator, type Page, test } from "@playwright/test";
import { expectNoViolations, onBothScreens } from "./axe.ts";
import { rowsOf, StudioPage } from "./studio-page.ts";

/** The card "What K and f do" and its panels. */
class MethodCard {
  readonly card: Locator;
  constructor(readonly page: Page) {
    this.card = page.getByRole("region", { name: "What K and f do" });
  }
  /** Panels are computed only while they are on the screen. */
  async look(): Promise<void> {
    await this.card.getByRole("tabpanel").scrollIntoViewIfNeeded();
  }
  async open(tab: string): Promise<Locator> {
    await this.card.getByRole("tab", { name: tab, exact: true }).click();
    await this.look();
    return this.card.getByRole("tabpanel");
  }
  table(name: RegExp): Locator {
    return this.card.getByRole("table", { name });
  }
}

/** Loss with f = mean by level. */
async function lossByLevel(table: Locator): Promise<Record<string, number>> {
  const rows = (await rowsOf(table)).slice(1);
  return Object.fromEntries(rows.map(([level = "", mean]) => [level.replace(", in use", ""), Number(mean)]));
}

async function trained(page: Page, epochs = 3): Promise<{ studio: StudioPage; method: MethodCard }> {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.computeOn("WebAssembly");
  await studio.type("Epochs", epochs);
  await studio.trainToTheEnd();
  return { studio, method: new MethodCard(page) };
}

test("the sample's repeats: as many bars as K, weights that sum to 1, and the winners under max", async ({ page }) => {
  const { studio, method } = await trained(page);
  const panel = await method.open("Sample");
  await studio.stage("Repeat");
  await studio.type("Repeats K", 1);
  await expect(panel).toContainText("One pass carries all the weight and wins every class.");
  await studio.type("Repeats K", 16);
  await expect(panel.getByRole("img")).toHaveCount(16);
  const rows = await rowsOf(panel.getByRole("table"));
  const repeats = rows.slice(1, -1);
  const p = repeats.map(([, , value]) => Number(value));
  const w = repeats.map(([, , , value]) => Number(value));
  const total = p.reduce((a, b) => a + b, 0);
  expect(w.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 1);
  for (const [k, weight] of w.entries()) expect(Math.abs(weight - (p[k] ?? 0) / total)).toBeLessThan(2e-3);
  expect(rows.at(-1)?.[3]).toBe("1.000");

  await studio.stage("Aggregate");
  await studio.choose("Pooling f", "Max");
  await expect(panel.getByRole("columnheader", { name: "wins under max" })).toBeVisible();
  const won = (await rowsOf(panel.getByRole("table"))).slice(1, -1).flatMap(([, , , , wins = ""]) => wins.split(", "));
  expect(won.filter((name) => name !== "–").sort()).toEqual(["Adelie", "Chinstrap", "Gentoo"]);
  await studio.choose("Level", "Loss");
  await expect(panel).toContainText(/under max repeat \d+ alone would be the loss/);
  await expect(panel.getByRole("cell", { name: "the loss", exact: true })).toHaveCount(1);
});

test("the levels have one loss at K = 1, and mean-loss is the largest at K = 16", async ({ page }) => {
  const { studio, method } = await trained(page);
  const panel = await method.open("Levels");
  await studio.stage("Repeat");
  await studio.type("Repeats K", 1);
  await method.look();
  await expect(panel).toContainText("With K = 1 there is nothing to pool");
  const one = Object.values(await lossByLevel(method.table(/Before or after/)));
  expect(one).toHaveLength(4);
  expect(Math.max(...one) - Math.min(...one)).toBeLessThanOrEqual(0.0011);

  await studio.type("Repeats K", 16);
  await method.look();
  await expect(panel).toContainText("K = 16 the mean of the losses");
  await expect(panel).toContainText("item by item: 64 and 64 of 64");
  const many = await lossByLevel(method.table(/Before or after/));
  expect(many.loss).toBeGreaterThan(many.probabilities ?? Infinity);
  expect(many.loss).toBeGreaterThan(many.logits ?? Infinity);

  await studio.stage("Aggregate");
  await studio.choose("Pooling f", "Max");
  await studio.choose("Level", "Loss");
  await method.look();
  await expect(panel).toContainText("With f = max at the level loss it is");
  const hardest = (await rowsOf(method.table(/Before or after/))).find(([level]) => level === "loss, in use");
  expect(Number(hardest?.[2])).toBeGreaterThan(Number(hardest?.[1]));
});

test("the gradient of mean-loss varies about 16 times less at K = 16", async ({ page }) => {
  const { studio, method } = await trained(page);
  await studio.stage("Aggregate");
  await studio.choose("Level", "Loss");
  const panel = await method.open("Gradient");
  await expect(panel).toContainText("Takes 408 gradients on 32 training items");
  await panel.getByRole("button", { name: "Measure" }).click();
  await expect(panel).toContainText("for the mean of the losses the law says 16.0");
  await panel.getByRole("button", { name: "Noise in the gradient as a table" }).click();
  const rows = await rowsOf(
    method.card.getByRole("region", { name: "Noise in the gradient, data" }).getByRole("table"),
  );
  expect(rows.slice(1).map(([k]) => k)).toEqual(["1", "2", "4", "8", "16", "32"]);
  const ratio = Number(rows.find(([k]) => k === "16")?.[5]);
  expect(ratio).toBeGreaterThan(8);
  expect(ratio).toBeLessThan(32);
  await studio.choose("Pooling f", "Max");
  await expect(panel).toContainText("The figures are of earlier settings or weights.");
});

test("every f′ has a row, training's is marked, and the test set is a choice of its own", async ({ page }) => {
  const { studio, method } = await trained(page);
  const panel = await method.open("f × f′");
  await panel.getByRole("button", { name: "Measure" }).click();
  const grid = panel.getByRole("grid", { name: /^accuracy on validation/ });
  await expect(grid).toBeVisible();
  const rows = await rowsOf(grid);
  const names = rows.slice(1).map(([name]) => name);
  expect(names).toEqual([
    "Mean trained with",
    "Max",
    "Min",
    "Log-mean-exp 1",
    "Median",
    "Trimmed mean 0.2",
    "one clean pass",
  ]);
  for (const [, ...cells] of rows.slice(1, -1)) {
    expect(cells).toHaveLength(5);
    // One pass is one pass, whatever pools it.
    expect(cells[0]).toBe(rows[1]?.[1]);
    for (const cell of cells) expect(Number(cell)).toBeGreaterThan(40);
  }
  await grid
    .getByRole("gridcell", { name: rows[1]?.[1] ?? "" })
    .first()
    .focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  await expect(grid.locator('[data-cell="1-1"]')).toBeFocused();
  await panel.getByRole("button", { name: "macro F1" }).click();
  await expect(panel.getByRole("grid", { name: /^macro F1 on validation/ })).toBeVisible();
  await panel.getByRole("button", { name: "test", exact: true }).click();
  await expect(panel).toContainText("would be choosing on the test set");
  await panel.getByRole("button", { name: "Measure again" }).click();
  await expect(panel.getByRole("grid", { name: /^macro F1 on test/ })).toBeVisible();
  const stated = /Test accuracy ([\d.]+)%/.exec((await studio.finished.textContent()) ?? "")?.[1];
  await panel.getByRole("button", { name: "accuracy", exact: true }).click();
  expect((await rowsOf(panel.getByRole("grid", { name: /^accuracy on test/ }))).at(-1)?.[1]).toBe(stated);
});

test("a temperature changes the confidence and leaves accuracy as it is", async ({ page }) => {
  const { studio, method } = await trained(page, 2);
  const panel = await method.open("Calibration");
  const figures = panel.getByRole("table", { name: /before and after temperature/ });
  await expect(figures).toBeVisible();
  const [head, ...rows] = await rowsOf(figures);
  expect(head?.[2]).toMatch(/^T = \d/);
  expect(head?.[2]).not.toBe("T = 1.00");
  const by = new Map(rows.map(([name, before, after]) => [name, { before, after }]));
  expect(by.get("accuracy")?.after).toBe(by.get("accuracy")?.before);
  const loss = by.get("−log p of the truth");
  expect(Number(loss?.after)).toBeLessThan(Number(loss?.before));
  await panel.getByRole("button", { name: "test", exact: true }).click();
  await expect(panel).toContainText(/On 69 test items .* fitted on 69 validation items/);
  const [testHead, ...testRows] = await rowsOf(figures);
  expect(testHead?.[2]).toBe(head?.[2]);
  const accuracy = testRows.find(([name]) => name === "accuracy");
  expect(accuracy?.[2]).toBe(accuracy?.[1]);
  await expect(studio.finished).toContainText(`Test accuracy ${accuracy?.[1]} on 69.`);
});

test("two features span a plane that follows the training, and a point shows its K noisy copies", async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  const method = new MethodCard(page);
  const panel = await method.open("Boundary");
  await expect(panel).toContainText("The weights are still the initial ones.");
  const share = async () => Number(/separate (\d+)%/.exec((await panel.textContent()) ?? "")?.[1]);
  const before = await share();
  await studio.computeOn("WebAssembly");
  await studio.type("Epochs", 12);
  await studio.trainToTheEnd();
  await method.look();
  await expect(panel).not.toContainText("initial ones");
  await expect.poll(share).toBeGreaterThan(Math.max(70, before + 5));
  await panel.getByRole("slider").fill("5");
  await expect(panel).toContainText("with its 8 noisy copies");
  await expect(panel.locator(".copies circle")).toHaveCount(8);
  await studio.stage("Repeat");
  await studio.type("Repeats K", 16);
  await method.look();
  await expect(panel.locator(".copies circle")).toHaveCount(16);
  await panel.getByRole("combobox", { name: "Up" }).selectOption("Body Mass (g)");
  await expect(panel).toContainText("Two features, Beak Length (mm) and Body Mass (g)");
  await panel.getByRole("button", { name: "Decision boundary as a table" }).click();
  const rows = await rowsOf(method.card.getByRole("region", { name: "Decision boundary, data" }).getByRole("table"));
  expect(rows.slice(1).map(([name]) => name)).toEqual(["Adelie", "Chinstrap", "Gentoo"]);
});

onBothScreens(() => {
  test("every panel is free of axe's complaints", async ({ page }) => {
    const { method } = await trained(page);
    for (const tab of ["Sample", "Levels", "Gradient", "f × f′", "Calibration", "Boundary"]) {
      const panel = await method.open(tab);
      const measure = panel.getByRole("button", { name: "Measure", exact: true });
      if (await measure.isVisible()) {
        await measure.click();
        await expect(panel.getByRole("button", { name: "Measure again" })).toBeVisible();
      }
      await expect(panel.getByText(/^(Asking|Measuring)/)).toHaveCount(0);
      await expectNoViolations(page, ".method");
    }
  });
});

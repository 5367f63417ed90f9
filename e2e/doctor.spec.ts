import { expect, test } from "@playwright/test";
import { expectNoViolations } from "./axe.ts";
import { csv, StudioPage } from "./studio-page.ts";

const ANIMALS = ["cat", "dog", "horse", "rabbit", "parrot", "goat"];
const ACTS = ["sleeps in the sun", "eats its food", "runs across the field", "wants to be brushed"];
const DISHES = ["soup", "bread", "pasta", "salad", "curry", "cake"];
const STEPS = ["needs more salt", "cooks for an hour", "tastes of garlic", "was baked with butter"];
const pairs = (subjects: string[], predicates: string[], label: string) =>
  subjects.flatMap((subject) => predicates.map((predicate) => [`the ${subject} ${predicate}`, label] as const));

/** 48 sentences on animals or food; row 2 mislabelled, then planted rows: a copy, a contradiction, an empty text. */
const ROWS = [
  ["the dog sleeps on the sofa", "food"],
  ...pairs(ANIMALS, ACTS, "animals"),
  ...pairs(DISHES, STEPS, "food"),
  ["The cat sleeps in the sun!", "animals"],
  ["the soup needs more salt", "animals"],
  ["", "food"],
] as const;
const TABLE = csv("notes.csv", ["text,topic", ...ROWS.map(([text, label]) => `"${text}",${label}`)].join("\n"));

test("planted faults are named, repaired and undone, and a wrong label is found after training", async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.upload(TABLE);
  await expect(page.getByText("These data cannot be used like this")).toBeVisible();
  const doctor = page.getByRole("region", { name: "Data doctor" });
  const finding = (name: string | RegExp) => doctor.getByRole("listitem", { name });
  await doctor.getByRole("button", { name: "Examine" }).click();
  await expect(finding("Cannot be read (Error)")).toContainText("1 item is empty or cannot be read");
  await finding("Cannot be read (Error)").getByRole("button", { name: "Exclude 1 item" }).click();
  await expect(finding("Cannot be read (repaired)")).toBeVisible();
  await expect(studio.train).toBeEnabled();

  await doctor.getByRole("button", { name: "Examine again" }).click();
  await expect(doctor.getByText(/^A run would take about/)).toBeVisible({ timeout: 60_000 });
  await expect(finding("Cannot be read")).toHaveCount(0);
  const torn = finding("Contradicting labels (Warning)");
  await expect(torn).toContainText("1 group of equal or nearly equal inputs has different labels");
  const copies = finding(/^Copies (across splits|in training)/).first();
  await expect(copies).toBeVisible();
  await torn.getByRole("button", { name: "Show 2 items" }).click();
  await expect(torn.getByText("the soup needs more salt")).toHaveCount(2);
  await expectNoViolations(page, ".doctor");
  await torn.getByRole("button", { name: "Exclude all" }).click();
  const repaired = finding("Contradicting labels (repaired)");
  await expect(repaired).toBeVisible();
  await repaired.getByRole("button", { name: "Undo" }).click();
  await expect(torn).toBeVisible();
  await expect(page.getByText("1 item is edited by hand.")).toBeVisible();

  // Long enough that the models are sure of most items.
  await studio.stage("Loss");
  await studio.type("Epochs", 60);
  await studio.stage("Data");
  await studio.trainToTheEnd();
  await doctor.getByRole("button", { name: "Find likely label errors" }).click();
  const relabel = doctor.getByRole("button", { name: "Relabel notes.csv, row 2 as animals" });
  await expect(relabel).toBeVisible({ timeout: 60_000 });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: "dark" });
  await expectNoViolations(page, ".doctor");
  await relabel.click();
  await expect(doctor.getByText("now animals")).toBeVisible();
  await expect(page.getByText("2 items are edited by hand.")).toBeVisible();
  await page.keyboard.press("Control+z");
  await expect(page.getByText("1 item is edited by hand.")).toBeVisible();
});

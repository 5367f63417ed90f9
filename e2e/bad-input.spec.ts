import { expect, type Locator, test } from "@playwright/test";
import { png, zip } from "../src/engine/data/testing/pictures.ts";
import { csv, StudioPage, type Upload } from "./studio-page.ts";

const bytes = (name: string, buffer: Uint8Array): Upload => ({
  name,
  mimeType: "application/octet-stream",
  buffer: Buffer.from(buffer),
});

const grey = (value: number) => png(4, 4, new Array(16).fill(value));

/** What cannot be opened, and what has to be said of it. */
const REFUSED: readonly (readonly [name: string, file: Upload, ...said: string[]])[] = [
  ["an empty file", csv("empty.csv", ""), "empty.csv", "empty"],
  ["a binary file called .csv", bytes("photo.csv", grey(1)), "photo.csv"],
  ["ragged rows", csv("ragged.csv", "a,kind\n1,x\n2,y,3\n3,x\n4,y\n"), "ragged.csv", "row 3"],
  ["a truncated zip", bytes("cut.zip", zip({ "a/1.png": grey(1), "b/1.png": grey(9) }).subarray(0, 150)), "cut.zip"],
];

test.describe("what cannot be opened is refused by name, and what was there stays", () => {
  for (const [name, file, ...said] of REFUSED)
    test(name, async ({ page }) => {
      const studio = new StudioPage(page);
      await studio.open();
      await studio.upload(file);
      const alert = page.getByRole("alert");
      for (const words of said) await expect(alert).toContainText(words);
      await expectPenguinsStay(alert, studio);
    });
});

async function expectPenguinsStay(alert: Locator, studio: StudioPage): Promise<void> {
  await expect(alert).toContainText("What was open before, penguins.json, is still there.");
  await expect(studio.train).toBeEnabled();
  await alert.getByRole("button", { name: "Dismiss" }).click();
  await expect(alert).toBeHidden();
}

test("a corrupt picture among good ones can be skipped", async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  const good = Object.fromEntries(
    ["cat", "dog"].flatMap((name, c) => [0, 1, 2, 3, 4].map((i) => [`${name}/${i}.png`, grey(100 * c + i)])),
  );
  const broken = grey(50);
  broken.fill(7, 45, 60);
  await studio.upload(bytes("pets.zip", zip({ ...good, "dog/broken.png": broken })));
  await expect(page.getByRole("alert")).toContainText("dog/broken.png");
  await page.getByRole("button", { name: "Skip this item and go on" }).click();
  await expect(page.getByText("10 images")).toBeVisible();
  await expect(studio.train).toBeEnabled();
});

test("pasted text is read, and a paste without a label column says so", async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.stage("Data");
  await studio.button("Paste text").click();
  const rows = Array.from({ length: 12 }, (_, i) => `${i}\t${i % 2 === 0 ? "even" : "odd"}`);
  await page.getByRole("textbox", { name: /^CSV, tab-separated/ }).fill(["number\tkind", ...rows].join("\n"));
  await studio.button("Open").click();
  await expect(page.getByRole("heading", { name: "pasted.csv" })).toBeVisible();
  await expect(page.getByRole("combobox", { name: "kind is used as" })).toHaveValue("label");
  await expect(studio.train).toBeEnabled();
});

test("a table with one class only is refused when that column is the label, with a way back", async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.upload(
    csv("same.csv", ["size,kind", ...Array.from({ length: 12 }, (_, i) => `${i * 1.5},cat`)].join("\n")),
  );
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("No column looks like the label");
  await page.getByRole("combobox", { name: "kind is used as" }).selectOption("label");
  await expect(alert).toContainText("same.csv");
  await expect(alert).toContainText("one class");
  await studio.button("Back to penguins.json").click();
  await expect(page.getByRole("heading", { name: "penguins.json" })).toBeVisible();
  await expect(studio.train).toBeEnabled();
});

import { expect, test } from "@playwright/test";
import { expectNoViolations, onBothScreens } from "./axe.ts";
import { csv, StudioPage } from "./studio-page.ts";

/** Rows that a small network learns in a few epochs. `shift` makes them other data of the same columns. */
const shop = (shift = 0, rows = 60) =>
  csv(
    "shop.csv",
    ["weight,sold", ...Array.from({ length: rows }, (_, i) => `${i + shift},${i < rows / 2 ? "no" : "yes"}`)].join(
      "\n",
    ),
  );

/** The link as the dialog gives it. */
async function linkOf(studio: StudioPage): Promise<string> {
  await studio.button("Share").click();
  const dialog = studio.page.getByRole("dialog", { name: "Share this experiment" });
  const link = await dialog.getByRole("textbox", { name: "Link" }).inputValue();
  await dialog.getByRole("button", { name: "Close" }).click();
  return new URL(link).hash;
}

/** Writes a lesson in the dialog and reads the link. */
async function shareLesson(studio: StudioPage, states: Record<string, "locked" | "hidden">): Promise<string> {
  const { page } = studio;
  await studio.button("Share").click();
  const dialog = page.getByRole("dialog", { name: "Share this experiment" });
  await dialog.getByRole("checkbox", { name: "Make it a lesson" }).check();
  await dialog.getByRole("textbox", { name: "Title" }).fill("What does K buy?");
  await dialog.getByRole("textbox", { name: "Instructions" }).fill("Say what more epochs will do. Then train.");
  for (const [label, state] of Object.entries(states))
    await dialog.getByRole("radio", { name: `${label}: ${state}`, exact: true }).check();
  const link = await dialog.getByRole("textbox", { name: "Link" }).inputValue();
  await dialog.getByRole("button", { name: "Copy link" }).click();
  await expect(dialog.getByRole("status")).toHaveText("Link copied.");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
  await dialog.getByRole("button", { name: "Close" }).click();
  return new URL(link).hash;
}

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

test("a lesson opened elsewhere: same experiment, seed, view and curve, and what is locked cannot be moved", async ({
  page,
  browser,
}) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.type("Repeats K", 5);
  await studio.stage("Loss");
  await studio.type("Epochs", 6);
  await studio.type("Seed", 42);
  await studio.computeOn("Plain JavaScript");
  const link = await shareLesson(studio, { "Repeats K": "locked", Objective: "hidden", "Stage Head": "hidden" });
  expect(link.length).toBeLessThan(1_500);
  await studio.trainToTheEnd();
  const curve = await studio.chartRows("Loss");

  const other = new StudioPage(await (await browser.newContext()).newPage());
  await other.open(link);
  const lesson = other.page.getByRole("region", { name: "What does K buy?" });
  await expect(lesson).toContainText("Say what more epochs will do.");
  await expect(lesson).toContainText("Locked by this lesson: Repeats K. Not shown: the stage Head, Objective.");
  await expect(other.page.getByRole("region", { name: "Loss, settings" })).toBeVisible();
  await expect(other.page.getByRole("textbox", { name: "Seed", exact: true })).toHaveValue("42");
  await expect(other.page.getByRole("combobox", { name: "Objective" })).toHaveCount(0);
  await expect(
    other.page.getByRole("navigation", { name: "Pipeline" }).getByRole("button", { name: /^Head/ }),
  ).toHaveCount(0);

  await other.computeOn("Plain JavaScript");
  await other.trainToTheEnd();
  expect(await other.chartRows("Loss")).toEqual(curve);

  await expectLocked(other);
  await other.page.reload();
  await expect(lesson).toBeVisible();
  await expect(other.page.getByRole("textbox", { name: "Repeats K" })).toBeDisabled();
  await other.page.context().close();
});

/** K stays 5 whatever a person does: keys, undo, a dropped experiment; and leaving frees it. */
async function expectLocked(studio: StudioPage): Promise<void> {
  const { page } = studio;
  await studio.type("Epochs", 3);
  await studio.stage("Repeat");
  const k = page.getByRole("textbox", { name: "Repeats K" });
  const slider = page.getByRole("slider", { name: "Repeats K" });
  await expect(k).toBeDisabled();
  await expect(slider).toBeDisabled();
  await expect(k).toHaveAccessibleDescription(/^Locked by this lesson\./);
  await slider.click({ force: true, position: { x: 200, y: 10 } });
  await k.focus();
  await page.keyboard.type("9");
  for (let i = 0; i < 5; i++) await page.keyboard.press("Control+z");
  await expect(k).toHaveValue("5");

  const experiment = {
    version: 1,
    task: "tabular-classification",
    data: { train: "sample:iris", label: "species" },
    repeat: { k: 2 },
  };
  const file = { name: "other.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(experiment)) };
  await studio.upload(file);
  const asking = page.getByRole("dialog", { name: "Leave the lesson and open other.json?" });
  await asking.getByRole("button", { name: "Stay in the lesson" }).click();
  await studio.stage("Repeat");
  await expect(k).toHaveValue("5");
}

test("leaving a lesson asks, and frees every control", async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  const link = await shareLesson(studio, { "Stage Repeat": "locked", "Page Sweeps": "hidden" });
  await page.goto("about:blank");
  await studio.open(link);
  await expect(page.getByRole("textbox", { name: "Repeats K" })).toBeDisabled();
  await expect(page.getByRole("combobox", { name: "Add noise" })).toBeDisabled();
  await expect(studio.button("Sweeps")).toHaveCount(0);
  await studio.button("Leave the lesson").click();
  await page.getByRole("dialog").getByRole("button", { name: "Leave", exact: true }).click();
  await studio.type("Repeats K", 4);
  await expect(page.getByRole("textbox", { name: "Repeats K" })).toHaveValue("4");
  await expect(studio.button("Sweeps")).toBeVisible();
});

test("data kept here are opened by their content; elsewhere they are asked for, another file is named, the right one trains the same curve", async ({
  page,
  browser,
}) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.openFiles(shop());
  await studio.computeOn("Plain JavaScript");
  await studio.type("Epochs", 3);
  await studio.trainToTheEnd();
  const curve = await studio.chartRows("Loss");
  const link = await linkOf(studio);

  const here = new StudioPage(await page.context().newPage());
  await here.open(link);
  await expect(here.button(/^Data shop\.csv/)).toBeVisible();
  await here.page.close();

  const other = new StudioPage(await (await browser.newContext()).newPage());
  await other.page.goto(`/${link}`);
  const request = other.page.getByRole("region", { name: "A file is needed" });
  await expect(request).toContainText(/an experiment on “shop\.csv”.*drop that file here/);
  await expect(request.getByRole("definition").nth(2)).toHaveText(/^[0-9a-f]{12}…$/);

  await request.getByLabel("The file that is needed").setInputFiles(shop(1, 40));
  await expect(request.getByRole("alert")).toContainText("The same name, other content");
  await expect(request.getByRole("alert")).toContainText("40 rows");
  await expect(other.train).toBeDisabled();

  await request.getByLabel("The file that is needed").setInputFiles({ ...shop(), name: "shop (1).csv" });
  await expect(other.page.getByText("These are the data that were asked for, by their content")).toBeVisible();
  await expect(request).toBeHidden();
  await other.computeOn("Plain JavaScript");
  await other.trainToTheEnd();
  expect(await other.chartRows("Loss")).toEqual(curve);
  await other.page.context().close();
});

test("other data can be used on purpose, and the page says that the curves are others", async ({ page, browser }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.openFiles(shop());
  const link = await linkOf(studio);
  const other = new StudioPage(await (await browser.newContext()).newPage());
  await other.page.goto(`/${link}`);
  await other.page.getByLabel("The file that is needed").setInputFiles(shop(7));
  await other.button("Use it anyway").click();
  await expect(other.train).toBeEnabled();
  await expect(other.page.getByRole("region", { name: "Other data than asked for" })).toContainText(
    "its curves are not to be expected here",
  );
  expect(await linkOf(other)).not.toBe(link);
  await other.page.context().close();
});

test("links that cannot be used are told, and change nothing", async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.type("Repeats K", 3);
  const link = await linkOf(studio);
  await expect(page).toHaveURL(/#experiment=2\./);
  const address = page.url();
  for (const [hash, reason] of [
    [link.slice(0, -9), /damaged or was cut short/],
    ["#experiment=eyJ2ZXJ", /damaged or was cut short/],
    [link.replace("=2.", "=3."), /format 3, from a newer studio/],
  ] as const) {
    await page.evaluate((to) => {
      location.hash = to;
    }, hash);
    await expect(page.getByText(reason)).toBeVisible();
    await expect(page.getByRole("textbox", { name: "Repeats K" })).toHaveValue("3");
    await expect(page).toHaveURL(address);
    await studio.button("Dismiss").click();
  }
});

test("a link of the first format to somebody's file asks for that file by its name", async ({ page }) => {
  const experiment = { version: 1, task: "tabular-classification", data: { train: "shop.csv", label: "sold" } };
  await page.goto(`/#experiment=${encodeURIComponent(JSON.stringify(experiment))}`);
  await expect(page.getByText(/an experiment on “shop\.csv”.*drop that file here/)).toBeVisible();
  await page.getByLabel("The file that is needed").setInputFiles(shop());
  await expect(page.getByRole("region", { name: "A file is needed" })).toBeHidden();
  await expect(new StudioPage(page).train).toBeEnabled();
});

test("every fault of an experiment file is listed, and the editor keeps its own", async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  const faulty = {
    version: 1,
    task: "tabular-classification",
    data: { train: "a.csv" },
    repeat: { k: 99 },
    epochs: "ten",
    optimiser: { id: "adam" },
  };
  const sound = { version: 1, task: "tabular-classification", data: { train: "sample:iris", label: "species" } };
  const json = (name: string, content: unknown) => ({
    name,
    mimeType: "application/json",
    buffer: Buffer.from(JSON.stringify(content)),
  });
  await studio.upload(json("faulty.json", faulty));
  const panel = page.getByRole("alert").filter({ hasText: "faulty.json cannot be used" });
  await expect(panel.getByRole("row", { name: /repeat\.k 99 64 or less/ })).toBeVisible();
  await expect(panel.getByRole("row", { name: /epochs "ten" a number/ })).toBeVisible();
  await expect(panel.getByRole("row", { name: /optimiser/ })).toBeVisible();
  await panel.getByRole("button", { name: "Dismiss" }).click();
  await expect(panel).toBeHidden();
  await expect(studio.train).toBeEnabled();

  await studio.upload(json("grid.json", { version: 1, experiment: sound, grid: { "repeat.k": [1, 4] }, seeds: 3 }));
  await expect(page.getByText("grid.json is a sweep")).toBeVisible();
  await expect(page.getByRole("button", { name: "Sweeps" })).toHaveAttribute("aria-current", "page");
});

onBothScreens(() => {
  test("the dialog, a lesson, a request and faults are free of axe's complaints", async ({ page }) => {
    const studio = new StudioPage(page);
    await studio.open();
    await studio.openFiles(shop());
    await studio.button("Share").click();
    await page.getByRole("checkbox", { name: "Make it a lesson" }).check();
    await page.getByRole("textbox", { name: "Title" }).fill("K");
    await page.getByRole("radio", { name: "Stage Repeat: locked", exact: true }).check();
    await page.getByRole("radio", { name: "What is learnt: locked", exact: true }).check();
    await expectNoViolations(page, "dialog[open]");
    const link = await page.getByRole("textbox", { name: "Link" }).inputValue();
    await page.goto("about:blank");
    await page.goto(`/${new URL(link).hash}`);
    await expect(page.getByRole("region", { name: "K", exact: true })).toBeVisible();
    await page.getByLabel("The file that is needed").setInputFiles(shop(1, 40));
    await expect(page.getByRole("button", { name: "Use it anyway" })).toBeVisible();
    await studio.upload({
      name: "a.json",
      mimeType: "application/json",
      buffer: Buffer.from('{"version":2,"task":7}'),
    });
    await expect(page.getByText("a.json cannot be used as an experiment")).toBeVisible();
    await expectNoViolations(page);
    const [inner, whole] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
    expect(whole).toBeLessThanOrEqual(inner);
    await studio.button("Leave the lesson").click();
    await expectNoViolations(page, "dialog[open]");
  });
});

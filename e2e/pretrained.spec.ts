import { readFileSync } from "node:fs";
import { expect, type Page, test } from "@playwright/test";
import { unzipSync } from "fflate";
import { type HubServer, refuse, startHub } from "../src/engine/pretrained/testing/hub-server.ts";
import { expectNoViolations } from "./axe.ts";
import { tensorsIn } from "./fixtures/safetensors.ts";
import { tinyBert } from "./fixtures/tiny-bert.ts";
import { StudioPage, type Upload } from "./studio-page.ts";

const NAME = "owner/tiny";

let hub: HubServer;
const FILES = tinyBert();
test.beforeAll(async () => {
  hub = await startHub(FILES);
});
test.afterAll(() => hub.close());
test.beforeEach(() => {
  hub.answer = () => false;
  hub.requests.length = 0;
});

/** Opens the studio on sentences with a model by name as the backbone, from the local hub. */
async function withModel(page: Page, name = NAME): Promise<StudioPage> {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.stage("Data");
  await page.getByRole("button", { name: /^Customer service/ }).click();
  await expect(page.getByRole("heading", { name: "intents.csv" })).toBeVisible();
  await studio.stage("Backbone");
  await studio.choose("Backbone", "Transformer by name or folder");
  await page.getByText("Where models are fetched from").click();
  await page.getByRole("textbox", { name: "Address" }).fill(hub.base);
  await nameModel(page, name);
  return studio;
}

async function nameModel(page: Page, name: string): Promise<void> {
  const field = page.getByRole("textbox", { name: "Model", exact: true });
  await field.fill(name);
  await field.press("Enter");
}

test("a model by name is looked up, downloaded when asked, tuned by LoRA, and deleted", async ({ page }) => {
  const studio = await withModel(page);
  await expect(page.getByText("Nothing is fetched until you ask.")).toBeVisible();
  await expect(studio.train).toBeDisabled();
  expect(hub.requests).toEqual([]);

  await studio.button("Look up").click();
  const facts = page.getByLabel(`About ${NAME}`);
  await expect(facts).toContainText("BERT, 2 layers of 8");
  await expect(facts).toContainText("mit");
  await expect(facts).toContainText("English");
  await expect(page.getByText(/^It would encode at best .* a second on /)).toBeVisible();
  expect(hub.requests.filter((path) => path.endsWith("model.safetensors"))).toEqual([]);

  await studio.button(/^Download \d/).click();
  await expect(page.getByText("On this machine.")).toBeVisible();
  await studio.choose("Tuning", "LoRA");
  // Rank 8 at query and value of two layers of width 8.
  await expect(page.getByText(/^Trains 512 of 1[23],\d{3} weights/)).toBeVisible();
  await studio.button("Measure speed").click();
  await expect(page.getByText(/^Here it encodes .* a second/)).toBeVisible();

  await studio.stage("Loss");
  await studio.type("Epochs", 2);
  await studio.trainToTheEnd();
  const counts = await studio.matrixCounts();
  expect(counts.flat().reduce((a, b) => a + b, 0)).toBeGreaterThan(10);
  const card = page.getByRole("region", { name: "Try it" });
  await card.getByRole("textbox").fill("where is my parcel?");
  await expect(card.getByRole("status")).toContainText(/%/);

  // It is still there after a reload, with the hub gone.
  hub.answer = (_, response) => refuse(response, 503);
  await page.reload();
  await studio.stage("Backbone");
  await expect(page.getByText("On this machine.")).toBeVisible();
  await page.getByText(/^1 model on this machine/).click();
  await studio.button(`Delete ${NAME}`).click();
  await expect(page.getByText("No models are kept on this machine")).toBeVisible();
  await expect(studio.train).toBeDisabled();
});

const uploads = (files: Record<string, string | Uint8Array>): Upload[] =>
  Object.entries(files).map(([name, content]) => ({
    name,
    mimeType: "application/octet-stream",
    buffer: Buffer.from(content as Uint8Array),
  }));

test("a tuned model is exported whole, and is opened as a model of its own", async ({ page }) => {
  const studio = await withModel(page);
  const exporting = studio.button("Export whole model");
  await expect(exporting).toBeDisabled();
  await page.getByLabel("Files of a model").setInputFiles(uploads(FILES));
  await expect(page.getByText("On this machine.")).toBeVisible();
  await studio.choose("Tuning", "LoRA");
  await studio.computeOn("WebAssembly");
  await studio.type("Epochs", 2);
  await studio.type("Learning rate", 0.01);
  await studio.trainToTheEnd();

  const downloading = page.waitForEvent("download");
  await exporting.click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe("run-1-model.zip");
  const files = unzipSync(readFileSync(await download.path()));
  expect(Object.keys(files).toSorted()).toEqual([...Object.keys(FILES), "head.safetensors", "refrain.json"].toSorted());
  const textOf = (name: string) => Buffer.from(files[name] ?? []).toString();
  for (const name of ["config.json", "tokenizer.json"]) expect(textOf(name)).toBe(FILES[name]);
  expect(textOf("README.md")).toMatch(/^---\nlicense: mit\n[\s\S]*# Run 1\n[\s\S]*AutoModel\.from_pretrained/);
  const details = JSON.parse(textOf("refrain.json"));
  expect(details).toMatchObject({ pooling: { tokens: "cls-tanh" }, base: { revision: "folder", licence: "mit" } });
  expect(tensorsIn(files["head.safetensors"] as Uint8Array)["head.dense_0.bias"]).toHaveLength(details.classes.length);
  const [before, after] = [FILES["model.safetensors"], files["model.safetensors"]].map((bytes) =>
    tensorsIn(bytes as Uint8Array),
  );
  expect(Object.keys(after ?? {}).toSorted()).toEqual(Object.keys(before ?? {}).toSorted());
  const changed = Object.keys(after ?? {}).filter((name) => String(after?.[name]) !== String(before?.[name]));
  const merged = [0, 1].flatMap((i) =>
    ["query", "value"].map((part) => `encoder.layer.${i}.attention.self.${part}.weight`),
  );
  expect(changed.toSorted()).toEqual(merged);

  await studio.stage("Backbone");
  await page.getByLabel("Files of a model").setInputFiles(uploads(files));
  await expect(page.getByText("Your own files.")).toBeVisible();
  await studio.choose("Tuning", "Prefix");
  await studio.trainToTheEnd();
  await expect(exporting).toBeDisabled();
  await expect(exporting).toHaveAccessibleDescription(/Prefix tuning adds .* save the small file/);
  await expect(page.getByText(/^Prefix tuning adds/)).toBeVisible();
  await expectNoViolations(page, ".try-it");
});

test("a model's own files are opened and encode frozen", async ({ page }) => {
  const studio = await withModel(page);
  await page.getByLabel("Files of a model").setInputFiles(uploads(FILES));
  await expect(page.getByText("On this machine.")).toBeVisible();
  await expect(page.getByText("Your own files.")).toBeVisible();
  expect(hub.requests).toEqual([]);
  await studio.computeOn("WebAssembly");
  await studio.type("Epochs", 3);
  await studio.trainToTheEnd();
});

test("what stands in the way is said, and nothing is lost", async ({ page }) => {
  const studio = await withModel(page, "owner/none");
  await studio.button("Look up").click();
  const alert = page.getByRole("alert");
  await expect(alert).toContainText(/has no such/);
  await studio.button("Dismiss").click();

  await nameModel(page, NAME);
  hub.answer = (_, response, path) => path.startsWith("/api") && refuse(response, 403, "GatedRepo");
  await studio.button("Look up").click();
  await expect(alert).toContainText(/accepted its terms/);
  await studio.button("Dismiss").click();

  hub.answer = () => false;
  await studio.button("Look up").click();
  await expect(page.getByLabel(`About ${NAME}`)).toContainText("BERT");
  hub.answer = (_, response, path) => path.endsWith("model.safetensors") && refuse(response, 404);
  await studio.button(/^Download/).click();
  await expect(alert).toContainText("model.safetensors");
  await expect(studio.train).toBeDisabled();

  await page.getByRole("textbox", { name: "Model", exact: true }).fill("no name");
  await expect(
    alert.filter({ hasText: "owner/name" }).or(page.getByText(/Give a repository as owner\/name/)),
  ).toBeVisible();
  await page
    .getByLabel("Files of a model")
    .setInputFiles([
      { name: "config.json", mimeType: "application/json", buffer: Buffer.from('{"model_type":"llama"}') },
    ]);
  await expect(alert.filter({ hasText: "config.json" })).toBeVisible();
});

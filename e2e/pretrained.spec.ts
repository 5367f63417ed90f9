import { readFileSync } from "node:fs";
import { expect, type Page, test } from "@playwright/test";
import { type HubServer, refuse, startHub } from "../src/engine/pretrained/testing/hub-server.ts";
import { safetensors } from "./fixtures/safetensors.ts";
import { numbers } from "./fixtures/tables.ts";
import { StudioPage, type Upload } from "./studio-page.ts";

const TESTING = "src/engine/pretrained/testing";
const NAME = "owner/tiny";
const VOCABULARY = 1500;

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

/** A BERT of two layers with random weights and the smaller of our tokenizers, as its repository would hold it. */
function tinyBert(): Record<string, string | Uint8Array> {
  const { tokenizers } = JSON.parse(readFileSync(`${TESTING}/tokenizers/oracle.json`, "utf8"));
  const { models } = JSON.parse(readFileSync(`${TESTING}/configs/oracle.json`, "utf8"));
  const { files, tensors } = models.bert as { files: Record<string, object>; tensors: Record<string, number[]> };
  const next = numbers(5);
  const shapes = Object.fromEntries(
    Object.entries(tensors).map(([name, shape]) => [name, shape[0] === 40 ? [VOCABULARY, ...shape.slice(1)] : shape]),
  );
  return {
    "config.json": JSON.stringify({ ...files["config.json"], vocab_size: VOCABULARY }),
    "model.safetensors": safetensors(shapes, (name) => (name.endsWith("LayerNorm.weight") ? 1 : 1.4 * (next() - 0.5))),
    "tokenizer.json": JSON.stringify(tokenizers.bert),
    "README.md": "---\nlicense: mit\nlanguage: en\n---\nA toy.",
  };
}

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

test("a model's own files are opened and encode frozen", async ({ page }) => {
  const studio = await withModel(page);
  const uploads = Object.entries(FILES).map(
    ([name, content]): Upload => ({
      name,
      mimeType: "application/octet-stream",
      buffer: Buffer.from(content as Uint8Array),
    }),
  );
  await page.getByLabel("Files of a model").setInputFiles(uploads);
  await expect(page.getByText("On this machine.")).toBeVisible();
  await expect(page.getByText("Your own files.")).toBeVisible();
  expect(hub.requests).toEqual([]);
  await studio.stage("Loss");
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

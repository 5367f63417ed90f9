import { expect, type Locator, type Page } from "@playwright/test";

/** A file as Playwright hands it to a file input. */
export interface Upload {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

export const csv = (name: string, text: string): Upload => ({
  name,
  mimeType: "text/csv",
  buffer: Buffer.from(text),
});

type Stage = "Data" | "Repeat" | "Backbone" | "Head" | "Aggregate" | "Loss";

/** The studio as a person uses it: everything is found by its role and name. */
export class StudioPage {
  constructor(readonly page: Page) {}

  get train(): Locator {
    return this.page.getByRole("button", { name: /^Train( again)?$/ });
  }
  get run(): Locator {
    return this.page.getByRole("region", { name: "Run", exact: true });
  }
  get finished(): Locator {
    return this.run.getByRole("paragraph").filter({ hasText: /^Finished after/ });
  }
  get matrix(): Locator {
    return this.page.getByRole("grid", { name: /^Confusion matrix/ });
  }
  get report(): Locator {
    return this.page.getByRole("region", { name: "Report" });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name, exact: typeof name === "string" });
  }

  /** Opens the studio and waits until the built-in sample can be trained. */
  async open(hash = ""): Promise<void> {
    await this.page.goto(`/${hash}`);
    await expect(this.train).toBeEnabled();
  }

  async stage(name: Stage): Promise<void> {
    await this.page.getByRole("navigation", { name: "Pipeline" }).getByRole("button", { name }).first().click();
  }

  /** Brings files by the dialog of the stage Data. */
  async upload(...files: Upload[]): Promise<void> {
    await this.stage("Data");
    await this.page.getByLabel("Files with data").setInputFiles(files);
  }

  /** Opens files and waits until they can be trained on. */
  async openFiles(...files: Upload[]): Promise<void> {
    await this.upload(...files);
    await expect(this.page.getByRole("heading", { name: files[0]?.name ?? "" })).toBeVisible();
    await expect(this.train).toBeEnabled();
  }

  /** Sets a number by typing it into the field of this name. */
  async type(label: string, value: number): Promise<void> {
    const field = this.page.getByRole("textbox", { name: label, exact: true });
    await field.fill(String(value));
    await field.blur();
  }

  async choose(label: string, option: string): Promise<void> {
    await this.page.getByRole("combobox", { name: label, exact: true }).selectOption({ label: option });
  }

  /** Turns to the page of all runs. */
  async showRuns(): Promise<void> {
    await this.page.getByRole("navigation", { name: "Pages" }).getByRole("button", { name: "Runs" }).click();
    await expect(this.page.getByRole("searchbox", { name: "Find runs" })).toBeVisible();
  }

  /** Turns to the page of all runs and opens one of them in full. */
  async showRun(name: string): Promise<void> {
    await this.showRuns();
    await this.page
      .getByRole("region", { name: "Runs", exact: true })
      .getByRole("button", { name, exact: true })
      .click();
  }

  /**
   * Asks for a backend by name, in the stage Loss, and waits until the engine says that it has it. Runs then begin at
   * once: where the studio chooses, each first measures all of them, which takes seconds on an emulated GPU.
   */
  async computeOn(name: "WebGPU" | "WebAssembly" | "Plain JavaScript"): Promise<void> {
    await this.stage("Loss");
    await this.choose("Computes on", name);
    await expect(this.page.getByText("chosen by you").first()).toBeAttached();
  }

  async finish(): Promise<void> {
    await expect(this.finished).toBeVisible({ timeout: 80_000 });
  }

  async trainToTheEnd(): Promise<void> {
    await this.train.click();
    await this.finish();
  }

  /** The run's figures by their names. */
  async figures(): Promise<Record<string, string>> {
    const [names, values] = await Promise.all([
      this.run.getByRole("term").allInnerTexts(),
      this.run.getByRole("definition").allInnerTexts(),
    ]);
    return Object.fromEntries(names.map((name, i) => [name, values[i] ?? ""]));
  }

  /** Opens a chart's table and reads its rows. */
  async chartRows(title: "Loss" | "Validation accuracy"): Promise<string[][]> {
    await this.button(`${title} as a table`).click();
    const table = this.page.getByRole("region", { name: `${title}, data` }).getByRole("table");
    return (await rowsOf(table)).slice(1);
  }

  /** Counts of the matrix, row by row. */
  async matrixCounts(): Promise<number[][]> {
    await this.button("counts").click();
    const rows = await rowsOf(this.matrix);
    return rows.slice(1).map((cells) => cells.slice(1).map(Number));
  }
}

/** The cells' texts of a table, row by row. */
export async function rowsOf(table: Locator): Promise<string[][]> {
  const rows = await table.getByRole("row").all();
  return Promise.all(
    rows.map(async (row) => {
      const cells = row.locator("th, td");
      return (await cells.allInnerTexts()).map((text) => text.trim());
    }),
  );
}

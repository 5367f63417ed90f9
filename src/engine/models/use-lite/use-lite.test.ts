import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Experiment, parseExperiment } from "../../../shared/experiment.ts";
import type { Noise } from "../../../shared/plugins/noises/index.ts";
import type { Inputs } from "../../data/dataset.ts";
import type { FrozenBackbone } from "../../features/frozen-backbone.ts";
import { expectAllClose } from "../../testing/allclose.ts";
import { startTestBackend } from "../../testing/backends.ts";
import { tf } from "../../tf.ts";
import { fetchUseLite } from "./files.ts";
import { fetchFromDisk, quietWork } from "./testing/package-files.ts";
import { frozenUseLite } from "./use-lite.ts";

const SENTENCES = ["Where did my parcel go?", "Please cancel the order I placed on Monday, thanks", "", "Refund"];
const TEN = "one two three four five six seven eight nine ten";
const LONG = "blue ".repeat(150);
const experiment = withDrop(0.4);
const inputs = texts(SENTENCES);

let backbone: FrozenBackbone;

beforeAll(async () => {
  await startTestBackend("wasm");
  backbone = frozenUseLite(await fetchUseLite(fetchFromDisk, quietWork()));
});

function withDrop(probability: number): Experiment {
  return withNoises([{ id: "token-drop", site: "input", probability }]);
}

function withNoises(noises: Noise[]): Experiment {
  return parseExperiment({
    version: 1,
    task: "text-classification",
    data: { train: "x.csv" },
    backbone: { id: "use-lite" },
    repeat: { noises },
  });
}

function texts(texts: readonly string[]): Inputs {
  return { modality: "text", texts };
}

async function encoded(of: Inputs, items: number[], views: number, draw = 0, by = experiment) {
  const features = backbone.encode(by, of, Int32Array.from(items), views, draw);
  const values = (await features.data()) as Float32Array;
  features.dispose();
  return Array.from({ length: values.length / 512 }, (_, row) => values.slice(row * 512, (row + 1) * 512));
}

/** The tokens of each view of an item. */
async function shown(of: Inputs, item: number, count: number, draw = 0, by = experiment) {
  const views = await backbone.show({ experiment: by, inputs: of, item, count, draw });
  return views.map((view) => (view.modality === "text" ? view.tokens : []));
}

const same = (a: Float32Array, b: Float32Array) => a.every((x, i) => Math.abs(x - (b[i] as number)) < 1e-5);

describe("features", () => {
  test("are unit vectors in the order of the items, also of an empty text", async () => {
    const rows = await encoded(inputs, [3, 2, 0, 3], 0);
    expect(rows).toHaveLength(4);
    for (const row of rows) expect(row.reduce((sum, x) => sum + x * x, 0)).toBeCloseTo(1, 4);
    expectAllClose(rows[0] as Float32Array, rows[3] as Float32Array);
    const [alone] = await encoded(texts(["Refund"]), [0], 0);
    expectAllClose(rows[0] as Float32Array, alone as Float32Array, { absolute: 1e-5 });
  });

  test("of more items than one pass takes are those of each alone", async () => {
    const many = texts(
      Array.from({ length: 37 }, (_, i) => `order ${"number ".repeat(i === 9 ? 90 : (i * 5) % 11)}${i}`),
    );
    const items = Array.from({ length: 37 }, (_, i) => i);
    const rows = await encoded(many, items, 0);
    for (const item of [0, 9, 15, 16, 36]) {
      const [alone] = await encoded(many, [item], 0);
      expectAllClose(rows[item] as Float32Array, alone as Float32Array, { absolute: 1e-5 });
    }
  });

  test("of a view are those of the sentence that the view shows", async () => {
    const views = 5;
    const rows = await encoded(inputs, [1, 0], views, 3);
    for (const [place, item] of [1, 0].entries()) {
      const sentences = (await shown(inputs, item, views, 3)).map((tokens) => keptIds(tokens));
      for (let a = 0; a < views; a++)
        for (let b = 0; b < a; b++)
          expect(same(rows[place * 6 + 1 + a] as Float32Array, rows[place * 6 + 1 + b] as Float32Array)).toBe(
            sentences[a] === sentences[b],
          );
    }
  });

  test("of a view that keeps whole words are those of these words alone", async () => {
    const words = texts(["one two three four five six seven"]);
    const [, ...views] = await encoded(words, [0], 7, 1);
    const shorter = (await shown(words, 0, 7, 1)).map((tokens) => spell(tokens.filter(({ kept }) => kept)).trim());
    expect(new Set(shorter).size).toBeGreaterThan(3);
    const plain = await encoded(texts(shorter), [0, 1, 2, 3, 4, 5, 6], 0);
    for (const [i, row] of plain.entries()) expectAllClose(views[i] as Float32Array, row, { absolute: 1e-5 });
  });

  test("differ from draw to draw", async () => {
    const [, first] = await encoded(inputs, [1], 1, 0);
    const [, second] = await encoded(inputs, [1], 1, 1);
    expect(same(first as Float32Array, second as Float32Array)).toBe(false);
  });
});

describe("noise on the embeddings", () => {
  const neftune = (alpha: number) => withNoises([{ id: "neftune", site: "token-embedding", alpha }]);
  const distance = (a: Float32Array = new Float32Array(), b: Float32Array = new Float32Array()) =>
    Math.sqrt(a.reduce((sum, x, i) => sum + (x - (b[i] as number)) ** 2, 0));

  test("moves every view its own way, the farther the stronger, and leaves the clean one", async () => {
    const [clean] = await encoded(inputs, [1], 0);
    const [first, ...views] = await encoded(inputs, [1], 4, 0, neftune(20));
    expect(distance(first, clean)).toBeLessThan(1e-5);
    for (const [i, view] of views.entries())
      for (const other of [clean, ...views.slice(0, i)]) expect(distance(view, other)).toBeGreaterThan(1e-3);
    const [, weak] = await encoded(inputs, [1], 1, 0, neftune(2));
    expect(distance(weak, clean)).toBeLessThan(distance(views[0], clean) / 3);
    const [, none] = await encoded(inputs, [1], 1, 0, neftune(0));
    expect(distance(none, clean)).toBeLessThan(1e-5);
  });

  test("is that of the item and the draw, beside whichever others, and does nothing to an empty text", async () => {
    const [, together] = (await encoded(inputs, [3, 1], 2, 5, neftune(9))).slice(3);
    const [, alone] = await encoded(inputs, [1], 2, 5, neftune(9));
    expect(distance(together, alone)).toBeLessThan(1e-5);
    const [, redrawn] = await encoded(inputs, [1], 2, 6, neftune(9));
    expect(distance(redrawn, alone)).toBeGreaterThan(1e-3);
    const [empty, noisy] = await encoded(inputs, [2], 1, 0, neftune(9));
    expect(distance(empty, noisy)).toBeLessThan(1e-5);
  });

  test("shows the sentence as it is", async () => {
    for (const tokens of await shown(inputs, 1, 3, 0, neftune(9))) {
      expect(spell(tokens)).toBe(SENTENCES[1]);
      expect(tokens.some(({ kept, moved }) => moved || !kept)).toBe(false);
    }
  });
});

describe("views", () => {
  test("show moved tokens in their new places and those left out behind the one they followed", async () => {
    const by = withNoises([
      { id: "token-swap", site: "input", probability: 0.3, partner: "any" },
      { id: "span-mask", site: "input", share: 0.3, meanLength: 2 },
    ]);
    const words = texts([TEN]);
    const views = await shown(words, 0, 7, 2, by);
    const [, ...rows] = await encoded(words, [0], 7, 2, by);
    const plain = await encoded(
      texts(views.map((tokens) => spell(tokens.filter(({ kept }) => kept)).trim())),
      [0, 1, 2, 3, 4, 5, 6],
      0,
    );
    for (const [i, row] of plain.entries()) expectAllClose(rows[i] as Float32Array, row, { absolute: 1e-5 });
    for (const tokens of views) {
      expect(tokens.map(({ text }) => text.trim()).sort()).toEqual(TEN.split(" ").sort());
      expect(tokens.filter(({ kept }) => !kept)).toHaveLength(3);
    }
    expect(views.flat().some(({ moved }) => moved)).toBe(true);
  });

  test("spell the sentence", async () => {
    const [tokens = []] = await shown(inputs, 1, 1);
    expect(spell(tokens)).toBe(SENTENCES[1]);
    expect(await shown(inputs, 2, 2)).toEqual([[], []]);
  });

  test("say what lies beyond the encoder's reach, and so does the console, once", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const [tokens = []] = await shown(texts([LONG]), 0, 1);
    await encoded(texts([LONG]), [0], 0);
    expect(tokens).toHaveLength(129);
    expect(tokens.at(-1)?.text).toContain("22 more tokens");
    expect(warn.mock.calls.filter(([message]) => String(message).includes("150 tokens"))).toHaveLength(1);
    warn.mockRestore();
  });
});

test("neither encoding nor disposing leaves tensors behind", async () => {
  const before = tf.memory().numTensors;
  const another = frozenUseLite(await fetchUseLite(fetchFromDisk, quietWork()));
  another.encode(experiment, inputs, Int32Array.of(0, 1), 3, 0).dispose();
  another.dispose();
  expect(tf.memory().numTensors).toBe(before);
  expect(another.parameters).toBe(6_975_744);
});

describe("loading", () => {
  const events: [string, number, number][] = [];
  const work = () => ({
    signal: new AbortController().signal,
    progress: (...event: [string, number, number]) => events.push(event),
  });

  beforeEach(() => {
    events.length = 0;
  });

  test("reports the bytes", async () => {
    frozenUseLite(await fetchUseLite(fetchFromDisk, work())).dispose();
    expect(new Set(events.map(([what]) => what))).toEqual(new Set(["Fetching Universal Sentence Encoder Lite"]));
    const done = events.map(([, bytes]) => bytes);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(events.at(-1)?.[1]).toBe(events.at(-1)?.[2]);
    expect(events.length).toBeGreaterThan(7);
  });

  test("names a file that is missing", async () => {
    const missing = fetchUseLite(
      async (url, options) =>
        url.includes("shard5of7") ? new Response("", { status: 404 }) : fetchFromDisk(url, options),
      work(),
    );
    await expect(missing).rejects.toThrow(/group1-shard5of7.*404.*assets/);
  });

  test("names a file that is cut short, or another in its place", async () => {
    const cut = fetchUseLite(async (url, options) => {
      const response = await fetchFromDisk(url, options);
      return url.includes("shard3of7") ? new Response((await response.arrayBuffer()).slice(0, 1000)) : response;
    }, work());
    await expect(cut).rejects.toThrow(/group1-shard3of7 has 1,000 bytes instead of 4,194,304/);
    const page = fetchUseLite(
      async (url, options) => (url.includes("vocab") ? new Response("<!doctype html>") : fetchFromDisk(url, options)),
      work(),
    );
    await expect(page).rejects.toThrow(/vocab\.json/);
  });

  test("stops when it is called off", async () => {
    const controller = new AbortController();
    const fetched: string[] = [];
    const loading = fetchUseLite(
      async (url, options) => {
        options.signal.throwIfAborted();
        fetched.push(url);
        if (url.includes("shard2of7")) controller.abort();
        return fetchFromDisk(url, options);
      },
      { ...work(), signal: controller.signal },
    );
    await expect(loading).rejects.toMatchObject({ name: "AbortError" });
    expect(fetched.some((url) => url.includes("shard3of7"))).toBe(false);
  });
});

const spell = (tokens: readonly { text: string }[]) => tokens.map(({ text }) => text).join("");
const keptIds = (tokens: readonly { text: string; kept: boolean }[]) =>
  tokens
    .filter(({ kept }) => kept)
    .map(({ text }) => text.trimStart())
    .join("|");

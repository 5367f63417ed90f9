import { beforeAll, describe, expect, test } from "vitest";
import { type ExperimentFile, parseExperiment } from "../../../shared/experiment.ts";
import { backboneLayers } from "../../../shared/noise-misfits.ts";
import { tokenRows } from "../../features/token-data.ts";
import { expectAllClose } from "../../testing/allclose.ts";
import { startTestBackend } from "../../testing/backends.ts";
import { expectGradient } from "../../testing/gradcheck.ts";
import { tf } from "../../tf.ts";
import type { Context } from "../model.ts";
import type { Tunable } from "../tunable.ts";
import { fetchUseLite, type UseLiteFiles } from "./files.ts";
import { fetchFromDisk, quietWork } from "./testing/package-files.ts";
import { smallUseLite } from "./testing/small-files.ts";
import { tunableUseLite } from "./tunable.ts";
import { frozenUseLite } from "./use-lite.ts";

const FULL = { id: "full" } as const;
const CLEAN: Context = { hidden: (activation) => activation, embedded: (embeddings) => embeddings };
const TEXTS = ["red greens", "", "two", "three blue red green"];

const experiment = (change: Partial<ExperimentFile> = {}) =>
  parseExperiment({
    version: 1,
    task: "text-classification",
    data: { train: "x.csv" },
    backbone: { id: "use-lite" },
    tuning: FULL,
    ...change,
  });

/** Rows of ids, as a run makes them. */
function rowsOf(tunable: Tunable, texts: readonly string[]) {
  if (!tunable.reader) throw new Error("no reader");
  const items = Int32Array.from(texts.keys());
  return tokenRows(experiment(), { modality: "text", texts: [...texts] }, items, tunable.reader, { views: 0, draw: 0 });
}

/** The weights of a built backbone as one vector, and its features for such a vector. */
function asFunction(tunable: Tunable, texts: readonly string[], spare = 0) {
  const { values, length } = rowsOf(tunable, texts);
  const built = tunable.build(FULL, { modality: "tokens", length: length + spare });
  const host = built.init(undefined as never);
  const entries = Object.entries(host);
  const ids = () =>
    tf.pad(
      tf.tensor2d(values, [texts.length, length]),
      [
        [0, 0],
        [0, spare],
      ],
      -1,
    );
  const tensors = () => entries.map(([, { values, shape }]) => tf.tensor(values, [...shape]));
  const features = (weights: tf.Tensor[], context = CLEAN) =>
    built.apply(Object.fromEntries(entries.map(([name], i) => [name, weights[i] as tf.Tensor])), ids(), context);
  return { built, entries, tensors, features, length };
}

describe("Universal Sentence Encoder Lite as it is shipped", () => {
  let files: UseLiteFiles;
  beforeAll(async () => {
    files = await fetchUseLite(fetchFromDisk, quietWork());
  });

  test.each(["cpu", "wasm", "webgpu"] as const)(
    "gives, before it is tuned, the frozen encoder's vectors on %s",
    async (backend) => {
      await startTestBackend(backend);
      const texts = ["Play some jazz, please!", "", "Where is my parcel?"];
      const frozen = frozenUseLite(files);
      const expected = frozen.encode(experiment(), { modality: "text", texts }, Int32Array.of(0, 1, 2), 0, 0);
      const tunable = tunableUseLite(files);
      const actual = tf.tidy(() => {
        const { tensors, features } = asFunction(tunable, texts);
        return features(tensors());
      });
      expectAllClose(await actual.data(), await expected.data(), { absolute: 1e-5, relative: 0 });
      expect(tunable.parameters).toBe(frozen.parameters);
      frozen.dispose();
      tf.dispose([actual, expected]);
    },
  );
});

describe("a small encoder of the same kind", () => {
  const tunable = tunableUseLite(smallUseLite());

  test("has as many hidden layers as the experiment check counts, and all of its weights are trained", () => {
    const { built, entries } = asFunction(tunable, TEXTS);
    expect(built.numHidden).toBe(backboneLayers(experiment()));
    expect(entries.reduce((sum, [, { values }]) => sum + values.length, 0)).toBe(tunable.parameters);
    expect(entries.every(([name]) => name.startsWith("backbone."))).toBe(true);
  });

  test("reads no padding, however much of it there is", async () => {
    await startTestBackend("cpu");
    const [tight, wide] = [0, 3].map((spare) => {
      const { tensors, features } = asFunction(tunable, TEXTS, spare);
      return features(tensors());
    });
    expectAllClose(await (wide as tf.Tensor).data(), await (tight as tf.Tensor).data(), {
      absolute: 1e-6,
      relative: 0,
    });
  });

  test("passes its embeddings and both layers through the context, row by row", async () => {
    await startTestBackend("cpu");
    const { tensors, features, length } = asFunction(tunable, TEXTS);
    const seen: [string, number[]][] = [];
    const context: Context = {
      embedded: (embeddings, mask) => {
        seen.push(["embedded", embeddings.shape], ["mask", mask.shape]);
        return embeddings;
      },
      hidden: (activation, layer) => {
        seen.push([`hidden ${layer}`, activation.shape]);
        return activation;
      },
    };
    features(tensors(), context);
    const rows = TEXTS.length;
    expect(seen).toEqual([
      ["embedded", [rows, length, 8]],
      ["mask", [rows, length]],
      ["hidden 0", [rows, length, 12]],
      ["hidden 1", [rows, length, 12]],
    ]);
  });

  test("a layer that makes K rows of each goes on with the mask of each", async () => {
    await startTestBackend("cpu");
    const { tensors, features } = asFunction(tunable, TEXTS);
    const twice = (x: tf.Tensor) => tf.reshape(tf.stack([x, x], 1), [-1, ...x.shape.slice(1)]);
    const context: Context = { ...CLEAN, hidden: (x, layer) => (layer === 0 ? twice(x) : x) };
    const expected = twice(features(tensors()));
    expectAllClose(await features(tensors(), context).data(), await expected.data());
  });

  const loss = (weights: tf.Tensor[]): tf.Scalar => {
    const h = asFunction(tunable, TEXTS).features(weights);
    return tf.sum(
      tf.mul(
        h,
        tf.tensor(
          Float32Array.from({ length: h.size }, (_, i) => Math.cos(3 * i)),
          h.shape,
        ),
      ),
    );
  };

  async function gradients(): Promise<Float32Array[]> {
    const of = tf.tidy(() => tf.grads((...at) => loss(at))(asFunction(tunable, TEXTS).tensors()));
    return Promise.all(of.map(async (gradient) => (await gradient.data()) as Float32Array));
  }

  test("its gradients are those of finite differences", async () => {
    await startTestBackend("cpu");
    const of = await gradients();
    const { entries, tensors } = asFunction(tunable, TEXTS);
    for (const [i, [name, { values, shape }]] of entries.entries()) {
      // A part of the entries is enough; among the embeddings are tokens that are read twice or not at all.
      const chosen = Array.from(values.keys()).filter(
        (at) => (name.includes("embedding") && at % 5 === 0) || at % 29 === 0,
      );
      const at = async (part: Float32Array): Promise<number> => {
        const moved = values.slice();
        for (const [j, place] of chosen.entries()) moved[place] = part[j] as number;
        const value = tf.tidy(() =>
          loss(tensors().map((tensor, j) => (j === i ? tf.tensor(moved, [...shape]) : tensor))),
        );
        return (await value.data())[0] as number;
      };
      const [start, expected] = [values, of[i] as Float32Array].map((all) =>
        Float32Array.from(chosen, (place) => all[place] as number),
      );
      await expectGradient(at, start as Float32Array, expected as Float32Array, { absolute: 3e-3, kinks: 0.1 });
    }
  });

  test.each(["wasm", "webgpu"] as const)("its gradients on %s are those on cpu", async (backend) => {
    await startTestBackend("cpu");
    const expected = await gradients();
    await startTestBackend(backend);
    for (const [i, gradient] of (await gradients()).entries())
      expectAllClose(gradient, expected[i] as Float32Array, { absolute: 1e-4, relative: 1e-3 });
  });
});

test("refuses another input and a tuning method that it does not know", () => {
  const tunable = tunableUseLite(smallUseLite());
  expect(() => tunable.build(FULL, { modality: "table", size: 3 })).toThrow(/reads text only/);
  expect(() => tunable.build({ id: "head-only" }, { modality: "tokens", length: 3 })).toThrow(
    /cannot be tuned by "head-only"/,
  );
});

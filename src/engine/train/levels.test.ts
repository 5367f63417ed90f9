import { beforeAll, describe, expect, test } from "vitest";
import { POOLINGS, type Pooling } from "../../shared/plugins/poolings/index.ts";
import { type BoundObjective, buildObjective } from "../objectives/index.ts";
import { softmax } from "../objectives/link.ts";
import { Stream } from "../rng.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend, TESTED_BACKENDS } from "../testing/backends.ts";
import { expectGradient } from "../testing/gradcheck.ts";
import { CROSS_ENTROPY, TESTED_OBJECTIVES } from "../testing/objectives.ts";
import { poolingParams, sensiblePairs, TESTED_POOLINGS } from "../testing/poolings.ts";
import { type Tensor, type Tensor3D, tf } from "../tf.ts";
import { type OutputLevel, pooledLogProbabilities, pooledLoss, repeatRows } from "./levels.ts";

const BATCH = 5;
const K = 7;
const CLASSES = 4;
const OUTPUT_LEVELS: OutputLevel[] = ["loss", "probabilities", "logits"];
const PAIRS = sensiblePairs(OUTPUT_LEVELS);

const objective = buildObjective(CROSS_ENTROPY);
const labels = Array.from({ length: BATCH }, (_, i) => i % CLASSES);

function drawLogits(stdDev: number): Float32Array {
  const stream = new Stream(9, "sample");
  return Float32Array.from({ length: BATCH * K * CLASSES }, () => stdDev * stream.normal());
}

const logits = (values: Float32Array) => tf.tensor3d(values, [BATCH, K, CLASSES]);
const target = () => tf.expandDims(tf.oneHot(tf.tensor1d(labels, "int32"), CLASSES, 1, 0, "float32"), 1) as Tensor3D;
/** The loss of each sample by itself, [batch]. */
const losses = (level: OutputLevel, pooling: Pooling, z: Tensor3D, of: BoundObjective = objective): Tensor =>
  tf.stack(
    labels.map((_, i) =>
      pooledLoss(level, pooling, of, rowOf(z, i), rowOf(target(), i), null, poolingParams(pooling, CLASSES)),
    ),
  );
const rowOf = (x: Tensor3D, i: number): Tensor3D => tf.slice(x, [i, 0, 0], [1, -1, -1]);

async function totalLoss(level: OutputLevel, pooling: Pooling, values: Float32Array): Promise<number> {
  const each = tf.tidy(() => losses(level, pooling, logits(values)));
  const total = [...(await each.data())].reduce((a, b) => a + b);
  each.dispose();
  return total;
}

function gradientOf(level: OutputLevel, pooling: Pooling, z: Tensor3D): Tensor {
  return tf.grad((x) => tf.sum(losses(level, pooling, x as Tensor3D)))(z);
}

test("every pooling is tested, and every level that it makes sense at", () => {
  expect(new Set(TESTED_POOLINGS.map(({ id }) => id))).toEqual(new Set(POOLINGS.map(({ id }) => id)));
  expect(PAIRS).toHaveLength(OUTPUT_LEVELS.length * TESTED_POOLINGS.length - 2);
});

describe.each(TESTED_BACKENDS)("on %s", (backend) => {
  beforeAll(() => startTestBackend(backend));

  test.each(PAIRS)("the loss does not depend on the order of the repeats ($level, $id)", async ({ level, pooling }) => {
    const z = logits(drawLogits(3));
    const permuted = tf.gather(z, tf.tensor1d([3, 0, 6, 1, 5, 2, 4], "int32"), 1) as Tensor3D;
    expectAllClose(await losses(level, pooling, permuted).data(), await losses(level, pooling, z).data());
  });

  test.each(PAIRS)("pooled probabilities sum to 1 ($level, $id)", async ({ level, pooling }) => {
    const p = tf.exp(
      pooledLogProbabilities(level, pooling, objective.link, logits(drawLogits(3)), poolingParams(pooling, CLASSES)),
    );
    expectAllClose(await tf.sum(p, 1).data(), new Array(BATCH).fill(1));
  });

  test("mean-loss is at least mean-probability and at least mean-logit loss, sample by sample (Jensen)", async () => {
    const z = logits(drawLogits(3));
    const at = (level: OutputLevel) => losses(level, { id: "mean" }, z).data();
    const [loss, probabilities, pooledLogits] = [await at("loss"), await at("probabilities"), await at("logits")];
    for (let i = 0; i < BATCH; i++) {
      expect(loss[i]).toBeGreaterThan((probabilities[i] as number) + 1e-3);
      expect(loss[i]).toBeGreaterThan((pooledLogits[i] as number) + 1e-3);
    }
  });

  test("the gradient of the mean-probability loss weighs each pass by its probability of the truth", async () => {
    const z = logits(drawLogits(2));
    const p = (await tf.softmax(z).array()) as number[][][];
    const expected = p.flatMap((repeats, b) => {
      const truth = labels[b] as number;
      const total = repeats.reduce((sum, row) => sum + (row[truth] as number), 0);
      return repeats.flatMap((row) =>
        row.map((pc, c) => ((row[truth] as number) / total) * (pc - (c === truth ? 1 : 0))),
      );
    });
    expectAllClose(await gradientOf("probabilities", { id: "mean" }, z).data(), expected);
  });

  test("under max over logits exactly one in K gradients is not 0, and several passes get some", async () => {
    const gradient = (await gradientOf("logits", { id: "max" }, logits(drawLogits(3))).array()) as number[][][];
    for (const repeats of gradient) {
      for (let c = 0; c < CLASSES; c++) expect(repeats.filter((row) => row[c] !== 0)).toHaveLength(1);
      expect(repeats.filter((row) => row.some((g) => g !== 0)).length).toBeGreaterThan(1);
    }
  });

  test("under max over losses only the hardest pass gets a gradient", async () => {
    const z = logits(drawLogits(3));
    const gradient = (await gradientOf("loss", { id: "max" }, z).array()) as number[][][];
    const p = (await tf.softmax(z).array()) as number[][][];
    for (const [b, repeats] of gradient.entries()) {
      const truth = labels[b] as number;
      const hardest = (p[b] as number[][]).map((row) => row[truth] as number);
      const moved = repeats.flatMap((row, k) => (row.some((g) => g !== 0) ? [k] : []));
      expect(moved).toEqual([hardest.indexOf(Math.min(...hardest))]);
    }
  });

  test.each(PAIRS)(
    "equal targets in every repeat are one target a sample ($level, $id)",
    async ({ level, pooling }) => {
      const z = logits(drawLogits(3));
      const each = tf.tile(target(), [1, K, 1]) as Tensor3D;
      expectAllClose(
        await pooledLoss(level, pooling, objective, z, each, null, poolingParams(pooling, CLASSES)).data(),
        await tf.mean(losses(level, pooling, z)).data(),
      );
    },
  );

  test("targets of their own meet their repeats at the level loss, and their mean the pooled output", async () => {
    const z = logits(drawLogits(3));
    const each = tf.softmax(logits(drawLogits(2))) as Tensor3D;
    const [log, soft] = [(await tf.logSoftmax(z).array()) as number[][][], (await each.array()) as number[][][]];
    const crossEntropy = (p: number[] = [], y: number[] = []) =>
      -p.reduce((sum, l, c) => sum + (y[c] as number) * l, 0);
    const perRepeat = log.map((rows, b) => rows.reduce((sum, row, k) => sum + crossEntropy(row, soft[b]?.[k]) / K, 0));
    const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
    expectAllClose(await pooledLoss("loss", { id: "mean" }, objective, z, each).data(), [mean(perRepeat)]);
    const pooled = (await pooledLogProbabilities("logits", { id: "mean" }, objective.link, z).array()) as number[][];
    const means = soft.map((rows) => rows.reduce((a, b) => a.map((v, c) => v + (b[c] as number))).map((v) => v / K));
    const expected = pooled.map((row, b) => crossEntropy(row, means[b]));
    expectAllClose(await pooledLoss("logits", { id: "mean" }, objective, z, each).data(), [mean(expected)]);
  });

  test("repeating rows sums their gradients", async () => {
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
    expect(repeatRows(x, K).shape).toEqual([2, K, 3]);
    const gradient = tf.grad((y) => tf.sum(tf.mul(repeatRows(y, K), 3)))(x);
    expectAllClose(await gradient.data(), new Array(6).fill(3 * K));
  });
});

/** Every objective at every level, with a pooling that renormalises. */
const OBJECTIVE_PAIRS = TESTED_OBJECTIVES.flatMap(({ name, objective: choice }) =>
  OUTPUT_LEVELS.map((level) => ({ name, level, of: buildObjective(choice, [5, 9, 2, 4]) })),
);

/** Poolings that make sense with an objective at a level; attention weighs one distribution, not one a class. */
const poolingsFor = ({ terms }: BoundObjective, level: OutputLevel): Pooling[] =>
  sensiblePairs([level])
    .map(({ pooling }) => pooling)
    .filter(({ id }) => id !== "attention" || level === "logits" || terms.every(({ link }) => link === softmax));

describe.each(TESTED_BACKENDS)("objectives on %s", (backend) => {
  beforeAll(() => startTestBackend(backend));
  const whole = (level: OutputLevel, pooling: Pooling, of: BoundObjective, z: Tensor3D) =>
    pooledLoss(level, pooling, of, z, target(), null, poolingParams(pooling, CLASSES));

  test.each(OBJECTIVE_PAIRS)(
    "K = 1 has one loss at every level, for every f ($name, $level)",
    async ({ level, of }) => {
      const z = tf.slice(logits(drawLogits(2)), [0, 0, 0], [BATCH, 1, CLASSES]);
      const plain = await whole("logits", { id: "mean" }, of, z).data();
      for (const pooling of poolingsFor(of, level))
        expectAllClose(await whole(level, pooling, of, z).data(), plain, { absolute: 2e-5, relative: 1e-4 });
    },
  );

  test.each(OBJECTIVE_PAIRS)("the repeats' order does not matter, equal ones are one ($name, $level)", async (pair) => {
    const { level, of } = pair;
    const z = logits(drawLogits(2));
    const permuted = tf.gather(z, tf.tensor1d([3, 0, 6, 1, 5, 2, 4], "int32"), 1) as Tensor3D;
    const one = tf.slice(z, [0, 0, 0], [BATCH, 1, CLASSES]);
    for (const pooling of poolingsFor(of, level)) {
      const loss = (x: Tensor3D) => whole(level, pooling, of, x).data();
      expectAllClose(await loss(permuted), await loss(z));
      expectAllClose(await loss(tf.tile(one, [1, K, 1])), await loss(one), { absolute: 2e-5, relative: 1e-4 });
    }
  });

  test.each(TESTED_OBJECTIVES)("pooled predictions of $name sum to 1", async ({ objective: choice }) => {
    const { link } = buildObjective(choice);
    for (const pooling of poolingsFor(buildObjective(choice), "probabilities")) {
      const params = poolingParams(pooling, CLASSES);
      const p = tf.exp(pooledLogProbabilities("probabilities", pooling, link, logits(drawLogits(3)), params));
      expectAllClose(await tf.sum(p, 1).data(), new Array(BATCH).fill(1));
    }
  });

  test("the loss of soft F1 over K repeats is f over the K batch losses", async () => {
    const softF1 = buildObjective({ id: "soft-f1" });
    const z = logits(drawLogits(2));
    const each = await Promise.all(
      Array.from({ length: K }, async (_, k) => {
        const repeat = tf.slice(z, [0, k, 0], [BATCH, 1, CLASSES]);
        return (await whole("logits", { id: "mean" }, softF1, repeat).data())[0] as number;
      }),
    );
    expectAllClose(await whole("loss", { id: "max" }, softF1, z).data(), [Math.max(...each)]);
    expectAllClose(await whole("loss", { id: "mean" }, softF1, z).data(), [each.reduce((a, b) => a + b) / K]);
  });

  test("probabilities of one sigmoid a class are pooled as sigmoids", async () => {
    const z = drawLogits(2);
    const s = Float32Array.from(z, (x) => 1 / (1 + Math.exp(-x)));
    let expected = 0;
    for (const [b, label] of labels.entries())
      for (let c = 0; c < CLASSES; c++) {
        const mean =
          Array.from({ length: K }, (_, k) => s[(b * K + k) * CLASSES + c] as number).reduce((x, y) => x + y) / K;
        expected -= Math.log(c === label ? mean : 1 - mean) / (CLASSES * BATCH);
      }
    const binary = buildObjective({ id: "binary-cross-entropy" });
    expectAllClose(await whole("probabilities", { id: "mean" }, binary, logits(z)).data(), [expected]);
  });

  test("where each repeat has a target of its own, the losses are pooled beside theirs", async () => {
    const z = logits(drawLogits(2));
    const turned = Array.from({ length: BATCH * K }, (_, i) => i % CLASSES);
    const own = tf.reshape(tf.oneHot(tf.tensor1d(turned, "int32"), CLASSES, 1, 0, "float32"), [BATCH, K, CLASSES]);
    const logP = (await tf.logSoftmax(z).data()) as Float32Array;
    const total = turned.reduce((sum, c, i) => sum - (logP[i * CLASSES + c] as number), 0);
    const loss = pooledLoss("loss", { id: "mean" }, objective, z, own as Tensor3D);
    expectAllClose(await loss.data(), [total / (BATCH * K)]);
  });
});

describe("gradients on cpu", () => {
  beforeAll(() => startTestBackend("cpu"));

  test.each(PAIRS)("agree with finite differences ($level, $id)", async ({ level, pooling }) => {
    const values = drawLogits(1.5);
    const gradient = await gradientOf(level, pooling, logits(values)).data();
    // Where two repeats are nearly equal, their order changes within the difference: a kink.
    await expectGradient((x) => totalLoss(level, pooling, x), values, gradient, { kinks: 0.03 });
  });
});

describe("gradients of every objective on cpu", () => {
  beforeAll(() => startTestBackend("cpu"));

  test.each(OBJECTIVE_PAIRS)("agree with finite differences ($name, $level)", async ({ level, of }) => {
    const values = drawLogits(1.5);
    const loss = (z: Tensor3D) => pooledLoss(level, { id: "log-mean-exp", t: 2 }, of, z, target());
    const gradient = await tf
      .grad((z) => tf.mul(loss(z as Tensor3D), BATCH))(logits(values))
      .data();
    const total = async (z: Float32Array) => {
      const mean = tf.tidy(() => loss(logits(z)));
      const [value] = await mean.data();
      mean.dispose();
      return BATCH * (value as number);
    };
    await expectGradient(total, values, gradient, { step: 5e-3 });
  });
});

test.each(PAIRS)("gradients on webgpu agree with cpu's ($level, $id)", async ({ level, pooling }) => {
  const on = async (backend: "cpu" | "webgpu") => {
    await startTestBackend(backend);
    return gradientOf(level, pooling, logits(drawLogits(3))).data();
  };
  const cpu = await on("cpu");
  expectAllClose(await on("webgpu"), cpu, { absolute: 1e-5, relative: 1e-3 });
});

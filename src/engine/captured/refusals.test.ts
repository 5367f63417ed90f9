import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Experiment } from "../../shared/experiment.ts";
import { device } from "../gpu.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend } from "../testing/backends.ts";
import { batchesFor, stepsOf } from "../testing/steps.ts";
import { toyData, toyExperiment } from "../testing/toy.ts";
import { type Tensor, type Tensor2D, tf, webGpuBackend } from "../tf.ts";
import type { DeviceData } from "../train/device-data.ts";
import { Model } from "../train/model.ts";
import { buildNetwork, type Network } from "../train/network.ts";
import { Trainer } from "../train/trainer.ts";

const EXPERIMENT = toyExperiment({
  repeat: { k: 3, noises: [{ id: "gaussian", site: "features", stdDev: 0.5 }] },
  optimizer: { id: "adam", learningRate: 0.02 },
});

/** The experiment's own network, but that its features go through something more. */
function networkWith(data: DeviceData, more: (features: Tensor2D) => Tensor): Network {
  const own = buildNetwork(EXPERIMENT, data.data.input, data.data.numClasses);
  return { ...own, dense: null, features: (...of) => more(own.features(...of)) as Tensor2D };
}

function trainerOf(network: Network, data: DeviceData, path: "fast" | "captured" | "mixed" | "eager"): Trainer {
  return new Trainer(new Model(network, EXPERIMENT, data, [3, 6, 2]), network.init(1), 100, { path });
}

interface Refused {
  readonly name: string;
  readonly reason: string;
  /** Made anew for each trainer. */
  readonly more: () => (features: Tensor2D) => Tensor;
}

/** Kernels that tfjs's WebGPU backend computes on the CPU. */
const suppressed = (features: Tensor2D): Tensor => {
  const boxes = tf.slice(tf.concat([features, features], 1), [0, 0], [-1, 4]) as Tensor2D;
  const scores = tf.reshape(tf.slice(features, [0, 0], [-1, 1]), [-1]) as tf.Tensor1D;
  return tf.image.nonMaxSuppression(boxes, scores, 3);
};

const kept: Tensor[] = [];

const REFUSED: Refused[] = [
  {
    name: "reads on the host",
    reason: "the step reads on the host what Sum computes",
    more: () => (h) => {
      // Node has no canvas to read back through: what matters is that a recording does not get that far.
      const total = tf.sum(h);
      if (isDry()) total.dataSync();
      return tf.add(h, 1);
    },
  },
  {
    name: "reads on the host and catches the error",
    reason: "the step reads on the host what Max computes",
    more: () => (h) => {
      try {
        if (isDry()) tf.max(h).dataSync();
      } catch {}
      return h;
    },
  },
  {
    name: "reads on the host and does not wait for it",
    reason: "the step reads on the host what Mean computes",
    more: () => (h) => {
      tf.mean(h)
        .data()
        .catch(() => {});
      return h;
    },
  },
  {
    name: "draws on the host",
    reason: "Add is given other numbers by the host in every step",
    more: () => (h) => tf.add(h, tf.randomNormal(h.shape)),
  },
  {
    name: "counts its own steps",
    reason: "Multiply is given other numbers by the host in every step",
    more: () => {
      let steps = 0;
      return (h) => {
        steps += 1;
        return tf.mul(h, tf.scalar(1 + steps / 10));
      };
    },
  },
  {
    name: "counts its own steps in an attribute",
    reason: "LeakyRelu changes its shapes or numbers from step to step",
    more: () => {
      let steps = 0;
      return (h) => {
        steps += 1;
        return tf.leakyRelu(h, steps / 10);
      };
    },
  },
  {
    name: "takes turns between operations",
    reason: "is not followed by the same operations in every step",
    more: () => {
      let steps = 0;
      return (h) => {
        steps += 1;
        return steps % 2 === 0 ? tf.sin(h) : tf.tanh(h);
      };
    },
  },
  {
    name: "changes its shapes",
    reason: "changes its shapes or numbers from step to step",
    more: () => {
      let rows = 0;
      return (h) => {
        rows += 1;
        const some = tf.pad(tf.slice(h, [0, 0], [h.shape[0] as number, 2]), [
          [0, rows],
          [0, 0],
        ]);
        return tf.add(h, tf.sum(some));
      };
    },
  },
  {
    name: "keeps a tensor that it computes",
    reason: "Tanh makes a tensor that outlives the step",
    more: () => (h) => {
      kept.push(tf.keep(tf.tanh(h)));
      return h;
    },
  },
  {
    name: "keeps a tensor of the host's",
    reason: "the step makes a tensor that outlives it",
    more: () => (h) => {
      kept.push(tf.keep(tf.tensor1d([1, 2])));
      return h;
    },
  },
  {
    name: "computes on the CPU",
    reason: "NonMaxSuppressionV3 reads on the host what",
    more: () => (h) => {
      if (isDry()) suppressed(h);
      return h;
    },
  },
  {
    name: "copies a buffer",
    reason: "the step copies from buffer to buffer",
    more: () => (h) => {
      if (isDry()) (tf.tanh(h) as Tensor).dataToGPU().tensorRef.dispose();
      return h;
    },
  },
];

/** True while a step is recorded: tfjs then has another device. */
const isDry = (): boolean => !(webGpuBackend().device instanceof GPUDevice);

/** Buffers that the device has made, and those that were destroyed, while something runs. */
function watchBuffers() {
  const create = vi.spyOn(GPUDevice.prototype, "createBuffer");
  const destroy = vi.spyOn(GPUBuffer.prototype, "destroy");
  return {
    alive: () => create.mock.results.length - destroy.mock.calls.length,
    stop: () => {
      create.mockRestore();
      destroy.mockRestore();
    },
  };
}

describe("a step that", () => {
  let data: DeviceData;
  let before: number;
  beforeEach(async () => {
    await startTestBackend("webgpu");
    before = tf.memory().numTensors;
    data = toyData();
  });
  afterEach(() => {
    vi.restoreAllMocks();
    tf.dispose(kept.splice(0));
    data.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each(REFUSED)("$name is refused, and its model is trained as if nothing had been", async ({ reason, more }) => {
    for (const path of ["captured", "fast"] as const) {
      const trainer = trainerOf(networkWith(data, more()), data, path);
      expect(trainer.path).toBe("mixed");
      expect(trainer.report.reason).toContain(reason);
      expect(trainer.report.refused).toContain(reason);
      const plain = trainerOf(networkWith(data, more()), data, "mixed");
      const theta = await trainer.read();
      expect(theta).toEqual(await plain.read());
      for (const batch of batchesFor(EXPERIMENT, data, 6)) trainer.step(batch);
      const losses = await trainer.losses();
      expect(losses).toHaveLength(6);
      expect(losses.every(Number.isFinite)).toBe(true);
      expect(await trainer.read()).not.toEqual(theta);
      trainer.dispose();
      plain.dispose();
    }
  });

  test.each(REFUSED)("$name leaves everything as it was", async ({ more }) => {
    // Some of the data are still on the host, some on the device.
    const onHost = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
    const flags = tf.tensor1d([true, false, true], "bool");
    const onDevice = tf.tidy(() => tf.mul(tf.tensor1d([1, 2, 3]), 2));
    const network = networkWith(data, (h) => {
      const used = tf.add(tf.sum(tf.mul(onHost, onDevice)), tf.sum(tf.cast(flags, "float32")));
      return refused(tf.add(h, tf.mul(used, 0)) as Tensor2D);
    });
    const refused = more();
    const tensors = tf.memory().numTensors;
    const inside = webGpuBackend();
    const members = { ...inside };
    const engine = { ...tf.engine() };
    const dispatch = vi.spyOn(GPUComputePassEncoder.prototype, "dispatchWorkgroups");
    const steps = () => stepsOf("optimised", { experiment: EXPERIMENT, data, network });
    expect(steps).toThrow("no optimised steps");
    expect(dispatch).not.toHaveBeenCalled();
    // The first time, numbers that were on the host have moved to the device.
    const buffers = watchBuffers();
    expect(steps).toThrow("no optimised steps");
    expect(buffers.alive()).toBe(0);
    buffers.stop();
    dispatch.mockRestore();
    expect(tf.memory().numTensors).toBe(tensors);
    for (const name of Object.keys(members) as (keyof typeof members)[])
      if (
        !/^(pipelineCache|commandQueueOwnedIds|.*PendingDisposal|computePassEncoder|commandEncoder|dispatchCount.*)$/.test(
          name,
        )
      )
        expect(inside[name], name).toBe(members[name]);
    expect(Object.keys(inside)).toEqual(Object.keys(members));
    expect(Object.keys(tf.engine())).toEqual(Object.keys(engine));

    // tfjs still computes, out of all of these.
    expectAllClose(await onHost.data(), [1, 2, 3, 4, 5, 6]);
    expect([...(await flags.data())].map(Number)).toEqual([1, 0, 1]);
    expectAllClose(await onDevice.data(), [2, 4, 6]);
    const product = tf.tidy(() => tf.matMul(onHost, tf.reshape(onDevice, [3, 1])));
    expectAllClose(await product.data(), [28, 64]);
    const rows = tf.tidy(() => data.inputs(Int32Array.of(0, 1)));
    expectAllClose(await rows.data(), data.data.values.slice(0, 8));
    tf.dispose([onHost, flags, onDevice, product, rows]);
    await device().queue.onSubmittedWorkDone();
  });

  test("throws is no step that cannot be recorded: its error comes through, and nothing is left", () => {
    const network = networkWith(data, (h) => {
      kept.push(tf.keep(tf.tanh(h)));
      throw new Error("a fault of its own");
    });
    const tensors = tf.memory().numTensors;
    expect(() => stepsOf("optimised", { experiment: EXPERIMENT, data, network })).toThrow("a fault of its own");
    expect(tf.memory().numTensors).toBe(tensors);
  });

  test("disposes of what is older than it is refused before it is done", async () => {
    const older = tf.tensor1d([1, 2, 3]);
    const network = networkWith(data, (h) => {
      if (isDry()) older.dispose();
      return tf.add(h, tf.sum(older));
    });
    const trainer = trainerOf(network, data, "captured");
    expect(trainer.report.reason).toBe("the step disposes of a tensor that is older than the step");
    expect([...(await older.data())]).toEqual([1, 2, 3]);
    trainer.dispose();
    older.dispose();
  });

  test("keeps a tensor from its first time on is recorded, and finds it there later", async () => {
    const train = async (kind: "eager" | "plain") => {
      let weights: Tensor | null = null;
      const network = networkWith(data, (h) => {
        weights ??= tf.keep(tf.tensor1d(Array.from({ length: 6 }, (_, i) => i / 3)));
        return tf.mul(h, weights);
      });
      const steps = stepsOf(kind, { experiment: EXPERIMENT, data, network });
      for (const [i, batch] of batchesFor(EXPERIMENT, data, 8).entries()) steps.take(batch, i + 1);
      const losses = [...(await steps.readLosses())];
      steps.dispose();
      tf.dispose(weights as unknown as Tensor);
      return losses;
    };
    expect(await train("plain")).toEqual(await train("eager"));
  });
});

test("an experiment's own step reads neither its batch nor its number but through what is fed", async () => {
  await startTestBackend("webgpu");
  const data = toyData();
  const of: Experiment = {
    ...EXPERIMENT,
    repeat: { ...EXPERIMENT.repeat, noises: [{ id: "mixup", site: "input", alpha: 1 }] },
  };
  const network = buildNetwork(of, data.data.input, data.data.numClasses);
  const model = new Model(network, of, data);
  const read = vi.spyOn(model, "loss").mockImplementation((_, input) => tf.scalar(input.step) as tf.Scalar);
  const trainer = new Trainer(model, network.init(1), 100, { path: "captured" });
  expect(trainer.report.reason).toBe("the step reads the step's number on the host");
  read.mockRestore();
  trainer.dispose();
  data.dispose();
});

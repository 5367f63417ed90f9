import { type Tensor, type Tensor2D, tf, webGpuBackend } from "../tf.ts";
import type { DeviceData } from "../train/device-data.ts";
import { buildNetwork, type Network } from "../train/network.ts";
import { toyExperiment } from "./toy.ts";

/** What steps are refused of. */
export const REFUSED_EXPERIMENT = toyExperiment({
  repeat: { k: 3, noises: [{ id: "gaussian", site: "features", stdDev: 0.5 }] },
  optimizer: { id: "adam", learningRate: 0.02 },
});

/** The experiment's own network, but that its features go through something more. */
export function networkWith(data: DeviceData, more: (features: Tensor2D) => Tensor): Network {
  const own = buildNetwork(REFUSED_EXPERIMENT, data.data.input, data.data.numClasses);
  return { ...own, dense: null, features: (...of) => more(own.features(...of)) as Tensor2D };
}

/** True while a step is recorded: tfjs then has another device. */
export const isDry = (): boolean => !(webGpuBackend().device instanceof GPUDevice);

/** What the features of a network go through so that its step cannot be recorded. */
export interface Refused {
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

/** Tensors that such steps have kept, to be disposed of. */
const kept: Tensor[] = [];

export const disposeOfKept = (): void => tf.dispose(kept.splice(0));

/** Steps that cannot be recorded, one for each reason. */
export const REFUSED: readonly Refused[] = [
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

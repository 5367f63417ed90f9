import { beforeAll, describe, expect, test } from "vitest";
import type { Optimizer } from "../../shared/plugins/optimizers/index.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend, TESTED_BACKENDS } from "../testing/backends.ts";
import { TESTED_OPTIMIZERS } from "../testing/optimizers.ts";
import { type Tensor, tf } from "../tf.ts";
import { buildOptimizer } from "./index.ts";

const STEPS = 7;
const START = [1, -2, 0.5, 3];
/** Gradient of sum_i c_i (theta_i - 1)^2 / 2, far from even in size. */
const CURVATURE = [1, 10, 0.01, 3];
const gradientAt = (theta: readonly number[]) => theta.map((value, i) => (CURVATURE[i] as number) * (value - 1));

/** Each optimizer's published update, one number at a time in double precision. */
function reference(choice: Optimizer): number[] {
  const theta = [...START];
  const first = theta.map(() => 0);
  const second = theta.map(() => 0);
  for (let step = 1; step <= STEPS; step++) {
    const g = gradientAt(theta);
    for (let i = 0; i < theta.length; i++) {
      if (choice.id === "sgd") {
        first[i] = choice.momentum * (first[i] as number) + (g[i] as number);
        theta[i] = (theta[i] as number) - choice.learningRate * (first[i] as number);
        continue;
      }
      if (choice.id === "adamw") theta[i] = (theta[i] as number) * (1 - choice.learningRate * choice.weightDecay);
      first[i] = choice.beta1 * (first[i] as number) + (1 - choice.beta1) * (g[i] as number);
      second[i] = choice.beta2 * (second[i] as number) + (1 - choice.beta2) * (g[i] as number) ** 2;
      const m = (first[i] as number) / (1 - choice.beta1 ** step);
      const v = (second[i] as number) / (1 - choice.beta2 ** step);
      theta[i] = (theta[i] as number) - (choice.learningRate * m) / (Math.sqrt(v) + 1e-8);
    }
  }
  return theta;
}

describe.each(TESTED_BACKENDS)("on %s", (backend) => {
  beforeAll(() => startTestBackend(backend));

  test.each(TESTED_OPTIMIZERS)("$id follows its published update", async (choice) => {
    const build = buildOptimizer(choice);
    let theta: Tensor = tf.tensor1d(START);
    let slots: Tensor[] = build.slots.map(() => tf.zeros([START.length]));
    for (let step = 1; step <= STEPS; step++) {
      const gradient = tf.mul(tf.sub(theta, 1), tf.tensor1d(CURVATURE));
      const next = build.update(theta, slots, {
        gradient,
        parameters: choice,
        hyper: build.wgsl
          .hyper({ parameters: choice, learningRate: choice.learningRate, step })
          .map((value) => tf.scalar(value)),
      });
      ({ theta, slots } = next);
    }
    expectAllClose(await theta.data(), reference(choice), { absolute: 1e-5, relative: 1e-5 });
    expect(slots).toHaveLength(build.slots.length);
  });
});

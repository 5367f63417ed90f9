import { beforeAll, expect, test } from "vitest";
import type { Optimizer } from "../../shared/plugins/optimizers/index.ts";
import type { Schedule } from "../../shared/plugins/schedules/index.ts";
import { buildOptimizer } from "../optimizers/index.ts";
import { Stream } from "../rng.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend } from "../testing/backends.ts";
import { runWgsl } from "../testing/gpu.ts";
import { TESTED_OPTIMIZERS } from "../testing/optimizers.ts";
import { type Tensor, tf } from "../tf.ts";
import { stepHyper, updateCode } from "./update-wgsl.ts";

const SIZE = 131;
const STEPS = 20;
const SCHEDULE: Schedule = { id: "cosine", warmup: 0.2 };

const stream = new Stream(4, "sample");
const START = Float32Array.from({ length: SIZE }, () => stream.normal());
/** One gradient a step, the elements of very different sizes. */
const GRADIENTS = Array.from({ length: STEPS }, () =>
  Float32Array.from({ length: SIZE }, (_, i) => stream.normal() * 10 ** ((i % 7) - 4)),
);

function eager(optimizer: Optimizer): Tensor[] {
  const { slots, update } = buildOptimizer(optimizer);
  let [theta, state]: [Tensor, Tensor[]] = [tf.tensor1d(START), slots.map(() => tf.zeros([SIZE]))];
  for (const [i, gradient] of GRADIENTS.entries()) {
    const hyper = stepHyper(optimizer, SCHEDULE, i + 1, STEPS).map((value) => tf.scalar(value));
    const inputs = { gradient: tf.tensor1d(gradient), parameters: optimizer, hyper };
    ({ theta, slots: state } = update(theta, state, inputs));
  }
  return [theta, ...state];
}

/** All steps in one kernel, a thread an element. */
async function fused(optimizer: Optimizer): Promise<Record<"theta" | "slot0" | "slot1", Float32Array>> {
  const hyper = Array.from({ length: STEPS }, (_, i) => stepHyper(optimizer, SCHEDULE, i + 1, STEPS));
  const width = hyper[0]?.length ?? 0;
  expect(hyper.every(({ length }) => length === width)).toBe(true);
  const accessors = (name: string, of: string): string => `
    fn ${name}(i : u32) -> f32 { return ${of}[i]; }
    fn set${name[0]?.toUpperCase()}${name.slice(1)}(i : u32, value : f32) { ${of}[i] = value; }`;
  const { thetas, slots0, slots1 } = await runWgsl(
    `${accessors("theta", "thetas")} ${accessors("slot0", "slots0")} ${accessors("slot1", "slots1")}
    var<private> step : u32;
    fn hyper(j : u32) -> f32 { return hypers[step * ${width}u + j]; }
    ${updateCode(optimizer)}
    fn main(group : u32, lane : u32) {
      let i = group * 64u + lane;
      if (i >= ${SIZE}u) { return; }
      for (step = 0u; step < ${STEPS}u; step++) { update(i, gradients[step * ${SIZE}u + i]); }
    }`,
    {
      thetas: START,
      slots0: new Float32Array(SIZE),
      slots1: new Float32Array(SIZE),
      gradients: Float32Array.from(GRADIENTS.flatMap((gradient) => [...gradient])),
      hypers: Float32Array.from(hyper.flat()),
    },
    { workgroups: Math.ceil(SIZE / 64), workgroupSize: 64 },
  );
  return { theta: thetas, slot0: slots0, slot1: slots1 };
}

beforeAll(() => startTestBackend("webgpu"));

test.each(TESTED_OPTIMIZERS)("$id moves as its eager form does", async (optimizer) => {
  const { theta, slot0, slot1 } = await fused(optimizer);
  await startTestBackend("cpu");
  const expected = await Promise.all(eager(optimizer).map((tensor) => tensor.data()));
  for (const [i, actual] of [theta, slot0, slot1].slice(0, expected.length).entries())
    expectAllClose(actual, expected[i] as Float32Array, { absolute: 1e-5, relative: 1e-5 });
  // A stub that leaves theta alone must not pass.
  expect(theta.every((value, i) => value !== START[i])).toBe(true);
});

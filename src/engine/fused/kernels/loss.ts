import type { Region } from "../work-map.ts";
import { bindings, type Dispatch, entry, type KernelSetup } from "./bindings.ts";

/** Pooled loss of every sample and its gradient by the logits, both weighted by w_i / sum w; padding weighs nothing. */
export function loss(setup: KernelSetup, pooledLoss: string): Dispatch {
  const { stack, work, facts, geometry } = setup;
  const { pooled, samples, sources } = stack;
  const logits = work.outputs.at(-1) as Region;
  const gradients = work.gradients.at(-1) as Region;
  const at = ({ start, stride }: Region) => `${4 * start}u + (sample * ${pooled}u + k) * ${4 * stride}u + c`;
  const first = `sample * ${sources / samples}u`;
  const lanes = geometry.lossLanes;
  return {
    label: "loss",
    code: `${bindings(setup, {})}
fn logit(sample : u32, k : u32, c : u32) -> f32 { return work[${at(logits)}]; }
fn gradientAt(sample : u32, k : u32, c : u32) -> f32 { return work[${at(gradients)}]; }
fn setGradient(sample : u32, k : u32, c : u32, value : f32) { work[${at(gradients)}] = value; }
fn label(sample : u32) -> u32 { return labels[source(${first})]; }
fn truth(sample : u32, c : u32) -> f32 { return select(0.0, 1.0, label(sample) == c); }
${pooledLoss}
${entry(lanes === 1 ? geometry.workgroup : lanes)} {
  let sample = ${lanes === 1 ? `group.x * ${geometry.workgroup}u + lane` : "group.x"};
  if (sample >= ${samples}u) { return; }
  let weight = select(facts[${facts.classWeights}u + label(sample)], 0.0, isPadding(${first}));
  let scale = weight * bitcast<f32>(stepData[2]);
  let loss = pooledLoss(sample, scale${lanes === 1 ? "" : ", lane"});
  ${lanes === 1 ? "" : "if (lane == 0u) "}{ work[${4 * work.sampleLosses.start}u + sample] = scale * loss; }
}`,
    workgroups: lanes === 1 ? Math.ceil(samples / geometry.workgroup) : samples,
  };
}

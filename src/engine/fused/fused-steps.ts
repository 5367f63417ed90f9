import type { Program } from "../captured/recording.ts";
import {
  bufferOf,
  compile,
  destroyBuffer,
  device,
  pipeline,
  readNumbers,
  storageBuffer,
  submitPending,
  tensorOver,
} from "../gpu.ts";
import { kernelVariant } from "../kernels/variant.ts";
import { LossRing } from "../loss-ring.ts";
import { buildOptimizer } from "../optimizers/index.ts";
import { deviceIdle, type Tensor, tf } from "../tf.ts";
import type { Batch } from "../train/batches.ts";
import { chosenViews } from "../train/device-data.ts";
import type { Model } from "../train/model.ts";
import type { ParameterLayout } from "../train/parameters.ts";
import type { Steps } from "../train/steps.ts";
import { type DenseStack, denseStack, NoFusedForm } from "./dense-stack.ts";
import { type Geometry, HARDWARE_GEOMETRY, SOFTWARE_GEOMETRY } from "./geometry.ts";
import { type Dispatch, stackDispatches } from "./kernels/index.ts";
import { classWeightsOf } from "./pooled-loss.ts";
import { pooledLossCode } from "./pooled-loss-wgsl.ts";
import { batchLabels, factsOf, labelsByRow, totalWeight } from "./step-data.ts";
import { stepHyper, updateCode } from "./update-wgsl.ts";
import { factsMap, STEP_HEADER, workMap } from "./work-map.ts";

/** A row's index carries in its top bit that it pads the last batch. */
const PADDING = 0x80000000;

/** Everything of a model that decides its kernels; no data. */
interface FusedPlan {
  readonly stack: DenseStack;
  readonly dispatches: readonly Dispatch[];
  /** State vectors of the optimizer. */
  readonly numSlots: number;
  readonly classWeights: readonly number[] | null;
}

/** Fused steps of a model on WebGPU, or in words why it takes others. */
export function fusedSteps(
  model: Model,
  layout: ParameterLayout,
  initial: Float32Array,
  totalSteps: number,
  geometry = geometryHere(),
): FusedSteps | string {
  try {
    return new FusedSteps(model, layout, plan(model, layout, geometry), initial, totalSteps);
  } catch (error) {
    if (error instanceof NoFusedForm) return error.message;
    throw error;
  }
}

/** Compiles what a model's fused steps need: how many kernels they are, or null where it has no such steps. */
export async function compileFused(model: Model, layout: ParameterLayout): Promise<number | null> {
  if (tf.getBackend() !== "webgpu") return null;
  try {
    const codes = plan(model, layout, geometryHere()).dispatches.map(({ code }) => code);
    await compile(codes, bindingLayout().pipelineLayout);
    return codes.length;
  } catch (error) {
    if (error instanceof NoFusedForm) return null;
    throw error;
  }
}

const geometryHere = (): Geometry => (kernelVariant() === "software" ? SOFTWARE_GEOMETRY : HARDWARE_GEOMETRY);

/** @throws NoFusedForm */
function plan(model: Model, layout: ParameterLayout, geometry: Geometry): FusedPlan {
  const { aggregate, objective, optimizer, clipNorm } = model.experiment;
  const stack = denseStack(model, layout);
  const pooledLoss = pooledLossCode({
    ...aggregate,
    objective,
    numClasses: stack.numClasses,
    repeats: stack.pooled,
    lanes: geometry.lossLanes,
  });
  if (pooledLoss === null) throw new NoFusedForm("its pooling or its objective has no kernel");
  const classWeights = classWeightsOf(model.objective);
  const numSlots = buildOptimizer(optimizer).slots.length;
  const update = updateCode(optimizer);
  const dispatches = stackDispatches(stack, { pooledLoss, update, numSlots, clipNorm }, geometry);
  return { stack, dispatches, numSlots, classWeights };
}

/**
 * Steps of a stack of dense layers in a few dispatches: 2 layers + 1, two more where gradients are clipped. A step
 * uploads the numbers of its rows and a handful of counters; data, parameters, the optimizer's state and losses stay on
 * the device.
 */
export class FusedSteps implements Steps {
  readonly path = "fused";
  readonly reason = "dense layers, their loss and their update in kernels of our own";
  readonly #theta: Tensor;
  readonly #buffers: Record<"theta" | "slots" | "work" | "labels" | "step" | "facts", GPUBuffer>;
  readonly #losses = new LossRing();
  readonly #bindGroup: GPUBindGroup;
  readonly #pipelines: readonly GPUComputePipeline[];
  readonly #upload: Uint32Array<ArrayBuffer>;
  readonly #numbers: Float32Array;

  constructor(
    readonly model: Model,
    readonly layout: ParameterLayout,
    readonly plan: FusedPlan,
    initial: Float32Array,
    readonly totalSteps: number,
  ) {
    const { stack, numSlots, dispatches } = plan;
    const { data } = model;
    const rowLabels = labelsByRow(data);
    this.#buffers = {
      theta: storageBuffer(stack.parameters, "theta"),
      // Where gradients are clipped they are kept behind the state.
      slots: storageBuffer((numSlots + 1) * stack.parameters, "optimizer state"),
      work: storageBuffer(4 * workMap(stack).size, "activations and gradients"),
      labels: storageBuffer(rowLabels.length, "labels"),
      step: storageBuffer(STEP_HEADER + stack.sources, "step"),
      facts: storageBuffer(factsMap(stack).size, "facts of the data"),
    };
    this.#theta = tensorOver(this.#buffers.theta, [stack.parameters]);
    this.#upload = new Uint32Array(STEP_HEADER + stack.sources);
    this.#numbers = new Float32Array(this.#upload.buffer);
    const { queue } = device();
    queue.writeBuffer(this.#buffers.theta, 0, initial.slice());
    queue.writeBuffer(this.#buffers.labels, 0, rowLabels);
    queue.writeBuffer(this.#buffers.facts, 0, factsOf(plan, data));
    const { bindGroupLayout, pipelineLayout } = bindingLayout();
    this.#pipelines = dispatches.map(({ code }) => pipeline(code, pipelineLayout));
    const { theta, slots: state, work, labels, step, facts } = this.#buffers;
    const inputs = bufferOf(data.inputTensor);
    const bound = [theta, state, work, inputs, labels, step, facts, this.#losses.buffer];
    this.#bindGroup = device().createBindGroup({
      layout: bindGroupLayout,
      entries: bound.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    // What tfjs still has to compute of the data comes before the first step.
    submitPending();
  }

  parameters(): Tensor[] {
    return this.layout.split(this.#theta);
  }

  take(batch: Batch, step: number): void {
    this.#fill(batch, step);
    const { queue } = device();
    // An evaluation that tfjs has not sent yet reads the weights of before.
    submitPending();
    queue.writeBuffer(this.#buffers.step, 0, this.#upload);
    const encoder = device().createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setBindGroup(0, this.#bindGroup);
    this.plan.dispatches.forEach(({ workgroups }, i) => {
      pass.setPipeline(this.#pipelines[i] as GPUComputePipeline);
      pass.dispatchWorkgroups(workgroups);
    });
    pass.end();
    queue.submit([encoder.finish()]);
  }

  /** Writes what a step uploads: counters, then the rows that it reads. */
  #fill({ items, weights }: Batch, step: number): void {
    const { model, plan, totalSteps } = this;
    const { optimizer, schedule, repeat, seed } = model.experiment;
    const { data } = model.data;
    this.#upload[0] = step;
    this.#upload[1] = this.#losses.next();
    this.#numbers[2] = 1 / totalWeight(batchLabels(items, data.labels, repeat.groupSize), weights, plan.classWeights);
    this.#numbers.set(stepHyper(optimizer, schedule, step, totalSteps), 3);
    const views = data.views > 0 ? chosenViews(items.length, repeat.k, data.views, seed, step) : null;
    for (let i = 0; i < plan.stack.sources; i++) {
      const at = views ? Math.floor(i / repeat.k) : i;
      const row = (data.rowOf[(items[at] ?? items[0]) as number] as number) + (views ? 1 + (views[i] ?? 0) : 0);
      const pads = !weights[Math.floor(at / repeat.groupSize)];
      this.#upload[STEP_HEADER + i] = pads ? (row | PADDING) >>> 0 : row;
    }
  }

  /** They were compiled with the kernels. */
  programs(): readonly Program[] {
    return [];
  }

  readLosses(): Promise<Float32Array> {
    return this.#losses.read();
  }

  idle(): Promise<void> {
    return deviceIdle();
  }

  read(): Promise<Float32Array> {
    return readNumbers(this.#buffers.theta, [[0, this.plan.stack.parameters]]);
  }

  write(theta: Float32Array): void {
    // What tfjs still has to compute of the old parameters comes before.
    submitPending();
    device().queue.writeBuffer(this.#buffers.theta, 0, theta.slice());
  }

  async readState(): Promise<Float32Array[]> {
    const { stack, numSlots } = this.plan;
    const size = stack.parameters;
    const [theta, slots] = await Promise.all([this.read(), readNumbers(this.#buffers.slots, [[0, numSlots * size]])]);
    return [theta, ...Array.from({ length: numSlots }, (_, i) => slots.slice(i * size, (i + 1) * size))];
  }

  writeState([theta, ...slots]: readonly Float32Array[]): void {
    this.write(theta as Float32Array);
    for (const [i, slot] of slots.entries())
      device().queue.writeBuffer(this.#buffers.slots, 4 * i * this.plan.stack.parameters, slot.slice());
  }

  dispose(): void {
    this.#theta.dispose();
    this.#losses.dispose();
    for (const buffer of Object.values(this.#buffers)) destroyBuffer(buffer);
  }
}

const layouts = new WeakMap<GPUDevice, { bindGroupLayout: GPUBindGroupLayout; pipelineLayout: GPUPipelineLayout }>();

/** One layout for every kernel, so that a step binds once. */
function bindingLayout() {
  const gpu = device();
  const known = layouts.get(gpu);
  if (known) return known;
  const kinds = [
    "storage",
    "storage",
    "storage",
    "read-only-storage",
    "read-only-storage",
    "read-only-storage",
    "read-only-storage",
    "storage",
  ] as const;
  const entries = kinds.map((type, binding) => ({ binding, visibility: GPUShaderStage.COMPUTE, buffer: { type } }));
  const bindGroupLayout = gpu.createBindGroupLayout({ entries });
  const made = { bindGroupLayout, pipelineLayout: gpu.createPipelineLayout({ bindGroupLayouts: [bindGroupLayout] }) };
  layouts.set(gpu, made);
  return made;
}

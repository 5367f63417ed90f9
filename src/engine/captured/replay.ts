import type { Batch } from "../train/batches.ts";
import { type Arena, placed } from "./arena.ts";
import { HostBuffer } from "./host-buffer.ts";
import { pipelineOf } from "./programs.ts";
import type { Recording, Value, ValueId } from "./recording.ts";

interface Bound {
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly workgroups: readonly [number, number, number];
}

/**
 * A recorded step with its buffers and bind groups: each step writes the host's numbers, encodes one pass and sends it.
 */
export class Replay {
  readonly #host: HostBuffer;
  readonly #bound: readonly Bound[];
  readonly #loss: GPUBufferBinding;

  constructor(
    readonly device: GPUDevice,
    recording: Recording,
    arena: Arena,
  ) {
    const host = new HostBuffer(device, recording);
    this.#host = host;
    const { placeOf, bytes } = placed(recording);
    const buffers = arena.buffers(bytes);
    const bindingOf = (id: ValueId): GPUBufferBinding => {
      const value = recording.values[id] as Value;
      switch (value.kind) {
        case "kept":
          return value.offset === undefined
            ? { buffer: value.buffer }
            : { buffer: value.buffer, offset: value.offset, size: value.bytes };
        case "fed":
          return host.fed(value.feed);
        case "constant":
          return host.fixed(value.content);
        case "temporary":
          return { buffer: buffers[placeOf.get(id) as number] as GPUBuffer, size: value.bytes };
        default:
          return value satisfies never;
      }
    };
    this.#bound = recording.dispatches.map(({ program, workgroups, writes, reads, uniforms }) => {
      const pipeline = pipelineOf(program);
      const values = [...writes, ...reads].map(bindingOf);
      const bindings = uniforms.length > 0 ? [...values, host.fixed(uniforms)] : values;
      const entries = bindings.map((resource, binding) => ({ binding, resource }));
      return {
        pipeline,
        workgroups,
        group: device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }),
      };
    });
    this.#loss = bindingOf(recording.loss);
  }

  /** Sends a step; its loss comes into a buffer at an offset in bytes. */
  run(batch: Batch, step: number, losses: GPUBuffer, offset: number): void {
    const { device } = this;
    this.#host.fill(batch, step);
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    let current: GPUComputePipeline | null = null;
    for (const { pipeline, group, workgroups } of this.#bound) {
      if (pipeline !== current) pass.setPipeline(pipeline);
      current = pipeline;
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(workgroups[0], workgroups[1], workgroups[2]);
    }
    pass.end();
    encoder.copyBufferToBuffer(this.#loss.buffer, this.#loss.offset ?? 0, losses, offset, 4);
    device.queue.submit([encoder.finish()]);
  }

  dispose(): void {
    this.#host.dispose();
  }
}

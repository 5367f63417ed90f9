import { pipelineOf } from "../captured/programs.ts";
import type { Recording, Value, ValueId } from "../captured/recording.ts";
import { device } from "../gpu.ts";

/** What a test puts into a value of a recording. */
export type Contents = Readonly<Record<ValueId, Float32Array | Int32Array>>;

/**
 * Runs a recording by itself, each value in a buffer of its own; kept and fed ones begin as `contents` says, and nothing
 * outside is touched.
 * @returns what is read back of each of `values`
 */
export async function runRecording(
  { values, dispatches }: Recording,
  contents: Contents,
  read: readonly ValueId[],
): Promise<Float32Array[]> {
  const gpu = device();
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const buffers = values.map((value, id) => {
    const buffer = gpu.createBuffer({ size: Math.max(4, value.bytes), usage });
    const content = contentOf(value) ?? contents[id];
    if (content) gpu.queue.writeBuffer(buffer, 0, content as Float32Array<ArrayBuffer>);
    return buffer;
  });
  gpu.pushErrorScope("validation");
  const encoder = gpu.createCommandEncoder();
  for (const { program, writes, reads, uniforms, workgroups } of dispatches) {
    const pipeline = pipelineOf(program);
    const bound = [...writes, ...reads].map((id) => buffers[id] as GPUBuffer);
    if (uniforms.length > 0) {
      const buffer = gpu.createBuffer({
        size: uniforms.length,
        usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
      });
      gpu.queue.writeBuffer(buffer, 0, uniforms);
      bound.push(buffer);
    }
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    const entries = bound.map((buffer, binding) => ({ binding, resource: { buffer } }));
    pass.setBindGroup(0, gpu.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
    pass.dispatchWorkgroups(...workgroups);
    pass.end();
  }
  const copies = read.map((id) => {
    const { size } = buffers[id] as GPUBuffer;
    const to = gpu.createBuffer({ size, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
    encoder.copyBufferToBuffer(buffers[id] as GPUBuffer, 0, to, 0, size);
    return to;
  });
  gpu.queue.submit([encoder.finish()]);
  const error = await gpu.popErrorScope();
  if (error) throw new Error(error.message);
  return Promise.all(
    copies.map(async (copy) => {
      await copy.mapAsync(GPUMapMode.READ);
      return new Float32Array(copy.getMappedRange().slice(0));
    }),
  );
}

const contentOf = (value: Value): Uint8Array<ArrayBuffer> | null => (value.kind === "constant" ? value.content : null);

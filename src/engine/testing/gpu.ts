/**
 * Runs `fn main(group : u32, lane : u32)` over some workgroups, on a device of its own from Dawn (start the test
 * backend "webgpu" first). Every buffer is an array<f32> of its name that the code may read and write.
 * @returns what the buffers hold afterwards
 */
export async function runWgsl<Name extends string>(
  code: string,
  buffers: Readonly<Record<Name, Float32Array>>,
  { workgroups, workgroupSize }: { workgroups: number; workgroupSize: number },
): Promise<Record<Name, Float32Array>> {
  const device = await sharedDevice();
  const names = Object.keys(buffers) as Name[];
  const declared = names.map((name, i) => `@group(0) @binding(${i}) var<storage, read_write> ${name} : array<f32>;`);
  const module = device.createShaderModule({
    code: `${declared.join("\n")}
      ${code}
      @compute @workgroup_size(${workgroupSize})
      fn start(@builtin(workgroup_id) group : vec3<u32>, @builtin(local_invocation_index) lane : u32) {
        main(group.x, lane);
      }`,
  });
  const { messages } = await module.getCompilationInfo();
  const wrong = messages.filter(({ type }) => type === "error");
  if (wrong.length > 0) throw new Error(wrong.map(({ lineNum, message }) => `line ${lineNum}: ${message}`).join("\n"));
  const layout = device.createBindGroupLayout({
    entries: names.map((_, binding) => ({
      binding,
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type: "storage" as const },
    })),
  });
  const pipeline = await device.createComputePipelineAsync({
    compute: { module, entryPoint: "start" },
    layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
  });
  const held = names.map((name) => upload(device, buffers[name]));
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(
    0,
    device.createBindGroup({ layout, entries: held.map((buffer, binding) => ({ binding, resource: { buffer } })) }),
  );
  pass.dispatchWorkgroups(workgroups);
  pass.end();
  const read = held.map((buffer) => copyOut(device, encoder, buffer));
  device.queue.submit([encoder.finish()]);
  const values = await Promise.all(read.map(mapped));
  for (const buffer of [...held, ...read]) buffer.destroy();
  return Object.fromEntries(names.map((name, i) => [name, values[i] as Float32Array])) as Record<Name, Float32Array>;
}

let device: Promise<GPUDevice> | undefined;

function sharedDevice(): Promise<GPUDevice> {
  device ??= (async () => {
    const adapter = await navigator.gpu.requestAdapter();
    if (!adapter) throw new Error("There is no WebGPU adapter to test on.");
    return adapter.requestDevice();
  })();
  return device;
}

function upload(on: GPUDevice, values: Float32Array): GPUBuffer {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
  const buffer = on.createBuffer({ size: values.byteLength, usage, mappedAtCreation: true });
  new Float32Array(buffer.getMappedRange()).set(values);
  buffer.unmap();
  return buffer;
}

function copyOut(on: GPUDevice, encoder: GPUCommandEncoder, from: GPUBuffer): GPUBuffer {
  const to = on.createBuffer({ size: from.size, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  encoder.copyBufferToBuffer(from, 0, to, 0, from.size);
  return to;
}

async function mapped(buffer: GPUBuffer): Promise<Float32Array> {
  await buffer.mapAsync(GPUMapMode.READ);
  return new Float32Array(buffer.getMappedRange().slice(0));
}

import { tf } from "../tf.ts";

/** What is private to tfjs's WebGPU backend: its pipelines by their shader's key, promises of them while it compiles ahead. */
interface WithPipelines {
  readonly device: GPUDevice;
  readonly pipelineCache: Record<string, GPUComputePipeline | Promise<GPUComputePipeline>>;
}

/** Pipelines that are compiled at a time, once the first is there: as many as keep a browser's compiler threads busy. */
const AT_A_TIME = 8;
/** How many of them a browser really compiles at the same time, at best. */
const COMPILERS = 4;

/**
 * Compiles, several at a time, the pipelines that a computation needs on the current WebGPU backend; does nothing on
 * others, which compile nothing or cannot do so ahead. The computation runs at once but dispatches nothing, so that its
 * tensors hold no values: it must read none, and dispose of them all.
 *
 * tfjs's own `checkCompileCompletionAsync` asks that nothing else runs meanwhile. Here no promise stays in the cache:
 * whoever needs one of these pipelines before it is ready compiles it for himself.
 * @param options `withinMs`: leaves the rest once it is clear that all will take longer; `signal`: leaves it at once
 * @returns how many programs were compiled and how many were left
 */
export async function compileAhead(
  compute: () => void,
  { withinMs = Infinity, signal }: { withinMs?: number; signal?: AbortSignal } = {},
): Promise<{ compiled: number; left: number }> {
  if (tf.getBackend() !== "webgpu") return { compiled: 0, left: 0 };
  const { device, pipelineCache } = tf.backend() as unknown as WithPipelines;
  const wanted = programsOf(device, pipelineCache, compute);
  const total = wanted.length;
  const started = performance.now();
  let compiled = 0;
  const isHopeless = (): boolean => {
    const elapsed = performance.now() - started;
    return elapsed + (elapsed * (total - compiled)) / compiled / COMPILERS > withinMs;
  };
  const compile = async (most: number): Promise<void> => {
    for (let i = 0; i < most; i++) {
      const isOver = signal?.aborted || (compiled > 0 && isHopeless());
      const next = isOver ? undefined : wanted.pop();
      if (!next) return;
      const [key, { shader, pipeline: descriptor }] = next;
      const compute = { ...descriptor.compute, module: device.createShaderModule(shader) };
      const pipeline = await device.createComputePipelineAsync({ ...descriptor, compute });
      pipelineCache[key] ??= pipeline;
      compiled += 1;
    }
  };
  // The first alone tells what the others will take.
  const all = compile(1).then(() => Promise.all(Array.from({ length: AT_A_TIME }, () => compile(Infinity))));
  await Promise.race([all, timeOut(withinMs)]);
  return { compiled, left: total - compiled };
}

/** Resolves after a time; never where it is Infinity. */
const timeOut = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    if (ms < Infinity) setTimeout(resolve, ms);
  });

/** What it takes to compile a program. */
interface Program {
  readonly shader: GPUShaderModuleDescriptor;
  readonly pipeline: GPUComputePipelineDescriptor;
}

/** The programs that a computation would add to the cache, by their keys; nothing is compiled, the cache stays as it was. */
function programsOf(
  device: GPUDevice,
  pipelineCache: WithPipelines["pipelineCache"],
  compute: () => void,
): [string, Program][] {
  const programs = new Map<Promise<GPUComputePipeline>, Program>();
  let shader: GPUShaderModuleDescriptor = { code: "" };
  device.createShaderModule = (descriptor) => {
    shader = descriptor;
    return {} as GPUShaderModule;
  };
  device.createComputePipelineAsync = (pipeline) => {
    const promise = new Promise<GPUComputePipeline>(() => undefined);
    programs.set(promise, { shader, pipeline });
    return promise;
  };
  tf.env().set("WEBGPU_ENGINE_COMPILE_ONLY", true);
  try {
    compute();
  } finally {
    tf.env().set("WEBGPU_ENGINE_COMPILE_ONLY", false);
    // The device's own methods lie on its prototype.
    const own = device as Partial<GPUDevice>;
    delete own.createShaderModule;
    delete own.createComputePipelineAsync;
  }
  return Object.entries(pipelineCache).flatMap(([key, pipeline]) => {
    const program = pipeline instanceof Promise ? programs.get(pipeline) : undefined;
    if (!program) return [];
    delete pipelineCache[key];
    return [[key, program]];
  });
}

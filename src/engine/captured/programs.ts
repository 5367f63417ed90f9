import { compile, pipeline as compiledPipeline, device } from "../gpu.ts";
import { webGpuBackend } from "../tf.ts";
import { insideBackend } from "../tfjs-private.ts";
import type { Program } from "./recording.ts";

/** Pipelines that are compiled at a time, once the first is there: as many as keep a browser's compiler threads busy. */
const AT_A_TIME = 8;
/** How many of them a browser really compiles at the same time, at best. */
const COMPILERS = 4;

const pipelineCache = () => insideBackend(webGpuBackend()).pipelineCache;

/** The pipeline of a program, compiled now unless it was before; what is one of tfjs's is tfjs's from then on. */
export function pipelineOf({ source, shaderKey }: Program): GPUComputePipeline {
  if (!("code" in source)) return source;
  if (shaderKey === undefined) return compiledPipeline(source.code, "auto");
  pipelineCache()[shaderKey] ??= device().createComputePipeline(descriptor(source));
  return pipelineCache()[shaderKey] as GPUComputePipeline;
}

const descriptor = ({ code, entryPoint }: { code: string; entryPoint: string }): GPUComputePipelineDescriptor => ({
  layout: "auto",
  compute: { module: device().createShaderModule({ code }), entryPoint },
});

/** When to leave compiling: once it is clear that all will take longer than a time, or at once by a signal. */
export interface CompileLimits {
  readonly withinMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Compiles programs several at a time. Whoever needs one of tfjs's before it is ready compiles it for himself.
 * @returns how many were compiled and how many were left
 */
export async function compilePrograms(
  programs: readonly Program[],
  { withinMs = Infinity, signal }: CompileLimits = {},
): Promise<{ compiled: number; left: number }> {
  const wanted = distinct(programs);
  const total = wanted.length;
  const started = performance.now();
  let compiled = 0;
  const isHopeless = (): boolean => {
    const elapsed = performance.now() - started;
    return elapsed + (elapsed * (total - compiled)) / compiled / COMPILERS > withinMs;
  };
  const compileSome = async (most: number): Promise<void> => {
    for (let i = 0; i < most; i++) {
      const isOver = signal?.aborted || (compiled > 0 && isHopeless());
      const next = isOver ? undefined : wanted.pop();
      if (!next) return;
      await compileOne(next);
      compiled += 1;
    }
  };
  // The first alone tells what the others will take.
  const all = compileSome(1).then(() => Promise.all(Array.from({ length: AT_A_TIME }, () => compileSome(Infinity))));
  await Promise.race([all, timeOut(withinMs)]);
  return { compiled, left: total - compiled };
}

/** What is not compiled yet, each code once. */
function distinct(programs: readonly Program[]): Program[] {
  const byName = new Map<string, Program>();
  for (const program of programs) {
    const { source, shaderKey } = program;
    if (!("code" in source) || (shaderKey !== undefined && pipelineCache()[shaderKey])) continue;
    byName.set(shaderKey ?? source.code, program);
  }
  return [...byName.values()];
}

async function compileOne({ source, shaderKey }: Program): Promise<void> {
  if (!("code" in source)) return;
  if (shaderKey === undefined) return compile([source.code], "auto");
  const cache = pipelineCache();
  const made = await device().createComputePipelineAsync(descriptor(source));
  cache[shaderKey] ??= made;
}

/** Resolves after a time; never where it is Infinity. */
export const timeOut = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    if (ms < Infinity) setTimeout(resolve, ms);
  });

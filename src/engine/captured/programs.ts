import { pipeline as compiledPipeline, device } from "../gpu.ts";
import { webGpuBackend } from "../tf.ts";
import { insideBackend } from "../tfjs-private.ts";
import type { Program } from "./recording.ts";

/** The pipeline of a program, compiled now unless it was before; what is one of tfjs's is tfjs's from then on. */
export function pipelineOf({ source, shaderKey }: Program): GPUComputePipeline {
  if (!("code" in source)) return source;
  if (shaderKey === undefined) return compiledPipeline(source.code, "auto");
  const { pipelineCache } = insideBackend(webGpuBackend());
  const module = () => device().createShaderModule({ code: source.code });
  pipelineCache[shaderKey] ??= device().createComputePipeline({
    layout: "auto",
    compute: { module: module(), entryPoint: source.entryPoint },
  });
  return pipelineCache[shaderKey];
}

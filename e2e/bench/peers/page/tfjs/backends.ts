import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/register_all_gradients";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops";
import wasmPlain from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url";
import wasmSimd from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import wasmThreaded from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url";

export { tf };

export type TfjsBackend = "webgpu" | "webgl" | "wasm" | "cpu";

const LOADERS: Record<TfjsBackend, () => Promise<void>> = {
  cpu: async () => {
    await import("@tensorflow/tfjs-backend-cpu");
  },
  webgl: async () => {
    await import("@tensorflow/tfjs-backend-webgl");
  },
  wasm: async () => {
    const { setThreadsCount, setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
    setWasmPaths({
      "tfjs-backend-wasm.wasm": wasmPlain,
      "tfjs-backend-wasm-simd.wasm": wasmSimd,
      "tfjs-backend-wasm-threaded-simd.wasm": wasmThreaded,
    });
    setThreadsCount(navigator.hardwareConcurrency);
  },
  webgpu: async () => {
    await import("@tensorflow/tfjs-backend-webgpu");
    const software = (await navigator.gpu.requestAdapter())?.info.isFallbackAdapter === true;
    // The best flags that were found: nothing is read back to be computed on the processor, and few submits.
    tf.env().set("WEBGPU_CPU_FORWARD", false);
    tf.env().set("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE", 64);
    // The packed program has no barriers, which emulators are slow at; a real GPU is left to choose.
    if (software) tf.env().set("WEBGPU_MATMUL_PROGRAM_TYPE", 3);
  },
};

/** tfjs as it comes on one backend, with none of this project's kernels, gradients or workarounds. */
export async function startBackend(name: TfjsBackend): Promise<void> {
  await LOADERS[name]();
  if (!(await tf.setBackend(name))) throw new Error(`tfjs could not start ${name}.`);
  await tf.ready();
}

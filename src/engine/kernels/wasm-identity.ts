import { type BackendWasm, type TensorInfo, tf } from "../tf.ts";

/**
 * A clone that shares its numbers, as on every other backend; tfjs's own on wasm copies them. Whatever an operation keeps
 * for its gradient is a clone, so that half of what a training step holds, and a good part of its time, were copies.
 */
export function registerWasmIdentity(): void {
  tf.unregisterKernel("Identity", "wasm");
  tf.registerKernel({
    kernelName: "Identity",
    backendName: "wasm",
    kernelFunc: ({ inputs, backend }) => {
      const { dataId, shape, dtype } = (inputs as unknown as { x: TensorInfo }).x;
      (backend as BackendWasm).incRef(dataId);
      return { dataId, shape, dtype };
    },
  });
}

import { type TensorInfo, tf, webGpuBackend } from "../tf.ts";

/** What tfjs hands a kernel. */
export interface KernelCall {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly attrs: Readonly<Record<string, unknown>>;
}

/**
 * Puts a kernel of our own before tfjs's on WebGPU.
 * @param ours null for a call that it leaves to tfjs's kernel
 */
export function replaceKernel(kernelName: string, ours: (call: KernelCall) => TensorInfo | null): void {
  const theirs = tf.getKernel(kernelName, "webgpu");
  if (!theirs) throw new Error(`tfjs has no kernel "${kernelName}" on WebGPU.`);
  tf.unregisterKernel(kernelName, "webgpu");
  tf.registerKernel({
    ...theirs,
    kernelFunc: (call) => ours(call as unknown as KernelCall) ?? theirs.kernelFunc(call),
  });
}

/**
 * True where all hold float32; tfjs's kernels also take integers and truth values. What a cast made keeps the buffer of
 * integers under the new name, so that the buffer is asked.
 */
export const allFloat = (...tensors: readonly TensorInfo[]): boolean =>
  tensors.every(({ dataId, dtype }) => dtype === "float32" && webGpuBackend().tensorMap.get(dataId).dtype === dtype);

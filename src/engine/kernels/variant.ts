/**
 * Which kind of processor WebGPU's kernels are written for.
 *
 * `hardware`: a GPU. Thousands of threads hide memory's latency, workgroup memory is fast, and what a step costs is its
 * dispatches and the bytes that they move; tfjs's tiled kernels are right for it.
 *
 * `software`: an emulator on the processor, such as SwiftShader. Four invocations share a vector register. A multiplication
 * with an addition takes 2 ns; a load takes 10 ns a number in a vec4 and 20 alone, from storage and workgroup memory alike, and
 * a barrier takes microseconds. So threads are few and large: each keeps as much as it can in its registers, loads by vec4
 * and waits for nobody.
 */
export type KernelVariant = "hardware" | "software";

let current: KernelVariant = "hardware";

export const kernelVariant = (): KernelVariant => current;

export function setKernelVariant(variant: KernelVariant): void {
  current = variant;
}

/** Threads that keep the processor busy: a large GPU holds tens of thousands, an emulator four for each of its cores. */
export const wantedThreads = (): number => (current === "software" ? 64 : 16_384);

let annotating = false;

/** Runs a computation whose kernels are to say what they compute: on a GPU, too, element by element in our own form. */
export function whileAnnotating<R>(compute: () => R): R {
  const before = annotating;
  annotating = true;
  try {
    return compute();
  } finally {
    annotating = before;
  }
}

/** Whether what is computed element by element runs in our own form; on a GPU tfjs's is as good, but says nothing. */
export const useOwnElementwise = (): boolean => current === "software" || annotating;

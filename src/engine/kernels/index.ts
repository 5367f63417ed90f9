import { registerPhilox } from "./random.ts";

let registered = false;

/** Registers our own WGSL kernels with tfjs, once. */
export function registerWebGpuKernels(): void {
  if (registered) return;
  registered = true;
  registerPhilox();
}

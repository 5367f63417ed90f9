import { registerConvolutions } from "./convolution-kernels.ts";
import { registerDepthwise } from "./depthwise.ts";
import { registerElementwise } from "./elementwise.ts";
import { registerGelu } from "./gelu.ts";
import { registerLayerNorm } from "./layer-norm.ts";
import { registerMaxPool } from "./max-pool.ts";
import { registerProduct } from "./product.ts";
import { registerPhilox } from "./random.ts";
import { registerReductions } from "./reduce.ts";
import { registerReductionGradients } from "./reduction-gradients.ts";
import { registerReluGradient } from "./relu-gradient.ts";
import { registerSegmentSum } from "./segment-sum.ts";
import { registerSoftmax } from "./softmax.ts";
import { registerSoftmaxGradient } from "./softmax-gradient.ts";
import { registerTranspose } from "./transpose.ts";
import { type KernelVariant, setKernelVariant } from "./variant.ts";

let registered = false;

/** Registers our own WGSL kernels with tfjs, once, and says which variant of them to run. */
export function registerWebGpuKernels(variant: KernelVariant): void {
  setKernelVariant(variant);
  if (registered) return;
  registered = true;
  registerPhilox();
  registerProduct();
  registerConvolutions();
  registerDepthwise();
  registerReductions();
  registerReductionGradients();
  registerElementwise();
  registerReluGradient();
  registerTranspose();
  registerSoftmax();
  registerSoftmaxGradient();
  registerLayerNorm();
  registerGelu();
  registerSegmentSum();
  registerMaxPool();
}

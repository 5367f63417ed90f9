import { type Tensor, tf } from "../tf.ts";
import type { Model } from "./model.ts";
import type { ParameterLayout } from "./parameters.ts";

/**
 * What each parameter's step is multiplied by, decay^(depth of the head - its depth), or null where all are 1. Every
 * optimizer's step is in proportion to its rate, weight decay included, so that this is a rate of its own for each layer
 * (Clark et al. 2020, 2003.10555, appendix A; Bao et al. 2022, 2106.08254).
 */
export function stepScales({ experiment, network }: Model, layout: ParameterLayout): Float32Array | null {
  const { layerDecay } = experiment;
  const { depthOf, depths } = network;
  if (layerDecay === 1 || depthOf === null) return null;
  const scales = new Float32Array(layout.size);
  for (const { name, offset, size } of layout.slots)
    scales.fill(layerDecay ** (depths - depthOf(name)), offset, offset + size);
  return scales;
}

/** theta + scales (next - theta): [parameters]. */
export const scaledStep = (theta: Tensor, next: Tensor, scales: Tensor): Tensor =>
  tf.add(theta, tf.mul(scales, tf.sub(next, theta)));

import { Stream } from "../../../rng.ts";
import type { HostParams } from "../../model.ts";
import { layersTo } from "../layers.ts";

const [NARROW, WIDE] = [4, 8] as const;

/** The network up to block 10 with few channels, its weights random and always the same, under the published names. */
export function thinWeights(): HostParams {
  const stream = new Stream(8, "sample");
  const weights: HostParams = {};
  const add = (name: string, shape: readonly number[], scale: number, centre = 0) => {
    const length = shape.reduce((a, b) => a * b, 1);
    weights[name] = { shape, values: Float32Array.from({ length }, () => centre + scale * stream.normal()) };
  };
  let channels: number = 3;
  for (const { name, norm, kind, relu6 } of layersTo("block_10_project_BN")) {
    const expanded = relu6 && name !== "Conv1" ? WIDE : NARROW;
    const outputs = kind === "depthwise" ? channels : expanded;
    const side = name === "Conv1" ? 3 : 1;
    if (kind === "depthwise") add(`${name}/depthwise_kernel`, [3, 3, channels, 1], 0.5);
    else add(`${name}/kernel`, [side, side, channels, outputs], 1 / Math.sqrt(side * side * channels));
    add(`${norm}/gamma`, [outputs], 0.1, 1);
    add(`${norm}/beta`, [outputs], 0.3, relu6 ? 1 : 0);
    add(`${norm}/moving_mean`, [outputs], 0.1);
    add(`${norm}/moving_variance`, [outputs], 0.02, 0.5);
    channels = outputs;
  }
  return weights;
}

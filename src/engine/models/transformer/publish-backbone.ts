import type { TransformerConfig } from "../../pretrained/config.ts";
import type { HostParam } from "../model.ts";
import { publishedWeights } from "./published-weights.ts";

/** A tensor as a family's files hold it; its values are made when they are asked for. */
export interface PublishedTensor {
  /** With the prefix. */
  readonly name: string;
  readonly shape: readonly number[];
  values(): Promise<Float32Array>;
}

/**
 * The tensors of a published checkpoint that hold a backbone's parameters: names, shapes and layouts of the family, what
 * `readBackbone` reads. Each takes no more in memory than the parameters that lie in it.
 * @param own a parameter by our name for it
 */
export function publishBackbone(
  config: TransformerConfig,
  own: (name: string) => Promise<HostParam>,
): readonly PublishedTensor[] {
  const parts = new Map<string, [string, ReturnType<typeof publishedWeights>[string]][]>();
  for (const [name, published] of Object.entries(publishedWeights(config)))
    parts.set(published.name, [...(parts.get(published.name) ?? []), [name, published]]);
  return [...parts].map(([name, within]) => {
    const shape = within[0]?.[1].shape ?? [];
    return {
      name: config.prefix + name,
      shape,
      values: async () => {
        const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
        for (const [of, { publish }] of within) publish((await own(of)).values, values);
        return values;
      },
    };
  });
}

import { activationBytes } from "../../../shared/transformer-cost.ts";
import { roomForActivations, type Tensor4D, tf } from "../../tf.ts";
import { toSquare } from "../image-input.ts";
import { ResidentParams } from "../resident-params.ts";
import type { Tunable } from "../tunable.ts";
import { transformerBackbone } from "./backbone.ts";
import type { LoadedTransformer } from "./loaded.ts";
import { numTokens } from "./shapes.ts";

const BYTES = 4;

/**
 * A pretrained transformer that can be tuned. Where a step's activations would be more than there is room for, its layers
 * are computed once more in the backward pass.
 */
export function tunableTransformer({ identity, config, params, reader }: LoadedTransformer): Tunable {
  const resident = new ResidentParams(params);
  return {
    identity,
    parameters: Object.values(params).reduce((sum, { values }) => sum + values.length, 0),
    reader,
    build: (tuning, input, rows = 0) => {
      const tokens = input.modality === "tokens" ? input.length : numTokens(config);
      const holding = tf.getBackend() === "webgpu" ? "captured" : "eager";
      const aRow = activationBytes(config, { rows: 1, tokens }, tuning, holding);
      const recompute = rows * aRow.kept > roomForActivations();
      const plain = transformerBackbone(config, resident, tuning, tokens, recompute);
      const backbone = { ...plain, held: (recompute ? aRow.recomputed : aRow.kept) / BYTES };
      if (config.input.modality === "text") return backbone;
      const { side } = config.input;
      return {
        ...backbone,
        apply: (trained, x, context) => backbone.apply(trained, toSquare(x as Tensor4D, side), context),
      };
    },
    release: () => resident.dispose(),
  };
}

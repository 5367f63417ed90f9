import type { Tensor4D } from "../../tf.ts";
import { toSquare } from "../image-input.ts";
import { ResidentParams } from "../resident-params.ts";
import type { Tunable } from "../tunable.ts";
import { transformerBackbone } from "./backbone.ts";
import type { LoadedTransformer } from "./loaded.ts";

/** A pretrained transformer that can be tuned. */
export function tunableTransformer({ identity, config, params, reader }: LoadedTransformer): Tunable {
  const resident = new ResidentParams(params);
  return {
    identity,
    parameters: Object.values(params).reduce((sum, { values }) => sum + values.length, 0),
    reader,
    build: (tuning, input) => {
      const backbone = transformerBackbone(
        config,
        resident,
        tuning,
        input.modality === "tokens" ? input.length : undefined,
      );
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

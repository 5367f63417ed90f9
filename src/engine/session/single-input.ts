import type { Input } from "../../shared/dataset.ts";
import type { Inputs } from "../data/dataset.ts";
import { encodeRow } from "../data/tables/encode-table.ts";
import type { InputSpec } from "../export/trained-model.ts";
import { resizePixels } from "../models/resize.ts";

/**
 * One new input in the form that a model was trained on.
 * @throws DataError naming the column where a cell does not fit
 */
export function encodeInput(input: Input, spec: InputSpec): Inputs {
  if (input.modality !== spec.modality)
    throw new Error(`This model reads ${spec.modality} inputs, not ${input.modality}.`);
  switch (spec.modality) {
    case "table": {
      const { cells } = input as Extract<Input, { modality: "table" }>;
      return { modality: "table", values: encodeRow(spec.encoder, cells), encoder: spec.encoder };
    }
    case "text":
      return { modality: "text", texts: [(input as Extract<Input, { modality: "text" }>).text] };
    case "image": {
      const { rgba, width, height } = input as Extract<Input, { modality: "image" }>;
      return { ...spec, pixels: resizePixels({ rgba, width, height }, spec) };
    }
    default:
      return spec satisfies never;
  }
}

/** What a model must remember of its data set's inputs to read new ones. */
export function inputSpec(inputs: Inputs, example: Readonly<Record<string, string>>): InputSpec {
  switch (inputs.modality) {
    case "table":
      return { modality: "table", encoder: inputs.encoder, example };
    case "text":
      return { modality: "text" };
    case "image":
      return { modality: "image", height: inputs.height, width: inputs.width, channels: inputs.channels };
    default:
      return inputs satisfies never;
  }
}

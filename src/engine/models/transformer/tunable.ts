import type { Tunable } from "../tunable.ts";
import type { LoadedTransformer } from "./loaded.ts";

export function tunableTransformer(_loaded: LoadedTransformer): Tunable {
  throw new Error("soon");
}

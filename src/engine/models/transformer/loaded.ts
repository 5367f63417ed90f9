import type { TransformerConfig } from "../../pretrained/config.ts";
import type { HostParams } from "../model.ts";
import type { TokenReader } from "../tunable.ts";

/** A pretrained transformer in memory. */
export interface LoadedTransformer {
  /** Equal identities, equal weights. */
  readonly identity: string;
  readonly config: TransformerConfig;
  readonly params: HostParams;
  /** Null for a model of images. */
  readonly reader: TokenReader | null;
}

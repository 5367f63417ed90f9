import type { ConsistencyId } from "../../shared/plugins/consistencies/index.ts";
import type { ConsistencyBuild } from "./consistency.ts";
import { logitVariance } from "./logit-variance.ts";
import { symmetricKl } from "./symmetric-kl.ts";

/** The build of every consistency card; a card without one, or the reverse, does not compile. */
export const CONSISTENCY_BUILDS: { readonly [Id in ConsistencyId]: ConsistencyBuild } = {
  "symmetric-kl": symmetricKl,
  "logit-variance": logitVariance,
};

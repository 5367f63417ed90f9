import type { Pooling, PoolingId, PoolingOf } from "../../shared/plugins/poolings/index.ts";
import { generalizedMean } from "./generalized-mean.ts";
import { logMeanExp } from "./log-mean-exp.ts";
import { max } from "./max.ts";
import { mean } from "./mean.ts";
import { median } from "./median.ts";
import { min } from "./min.ts";
import type { PoolingBuild } from "./pooling.ts";
import { trimmedMean } from "./trimmed-mean.ts";

/** The build of every pooling card; a card without one, or the reverse, does not compile. */
const BUILDS: { readonly [Id in PoolingId]: PoolingBuild<PoolingOf<Id>> } = {
  mean,
  max,
  min,
  "log-mean-exp": logMeanExp,
  "generalized-mean": generalizedMean,
  median,
  "trimmed-mean": trimmedMean,
};

/** The build of a chosen pooling with its parameters bound. */
export function buildPooling(choice: Pooling): PoolingBuild<void> {
  const build = BUILDS[choice.id] as PoolingBuild<Pooling>;
  return { pool: (x) => build.pool(x, choice), poolLog: (logP) => build.poolLog(logP, choice) };
}

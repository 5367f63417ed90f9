import type { Pooling, PoolingId, PoolingOf } from "../../shared/plugins/poolings/index.ts";
import type { HostParams, Params } from "../models/model.ts";
import type { Stream } from "../rng.ts";
import type { Tensor, Tensor2D, Tensor3D } from "../tf.ts";
import { attention } from "./attention.ts";
import { generalizedMean } from "./generalized-mean.ts";
import { logMeanExp } from "./log-mean-exp.ts";
import { max } from "./max.ts";
import { mean } from "./mean.ts";
import { median } from "./median.ts";
import { min } from "./min.ts";
import type { PoolingBuild, PoolingWgsl } from "./pooling.ts";
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
  attention,
};

const buildOf = (choice: Pooling): PoolingBuild<Pooling> => BUILDS[choice.id] as PoolingBuild<Pooling>;

/** A pooling with its parameters and the model's weights bound. */
export interface BoundPooling {
  pool(x: Tensor3D): Tensor2D;
  poolLog(logP: Tensor3D): Tensor;
}

/** @param params the model's weights; a pooling that learns takes its own from them */
export function buildPooling(choice: Pooling, params: Params = {}): BoundPooling {
  const build = buildOf(choice);
  return {
    pool: (x) => build.pool(x, choice, params),
    poolLog: (logP) => build.poolLog(logP, choice, params),
  };
}

/** f in WGSL over K repeats, of values or of logarithms of probabilities; null where it has no such form. */
export const poolingWgsl = (choice: Pooling, over: "pool" | "poolLog", k: number): PoolingWgsl | null =>
  buildOf(choice).wgsl?.[over](k, choice) ?? null;

/** First weights of a pooling of vectors of `dim` numbers; none where it learns none. */
export const initPooling = (choice: Pooling, dim: number, stream: Stream): HostParams =>
  buildOf(choice).init?.(dim, choice, stream) ?? {};

import type { Optimizer, OptimizerId, OptimizerOf } from "../../shared/plugins/optimizers/index.ts";
import { adam } from "./adam.ts";
import { adamw } from "./adamw.ts";
import type { OptimizerBuild } from "./optimizer.ts";
import { sgd } from "./sgd.ts";

/** The build of every optimizer card. */
const BUILDS: { readonly [Id in OptimizerId]: OptimizerBuild<OptimizerOf<Id>> } = { sgd, adam, adamw };

/** The build of a chosen optimizer; its `update` takes the choice as its parameters. */
export const buildOptimizer = (choice: Optimizer): OptimizerBuild<Optimizer> =>
  BUILDS[choice.id] as OptimizerBuild<Optimizer>;

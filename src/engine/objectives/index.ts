import type { Objective, ObjectiveId } from "../../shared/plugins/objectives/index.ts";
import { crossEntropy } from "./cross-entropy.ts";
import type { ObjectiveBuild } from "./objective.ts";

/** The build of every objective card. */
const BUILDS: { readonly [Id in ObjectiveId]: ObjectiveBuild<Extract<Objective, { id: Id }>> } = {
  "cross-entropy": crossEntropy,
};

/** The build of a chosen objective with its parameters bound. */
export function buildObjective(choice: Objective): ObjectiveBuild<void> {
  const build = BUILDS[choice.id] as ObjectiveBuild<Objective>;
  return { perSample: (logP, target) => build.perSample(logP, target, choice) };
}

import {
  type Objective,
  type ObjectiveId,
  type ObjectiveOf,
  type SingleObjective,
  termsOf,
} from "../../shared/plugins/objectives/index.ts";
import { literal } from "../wgsl.ts";
import { binaryCrossEntropy } from "./binary-cross-entropy.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { focal } from "./focal.ts";
import type { Link, LinkWgsl } from "./link.ts";
import type { ObjectiveBuild, OutcomeWgsl, OverBatch, PerSample } from "./objective.ts";
import { softF1 } from "./soft-f1.ts";

/** The build of every objective card; a card without one, or the reverse, does not compile. */
const BUILDS: { readonly [Id in ObjectiveId]: ObjectiveBuild<ObjectiveOf<Id>> } = {
  "cross-entropy": crossEntropy,
  "binary-cross-entropy": binaryCrossEntropy,
  focal,
  "soft-f1": softF1,
};

/** An objective ready to be computed: the sum of its terms, each weighted. */
export interface BoundObjective {
  readonly terms: readonly BoundTerm[];
  /** How the model's outputs are read as predictions: the first term's link. */
  readonly link: Link;
}

/** A term with its parameters bound; class weights are numbers by now. */
export type BoundTerm = { readonly weight: number } & (BoundPerSample | OverBatch<void>);
export type BoundPerSample = Pick<PerSample<void>, "link" | "perSample"> & {
  readonly classWeights: readonly number[] | null;
};

/** @param counts training items of each class; null where none are known, then all classes weigh alike */
export function buildObjective(choice: Objective, counts: readonly number[] | null = null): BoundObjective {
  const terms = termsOf(choice).map((term): BoundTerm => ({ weight: term.weight, ...bind(term.objective, counts) }));
  return { terms, link: (terms[0] as BoundTerm).link };
}

function bind(choice: SingleObjective, counts: readonly number[] | null): BoundPerSample | OverBatch<void> {
  const build = BUILDS[choice.id] as ObjectiveBuild<SingleObjective>;
  const { link } = build;
  if ("overBatch" in build)
    return { link, overBatch: (logP, target, weights) => build.overBatch(logP, target, weights, choice) };
  return {
    link,
    perSample: (logP, target) => build.perSample(logP, target, choice),
    classWeights: (counts && build.classWeights?.(counts, choice)) ?? null,
  };
}

/**
 * What each outcome adds to the loss, in WGSL, and the link that makes outcomes of logits; null where a term has no
 * such form, or where the terms of a sum read logits differently.
 */
export function objectiveWgsl(choice: Objective, numClasses: number): { outcome: OutcomeWgsl; link: LinkWgsl } | null {
  const terms = termsOf(choice).map(({ weight, objective }) => {
    const build = BUILDS[objective.id] as ObjectiveBuild<SingleObjective>;
    const outcome = "overBatch" in build ? undefined : build.wgsl?.(numClasses, objective);
    return { weight, outcome, link: build.link.wgsl };
  });
  const { link } = terms[0] as (typeof terms)[number];
  if (terms.some((term) => !term.outcome || term.link !== link)) return null;
  const sum = (part: "loss" | "slope"): string =>
    terms.map(({ weight, outcome }) => `${literal(weight)} * (${outcome?.[part]})`).join(" + ");
  return { outcome: { loss: sum("loss"), slope: sum("slope") }, link };
}

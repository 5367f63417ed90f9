import { z } from "zod";
import { type Choice, type ChoiceInput, choiceSchema } from "../card.ts";
import { binaryCrossEntropy } from "./binary-cross-entropy.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { focal } from "./focal.ts";
import { softF1 } from "./soft-f1.ts";

/** Every objective, in the order in which the page offers them. */
export const OBJECTIVES = [crossEntropy, binaryCrossEntropy, focal, softF1] as const;
export type SingleObjective = Choice<(typeof OBJECTIVES)[number]>;
export type ObjectiveId = SingleObjective["id"];
export type ObjectiveOf<Id extends ObjectiveId> = Extract<SingleObjective, { id: Id }>;

/** A part of a sum: `weight` times the loss of an objective. */
export interface Term {
  weight: number;
  objective: SingleObjective;
}

/** One objective, or the weighted sum of two to four. */
export type Objective = SingleObjective | { id: "sum"; terms: Term[] };

/** An objective as a person may write it. */
export type ObjectiveInput =
  | ChoiceInput<(typeof OBJECTIVES)[number]>
  | { id: "sum"; terms: { weight?: number; objective: ChoiceInput<(typeof OBJECTIVES)[number]> }[] };

/** Bounds of a term's weight, and of how many a sum may have. */
export const TERM_WEIGHT = { min: 0.01, max: 100 } as const;
export const SUM_TERMS = { min: 2, max: 4 } as const;

const single = choiceSchema(OBJECTIVES);
const term = z.strictObject({
  weight: z.number().min(TERM_WEIGHT.min).max(TERM_WEIGHT.max).default(1),
  objective: z
    .unknown()
    .transform((value, context) => {
      if ((value as { id?: unknown } | null)?.id === "sum")
        context.addIssue({ code: "custom", message: "A sum cannot stand in a sum: put its terms beside the others." });
      return value;
    })
    .pipe(single),
});
const sum = z.strictObject({ id: z.literal("sum"), terms: z.array(term).min(SUM_TERMS.min).max(SUM_TERMS.max) });

/** Schema of an objective: one of the cards, or a sum of them that holds no sum itself. */
export const objectiveSchema = z.discriminatedUnion("id", [
  single as unknown as z.ZodObject,
  sum,
]) as unknown as z.ZodType<Objective, ObjectiveInput>;

/** The terms of an objective; one that is no sum is its own only term. */
export const termsOf = (objective: Objective): readonly Term[] =>
  objective.id === "sum" ? objective.terms : [{ weight: 1, objective }];

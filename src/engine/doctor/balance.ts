import type { Finding, Repair } from "../../shared/examination.ts";
import { formatCount, plural } from "../../shared/format.ts";
import type { Objective } from "../../shared/plugins/objectives/index.ts";
import { type Examined, listed } from "./examined.ts";

/** Training items below which a class counts as small. */
const SMALL = 5;
/** How many times the smallest class the largest may be before it is told, and before it is a warning. */
const UNEVEN = 3;
const VERY_UNEVEN = 10;
const NAMED = 5;

/** Classes that are very much larger than others, and classes of very few items, among the training items. */
export function balanceFindings(examined: Examined): Finding[] {
  return [smallClasses(examined), imbalance(examined)].filter((finding) => finding !== null);
}

function smallClasses({ experiment, dataset }: Examined): Finding | null {
  const { labelsPerClass } = experiment.data;
  const small = dataset.summary.classes.filter(({ train }) => train < SMALL);
  if (small.length === 0) return null;
  const named = small.slice(0, NAMED).map(({ name, train }) => `"${name}" (${train})`);
  const more = small.length > NAMED ? ` and ${small.length - NAMED} more` : "";
  const sentence = `${plural(small.length, "class has", "classes have")} fewer than ${SMALL} training items: ${named.join(", ")}${more}. Label more of them, or expect little.`;
  const all: Repair = {
    label: "Use all labels",
    sentence: "Trains on every labelled training item in place of a few of each class.",
    edits: {},
    fields: [{ path: "data.labelsPerClass", value: null }],
  };
  const repairs = labelsPerClass !== null && labelsPerClass < SMALL ? [all] : [];
  return { kind: "small-classes", severity: "warning", sentence, ...listed([]), repairs };
}

function imbalance({ experiment, dataset }: Examined): Finding | null {
  const trained = dataset.summary.classes.filter(({ train }) => train > 0);
  const ordered = [...trained].sort((a, b) => b.train - a.train);
  const [largest, smallest] = [ordered[0], ordered.at(-1)];
  if (!largest || !smallest || largest.train < UNEVEN * smallest.train) return null;
  const ratio = largest.train / smallest.train;
  const balanced = withBalancedWeights(experiment.objective);
  if (balanced === "already") return null;
  const repairs: Repair[] = [];
  if (balanced)
    repairs.push({
      label: "Weigh classes evenly",
      sentence: "Sets balanced class weights in the loss, n / (C n_c): rare classes weigh more; no item is left out.",
      edits: {},
      fields: [{ path: "objective", value: balanced }],
    });
  if (smallest.train >= SMALL)
    repairs.push({
      label: `Use ${smallest.train} of each class`,
      sentence: `Trains on ${plural(smallest.train, "item")} of each class, as many as the smallest has, drawn by the seed; the rest is left out.`,
      edits: {},
      fields: [{ path: "data.labelsPerClass", value: smallest.train }],
    });
  return {
    kind: "imbalance",
    severity: ratio >= VERY_UNEVEN ? "warning" : "note",
    sentence: `"${largest.name}" has ${formatCount(largest.train)} training items and "${smallest.name}" ${formatCount(smallest.train)}, ${ratio.toFixed(1)} times as many: accuracy rewards guessing the large class; look at macro-F1.`,
    ...listed([]),
    repairs,
  };
}

/** The objective with balanced class weights; `already` where it has them, null where it can have none. */
function withBalancedWeights(objective: Objective): Objective | "already" | null {
  if (objective.id === "cross-entropy")
    return objective.classWeights === "balanced" ? "already" : { ...objective, classWeights: "balanced" };
  if (objective.id !== "sum") return null;
  const terms = objective.terms.map((term) => ({ ...term, objective: withBalancedWeights(term.objective) }));
  if (terms.some((term) => term.objective === "already")) return "already";
  if (terms.every((term) => term.objective === null)) return null;
  return {
    ...objective,
    terms: objective.terms.map((term, i) => ({
      ...term,
      objective: (terms[i]?.objective as typeof term.objective | null) ?? term.objective,
    })),
  };
}

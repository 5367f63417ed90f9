import type { Finding, FoundItem, Repair } from "../../shared/examination.ts";
import { formatCount, formatPercent, plural } from "../../shared/format.ts";
import { byLabel, type Examined, emptied, exclusions, inSplits, listed } from "./examined.ts";
import { groupTwins, type Twin } from "./likeness.ts";

/** Only inputs at least so alike can be said to contradict each other: one word more or less may turn a meaning. */
const SAME_MEANING = 0.9;

/** Copies across splits, copies within training, and copies of different labels. */
export function copyFindings(examined: Examined, twins: readonly Twin[]): Finding[] {
  const notes = new Map(twins.map(({ item, similarity }) => [item, noteOf(similarity)]));
  const groups = groupTwins(twins);
  const found = [
    acrossSplits(examined, groups, notes),
    contradictions(examined, groupTwins(twins, SAME_MEANING), notes),
    withinTraining(examined, groups, notes),
  ];
  return found.filter((finding) => finding !== null);
}

const noteOf = (similarity: number): string => (similarity === 1 ? "the same" : `${formatPercent(similarity)} alike`);

type Notes = ReadonlyMap<number, string>;

const asFound = (members: readonly number[], group: number, notes: Notes): FoundItem[] =>
  members.map((item, i) => ({ item, group, note: i === 0 ? "" : (notes.get(item) ?? "alike") }));

function acrossSplits(examined: Examined, groups: readonly number[][], notes: Notes): Finding | null {
  const { splitOf, dataset } = examined;
  const inTraining = (item: number) => splitOf(item) === "train";
  const across = groups.filter((group) => group.some(inTraining) && !group.every(inTraining));
  if (across.length === 0) return null;
  const members = across.flat();
  const held = members.filter((item) => !inTraining(item));
  const twins = members.filter(inTraining);
  const heldOut = dataset.splits.validation.length + dataset.splits.test.length;
  return {
    kind: "copies-across-splits",
    severity: "warning",
    sentence: `${formatCount(held.length)} of ${plural(heldOut, "held-out item")} ${held.length === 1 ? "stands" : "stand"} in training too, word for word or nearly: scores flatter the model.`,
    ...listed(across.flatMap((group, i) => asFound(group, i, notes))),
    repairs: [
      {
        label: `Exclude ${plural(twins.length, "training twin")}`,
        sentence: `Excludes ${plural(twins.length, "training item")}, so that the held-out items are new to the model; no held-out item changes.${emptied(twins, examined)}`,
        edits: exclusions(twins),
        fields: [],
      },
    ],
  };
}

function withinTraining(examined: Examined, groups: readonly number[][], notes: Notes): Finding | null {
  const { splitOf, labelOf, dataset } = examined;
  const copies: number[] = [];
  const repeated: number[][] = [];
  for (const group of groups) {
    // Copies of another label are told as contradictions.
    const trained = group.filter((item) => splitOf(item) === "train");
    for (const members of byLabel(trained, labelOf)) {
      if (members.length < 2) continue;
      copies.push(...members.slice(1));
      repeated.push(members);
    }
  }
  if (copies.length === 0) return null;
  return {
    kind: "copies-in-training",
    severity: "note",
    sentence: `${formatCount(copies.length)} of ${plural(dataset.splits.train.length, "training item")} ${copies.length === 1 ? "repeats" : "repeat"} an earlier one of the same label, exactly or nearly: these weigh more than others, and say nothing new.`,
    ...listed(repeated.flatMap((members, i) => asFound(members, i, notes))),
    repairs: [
      {
        label: `Exclude ${plural(copies.length, "copy", "copies")}`,
        sentence: `Keeps the first of each and excludes ${plural(copies.length, "training item")}.`,
        edits: exclusions(copies),
        fields: [],
      },
    ],
  };
}

function contradictions(examined: Examined, groups: readonly number[][], notes: Notes): Finding | null {
  const { splitOf, labelOf } = examined;
  const torn = groups.filter((group) => new Set(group.map(labelOf)).size > 1);
  if (torn.length === 0) return null;
  const members = torn.flat();
  const training = (items: readonly number[]) => items.filter((item) => splitOf(item) === "train");
  const outvoted = training(torn.flatMap((group) => minority(group, labelOf)));
  const all = training(members);
  const heldOut = all.length < members.length ? " Held-out ones are left for you to judge." : "";
  const ways: Repair[] = [];
  const offer = (label: string, items: readonly number[], does: string) => {
    const sentence = `${does}: excludes ${plural(items.length, "training item")}.${heldOut}${emptied(items, examined)}`;
    if (items.length > 0) ways.push({ label, sentence, edits: exclusions(items), fields: [] });
  };
  if (outvoted.length < all.length)
    offer("Keep the majority's", outvoted, "Trusts the label that most of a group have");
  offer("Exclude all", all, "Trusts none of them");
  return {
    kind: "conflicting-labels",
    severity: "warning",
    sentence: `${plural(torn.length, "group")} of equal or nearly equal inputs ${torn.length === 1 ? "has" : "have"} different labels (${inSplits(members, splitOf)}): no model can get them all right.`,
    ...listed(torn.flatMap((group, i) => asFound(group, i, notes))),
    repairs: ways,
  };
}

/** The members whose label is not the most frequent one of the group; all where two are as frequent. */
function minority(group: readonly number[], labelOf: (item: number) => string): number[] {
  const votes = byLabel(group, labelOf).sort((a, b) => b.length - a.length);
  const [first, second] = votes;
  if (first && second && first.length === second.length) return [...group];
  return votes.slice(1).flat();
}

import type { Item } from "./dataset.ts";
import type { Edit, Experiment } from "./experiment.ts";

/** What an examination can find, in the order in which it is told. */
export type FindingKind =
  | "unreadable"
  | "blank"
  | "copies-across-splits"
  | "conflicting-labels"
  | "copies-in-training"
  | "small-classes"
  | "imbalance"
  | "cut-off";

/** `error`: training cannot begin; `warning`: scores or training suffer; `note`: worth knowing. */
export type Severity = "error" | "warning" | "note";

/** An item that a finding is about. */
export interface FoundItem {
  item: number;
  /** Items of one group belong together: copies of each other. */
  group: number;
  /** What is the matter with this one. */
  note: string;
}

/** A value to be put at a path of the experiment, such as `objective`. */
export interface FieldChange {
  path: string;
  value: unknown;
}

/** A way to cure a finding, to be applied to the experiment as one change. */
export interface Repair {
  label: string;
  /** What it will do. */
  sentence: string;
  edits: Record<string, Edit>;
  fields: FieldChange[];
}

export interface Finding {
  kind: FindingKind;
  severity: Severity;
  sentence: string;
  /** The first of them, at most {@link LISTED_ITEMS}, groups whole. */
  items: FoundItem[];
  /** How many items it is about in all. */
  total: number;
  repairs: Repair[];
}

/** What was found in the data of an experiment before training. */
export interface Examination {
  /** Items that were looked at. */
  items: number;
  findings: Finding[];
  /** What could not be looked at, and why. */
  unseen: string[];
}

/** Items that a finding lists at most. */
export const LISTED_ITEMS = 200;

/** An item whose label the model of the other folds does not believe. */
export interface Suspect {
  item: Item;
  given: string;
  suggested: string;
  /** Out-of-fold probabilities of the two classes. */
  givenProbability: number;
  suggestedProbability: number;
}

/** Likely label errors, the likeliest first. */
export interface Suspects {
  /** Items with a prediction of a model that did not train on them. */
  items: number;
  folds: number;
  /** Accuracy of those predictions against the labels given. */
  accuracy: number;
  total: number;
  suspects: Suspect[];
}

/** Calls that look for what is wrong with the data. */
export interface DoctorCalls {
  /** Looks at the open data as an experiment would use them; neither trains nor changes anything. */
  "data.examine": { arguments: { experiment: Experiment }; result: Examination };
  /** Items by number, in the order asked for. */
  "data.pick": { arguments: { items: number[] }; result: { items: Item[] } };
  /**
   * Trains the experiment once for each fold on the others and lists items whose labels these models doubt. Training and
   * validation items alone, test items only where they are asked for. Refused while a run goes on.
   */
  "data.suspects": {
    arguments: { experiment: Experiment; folds: number; withTest: boolean };
    result: Suspects;
  };
}

import type { DatasetSummary } from "../../shared/dataset.ts";
import type { RunRecord } from "../../shared/run-record.ts";
import type { Dataset } from "../data/dataset.ts";

/** What a run's record keeps of its data set. */
export function datasetRecord({ classes, splits, summary }: Dataset): RunRecord["dataset"] {
  return {
    classes: [...classes],
    train: splits.train.length,
    validation: splits.validation.length,
    test: splits.test.length,
    classCounts: summary.classes,
    input: inputShape(summary.input),
    flippedLabels: summary.flipped,
    edits: summary.edits,
    duplicatesBetweenSplits: summary.duplicates.betweenSplits,
    sha256: summary.sha256,
    contentSha256: summary.contentSha256,
  };
}

/** Without the names of encoded features, of which a column of words can have thousands. */
const inputShape = (input: DatasetSummary["input"]): RunRecord["dataset"]["input"] =>
  input.modality === "table" ? { modality: "table", columns: input.columns } : input;

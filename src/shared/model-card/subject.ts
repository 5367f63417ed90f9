import type { InputShape } from "../dataset.ts";
import type { Experiment } from "../experiment.ts";
import { BACKBONES } from "../plugins/backbones/index.ts";
import { cardById } from "../plugins/card.ts";
import type { ModelSummary } from "../protocol.ts";
import type { RunRecord } from "../run-record.ts";
import { MODALITY_OF } from "../task.ts";

/** Where a pretrained model that is not built in comes from, as its files and repository say. Null: not known. */
export interface PretrainedLineage {
  readonly source: string;
  readonly revision: string;
  readonly commit: string | null;
  readonly licence: string | null;
  readonly languages: readonly string[];
  readonly parameters: number | null;
}

/** What a model card is about. */
export interface ModelCardSubject {
  /** What its owner calls the model. */
  readonly name: string;
  /** The file of its weights, which lies beside the card; null where the card lies in the folder of a whole model. */
  readonly file: string | null;
  readonly experiment: Experiment;
  readonly classes: readonly string[];
  readonly input: InputShape;
  readonly trainableParameters: number;
  readonly parameters: number;
  /** Null for a model that was read from a file: then nothing is known of its data and its scores. */
  readonly record: RunRecord | null;
  /** Null where the experiment's backbone is built in, or began from scratch; else its name is all that is known. */
  readonly pretrained: PretrainedLineage | null;
}

/** The subject of a run's card. */
export const trainedSubject = (record: RunRecord, name: string, file: string | null): ModelCardSubject => ({
  name,
  file,
  experiment: record.experiment,
  classes: record.dataset.classes,
  input: record.dataset.input,
  ...record.model,
  record,
  pretrained: record.pretrained,
});

/** The subject of the card of a model that was read from a file. */
export const loadedSubject = (summary: ModelSummary, name: string, file: string | null): ModelCardSubject => ({
  name,
  file,
  experiment: summary.experiment,
  classes: summary.classes,
  input: inputOf(summary),
  trainableParameters: summary.trainableParameters,
  parameters: summary.parameters,
  record: null,
  pretrained: summary.pretrained,
});

function inputOf({ experiment, columns, imageShape }: ModelSummary): InputShape {
  if (imageShape) return { modality: "image", ...imageShape };
  if (MODALITY_OF[experiment.task] === "text") return { modality: "text" };
  return { modality: "table", columns: columns.map(({ name }) => name) };
}

/** The lineage of a model by name, which without more to go by is its name; null for any other backbone. */
export function lineageByName({ pretrained, experiment }: ModelCardSubject): PretrainedLineage | null {
  if (pretrained || experiment.backbone.id !== "transformer") return pretrained;
  const { source, revision } = experiment.backbone;
  return { source, revision, commit: null, licence: null, languages: [], parameters: null };
}

/** Licence and languages of the pretrained part; null where a model was trained from scratch. */
export function pretrainedPart(subject: ModelCardSubject): Pick<PretrainedLineage, "licence" | "languages"> | null {
  const built = cardById(BACKBONES, subject.experiment.backbone.id).pretrained;
  return built === "by-name" ? lineageByName(subject) : (lineageByName(subject) ?? built);
}

/** `English and German`, of codes such as `en`. */
export function languageNames(codes: readonly string[]): string {
  const names = new Intl.DisplayNames("en", { type: "language", fallback: "code" });
  const nameOf = (code: string): string => {
    try {
      return names.of(code) ?? code;
    } catch {
      // What a repository calls a language need be no language tag.
      return code;
    }
  };
  return new Intl.ListFormat("en").format(codes.map(nameOf));
}

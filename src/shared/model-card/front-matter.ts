import { FOLDER_REVISION } from "../pretrained.ts";
import { lineageByName, type ModelCardSubject, pretrainedPart } from "./subject.ts";

/** A licence as Hugging Face's hub writes it: an SPDX identifier in small letters. */
const IDENTIFIER = /^[a-z0-9][a-z0-9.+-]*$/;
/** A repository of the hub. */
const REPOSITORY = /^[\w.-]+\/[\w.-]+$/;

/**
 * The YAML that Hugging Face's hub reads (https://huggingface.co/docs/hub/model-cards). A licence stands there only where
 * a pretrained part brings one: what the rest is under is its owner's to say.
 */
export function frontMatter(subject: ModelCardSubject): string {
  const { experiment, record } = subject;
  const byName = lineageByName(subject);
  const isOnHub = byName !== null && byName.revision !== FOLDER_REVISION && REPOSITORY.test(byName.source);
  const part = pretrainedPart(subject);
  const isMeasured = record !== null && (record.test !== null || record.dataset.validation > 0);
  return [
    "---",
    ...licenceLines(part?.licence ?? null),
    ...list("language", part?.languages ?? []),
    ...(isOnHub ? [`base_model: ${quoted(byName.source)}`] : []),
    "library_name: refrain",
    `pipeline_tag: ${experiment.task}`,
    ...list("tags", ["refrain", "repeat-and-aggregate", experiment.task, experiment.backbone.id]),
    ...list("metrics", isMeasured ? ["accuracy", "f1"] : []),
    "---",
  ].join("\n");
}

function licenceLines(licence: string | null): string[] {
  if (licence === null) return [];
  const identifier = licence.toLowerCase();
  return IDENTIFIER.test(identifier)
    ? [`license: ${identifier}`]
    : ["license: other", `license_name: ${quoted(licence)}`];
}

const list = (key: string, values: readonly string[]): string[] =>
  values.length === 0 ? [] : [`${key}:`, ...values.map((value) => `  - ${quoted(value)}`)];

/** JSON's strings are YAML's; what is plain needs no quotes. `no` is a language, and in YAML a boolean. */
const quoted = (value: string): string =>
  /^[a-z][a-z0-9-]*$/.test(value) && !/^(no|yes|on|off|y|n|true|false|null)$/.test(value)
    ? value
    : JSON.stringify(value);

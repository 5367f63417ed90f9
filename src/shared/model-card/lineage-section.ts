import { formatCount } from "../format.ts";
import { blocks, bullets, verbatim } from "../markdown.ts";
import { BACKBONES } from "../plugins/backbones/index.ts";
import { cardById } from "../plugins/card.ts";
import { FOLDER_REVISION } from "../pretrained.ts";
import { languageNames, lineageByName, type ModelCardSubject, type PretrainedLineage } from "./subject.ts";

/** What the model builds on, where that comes from, and under which licence. */
export function lineageSection(subject: ModelCardSubject): string {
  const { label, summary } = cardById(BACKBONES, subject.experiment.backbone.id);
  return blocks("## Backbone and lineage", `**${label}.** ${summary}`, originWords(subject), OWN_LICENCE);
}

function originWords(subject: ModelCardSubject): string {
  const byName = lineageByName(subject);
  if (byName) return bullets(originLines(byName));
  const { pretrained } = cardById(BACKBONES, subject.experiment.backbone.id);
  if (pretrained === null || pretrained === "by-name")
    return "Nothing pretrained is in it: all its weights began at random and were trained on the data above.";
  const { lineage, licence, languages } = pretrained;
  return bullets([`Lineage: ${lineage}`, `Licence of the pretrained weights: ${licence}.`, ...languageLine(languages)]);
}

const OWN_LICENCE =
  "Under which licence the trained weights are given away is for their owner to say; it must fit the licence of the data and of anything pretrained.";

function originLines({ source, revision, commit, licence, languages, parameters }: PretrainedLineage): string[] {
  const isFolder = revision === FOLDER_REVISION;
  const at = isFolder ? ", a folder of the user's" : `, revision ${verbatim(revision)}`;
  return [
    `Pretrained model: ${verbatim(source)}${at}${commit === null ? "" : `, commit ${verbatim(commit)}`}.`,
    `Licence of the pretrained weights: ${licence === null ? "not known here; see where they come from" : verbatim(licence)}.`,
    ...languageLine(languages),
    ...(parameters === null ? [] : [`Parameters: ${formatCount(parameters)}.`]),
  ];
}

const languageLine = (languages: readonly string[]): string[] =>
  languages.length === 0 ? [] : [`Languages: ${verbatim(languageNames(languages))}.`];

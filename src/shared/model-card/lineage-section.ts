import { formatCount } from "../format.ts";
import { blocks, bullets, verbatim } from "../markdown.ts";
import { BACKBONES } from "../plugins/backbones/index.ts";
import { cardById } from "../plugins/card.ts";
import { languageNames, type ModelCardSubject, type PretrainedLineage } from "./subject.ts";

/** What the model builds on, where that comes from, and under which licence. */
export function lineageSection({ experiment, pretrained }: ModelCardSubject): string {
  const card = cardById(BACKBONES, experiment.backbone.id);
  const built = card.pretrained;
  const origin = pretrained
    ? bullets(originLines(pretrained))
    : built && built !== "by-name"
      ? bullets([
          `Lineage: ${built.lineage}`,
          `Licence of the pretrained weights: ${built.licence}.`,
          ...languageLine(built.languages),
        ])
      : built
        ? bullets([`Pretrained model: ${verbatim(sourceOf(experiment))}. Nothing more is known of it here.`])
        : "Nothing pretrained is in it: all its weights began at random and were trained on the data above.";
  return blocks("## Backbone and lineage", `**${card.label}.** ${card.summary}`, origin, OWN_LICENCE);
}

const sourceOf = ({ backbone }: ModelCardSubject["experiment"]): string =>
  backbone.id === "transformer" ? backbone.source : backbone.id;

const OWN_LICENCE =
  "Under which licence the trained weights are given away is for their owner to say; it must fit the licence of the data and of anything pretrained.";

function originLines({ source, revision, commit, licence, languages, parameters }: PretrainedLineage): string[] {
  const at = [revision && `revision ${verbatim(revision)}`, commit && `commit ${verbatim(commit)}`].filter(Boolean);
  return [
    `Pretrained model: ${verbatim(source)}${at.length > 0 ? `, ${at.join(", ")}` : ""}.`,
    `Licence of the pretrained weights: ${licence === null ? "not said where they come from" : verbatim(licence)}.`,
    ...languageLine(languages),
    ...(parameters === null ? [] : [`Parameters: ${formatCount(parameters)}.`]),
  ];
}

const languageLine = (languages: readonly string[]): string[] =>
  languages.length === 0 ? [] : [`Languages: ${verbatim(languageNames(languages))}.`];

import type { Finding, FoundItem, Repair } from "../../shared/examination.ts";
import type { Experiment } from "../../shared/experiment.ts";
import { formatCount, formatPercent, plural } from "../../shared/format.ts";
import { TOKENS } from "../../shared/plugins/backbones/transformer.ts";
import type { PretrainedSummary } from "../../shared/pretrained.ts";
import type { Work } from "../data/dataset.ts";
import { inPieces } from "../data/in-pieces.ts";
import type { TokenReader } from "../models/tunable.ts";
import { type Examined, listed } from "./examined.ts";

/** Share of the items from which cutting them is a warning. */
const MANY = 0.1;
/** The limit is raised to a multiple of this. */
const STEP = 4;

/** Texts that are longer than the backbone reads, and how much of them is lost. @throws CancelledError */
export async function cutOffFinding(
  examined: Examined,
  reader: TokenReader,
  pretrained: PretrainedSummary | null,
  work: Work,
): Promise<Finding | null> {
  const { items, dataset, experiment } = examined;
  if (dataset.inputs.modality !== "text") return null;
  const { texts } = dataset.inputs;
  const cut: (FoundItem & { beyond: number })[] = [];
  let [tokens, lost, longest, read] = [0, 0, 0, 0];
  await inPieces(items.length, work, (from, to) => {
    work.progress("Counting tokens", from, items.length);
    for (const item of items.subarray(from, to)) {
      const { tokens: kept, beyond } = reader.read(texts[item] ?? "");
      tokens += kept.length + beyond;
      if (beyond === 0) continue;
      lost += beyond;
      longest = Math.max(longest, kept.length + beyond);
      read = Math.max(read, kept.length);
      cut.push({
        item,
        group: item,
        note: `${formatCount(beyond)} of ${formatCount(kept.length + beyond)} tokens lost`,
        beyond,
      });
    }
  });
  if (cut.length === 0) return null;
  cut.sort((a, b) => b.beyond - a.beyond || a.item - b.item);
  return {
    kind: "cut-off",
    severity: cut.length > MANY * items.length ? "warning" : "note",
    sentence: `${formatCount(cut.length)} of ${plural(items.length, "text")} ${cut.length === 1 ? "is" : "are"} longer than the ${read} tokens that are read; ${formatPercent(lost / tokens)} of all tokens are lost.`,
    ...listed(cut.map(({ item, group, note }) => ({ item, group, note }))),
    repairs: raised(experiment, longest, read, pretrained?.tokens ?? TOKENS.max),
  };
}

/** A higher limit, as far as the model goes; none where the model itself reads no further. */
function raised({ backbone }: Experiment, longest: number, read: number, mostOfModel: number): Repair[] {
  if (backbone.id !== "transformer") return [];
  const most = Math.min(TOKENS.max, mostOfModel);
  const wanted = Math.min(most, Math.ceil(longest / STEP) * STEP);
  if (wanted <= read) return [];
  const rest = wanted < longest ? " Longer texts are still cut: the model reads no further." : "";
  return [
    {
      label: `Read ${wanted} tokens`,
      sentence: `Reads ${wanted} tokens in place of ${read}; steps over long texts take that much longer, and memory grows with them.${rest}`,
      edits: {},
      fields: [{ path: "backbone", value: { ...backbone, maxTokens: wanted } }],
    },
  ];
}

import type { Examination, Finding } from "../../shared/examination.ts";
import type { Experiment } from "../../shared/experiment.ts";
import { isPretrained } from "../../shared/noise-misfits.ts";
import type { Dataset, Work } from "../data/dataset.ts";
import { throwIfCancelled } from "../data/problems.ts";
import { CancelledError } from "../errors.ts";
import type { Backbones } from "../features/backbones.ts";
import { balanceFindings } from "./balance.ts";
import { copyFindings } from "./copies.ts";
import { cutOffFinding } from "./cut-off.ts";
import { type Examined, examinedOf } from "./examined.ts";
import { imageLikeness } from "./image-likeness.ts";
import { findTwins, type Likeness } from "./likeness.ts";
import { rowLikeness } from "./row-likeness.ts";
import { textLikeness } from "./text-likeness.ts";
import { blankFinding, unreadableFinding } from "./unreadable.ts";

/**
 * Looks for what is wrong with a data set before it is trained on.
 * @param unreadable items that keep the data from being used
 * @throws CancelledError
 */
export async function examine(
  experiment: Experiment,
  dataset: Dataset,
  unreadable: readonly number[],
  backbones: Backbones,
  work: Work,
): Promise<Examination> {
  const examined = await examinedOf(experiment, dataset, work);
  const twins = await findTwins(examined.items, likenessOf(examined), work);
  const cut = await cutOff(examined, backbones, work);
  const findings: (Finding | null)[] = [
    unreadableFinding(unreadable),
    blankFinding(examined),
    ...copyFindings(examined, twins),
    ...balanceFindings(examined),
    cut.finding,
  ];
  return {
    items: examined.items.length + unreadable.length,
    findings: findings.filter((finding) => finding !== null),
    unseen: cut.unseen === null ? [] : [cut.unseen],
  };
}

function likenessOf({ dataset, rows, isBlank }: Examined): Likeness {
  const { inputs } = dataset;
  switch (inputs.modality) {
    case "text":
      return textLikeness(inputs.texts, isBlank);
    case "image":
      return imageLikeness(inputs, isBlank);
    case "table":
      return rowLikeness(rows, isBlank);
    default:
      return inputs satisfies never;
  }
}

/** A tokenizer may not be here yet, which is no reason to tell nothing. */
async function cutOff(examined: Examined, backbones: Backbones, work: Work) {
  const { experiment, dataset } = examined;
  if (dataset.inputs.modality !== "text" || !isPretrained(experiment.backbone)) return { finding: null, unseen: null };
  try {
    const { reader } = await backbones.tunable(experiment, work);
    const pretrained = await backbones.load.describe(experiment);
    throwIfCancelled(work);
    return { finding: reader && (await cutOffFinding(examined, reader, pretrained, work)), unseen: null };
  } catch (error) {
    if (error instanceof CancelledError || work.signal.aborted) throw error;
    return { finding: null, unseen: `How long texts are in tokens is not known: ${(error as Error).message}` };
  }
}

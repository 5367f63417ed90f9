import { LISTED_ITEMS, type Suspects } from "../../shared/examination.ts";
import { argmax } from "../../shared/report.ts";
import type { Work } from "../data/dataset.ts";
import { confidentDoubts } from "./confident.ts";
import { type FoldPlan, predictOutOfFold } from "./out-of-fold.ts";

/**
 * Likely label errors: items whose given class the models of the other folds do not believe, by confident learning on
 * out-of-fold predictions. Given is the class that training sees.
 * @throws CancelledError
 */
export async function findSuspects(plan: FoldPlan, work: Work): Promise<Suspects> {
  const { classes, labels, item } = plan.dataset;
  const { items, probabilities } = await predictOutOfFold(plan, work);
  const width = classes.length;
  const given = items.map((id) => labels[id] as number);
  const doubts = confidentDoubts(probabilities, given, width);
  const right = given.filter((label, place) => argmax(probabilities, place * width, width) === label).length;
  const suspects = await Promise.all(
    doubts.slice(0, LISTED_ITEMS).map(async ({ place, suggested }) => ({
      item: await item(items[place] as number),
      given: classes[given[place] as number] as string,
      suggested: classes[suggested] as string,
      givenProbability: probabilities[place * width + (given[place] as number)] as number,
      suggestedProbability: probabilities[place * width + suggested] as number,
    })),
  );
  return { items: items.length, folds: plan.folds, accuracy: right / items.length, total: doubts.length, suspects };
}

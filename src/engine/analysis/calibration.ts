import type { Reliability } from "../../shared/method-calls.ts";
import { argmax, expectedCalibrationError, reliabilityBins } from "../../shared/report.ts";
import type { CalibrationRecord, CalibrationScore } from "../../shared/run-record.ts";
import { fitTemperature, logarithms, TEMPERATURES, tempered } from "./temperature.ts";

/** Probabilities of held-out items [items, classes] and their true classes. */
export interface HeldOut {
  readonly probabilities: ArrayLike<number>;
  readonly truth: Int32Array;
}

/** A fit this near to a bound has run into it. */
const AT_BOUND = 1.01;

/**
 * The temperature that fits the validation items best; null without any, for no other items may choose it, and where
 * they do not tell: all right (or nearly), so that ever surer would fit ever better, or so often wrong that the reverse
 * would.
 */
export async function temperatureOf({ probabilities, truth }: HeldOut, numClasses: number): Promise<number | null> {
  if (truth.length === 0) return null;
  const fitted = await fitTemperature(logarithms(probabilities), truth, numClasses);
  const within = fitted > TEMPERATURES.min * AT_BOUND && fitted < TEMPERATURES.max / AT_BOUND;
  return within ? fitted : null;
}

/** The same items with their confidence tempered: softmax(log p / T). The likeliest class stays the likeliest. */
export const atTemperature = ({ probabilities, truth }: HeldOut, numClasses: number, temperature: number): HeldOut => ({
  probabilities: tempered(logarithms(probabilities), numClasses, temperature),
  truth,
});

/** How far confidence and accuracy agree on the items. */
export function reliability({ probabilities, truth }: HeldOut, numClasses: number): Reliability {
  const hits = truth.filter((label, i) => argmax(probabilities, i * numClasses, numClasses) === label).length;
  return {
    ...calibrationScore({ probabilities, truth }, numClasses),
    accuracy: truth.length === 0 ? 0 : hits / truth.length,
    bins: reliabilityBins(probabilities, truth, numClasses),
  };
}

function calibrationScore({ probabilities, truth }: HeldOut, numClasses: number): CalibrationScore {
  const loss = truth.reduce(
    (sum, label, i) => sum - Math.log(Math.max(1e-38, probabilities[i * numClasses + label] as number)),
    0,
  );
  return {
    loss: truth.length === 0 ? 0 : loss / truth.length,
    expectedCalibrationError: expectedCalibrationError(probabilities, truth, numClasses),
  };
}

/** What a run's record says of calibration in one clean pass; null where no temperature can be fitted. */
export async function calibrationRecord(
  validation: HeldOut,
  test: HeldOut,
  numClasses: number,
): Promise<CalibrationRecord | null> {
  const temperature = await temperatureOf(validation, numClasses);
  if (temperature === null) return null;
  const both = (items: HeldOut) => ({
    before: calibrationScore(items, numClasses),
    after: calibrationScore(atTemperature(items, numClasses, temperature), numClasses),
  });
  return { temperature, validation: both(validation), test: test.truth.length === 0 ? null : both(test) };
}

import type { Experiment } from "../../shared/experiment.ts";
import type { Prediction } from "../../shared/protocol.ts";
import { argmax } from "../../shared/report.ts";
import { pooledWords, shownClasses } from "./try-words.ts";

interface Props {
  classes: readonly string[];
  inference: Experiment["inference"];
  /** Null while there is nothing to show; the table then keeps its room. */
  prediction: Prediction | null;
}

/** Class probabilities as bars: one clean pass, and K' passes pooled with f' with the spread over the repeats. */
export function Probabilities({ classes, inference, prediction }: Props) {
  const shown = shownClasses(classes.length, prediction?.pooled ?? null);
  const [topClean, topPooled] = prediction ? [argmax(prediction.clean), argmax(prediction.pooled)] : [-1, -1];
  return (
    <>
      <table className="probabilities">
        <caption className="sr-only">Probability of each class</caption>
        <thead>
          <tr>
            <th scope="col">class</th>
            <th scope="col">one clean pass</th>
            <th scope="col" title={pooledWords(inference)}>
              {pooledWords(inference)}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((index) => (
            <tr key={classes[index]}>
              <th scope="row" title={classes[index]} className={index === topPooled ? "likeliest" : ""}>
                {classes[index]}
              </th>
              <td className={index === topClean ? "clean likeliest" : "clean"}>
                <Bar value={prediction?.clean[index]} />
              </td>
              <td className={index === topPooled ? "pooled-passes likeliest" : "pooled-passes"}>
                <Bar value={prediction?.pooled[index]} deviation={prediction?.spread[index] ?? 0} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {classes.length > shown.length && (
        <p className="hint">
          The {shown.length} likeliest of {classes.length} classes.
        </p>
      )}
    </>
  );
}

/** A smaller deviation is less than a pixel wide. */
const MIN_WHISKER = 0.005;

const percent = (share: number): string => `${(100 * Math.min(1, Math.max(0, share))).toFixed(2)}%`;
const figure = (value: number): string => value.toFixed(3).replace(/^0/, "");

/** A bar on the scale 0 to 1 with its figure; the whisker runs one standard deviation to either side. */
function Bar({ value, deviation = 0 }: { value: number | undefined; deviation?: number }) {
  if (value === undefined)
    return (
      <span className="bar-cell">
        <i className="track" />
        <span className="figure">–</span>
      </span>
    );
  const from = percent(value - deviation);
  const to = percent(value + deviation);
  return (
    <span className="bar-cell">
      <i className="track">
        <i className="fill" style={{ width: percent(value) }} />
        {deviation >= MIN_WHISKER && <i className="whisker" style={{ left: from, width: `calc(${to} - ${from})` }} />}
      </i>
      <span
        className="figure"
        title={deviation > 0 ? `standard deviation over the repeats ${figure(deviation)}` : undefined}
      >
        {figure(value)}
        {deviation > 0 && <span className="sr-only"> plus or minus {figure(deviation)}</span>}
      </span>
    </span>
  );
}

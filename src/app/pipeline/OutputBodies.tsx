import type { LensResult } from "../../shared/protocol.ts";
import { LEVELS, type Level } from "../../shared/task.ts";
import { Bars } from "../ui/Bars.tsx";
import { classesToShow } from "../ui/classes.ts";
import { formatLoss } from "../ui/format.ts";
import { jensenGap, topClasses } from "./views.ts";

const MAX_OUTPUTS = 8;
const MAX_POOLED = 3;

interface Props {
  result: LensResult;
  names: readonly string[];
}

/** The K outputs as bars over the same classes; the true class stands out. */
export function HeadBody({ result, names }: Props) {
  const { outputs, pooled, item } = result;
  const truth = names.indexOf(item.label);
  const classes = classesToShow(pooled, truth);
  const marked = classes.indexOf(truth);
  const pick = (output: readonly number[]) => classes.map((c) => output[c] ?? 0);
  if (outputs.length === 0)
    return (
      <>
        <Bars values={pick(pooled)} marked={marked} label={`One output: ${words(pooled, names)}`} />
        <small>pooled before the head: one output</small>
      </>
    );
  const right = outputs.filter((output) => output.indexOf(Math.max(...output)) === truth).length;
  return (
    <>
      <div className="outputs">
        {outputs.slice(0, MAX_OUTPUTS).map((output, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an output is its repeat, numbered from 0
          <Bars key={index} values={pick(output)} marked={marked} />
        ))}
      </div>
      <small>
        {right} of {outputs.length} right{result.trained ? "" : ", untrained"}
      </small>
    </>
  );
}

/** The pooled output by its likeliest classes. */
export function AggregateBody({ result, names }: Props) {
  const truth = names.indexOf(result.item.label);
  return (
    <ul className="pooled">
      {topClasses(result.pooled, names, MAX_POOLED).map(({ name, probability, index }) => (
        <li key={name} className={index === truth ? "hit" : ""}>
          <span className="name">{name}</span>
          <span className="bar" style={{ "--share": `${(100 * probability).toFixed(1)}%` }} />
          <span className="value">{probability.toFixed(2)}</span>
        </li>
      ))}
    </ul>
  );
}

/** The loss of the live sample, and what it would be at each other level. */
export function LossBody({ result, level, pooling }: { result: LensResult; level: Level; pooling: string }) {
  const gap = jensenGap(result.losses, level, pooling);
  return (
    <div className="lens-loss">
      <p className="big">{formatLoss(result.loss)}</p>
      <dl>
        {LEVELS.filter((other) => other !== level).map((other) => (
          <div key={other}>
            <dt>at {other}</dt>
            <dd>{formatLoss(result.losses[other])}</dd>
          </div>
        ))}
      </dl>
      {gap !== null && (
        <small title="mean of the losses minus the loss of the mean">Jensen gap {formatLoss(gap)}</small>
      )}
    </div>
  );
}

const words = (probabilities: readonly number[], names: readonly string[]): string =>
  topClasses([...probabilities], names, MAX_POOLED)
    .map(({ name, probability }) => `${name} ${probability.toFixed(2)}`)
    .join(", ");

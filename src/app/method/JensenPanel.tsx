import { useState } from "react";
import { LEVELS, type Level } from "../../shared/task.ts";
import { useDataStore } from "../stores/data-store.ts";
import { useExperimentStore } from "../stores/experiment-store.ts";
import { useRunStore } from "../stores/run-store.ts";
import { formatLoss } from "../ui/format.ts";
import { Icon } from "../ui/icons.tsx";
import { Segments } from "../ui/Segments.tsx";
import { Panel } from "./Panel.tsx";
import { jensenSentence } from "./sentences.ts";
import { useAnswer, useWeightsVersion } from "./use-answer.ts";

const TITLE = "Before or after the loss";
const ITEMS = 64;
/** While training the batch is measured this often. */
const EVERY_MS = 1500;

const SPLITS = [
  { value: "train", label: "training" },
  { value: "validation", label: "validation" },
] as const;

/** The loss of one batch at every level, with f and with the mean, and the gaps that convexity makes. */
export function JensenPanel({ live }: { live: boolean }) {
  const [split, setSplit] = useState<"train" | "validation">("train");
  const [draw, setDraw] = useState(0);
  const experiment = useExperimentStore((state) => state.experiment);
  const runId = useRunStore((state) => state.modelRunId);
  const dataset = useDataStore((state) => state.dataset);
  const version = useWeightsVersion(EVERY_MS, live);
  const question = live && dataset ? { experiment, runId, draw, split, items: ITEMS } : null;
  const { result, question: asked, error } = useAnswer("method.jensen", question, version);
  const { level, pooling } = (asked ?? { experiment }).experiment.aggregate;
  const sentence = result
    ? jensenSentence(result, level, pooling.id)
    : dataset
      ? "Measuring one batch at every level."
      : "Open data: one batch is measured here at every level.";
  return (
    <Panel
      title={TITLE}
      sentence={sentence}
      error={error}
      controls={
        <>
          {dataset && dataset.validation > 0 && (
            <Segments label="Items" options={SPLITS} value={split} onChange={setSplit} />
          )}
          <button
            type="button"
            className="icon-button"
            aria-label="Draw other noise for the batch"
            disabled={!dataset}
            onClick={() => setDraw(draw + 1)}
          >
            <Icon name="redraw" />
          </button>
        </>
      }
    >
      {result && <LevelTable result={result} level={level} pooling={pooling.id} />}
    </Panel>
  );
}

type Result = NonNullable<ReturnType<typeof useAnswer<"method.jensen">>["result"]>;

function LevelTable({ result, level, pooling }: { result: Result; level: Level; pooling: string }) {
  const { mean, chosen } = result;
  const withF = pooling !== "mean";
  const most = Math.max(...Object.values(mean), ...LEVELS.map((at) => chosen[at] ?? 0), 1e-9);
  return (
    <table className="method-figures levels" aria-label={`${TITLE}, data`}>
      <thead>
        <tr>
          <th scope="col">level</th>
          <th scope="col">loss, f = mean</th>
          {withF && <th scope="col">loss, f = {pooling}</th>}
          <th scope="col" title="mean of the losses minus the loss here, both with f = mean">
            below mean-loss
          </th>
        </tr>
      </thead>
      <tbody>
        {LEVELS.map((at) => (
          <tr key={at} className={at === level ? "on" : ""}>
            <th scope="row">{at === level ? `${at}, in use` : at}</th>
            <td>
              <LossBar value={mean[at]} most={most} kind="mean" />
            </td>
            {withF && (
              <td>
                <LossBar value={chosen[at]} most={most} kind="chosen" />
              </td>
            )}
            <td>{at === "loss" ? "–" : formatGap(mean.loss - mean[at])}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A gap that is only float32's rounding counts as none. */
const formatGap = (gap: number): string => (Math.abs(gap) < 1e-5 ? "0.000" : formatLoss(gap));

function LossBar({ value, most, kind }: { value: number | null; most: number; kind: string }) {
  if (value === null) return <span className="hint">makes no sense here</span>;
  return (
    <span className={`share ${kind}`}>
      <span className="track">
        <span className="fill" style={{ width: `${(100 * value) / most}%` }} />
      </span>
      <span className="figure">{formatLoss(value)}</span>
    </span>
  );
}

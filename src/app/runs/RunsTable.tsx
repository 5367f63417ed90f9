import type { RunEntry } from "../../shared/kept/run-entry.ts";
import { noiseWords } from "../../shared/noise-words.ts";
import { useRunStore } from "../stores/run-store.ts";
import { formatDuration } from "../ui/format.ts";
import { RunStatus } from "../ui/RunStatus.tsx";

interface Props {
  runs: readonly RunEntry[];
  selected: string;
  onSelect: (runId: string) => void;
}

/** `97.1`, of a hundred. */
const hundredths = (value: number | undefined): string => (value === undefined ? "–" : (100 * value).toFixed(1));

/** A few runs side by side; a name opens the run below the table. */
export function RunsTable({ runs, selected, onSelect }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
    <section className="runs-scroll" tabIndex={0} aria-label="Runs, table">
      <table className="runs-table">
        <caption className="sr-only">The latest runs; scores are percentages of the test items</caption>
        <thead>
          <tr>
            <th scope="col">curves</th>
            <th scope="col" className="text">
              run
            </th>
            <th scope="col" className="text">
              status
            </th>
            <th scope="col" title="Repeats of each sample in training">
              K
            </th>
            <th scope="col" className="text" title="The pooling function">
              f
            </th>
            <th scope="col" className="text">
              noise
            </th>
            <th scope="col" title="Test accuracy in one clean pass, percent">
              accuracy
            </th>
            <th scope="col" title="Test accuracy of K' passes pooled with f', percent">
              pooled
            </th>
            <th scope="col">time</th>
            <th scope="col">seed</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <Row key={run.runId} run={run} isSelected={run.runId === selected} onSelect={onSelect} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface RowProps {
  run: RunEntry;
  isSelected: boolean;
  onSelect: (runId: string) => void;
}

function Row({ run, isSelected, onSelect }: RowProps) {
  const { runId, name, status, reason, experiment, figures } = run;
  return (
    <tr className={isSelected ? "on" : ""}>
      <td>
        <CurvesCheck runId={runId} name={name} />
      </td>
      <th scope="row">
        <button type="button" aria-pressed={isSelected} onClick={() => onSelect(runId)}>
          {name}
        </button>
      </th>
      <td className="text">
        <RunStatus status={status} reason={reason} />
      </td>
      <td>{experiment.repeat.k}</td>
      <td className="text">{experiment.aggregate.pooling.id}</td>
      <td className="text">{noiseWords(experiment)}</td>
      <td>{hundredths(figures?.test?.accuracy)}</td>
      <td>{hundredths(figures?.testPooled?.accuracy)}</td>
      <td>{figures ? formatDuration(figures.totalMs) : "–"}</td>
      <td>{experiment.seed}</td>
    </tr>
  );
}

/** The current run's curves are drawn anyway; those of the others on demand. */
function CurvesCheck({ runId, name }: { runId: string; name: string }) {
  const isCurrent = useRunStore((state) => state.current?.runId === runId);
  const isOverlaid = useRunStore((state) => state.overlaid.includes(runId));
  const toggle = useRunStore((state) => state.toggleOverlay);
  return (
    <label
      className="curves-check"
      title={isCurrent ? "The current run is always drawn" : `Draw the curves of ${name} too`}
    >
      <input
        type="checkbox"
        aria-label={`Curves of ${name} in the charts`}
        checked={isCurrent || isOverlaid}
        disabled={isCurrent}
        onChange={() => toggle(runId)}
      />
    </label>
  );
}

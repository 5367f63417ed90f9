import type { DataProblem } from "../../shared/dataset.ts";
import { useDataStore } from "../stores/data-store.ts";
import { formatCount, plural } from "../ui/format.ts";

/** How opening goes: progress with a way out, or what was wrong and what can be done. */
export function OpeningState() {
  const status = useDataStore((state) => state.status);
  const progress = useDataStore((state) => state.progress);
  const openError = useDataStore((state) => state.openError);
  const prepareError = useDataStore((state) => state.prepareError);
  const source = useDataStore((state) => state.source);
  const before = useDataStore((state) => state.before);
  const { cancelOpening, dismissError, goBack, skipBadAndOpen } = useDataStore.getState();
  if (status === "opening" && progress)
    return (
      <div className="opening" role="status">
        <p>
          {progress.what}
          {progress.total > 0 && ` ${Math.floor((100 * progress.done) / progress.total)}%`}
        </p>
        <progress
          {...(progress.total > 0 ? { value: progress.done, max: progress.total } : {})}
          aria-label={progress.what}
        />
        <button type="button" onClick={cancelOpening}>
          Cancel
        </button>
      </div>
    );
  const error = openError ?? prepareError;
  if (!error) return null;
  return (
    <div className="problems" role="alert">
      <h3>{openError ? "This could not be opened" : "These data cannot be used like this"}</h3>
      {error.problems.length > 0 ? <ProblemRows problems={error.problems} /> : <p>{error.message}</p>}
      {openError && source && <p className="hint">What was open before, {source.name}, is still there.</p>}
      {!openError && error.skippable > 0 && (
        <p className="hint">Examine them with the data doctor: it can exclude what cannot be read.</p>
      )}
      <div className="buttons">
        {openError && error.skippable > 0 && (
          <button type="button" className="primary" onClick={() => void skipBadAndOpen()}>
            Skip {error.skippable === 1 ? "this item" : `these ${formatCount(error.skippable)} items`} and go on
          </button>
        )}
        {!openError && before && (
          <button type="button" onClick={() => void goBack()}>
            Back to {before.name}
          </button>
        )}
        <button type="button" onClick={dismissError}>
          Dismiss
        </button>
      </div>
    </div>
  );
}

/** Where, what, and what to do. */
export function ProblemRows({ problems }: { problems: readonly DataProblem[] }) {
  return (
    <ul className="problem-rows">
      {problems.map((problem) => (
        <li key={JSON.stringify(problem)} className={problem.severity}>
          <b>{placeOf(problem)}</b> {problem.message} <span>{problem.action}</span>
        </li>
      ))}
    </ul>
  );
}

function placeOf({ file, row, column }: DataProblem): string {
  return [file, row === undefined ? "" : `row ${row}`, column === undefined ? "" : `“${column}”`]
    .filter(Boolean)
    .join(", ");
}

/** Things worth knowing about data that did open. */
export function Warnings() {
  const fromSource = useDataStore((state) => state.source?.problems);
  const fromDataset = useDataStore((state) => state.dataset?.problems);
  const problems = [...(fromSource ?? []), ...(fromDataset ?? [])];
  if (problems.length === 0) return null;
  return (
    <details className="warnings">
      <summary>{plural(problems.length, "remark")} on these data</summary>
      <ProblemRows problems={problems} />
    </details>
  );
}

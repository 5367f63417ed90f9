import { useId, useState } from "react";
import { isActive } from "../../stores/current-run.ts";
import { useDataStore } from "../../stores/data-store.ts";
import { useExperimentStore } from "../../stores/experiment-store.ts";
import { useRunStore } from "../../stores/run-store.ts";
import { Icon } from "../../ui/icons.tsx";
import { Progress } from "../../ui/Progress.tsx";
import { examinedFor, FOLDS, suspectedFor, useDoctorStore } from "./doctor-store.ts";
import { costSentence, examinationSentence, suspectsSentence } from "./doctor-words.ts";
import { FindingRow } from "./FindingRow.tsx";
import { SuspectList } from "./SuspectList.tsx";

const WHAT =
  "Looks for copies, contradicting labels, empty items, uneven classes and texts that are cut off, and changes nothing by itself.";

/** What is wrong with the data, before training and after it, and what can be done about it. */
export default function Doctor() {
  const id = useId();
  const source = useDataStore((state) => state.source);
  const status = useDataStore((state) => state.status);
  const experiment = useExperimentStore((state) => state.experiment);
  const { examination, of, busy, progress, error } = useDoctorStore();
  const { examine, cancel } = useDoctorStore.getState();
  if (!source) return null;
  const isStale = examination !== null && of !== examinedFor(experiment, source.id);
  const isOther = isStale && !of?.startsWith(`["${source.id}"`);
  const shown = isOther ? null : examination;
  return (
    <section className="card doctor" aria-labelledby={id} aria-busy={busy !== null}>
      <header>
        <h2 id={id}>Data doctor</h2>
        <p className="say" role="status">
          {shown ? examinationSentence(shown) : WHAT}
          {shown && isStale && " The experiment has changed since."}
        </p>
        <button type="button" disabled={busy !== null || status === "opening"} onClick={() => void examine()}>
          {shown ? "Examine again" : "Examine"}
        </button>
      </header>
      {busy === "examining" && <Progress progress={progress} onCancel={cancel} />}
      {error !== null && (
        <p className="hint bad" role="alert">
          {error}
        </p>
      )}
      {shown && <Findings />}
      <LabelErrors />
    </section>
  );
}

function Findings() {
  const { examination, of, cost, costError } = useDoctorStore();
  if (!examination) return null;
  const { findings, unseen } = examination;
  return (
    <>
      {/* Another examination starts with its lists closed. */}
      <ul className="findings" key={of}>
        {findings.map((finding, place) => (
          <FindingRow key={finding.kind} finding={finding} place={place} />
        ))}
        {costError !== null && (
          <li className="finding error">
            <Icon name="error" />
            <div>
              <h3>
                Does not fit <span className="sr-only">(Error)</span>
              </h3>
              <p>{costError}</p>
            </div>
          </li>
        )}
      </ul>
      {unseen.map((reason) => (
        <p key={reason} className="hint">
          {reason}
        </p>
      ))}
      {cost && <p className="hint">{costSentence(cost)}</p>}
    </>
  );
}

/** The search for wrong labels, which takes a run for every fold. */
function LabelErrors() {
  const id = useId();
  const [withTest, setWithTest] = useState(false);
  const { suspects, suspectsOf, busy, progress } = useDoctorStore();
  const { findSuspects, cancel } = useDoctorStore.getState();
  const experiment = useExperimentStore((state) => state.experiment);
  const sourceId = useDataStore((state) => state.source?.id);
  const dataset = useDataStore((state) => state.dataset);
  const running = useRunStore((state) => isActive(state.current));
  const hasRun = useRunStore((state) => state.runs.length > 0);
  if (!hasRun && !suspects) return null;
  const isOther = suspects !== null && !suspectsOf?.startsWith(`["${sourceId}"`);
  const shown = isOther ? null : suspects;
  const isStale = shown !== null && suspectsOf !== suspectedFor(experiment, sourceId);
  return (
    <section className="label-errors" aria-labelledby={id}>
      <header>
        <h3 id={id}>Likely label errors</h3>
        <p className="say">
          {shown
            ? suspectsSentence(shown)
            : `Trains this experiment ${FOLDS} times on parts of the training and validation items, and doubts labels that the models of the other parts do not believe.`}
          {isStale && " The experiment has changed since."}
        </p>
      </header>
      <div className="label-errors-ask">
        <button
          type="button"
          disabled={busy !== null || running || !dataset}
          onClick={() => void findSuspects(withTest)}
        >
          {shown ? "Search again" : "Find likely label errors"}
        </button>
        <label>
          <input type="checkbox" checked={withTest} onChange={(event) => setWithTest(event.target.checked)} />
          Judge test items too
        </label>
        {running && <span className="hint">Can be searched when the run has ended.</span>}
      </div>
      {busy === "suspecting" && <Progress progress={progress} onCancel={cancel} />}
      {shown && shown.total > 0 && <SuspectList suspects={shown.suspects} total={shown.total} />}
    </section>
  );
}

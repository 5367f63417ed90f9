import { useId } from "react";
import type { ExperimentFile } from "../../../shared/experiment.ts";
import type { RunEntry } from "../../../shared/kept/run-entry.ts";
import type { Group } from "../../../shared/sweep/results.ts";
import { configurationWords } from "../../../shared/sweep/words.ts";
import { openExperiment } from "../../stores/open-experiment.ts";
import { useUiStore } from "../../stores/ui-store.ts";
import { bestOf, bestSentence } from "../best.ts";
import { meanWords } from "../words.ts";

interface Props {
  /** The data that the sweep was trained on. */
  source: RunEntry["source"];
  groups: readonly Group[];
  hasValidation: boolean;
  onMark: (configuration: number) => void;
}

/** The configuration that validation chooses, its test figure beside it, and what both are worth. */
export function BestConfiguration({ source, groups, hasValidation, onMark }: Props) {
  const id = useId();
  const best = hasValidation ? bestOf(groups, "validation.accuracy") : null;
  return (
    <section className="card sweep-best" aria-labelledby={id}>
      <header>
        <h2 id={id}>Best configuration</h2>
        {best && <BestButtons best={best} source={source} onMark={onMark} />}
      </header>
      <dl className="figures">
        <Figure name="configuration" value={best ? configurationWords(best.configuration) : "–"} />
        <Figure name="validation accuracy" value={best ? meanWords(best, "validation.accuracy") : "–"} />
        <Figure name="test accuracy" value={best ? meanWords(best, "test.accuracy") : "–"} />
        <Figure name="pooled" value={best ? meanWords(best, "testPooled.accuracy") : "–"} />
      </dl>
      <p className="hint">{bestSentence(groups, "validation.accuracy", hasValidation)}</p>
    </section>
  );
}

const Figure = ({ name, value }: { name: string; value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);

function BestButtons({ best, source, onMark }: { best: Group } & Pick<Props, "source" | "onMark">) {
  const open = () => {
    openExperiment(best.configuration.experiment as ExperimentFile, "The best configuration", source);
    useUiStore.getState().setView("studio");
  };
  return (
    <span className="sweep-best-buttons">
      <button type="button" onClick={() => onMark(best.configuration.index)}>
        Show in the views
      </button>
      <button type="button" onClick={open}>
        Open as experiment
      </button>
    </span>
  );
}

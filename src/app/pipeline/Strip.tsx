import type { Experiment } from "../../shared/experiment.ts";
import { objectiveWords } from "../../shared/objective-words.ts";
import { BACKBONES } from "../../shared/plugins/backbones/index.ts";
import { cardById } from "../../shared/plugins/card.ts";
import { useDataStore } from "../stores/data-store.ts";
import { useExperimentStore } from "../stores/experiment-store.ts";
import { useLensStore } from "../stores/lens-store.ts";
import { useRunStore } from "../stores/run-store.ts";
import { formatCount, plural } from "../ui/format.ts";
import { DataBody } from "./DataBody.tsx";
import { ItemSteps, RedrawButton } from "./LensButtons.tsx";
import { backboneShape, repeatWords, tuningWords } from "./model-words.ts";
import { AggregateBody, HeadBody, LossBody } from "./OutputBodies.tsx";
import { RepeatBody } from "./RepeatBody.tsx";
import { StageCard } from "./StageCard.tsx";

/** The pipeline: what happens to one live sample on its way to the loss, and the way to each stage's form. */
export function Strip() {
  const result = useLensStore((state) => state.result);
  const error = useLensStore((state) => state.error);
  const experiment = useExperimentStore((state) => state.experiment);
  const classes = useDataStore((state) => state.dataset?.classes);
  const names = classes?.map((entry) => entry.name) ?? [];
  const waiting = <Waiting error={error} />;
  const label = experiment.data.label;
  const { level, pooling } = experiment.aggregate;
  const lens = result && classes ? result : null;
  return (
    <nav className="pipeline" aria-label="Pipeline">
      <ol className="strip">
        <StageCard stage="data" title="Data" sub={<DataSub />} actions={<ItemSteps />}>
          {lens ? <DataBody item={lens.item} label={label} /> : waiting}
        </StageCard>
        <StageCard stage="repeat" title="Repeat" sub={repeatWords(experiment)} actions={<RedrawButton />}>
          {lens && <RepeatBody result={lens} experiment={experiment} />}
        </StageCard>
        <StageCard stage="backbone" title="Backbone" sub={cardById(BACKBONES, experiment.backbone.id).label}>
          <BackboneBody experiment={experiment} />
        </StageCard>
        <StageCard stage="head" title="Head" sub={headWords(experiment)}>
          {lens && <HeadBody result={lens} names={names} />}
        </StageCard>
        <StageCard stage="aggregate" title="Aggregate" sub={`${level} · f = ${pooling.id}`}>
          {lens && <AggregateBody result={lens} names={names} />}
        </StageCard>
        <StageCard stage="loss" title="Loss" sub={objectiveWords(experiment)}>
          {lens && <LossBody result={lens} level={level} pooling={pooling.id} />}
        </StageCard>
      </ol>
    </nav>
  );
}

const headWords = ({ head }: Experiment): string =>
  head.hidden.length === 0 ? "linear" : `MLP ${head.hidden.join(", ")}`;

function DataSub() {
  const source = useDataStore((state) => state.source);
  const dataset = useDataStore((state) => state.dataset);
  if (!source) return "nothing open";
  if (!dataset) return source.name;
  const total = dataset.train + dataset.validation + dataset.test + dataset.leftOut;
  return `${source.name} · ${formatCount(dataset.train)} of ${formatCount(total)} train`;
}

function BackboneBody({ experiment }: { experiment: Experiment }) {
  const input = useDataStore((state) => state.dataset?.input);
  const parameters = useRunStore((state) => state.current?.parameters ?? 0);
  const trainable = useRunStore((state) => state.current?.trainableParameters ?? 0);
  return (
    <div className="model">
      <p className="shape">{backboneShape(experiment, input)}</p>
      <small>{tuningWords(experiment)}</small>
      {parameters > 0 && (
        <small>
          {plural(parameters, "parameter")}, {trainable === parameters ? "all" : formatCount(trainable)} trained
        </small>
      )}
    </div>
  );
}

function Waiting({ error }: { error: string | null }) {
  const status = useDataStore((state) => state.status);
  const text = {
    empty: "Open a data set.",
    opening: "Opening…",
    preparing: "Preparing…",
    failed: "No data set yet.",
    held: "Other data than those asked for.",
    ready: "Drawing…",
  };
  return error && status === "ready" ? <small className="bad">{error}</small> : <small>{text[status]}</small>;
}

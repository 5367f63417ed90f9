import type { Experiment } from "../../shared/experiment.ts";
import { mixesSamples } from "../../shared/noise-misfits.ts";
import type { LensResult, View } from "../../shared/protocol.ts";
import type { Site } from "../../shared/task.ts";
import { Pixels } from "../ui/Pixels.tsx";
import { FeatureBars } from "./FeatureBars.tsx";
import { viewsDiffer } from "./views.ts";

const MAX_VIEWS = { text: 4, table: 8, image: 12 } as const;
const MAX_FEATURES = 12;

/** The K views of the live sample; where noise only enters further on, one view and the place where they part. */
export function RepeatBody({ result, experiment }: { result: LensResult; experiment: Experiment }) {
  const { views, clean } = result;
  const first = views[0];
  if (!first) return null;
  const differ = viewsDiffer(views, clean);
  const shown = differ ? views.slice(0, MAX_VIEWS[first.modality]) : [first];
  return (
    <>
      <ul className={`views ${first.modality}`} style={{ "--columns": Math.ceil(shown.length / 2) }}>
        {shown.map((view, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a view is its repeat, numbered from 0
          <li key={index}>
            <OneView view={view} all={views} clean={clean} />
          </li>
        ))}
      </ul>
      <small>{caption(shown.length, views.length, differ, experiment)}</small>
    </>
  );
}

/** Where repeats part, in words. */
const PLACES: Record<Exclude<Site, "input">, string> = {
  "token-embedding": "the token embeddings",
  hidden: "the hidden layers",
  features: "the features",
};

function OneView({ view, all, clean }: { view: View; all: readonly View[]; clean: readonly number[] }) {
  switch (view.modality) {
    case "text":
      return (
        <p>
          {view.tokens.map((token, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: tokens keep their places
            <span key={index}>{drawnToken(token)}</span>
          ))}
        </p>
      );
    case "image":
      return <Pixels {...view} />;
    case "table": {
      const values = all.flatMap((v) => (v.modality === "table" ? v.values.slice(0, MAX_FEATURES) : []));
      const scale = Math.max(...values.map(Math.abs), ...clean.slice(0, MAX_FEATURES).map(Math.abs));
      return (
        <FeatureBars values={view.values.slice(0, MAX_FEATURES)} clean={clean.slice(0, MAX_FEATURES)} scale={scale} />
      );
    }
  }
}

function drawnToken({ text, kept, moved }: Extract<View, { modality: "text" }>["tokens"][number]) {
  if (!kept) return <s>{text}</s>;
  return moved ? <em>{text}</em> : text;
}

function caption(shown: number, k: number, differ: boolean, experiment: Experiment): string {
  if (differ) return shown < k ? `${shown} of ${k} shown` : "";
  const { noises } = experiment.repeat;
  const places = [...new Set(noises.map((noise) => noise.site).filter((site) => site !== "input"))];
  if (places.length > 0) return `${k} equal inputs; they part at ${places.map((site) => PLACES[site]).join(" and ")}`;
  if (noises.length > 0 && noises.every(({ id }) => mixesSamples(id)))
    return "one sample alone: it is mixed with others of its batch while training";
  return noises.length === 0 ? "no noise: every pass is equal" : `this draw left all ${k} as they were`;
}

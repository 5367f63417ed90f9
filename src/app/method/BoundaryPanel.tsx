import { useState } from "react";
import { useDataStore } from "../stores/data-store.ts";
import { useExperimentStore } from "../stores/experiment-store.ts";
import { useLensStore } from "../stores/lens-store.ts";
import { useRunStore } from "../stores/run-store.ts";
import { Segments } from "../ui/Segments.tsx";
import { BoundaryPlot } from "./BoundaryPlot.tsx";
import { classFigures } from "./boundary-figures.ts";
import { Panel } from "./Panel.tsx";
import { boundarySentence } from "./sentences.ts";
import { useAnswer, useWeightsVersion } from "./use-answer.ts";

const TITLE = "Decision boundary";
const SIZE = 60;
const POINTS = 500;
/** While training the plane is redrawn this often. */
const EVERY_MS = 1000;

const PASSES = [
  { value: "clean", label: "one clean pass" },
  { value: "pooled", label: "K′ passes pooled" },
] as const;
const HELD = [
  { value: "typical", label: "typical" },
  { value: "sample", label: "the sample" },
] as const;

/** What a table's model predicts over the plane of two numeric columns, with the training items on it. */
export function BoundaryPanel({ live }: { live: boolean }) {
  const dataset = useDataStore((state) => state.dataset);
  const input = dataset?.input;
  const numeric = input?.modality === "table" ? input.columns.filter((column) => input.features.includes(column)) : [];
  if (!dataset || numeric.length < 2)
    return (
      <Panel
        title={TITLE}
        sentence={
          !dataset
            ? "Open a table: what the model makes of two of its numbers is drawn here."
            : input?.modality === "table"
              ? "This table has fewer than two numeric columns, so there is no plane to draw."
              : "Only a table has columns to span a plane with; pictures and sentences have none."
        }
      />
    );
  return <Plane live={live} numeric={numeric} names={dataset.classes.map(({ name }) => name)} />;
}

function Plane({ live, numeric, names }: { live: boolean; numeric: readonly string[]; names: readonly string[] }) {
  const [wishX, setX] = useState("");
  const [wishY, setY] = useState("");
  const [passes, setPasses] = useState<"clean" | "pooled">("clean");
  const [held, setHeld] = useState<"typical" | "sample">("typical");
  const x = numeric.includes(wishX) ? wishX : (numeric[0] as string);
  const y = numeric.includes(wishY) && wishY !== x ? wishY : (numeric.find((column) => column !== x) as string);
  const experiment = useExperimentStore((state) => state.experiment);
  const runId = useRunStore((state) => state.modelRunId);
  const item = useLensStore((state) => state.result?.item.id ?? 0);
  const version = useWeightsVersion(EVERY_MS, live);
  const at = held === "typical" ? ("typical" as const) : { item };
  const question = live ? { experiment, runId, draw: 0, x, y, at, passes, size: SIZE, points: POINTS } : null;
  const { result, question: asked, error } = useAnswer("method.boundary", question, version);
  const rows = result ? classFigures(result, names) : [];
  return (
    <Panel
      title={TITLE}
      sentence={result ? boundarySentence(result) : "Asking the model for every point of the plane."}
      error={error}
      table={{ columns: ["class", "training points", "separated here", "share of the plane"], rows }}
      controls={
        <>
          <Column label="Across" value={x} columns={numeric} onChange={setX} />
          <Column label="Up" value={y} columns={numeric.filter((column) => column !== x)} onChange={setY} />
          <Segments label="Passes" options={PASSES} value={passes} onChange={setPasses} />
          <span className="plane-held">
            <small>Others as</small>
            <Segments label="Other columns held at" options={HELD} value={held} onChange={setHeld} />
          </span>
        </>
      }
    >
      {result && <BoundaryPlot result={result} names={names} label={boundarySentence(result)} />}
      {result && result.held.length > 0 && (
        <p className="hint held">
          {asked?.at === "typical" ? "Median and most frequent values" : "The sample's values"}:{" "}
          {result.held.map(({ column, value }) => `${column} ${value}`).join(", ")}.
        </p>
      )}
    </Panel>
  );
}

interface ColumnProps {
  label: string;
  value: string;
  columns: readonly string[];
  onChange: (column: string) => void;
}

function Column({ label, value, columns, onChange }: ColumnProps) {
  return (
    <label className="plane-column">
      <small>{label}</small>
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        {columns.map((column) => (
          <option key={column} value={column}>
            {column}
          </option>
        ))}
      </select>
    </label>
  );
}

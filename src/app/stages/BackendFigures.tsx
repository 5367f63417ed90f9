import { BACKEND_NAMES, figureNote, figureTime } from "../../shared/backend-words.ts";
import type { BackendFigure, BackendReport } from "../../shared/run-record.ts";

/** What a step of the last run's model took on each backend, the chosen one first. */
export function BackendFigures({ report }: { report: BackendReport }) {
  const { name, adapter, figures } = report;
  if (figures.length === 0) return null;
  const chosenFirst = [...figures].sort((a, b) => Number(b.name === name) - Number(a.name === name));
  return (
    <table className="backend-figures">
      <caption>Measured before the last run</caption>
      <thead>
        <tr>
          <th scope="col">Backend</th>
          <th scope="col">A step</th>
        </tr>
      </thead>
      <tbody>
        {chosenFirst.map((figure) => (
          <tr key={figure.name} className={figure.name === name ? "chosen" : ""}>
            <th scope="row">
              {BACKEND_NAMES[figure.name]}
              {figure.name === name && " (chosen)"}
              <Note figure={figure} adapter={figure.name === "webgpu" ? adapter : null} />
            </th>
            <td>{figureTime(figure)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Note({ figure, adapter }: { figure: BackendFigure; adapter: string | null }) {
  const note = [adapter && `Adapter: ${adapter}.`, figureNote(figure)].filter(Boolean).join(" ");
  return note === "" ? null : <span className="hint">{note}</span>;
}

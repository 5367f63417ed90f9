import type { McNemar } from "../../../shared/statistics/mcnemar.ts";
import { formatCount } from "../../ui/format.ts";

/** The items by who was right. Where the sides differ is what McNemar's test goes by. */
export function McNemarTable({ mcnemar: { table, pValue, exact } }: { mcnemar: McNemar }) {
  const [[both, onlyA], [onlyB, neither]] = table;
  const p = pValue < 0.001 ? "p < 0.001" : `p = ${pValue.toFixed(3)}`;
  return (
    <div className="mcnemar">
      <table>
        <caption>Items by who was right</caption>
        <thead>
          <tr>
            <td />
            <th scope="col">B right</th>
            <th scope="col">B wrong</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">A right</th>
            <td>{formatCount(both)}</td>
            <td className="discordant">{formatCount(onlyA)}</td>
          </tr>
          <tr>
            <th scope="row">A wrong</th>
            <td className="discordant">{formatCount(onlyB)}</td>
            <td>{formatCount(neither)}</td>
          </tr>
        </tbody>
      </table>
      <p className="hint">
        McNemar’s test{exact ? ", exact" : ", chi-square with continuity correction"}: {p}. It asks whether {onlyA} and{" "}
        {onlyB} could come from a fair coin.
      </p>
    </div>
  );
}

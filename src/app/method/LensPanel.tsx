import { useDataStore } from "../stores/data-store.ts";
import { useExperimentStore } from "../stores/experiment-store.ts";
import { useLensStore } from "../stores/lens-store.ts";
import { Bars } from "../ui/Bars.tsx";
import { classesToShow } from "../ui/classes.ts";
import { formatPercent } from "../ui/format.ts";
import { type Deciding, gradientShares, winners } from "./lens-figures.ts";
import { Panel } from "./Panel.tsx";
import { lensSentence } from "./sentences.ts";

const TITLE = "The sample, repeat by repeat";

/** What each of the K passes says of the lens's sample, and what it counts for. */
export function LensPanel() {
  const result = useLensStore((state) => state.result);
  const classes = useDataStore((state) => state.dataset?.classes);
  const { level, pooling } = useExperimentStore((state) => state.experiment.aggregate);
  if (!result || !classes)
    return <Panel title={TITLE} sentence="Open data: the sample of the pipeline is taken apart here." />;
  const names = classes.map(({ name }) => name);
  const truth = names.indexOf(result.item.label);
  const shown = classesToShow(result.pooled, truth);
  const shares = gradientShares(result.outputs, truth);
  const deciding: Deciding = pooling.id === "min" ? "min" : "max";
  const won = winners(result, level, truth, deciding);
  const most = Math.max(...shares);
  return (
    <Panel title={TITLE} sentence={lensSentence(result, shares, won, { names, truth, level, deciding })}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard */}
      <section className="method-table" tabIndex={0} aria-label={`${TITLE}, data`}>
        <table className="method-figures repeats">
          <thead>
            <tr>
              <th scope="col">repeat</th>
              <th scope="col">probabilities</th>
              <th scope="col">of “{result.item.label}”</th>
              <th
                scope="col"
                title="Share of the mean-probability gradient: w = p / sum of p, p the probability of the true class"
              >
                weight w
              </th>
              <th scope="col">{won ? `wins under ${deciding}` : `under ${deciding}, features are won`}</th>
            </tr>
          </thead>
          <tbody>
            {result.outputs.map((output, k) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: an output is its repeat, numbered from 0
              <tr key={k}>
                <th scope="row">{k + 1}</th>
                <td>
                  <Bars
                    values={shown.map((c) => output[c] ?? 0)}
                    marked={shown.indexOf(truth)}
                    label={shown.map((c) => `${names[c]} ${formatPercent(output[c] ?? 0)}`).join(", ")}
                  />
                </td>
                <td className="figure">{(output[truth] ?? 0).toFixed(3)}</td>
                <td>
                  <span className="share">
                    <span className="track">
                      <span className="fill" style={{ width: `${(100 * (shares[k] ?? 0)) / most}%` }} />
                    </span>
                    <span className="figure">{(shares[k] ?? 0).toFixed(3)}</span>
                  </span>
                </td>
                <td>{winsOf(won, k, level === "loss", names)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">sum</th>
              <td />
              <td />
              <td>
                <span className="share">
                  <span className="figure">{shares.reduce((a, b) => a + b, 0).toFixed(3)}</span>
                </span>
              </td>
              <td />
            </tr>
          </tfoot>
        </table>
      </section>
    </Panel>
  );
}

const MAX_NAMES = 4;

function winsOf(won: readonly number[] | null, k: number, wholeLoss: boolean, names: readonly string[]): string {
  if (!won) return "–";
  if (wholeLoss) return won[0] === k ? "the loss" : "–";
  const mine = names.filter((_, c) => won[c] === k);
  if (mine.length === 0) return "–";
  const more = mine.length - MAX_NAMES;
  return mine.slice(0, MAX_NAMES).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

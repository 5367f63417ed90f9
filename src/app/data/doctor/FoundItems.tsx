import { useEffect, useState } from "react";
import type { Item } from "../../../shared/dataset.ts";
import type { Finding } from "../../../shared/examination.ts";
import { ItemEdits } from "../../edits/ItemEdits.tsx";
import { engine } from "../../engine-client.ts";
import { useDataStore } from "../../stores/data-store.ts";
import { formatCount } from "../../ui/format.ts";
import { ItemInput } from "../../ui/ItemInput.tsx";

const PAGE = 10;

/** The items that a finding is about, groups held together. */
export function FoundItems({ finding: { items, total } }: { finding: Finding }) {
  const dataset = useDataStore((state) => state.dataset);
  const [limit, setLimit] = useState(PAGE);
  const [shown, setShown] = useState<Item[] | null>(null);
  const numbers = JSON.stringify(items.slice(0, limit).map(({ item }) => item));
  // biome-ignore lint/correctness/useExhaustiveDependencies: another data set changes labels and splits of the same items
  useEffect(() => {
    const abort = new AbortController();
    engine
      .call("data.pick", { items: JSON.parse(numbers) as number[] }, { signal: abort.signal })
      .then((result) => setShown(result.items))
      .catch(() => {});
    return () => abort.abort();
  }, [numbers, dataset]);
  if (!shown) return <p className="hint">Fetching the items…</p>;
  const classes = dataset?.classes.map(({ name }) => name) ?? null;
  return (
    <>
      <ol className="found-items">
        {shown.map((item, i) => {
          const { note, group } = items[i] ?? { note: "", group: -1 };
          return (
            <li key={item.id} className={i > 0 && items[i - 1]?.group === group ? "same-group" : ""}>
              <ItemInput input={item.input} label={`An item labelled ${item.label}`} size={40} />
              <div className="prediction-facts">
                {classes ? <ItemEdits item={item} classes={classes} name={item.origin} /> : <span>{item.label}</span>}
                <small>{item.split === "left-out" ? (item.edited ? "excluded" : "not used") : item.split}</small>
                {note && <small>{note}</small>}
                <small className="origin">{item.origin}</small>
              </div>
            </li>
          );
        })}
      </ol>
      {items.length > limit ? (
        <button type="button" className="ghost" onClick={() => setLimit(limit + 2 * PAGE)}>
          Show more of {formatCount(total)}
        </button>
      ) : (
        total > items.length && (
          <p className="hint">
            The first {formatCount(items.length)} of {formatCount(total)}.
          </p>
        )
      )}
    </>
  );
}

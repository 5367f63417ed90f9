import { useEffect, useId, useState } from "react";
import type { Item } from "../../shared/dataset.ts";
import { EditsNote } from "../edits/EditsNote.tsx";
import { ItemEdits } from "../edits/ItemEdits.tsx";
import { engine } from "../engine-client.ts";
import { useDataStore } from "../stores/data-store.ts";
import { formatCount } from "../ui/format.ts";
import { ItemInput } from "../ui/ItemInput.tsx";

const PAGE = 20;

/** The items themselves, a page at a time. */
export function Preview() {
  const id = useId();
  const source = useDataStore((state) => state.source);
  const dataset = useDataStore((state) => state.dataset);
  const [offset, setOffset] = useState(0);
  const [page, setPage] = useState<{ items: Item[]; total: number } | null>(null);
  const [opened, setOpened] = useState(source?.id);
  if (opened !== source?.id) {
    setOpened(source?.id);
    setOffset(0);
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: another data set changes splits and labels of the same page
  useEffect(() => {
    if (!source) return;
    const abort = new AbortController();
    engine
      .call("data.items", { offset, limit: PAGE }, { signal: abort.signal })
      .then(setPage)
      .catch(() => {});
    return () => abort.abort();
  }, [source, dataset, offset]);
  if (!source || !page) return null;
  const classes = dataset?.classes.map(({ name }) => name) ?? null;
  const last = Math.min(offset + PAGE, page.total);
  return (
    <section className="card preview" aria-labelledby={id}>
      <header>
        <h2 id={id}>{source.name}</h2>
        <p className="say">
          {formatCount(page.total)} {source.kind === "images" ? "images" : "rows"}
          {source.sampledFrom !== null && `, drawn evenly from ${formatCount(source.sampledFrom)}`}
          {source.credit && `. ${source.credit}`}
        </p>
        <nav aria-label="Pages of the preview">
          <button
            type="button"
            className="ghost"
            disabled={offset === 0}
            onClick={() => setOffset(Math.max(0, offset - PAGE))}
          >
            Earlier
          </button>
          <small>
            {formatCount(offset + 1)} to {formatCount(last)}
          </small>
          <button
            type="button"
            className="ghost"
            disabled={last >= page.total}
            onClick={() => setOffset(offset + PAGE)}
          >
            Later
          </button>
        </nav>
      </header>
      <EditsNote />
      {source.kind === "images" ? (
        <Thumbnails items={page.items} classes={classes} />
      ) : (
        <Rows items={page.items} classes={classes} />
      )}
    </section>
  );
}

/** What an item is used for, and as what where its label was flipped. */
const splitWord = ({ split, seenAs, edited }: Item): string => {
  if (split === "left-out") return edited ? "excluded" : "left out";
  return seenAs ? `${split} as ${seenAs}` : split;
};

interface ListProps {
  items: Item[];
  /** The classes an item can be given; null where the data are not prepared. */
  classes: readonly string[] | null;
}

/** Pictures side by side; the one that is chosen can be edited. */
function Thumbnails({ items, classes }: ListProps) {
  const [chosen, setChosen] = useState<number | null>(null);
  const item = items.find(({ id }) => id === chosen);
  return (
    <>
      <ul className="thumbnails">
        {items.map((item) => (
          <li key={item.id} title={item.origin}>
            <button
              type="button"
              className="ghost"
              aria-pressed={item.id === chosen}
              aria-label={`${item.label}, ${item.origin}`}
              onClick={() => setChosen(item.id === chosen ? null : item.id)}
            >
              <ItemInput input={item.input} label={`${item.label}, ${item.origin}`} size={64} />
            </button>
            <b>{item.label}</b>
            <small>{splitWord(item)}</small>
          </li>
        ))}
      </ul>
      <div className="chosen-thumbnail">
        {item && classes ? (
          <>
            <small className="origin">{item.origin}</small>
            <ItemEdits item={item} classes={classes} name={item.origin} />
          </>
        ) : (
          <p className="hint">Choose an image to relabel or exclude it.</p>
        )}
      </div>
    </>
  );
}

function Rows({ items, classes }: ListProps) {
  const [first] = items;
  if (!first) return null;
  const columns = first.input.modality === "table" ? Object.keys(first.input.cells) : ["text"];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
    <section className="table-scroll preview-rows" tabIndex={0} aria-label="Rows">
      <table>
        <thead>
          <tr>
            <th scope="col">label</th>
            <th scope="col">used for</th>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.id} title={item.origin}>
              <th scope="row">
                {classes ? <ItemEdits item={item} classes={classes} name={item.origin} /> : item.label || "–"}
              </th>
              <td>{splitWord(item)}</td>
              {columns.map((column) => (
                <td key={column}>{cellOf(item, column) || <span className="missing">missing</span>}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function cellOf({ input }: Item, column: string): string {
  if (input.modality === "table") return input.cells[column] ?? "";
  return input.modality === "text" ? input.text : "";
}

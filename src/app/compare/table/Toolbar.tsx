import type { RunEntry } from "../../../shared/kept/run-entry.ts";
import { useCompareStore } from "../compare-store.ts";
import { type RunField, USUAL_COLUMNS } from "../listing/fields.ts";
import { FACETS, type FacetId, facetValues, NO_FILTER } from "../listing/filter.ts";
import { CONFIGURATION } from "../listing/groups.ts";
import { FieldChoice } from "./FieldChoice.tsx";

interface Props {
  runs: readonly RunEntry[];
  fields: readonly RunField[];
}

/** What the table shows and how: text to find, fields to narrow by, what to group by, which columns. */
export function Toolbar({ runs, fields }: Props) {
  const { text, facets } = useCompareStore((state) => state.filter);
  const setFilter = useCompareStore((state) => state.setFilter);
  const groupBy = useCompareStore((state) => state.groupBy);
  const setGroupBy = useCompareStore((state) => state.setGroupBy);
  const columns = useCompareStore((state) => state.columns);
  const setColumns = useCompareStore((state) => state.setColumns);
  const isFiltered = text.trim() !== "" || Object.values(facets).some((value) => value !== undefined);
  return (
    <search className="run-toolbar">
      <input
        type="search"
        className="find"
        placeholder="Find in names, notes, tags and settings"
        aria-label="Find runs"
        autoComplete="off"
        value={text}
        onChange={(event) => setFilter({ text: event.target.value })}
      />
      {FACETS.map(({ id, label }) => (
        <FacetSelect key={id} id={id} label={label} runs={runs} />
      ))}
      <button
        type="button"
        className="ghost"
        disabled={!isFiltered}
        onClick={() => setFilter({ text: NO_FILTER.text, facets: NO_FILTER.facets })}
      >
        Clear
      </button>
      <span className="spring" />
      <FieldChoice
        name="Group by"
        words={groupBy.length === 0 ? "Group by" : `Grouped by ${groupBy.map((id) => labelOf(id, fields)).join(" + ")}`}
        fields={[{ id: CONFIGURATION, label: CONFIGURATION_WORDS }, ...fields.filter(({ isFigure }) => !isFigure)]}
        chosen={groupBy}
        onChange={setGroupBy}
        reset={{ label: "No groups", to: [] }}
      />
      <FieldChoice
        name="Columns"
        words="Columns"
        fields={fields}
        chosen={columns}
        onChange={setColumns}
        reset={{ label: "The usual ones", to: USUAL_COLUMNS }}
      />
    </search>
  );
}

const CONFIGURATION_WORDS = "configuration, seeds together";

const labelOf = (id: string, fields: readonly RunField[]): string =>
  id === CONFIGURATION ? "configuration" : (fields.find((field) => field.id === id)?.label ?? id);

function FacetSelect({ id, label, runs }: { id: FacetId; label: string; runs: readonly RunEntry[] }) {
  const facets = useCompareStore((state) => state.filter.facets);
  const setFilter = useCompareStore((state) => state.setFilter);
  const values = facetValues(runs, id);
  const chosen = facets[id];
  // One value only would narrow nothing.
  if (values.length < 2 && chosen === undefined) return null;
  const choose = (value: string) => {
    const { [id]: _, ...others } = facets;
    setFilter({ facets: value === "" ? others : { ...others, [id]: value } });
  };
  return (
    <select
      className={chosen === undefined ? "facet" : "facet chosen"}
      aria-label={`Only runs with this ${label}`}
      value={chosen ?? ""}
      onChange={(event) => choose(event.target.value)}
    >
      <option value="">{label}: all</option>
      {values.map(({ value, count }) => (
        <option key={value} value={value}>
          {label}: {value} ({count})
        </option>
      ))}
    </select>
  );
}

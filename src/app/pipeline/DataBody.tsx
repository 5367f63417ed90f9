import type { Item } from "../../shared/dataset.ts";
import { Pixels } from "../ui/Pixels.tsx";

const MAX_CELLS = 3;

/** The live sample as it came in, with its label. */
export function DataBody({ item, label }: { item: Item; label: string | undefined }) {
  return (
    <div className="item">
      <ItemInput item={item} label={label} />
      <span className="tag">
        {item.label}
        {item.seenAs && <small>, trained as {item.seenAs}</small>}
      </span>
    </div>
  );
}

function ItemInput({ item, label }: { item: Item; label: string | undefined }) {
  const { input } = item;
  switch (input.modality) {
    case "text":
      return <p className="quote">“{input.text}”</p>;
    case "image":
      return <Pixels {...input} label={`Image of ${item.label}`} />;
    case "table": {
      const cells = Object.entries(input.cells).filter(([name]) => name !== label);
      const rest = cells.length - MAX_CELLS;
      return (
        <dl className="cells">
          {cells.slice(0, MAX_CELLS).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value === "" ? "missing" : value}</dd>
            </div>
          ))}
          {rest > 0 && (
            <div>
              <dt>and {rest} more</dt>
            </div>
          )}
        </dl>
      );
    }
  }
}

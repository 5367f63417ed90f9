import type { Input } from "../../shared/dataset.ts";
import { Pixels } from "./Pixels.tsx";

/** An input as people see it: its text, its picture, or its cells. */
export function ItemInput({ input, label, size = 56 }: { input: Input; label: string; size?: number }) {
  switch (input.modality) {
    case "text":
      return <span className="item-text">{input.text}</span>;
    case "image":
      return <Pixels {...input} label={label} size={size} />;
    case "table":
      return (
        <span className="item-cells">
          {Object.entries(input.cells).map(([name, cell]) => (
            <span key={name}>
              <small>{name}</small> {cell === "" ? "–" : cell}
            </span>
          ))}
        </span>
      );
  }
}

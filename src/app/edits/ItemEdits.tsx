import { useState } from "react";
import type { Item } from "../../shared/dataset.ts";
import { useExperimentStore } from "../stores/experiment-store.ts";
import { useControlState } from "../stores/sharing/lesson-store.ts";
import { excludeItem, fileLabel, relabelItem, restoreItem } from "./edit-actions.ts";

/** Up to so many classes every list holds them all; beyond that it fills when someone turns to it. */
const FILLED = 40;

interface Props {
  item: Item;
  classes: readonly string[];
  /** Names the item to a screen reader. */
  name: string;
}

/** The class of an item, to be changed by hand, with ways to leave the item out and to take either back. */
export function ItemEdits({ item, classes, name }: Props) {
  const edit = useExperimentStore((state) => state.file.data.edits?.[item.id]);
  const isFree = useControlState("data.edits") === "free";
  const [filled, setFilled] = useState(classes.length <= FILLED);
  const said = fileLabel(item);
  const isExcluded = edit !== undefined && "exclude" in edit;
  const label = edit && "label" in edit ? edit.label : said;
  // Without a label of its own an item was never drawn into a split, so it has no place to keep.
  if (said === "") return <span className="hint">no label</span>;
  if (!isFree) return <span className="item-edits">{label}</span>;
  return (
    <span className={edit ? "item-edits edited" : "item-edits"}>
      <select
        className="ghost"
        aria-label={`Class of ${name}`}
        title="Relabel"
        value={label}
        disabled={isExcluded}
        onFocus={() => setFilled(true)}
        onPointerEnter={() => setFilled(true)}
        onChange={(event) => relabelItem(item, event.target.value)}
      >
        {(filled ? classes : [label]).map((value) => (
          <option key={value} value={value}>
            {value}
          </option>
        ))}
      </select>
      {edit ? (
        <>
          <small>{isExcluded ? "excluded" : `was ${said}`}</small>
          <button type="button" className="ghost" aria-label={`Restore ${name}`} onClick={() => restoreItem(item)}>
            Restore
          </button>
        </>
      ) : (
        <button type="button" className="ghost" aria-label={`Exclude ${name}`} onClick={() => excludeItem(item)}>
          Exclude
        </button>
      )}
    </span>
  );
}

import { useDataStore } from "../stores/data-store.ts";
import { useLensStore } from "../stores/lens-store.ts";
import { Icon } from "../ui/icons.tsx";

/** Goes through the items of the data set, one at a time. */
export function ItemSteps() {
  const ready = useDataStore((state) => state.dataset !== null);
  const previous = useLensStore((state) => state.previousItem);
  const next = useLensStore((state) => state.nextItem);
  return (
    <span className="stage-actions">
      <button type="button" className="icon-button" aria-label="Previous sample" disabled={!ready} onClick={previous}>
        <Icon name="previous" />
      </button>
      <button type="button" className="icon-button" aria-label="Next sample" disabled={!ready} onClick={next}>
        <Icon name="next" />
      </button>
    </span>
  );
}

/** Draws other noise for the same sample. */
export function RedrawButton() {
  const ready = useDataStore((state) => state.dataset !== null);
  const redraw = useLensStore((state) => state.redraw);
  return (
    <span className="stage-actions">
      <button
        type="button"
        className="icon-button"
        aria-label="Draw other noise for the sample"
        disabled={!ready}
        onClick={redraw}
      >
        <Icon name="redraw" />
      </button>
    </span>
  );
}

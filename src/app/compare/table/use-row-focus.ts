import { type KeyboardEvent, type RefObject, useCallback, useLayoutEffect, useRef, useState } from "react";

/** Rows that a page key moves by. */
const PAGE = 12;

/** Which row takes part in the tab order, and how keys move on to another, also to one that is not in the page yet. */
export function useRowFocus(
  scroll: RefObject<HTMLElement | null>,
  ids: readonly string[],
  bringIntoSight: (index: number) => void,
) {
  const [at, setAt] = useState<string | null>(null);
  /** The control to focus once its row is in the page. */
  const wanted = useRef<string | null>(null);
  const found = at === null ? -1 : ids.indexOf(at);
  const index = Math.max(0, found);

  useLayoutEffect(() => {
    if (wanted.current === null) return;
    const row = scroll.current?.querySelector(`[data-row="${CSS.escape(ids[index] ?? "")}"]`);
    const control =
      row?.querySelector<HTMLElement>(`[data-control="${wanted.current}"]`) ?? row?.querySelector("input");
    if (!control) return;
    wanted.current = null;
    control.focus({ preventScroll: true });
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const next = nextIndex(event.key, index, ids.length);
    if (next === null || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    wanted.current = (event.target as HTMLElement).dataset.control ?? "check";
    setAt(ids[next] ?? null);
    bringIntoSight(next);
  };
  const onFocus = useCallback((id: string) => setAt(id), []);
  return { index, onKeyDown, onFocus };
}

function nextIndex(key: string, index: number, count: number): number | null {
  const clamp = (value: number) => Math.min(count - 1, Math.max(0, value));
  switch (key) {
    case "ArrowDown":
      return clamp(index + 1);
    case "ArrowUp":
      return clamp(index - 1);
    case "PageDown":
      return clamp(index + PAGE);
    case "PageUp":
      return clamp(index - PAGE);
    case "Home":
      return 0;
    case "End":
      return clamp(count - 1);
    default:
      return null;
  }
}

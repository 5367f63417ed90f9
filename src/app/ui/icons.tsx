const PATHS = {
  previous: "M10 3 5 8l5 5",
  next: "m6 3 5 5-5 5",
  redraw: "M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3",
  close: "m4 4 8 8M12 4l-8 8",
  undo: "M3.5 6.5H10a3 3 0 0 1 0 6H6M6 3.5l-3 3 3 3",
  redo: "M12.5 6.5H6a3 3 0 0 0 0 6h4M10 3.5l3 3-3 3",
  up: "m4 10 4-4 4 4",
  down: "m4 6 4 4 4-4",
  lock: "M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5",
} as const;

/** A 16 px line icon; its button carries the name. */
export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

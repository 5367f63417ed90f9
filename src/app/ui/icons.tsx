const PATHS = {
  previous: "M10 3 5 8l5 5",
  next: "m6 3 5 5-5 5",
  redraw: "M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3",
  close: "m4 4 8 8M12 4l-8 8",
  undo: "M3.5 6.5H10a3 3 0 0 1 0 6H6M6 3.5l-3 3 3 3",
  redo: "M12.5 6.5H6a3 3 0 0 0 0 6h4M10 3.5l3 3-3 3",
  up: "m4 10 4-4 4 4",
  down: "m4 6 4 4 4-4",
  done: "m3.5 8.5 3 3 6-7",
  going: "M8 3a5 5 0 1 0 5 5",
  elsewhere: "M3 4.5h7v7H3zM6 4.5v-2h7v7h-3",
  interrupted: "M6 4v8M10 4v8",
  stopped: "M4.5 4.5h7v7h-7z",
  failed: "M8 2.5 14 13H2zM8 6.5v3M8 11.2v.1",
  swap: "M3 5.5h9M9.5 3 12 5.5 9.5 8M13 10.5H4M6.5 8 4 10.5 6.5 13",
  lock: "M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5",
  note: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 1 0 8 1.8zM8 7.4v3.8M8 4.8v.3",
  warning: "M8 2.2 14.6 13.6H1.4zM8 6.4v3.4M8 11.6v.3",
  error: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 1 0 8 1.8zM5.9 5.9l4.2 4.2M10.1 5.9l-4.2 4.2",
} as const;

export type IconName = keyof typeof PATHS;

/** A 16 px line icon; its button carries the name. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

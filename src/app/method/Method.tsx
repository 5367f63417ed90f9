import { type KeyboardEvent, type ReactNode, useId, useRef } from "react";
import { useUiStore } from "../stores/ui-store.ts";
import { useOnScreen } from "../ui/use-room.ts";
import { BoundaryPanel } from "./BoundaryPanel.tsx";
import { CalibrationPanel } from "./CalibrationPanel.tsx";
import { GradientPanel } from "./GradientPanel.tsx";
import { InferencePanel } from "./InferencePanel.tsx";
import { JensenPanel } from "./JensenPanel.tsx";
import { LensPanel } from "./LensPanel.tsx";

const TABS: readonly { id: string; label: string; panel: (live: boolean) => ReactNode }[] = [
  { id: "sample", label: "Sample", panel: () => <LensPanel /> },
  { id: "jensen", label: "Levels", panel: (live) => <JensenPanel live={live} /> },
  { id: "gradient", label: "Gradient", panel: () => <GradientPanel /> },
  { id: "inference", label: "f × f′", panel: () => <InferencePanel /> },
  { id: "calibration", label: "Calibration", panel: (live) => <CalibrationPanel live={live} /> },
  { id: "boundary", label: "Boundary", panel: (live) => <BoundaryPanel live={live} /> },
];

/** What K and f do to the live model: one view at a time, computed only while it is on the screen. */
export default function Method() {
  const id = useId();
  const card = useRef<HTMLElement>(null);
  const tabs = useRef<HTMLDivElement>(null);
  const chosen = useUiStore((state) => state.method);
  const setMethod = useUiStore((state) => state.setMethod);
  const open = Math.max(
    TABS.findIndex((tab) => tab.id === chosen),
    0,
  );
  const setOpen = (index: number) => setMethod(TABS[index]?.id ?? "");
  const live = useOnScreen(card);
  const move = (event: KeyboardEvent) => {
    const last = TABS.length - 1;
    const next = {
      ArrowLeft: open === 0 ? last : open - 1,
      ArrowRight: open === last ? 0 : open + 1,
      Home: 0,
      End: last,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setOpen(next);
    tabs.current?.querySelectorAll<HTMLElement>("[role=tab]")[next]?.focus();
  };
  return (
    <section ref={card} className="card method" aria-labelledby={id}>
      <header>
        <h2 id={id}>What K and f do</h2>
        <div ref={tabs} className="tabs" role="tablist" aria-labelledby={id} onKeyDown={move}>
          {TABS.map((tab, index) => (
            <button
              key={tab.id}
              type="button"
              role="tab"
              id={`${id}-${tab.id}`}
              aria-selected={index === open}
              aria-controls={`${id}-panel`}
              tabIndex={index === open ? 0 : -1}
              onClick={() => setOpen(index)}
            >
              {tab.label}
            </button>
          ))}
        </div>
      </header>
      <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${TABS[open]?.id}`}>
        {TABS[open]?.panel(live)}
      </div>
    </section>
  );
}

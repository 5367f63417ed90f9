import { type ReactNode, useId, useRef } from "react";

interface Props {
  /** What the button says. */
  label: ReactNode;
  /** Of the panel. */
  title: string;
  className?: string;
  children: ReactNode;
}

const GAP = 4;
const EDGE = 8;

/** A button that opens a panel below itself; Escape and a click elsewhere close it, as the browser does for popovers. */
export function Popover({ label, title, className = "", children }: Props) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLElement>(null);
  const place = () => {
    const [from, to] = [button.current?.getBoundingClientRect(), panel.current];
    if (!from || !to) return;
    const left = Math.min(from.left, innerWidth - to.offsetWidth - EDGE);
    const below = from.bottom + GAP;
    to.style.left = `${Math.max(EDGE, left)}px`;
    to.style.top = `${Math.max(EDGE, Math.min(below, innerHeight - to.offsetHeight - EDGE))}px`;
  };
  return (
    <>
      <button ref={button} type="button" className={`opens ${className}`} popoverTarget={id}>
        {label}
      </button>
      <section ref={panel} id={id} className="popover" popover="auto" aria-label={title} onToggle={place}>
        {children}
      </section>
    </>
  );
}

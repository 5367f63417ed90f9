import { type MouseEvent, useEffect, useRef } from "react";
import type { Checked } from "./checked.ts";

interface Props {
  label: string;
  checked: Checked;
  tabIndex?: number;
  onChange: (checked: boolean, range: boolean) => void;
}

/** A checkbox that can stand between on and off, for a row of several runs. */
export function IndeterminateCheck({ label, checked, tabIndex, onChange }: Props) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) box.current.indeterminate = checked === "some";
  }, [checked]);
  return (
    <input
      ref={box}
      type="checkbox"
      data-control="check"
      aria-label={label}
      checked={checked === "all"}
      tabIndex={tabIndex}
      onChange={(event) => onChange(event.target.checked, (event.nativeEvent as unknown as MouseEvent).shiftKey)}
    />
  );
}

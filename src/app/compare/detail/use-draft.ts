import { useEffect, useRef, useState } from "react";

const KEEP_AFTER_MS = 600;

/** What is typed counts at once here, and is kept once the typing rests or the field is left. */
export function useDraft(value: string, keep: (value: string) => void) {
  const [draft, setDraft] = useState<string | null>(null);
  const pending = useRef<{ text: string; keep: typeof keep } | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const flush = useRef(() => {
    clearTimeout(timer.current);
    pending.current?.keep(pending.current.text);
    pending.current = null;
  }).current;
  useEffect(() => flush, [flush]);
  return {
    text: draft ?? value,
    type: (text: string) => {
      setDraft(text);
      pending.current = { text, keep };
      clearTimeout(timer.current);
      timer.current = setTimeout(flush, KEEP_AFTER_MS);
    },
    leave: () => {
      flush();
      setDraft(null);
    },
  };
}

import { useEffect, useState } from "react";
import { writeLink } from "../stores/experiment-link.ts";
import { useExperimentStore } from "../stores/experiment-store.ts";

const SAID_FOR_MS = 2_500;

/** Copies a link that carries the experiment, never the data. */
export function ShareButton() {
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (said === "") return;
    const timer = setTimeout(() => setSaid(""), SAID_FOR_MS);
    return () => clearTimeout(timer);
  }, [said]);

  const copy = async () => {
    const hash = writeLink(useExperimentStore.getState().file);
    history.replaceState(null, "", hash);
    try {
      await navigator.clipboard.writeText(location.href);
      setSaid("Link copied");
    } catch {
      setSaid("Copy the address bar");
    }
  };
  return (
    <>
      <button type="button" className="ghost share" onClick={() => void copy()}>
        {said || "Share link"}
      </button>
      <span className="sr-only" role="status">
        {said}
      </span>
    </>
  );
}

import { BACKEND_NAMES, figuresSentence } from "../../shared/backend-words.ts";
import type { BackendName } from "../../shared/task.ts";
import { useRunStore } from "../stores/run-store.ts";
import { Tip } from "../ui/Tip.tsx";

/** Elsewhere the adapter is only why something else was chosen. */
const onGpu = (name: BackendName): boolean => name === "webgpu" || name === "webgl";

/** What the engine computes on; why is told on hover and on focus. */
export function BackendChip() {
  const backend = useRunStore((state) => state.current?.backend ?? state.backend);
  const error = useRunStore((state) => state.backendError);
  if (error)
    return (
      <Tip tip={error} className="chip bad">
        no engine
      </Tip>
    );
  if (!backend) return <span className="chip">starting the engine…</span>;
  return (
    <Tip
      tip={backend.figures.length > 0 ? `${backend.reason}. ${figuresSentence(backend)}` : backend.reason}
      className="chip ok"
    >
      {BACKEND_NAMES[backend.name]}
      {onGpu(backend.name) && backend.adapter && <span className="adapter"> · {backend.adapter}</span>}
    </Tip>
  );
}

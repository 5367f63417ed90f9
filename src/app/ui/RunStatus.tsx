import type { RunEntryStatus } from "../../shared/kept/run-entry.ts";
import { Icon, type IconName } from "./icons.tsx";
import { STATUS_WORDS } from "./run-status.ts";

const ICONS: Record<RunEntryStatus, IconName> = {
  going: "going",
  elsewhere: "elsewhere",
  interrupted: "interrupted",
  finished: "done",
  stopped: "stopped",
  failed: "failed",
};

/** How a run stands, by icon and word. */
export function RunStatus({ status, reason }: { status: RunEntryStatus; reason: string | null }) {
  return (
    <span className={`run-status ${status}`} title={reason ?? undefined}>
      <Icon name={ICONS[status]} />
      {STATUS_WORDS[status]}
    </span>
  );
}

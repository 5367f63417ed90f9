import type { RunEntry } from "../../shared/kept/run-entry.ts";
import type { ImportResult, Room, SourceEntry } from "../../shared/kept/store-calls.ts";
import { formatBytes, plural } from "../ui/format.ts";

interface Kept {
  readonly runs: readonly Pick<RunEntry, "kept" | "bytes">[];
  readonly sources: readonly Pick<SourceEntry, "bytes">[];
  readonly room: Room | null;
  readonly lasting: boolean;
}

/** What is kept, what it takes, and what the browser gives. */
export function roomSentence({ runs, sources, room, lasting }: Kept): string {
  if (!lasting)
    return "This browser keeps nothing for this page: runs are gone with the tab. Export them to keep them.";
  const kept = runs.filter((run) => run.kept);
  const bytes = [...kept, ...sources].reduce((sum, each) => sum + each.bytes, 0);
  const what =
    kept.length + sources.length === 0
      ? "Nothing is kept yet: every run is, from its first checkpoint on, with the data it needs"
      : `${plural(kept.length, "run")}${sources.length > 0 ? ` and ${plural(sources.length, "data set")}` : ""}, ${formatBytes(bytes)}`;
  return room
    ? `${what}. The whole site takes ${formatBytes(room.usage)} of the ${formatBytes(room.quota)} that the browser gives.`
    : `${what}.`;
}

/** What an import brought. */
export function importSentence({ runs, sources, documents, known }: ImportResult): string {
  const parts = [
    runs > 0 && plural(runs, "run"),
    sources > 0 && plural(sources, "data set"),
    documents > 0 && plural(documents, "sweep"),
  ].filter((part) => part !== false);
  const brought = parts.length === 0 ? "Nothing new was in the file." : `Taken over: ${parts.join(", ")}.`;
  return known === 0 ? brought : `${brought} ${known} of its entries were here already and stay as they are.`;
}

import { useCallback, useEffect, useMemo, useState } from "react";
import type { EpochRecord, RunRecord } from "../../shared/run-record.ts";
import { useRunStore } from "../stores/run-store.ts";
import type { Side } from "./sides.ts";

const NONE: readonly EpochRecord[] = [];

/** The records of all runs of the sides that have ended; those that are not here are asked for, each once. */
export function useRecords(sides: readonly Side[]): { records: Readonly<Record<string, RunRecord>>; missing: number } {
  const records = useRunStore((state) => state.records);
  // Of those that cannot be read the store has told; nothing more will come.
  const [unread, setUnread] = useState<readonly string[]>([]);
  const wanted = useMemo(
    () => sides.flatMap(({ runs }) => runs.filter(({ figures }) => figures !== null).map(({ runId }) => runId)),
    [sides],
  );
  const missing = wanted.filter((runId) => !records[runId] && !unread.includes(runId));
  const asked = missing.join(" ");
  useEffect(() => {
    const ask = async (runId: string) => {
      const record = await useRunStore.getState().loadRecord(runId);
      if (!record) setUnread((before) => [...before, runId]);
    };
    for (const runId of asked.split(" ").filter(Boolean)) void ask(runId);
  }, [asked]);
  return { records, missing: missing.length };
}

/** The epochs of each run: of its record, or of the run that goes on. */
export function useEpochs(sides: readonly Side[]) {
  const { records, missing } = useRecords(sides);
  const currentId = useRunStore((state) => state.current?.runId ?? null);
  const going = useRunStore((state) => state.current?.epochs ?? NONE);
  const epochsOf = useCallback(
    (runId: string): readonly EpochRecord[] => records[runId]?.epochs ?? (runId === currentId ? going : NONE),
    [records, currentId, going],
  );
  return { epochsOf, missing };
}

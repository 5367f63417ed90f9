import { expect } from "vitest";
import type { Material } from "../captured/fusion/fused-kernel.ts";
import type { Running } from "../captured/fusion/running.ts";
import type { DefinitionId } from "../captured/fusion/value-flow.ts";
import type { ValueId } from "../captured/recording.ts";

/** Runs the kernels in their order without computing: each must find in a value what it means to read. */
export function expectRunnable({ flow, recording, elementwise }: Material, kernels: readonly Running[]): void {
  const current = new Map<ValueId, DefinitionId>();
  for (const [id, { value, producer }] of flow.definitions.entries()) if (producer === null) current.set(value, id);
  const holder = (id: DefinitionId): ValueId => flow.definitions[id]?.value as ValueId;
  for (const { reads, writes } of kernels) {
    for (const id of reads) expect(current.get(holder(id))).toBe(id);
    for (const id of writes) current.set(holder(id), id);
  }
  const stay = kernels.flatMap(({ what }) => (typeof what === "number" ? [what] : []));
  expect(stay.sort((a, b) => a - b)).toEqual([...elementwise.keys()].filter((dispatch) => !elementwise[dispatch]));
  const last = new Map(flow.definitions.map(({ value }, id) => [value, id]));
  for (const [value, { kind }] of recording.values.entries())
    if (kind === "kept" && last.has(value)) expect(current.get(value)).toBe(last.get(value));
}

import { contentKey, textOf } from "./content.ts";
import type { Dispatch, Recording, ValueId } from "./recording.ts";

/**
 * The recording with each result computed once: constants of one content are one value, and a dispatch that runs the same
 * program on the same values as one before is left out. tfjs's gradients compute x - mean(x), for one, once more. What is
 * computed once more on purpose, so that it need not be kept, stays.
 */
export function withCommonResults(recording: Recording): Recording {
  const same = new Map<ValueId, ValueId>();
  const resolve = (id: ValueId): ValueId => same.get(id) ?? id;
  const constants = new Map<string | Uint8Array, ValueId>();
  for (const [id, value] of recording.values.entries()) {
    if (value.kind !== "constant") continue;
    const key = contentKey(value.content);
    const first = constants.get(key);
    if (first === undefined) constants.set(key, id);
    else same.set(id, first);
  }
  const changing = changingValues(recording);
  const results = new Map<string, ValueId>();
  const dispatches: Dispatch[] = [];
  for (const dispatch of recording.dispatches) {
    const reads = dispatch.reads.map(resolve);
    const [result, ...others] = dispatch.writes as [ValueId, ...ValueId[]];
    const isOnce = others.length === 0 && ![result, ...reads].some((id) => changing.has(id));
    if (isOnce) {
      const { program, workgroups, uniforms, region } = dispatch;
      const bytes = recording.values[result]?.bytes;
      const key = `${region} ${program.label} ${workgroups} ${reads} ${bytes} ${textOf(uniforms)}`;
      const first = results.get(key);
      if (first !== undefined) {
        same.set(result, first);
        continue;
      }
      results.set(key, result);
    }
    dispatches.push({ ...dispatch, reads });
  }
  return { ...recording, dispatches, loss: resolve(recording.loss) };
}

/** Values that are written more than once, or that outlive the step and are written in it. */
function changingValues({ values, dispatches }: Recording): Set<ValueId> {
  const written = new Set<ValueId>();
  const changing = new Set<ValueId>();
  for (const id of dispatches.flatMap(({ writes }) => writes)) {
    if (written.has(id) || values[id]?.kind === "kept") changing.add(id);
    written.add(id);
  }
  return changing;
}

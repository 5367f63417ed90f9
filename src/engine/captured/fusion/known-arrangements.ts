import type { Dispatch, Recording, Value } from "../recording.ts";
import { Arrangement } from "./arrangement.ts";
import { FusedKernel, type Material } from "./fused-kernel.ts";

/** Of so many structures what was found is kept: those of the shapes of a run's batches, and of the run before. */
const MOST_KNOWN = 32;

/** A kernel's dispatches by number, without what they compute. */
interface Outline {
  readonly members: ReadonlySet<number>;
  readonly inlined: ReadonlySet<number>;
}

const known = new Map<string, readonly Outline[]>();

/** What an arrangement can depend on: programs, who reads what of whom, and where; no content, and no size of what stays. */
export function structureOf({ values, dispatches, loss }: Recording): string {
  const ofValue = (value: Value): string => (value.kind === "kept" ? "kept" : `${value.kind}${value.bytes}`);
  const ofDispatch = ({ program, reads, writes, elementwise, region }: Dispatch): string => {
    const places = elementwise?.operands.map(({ strides, integers }) => `${strides}${integers ?? ""}`).join("/");
    return `${program.label} ${reads} ${writes} ${elementwise?.axes} ${places} ${region}`;
  };
  return [loss, values.map(ofValue), ...dispatches.map(ofDispatch)].join("\n");
}

/**
 * The arrangement found for an earlier recording of the same structure, such as that of a trainer made only to compile
 * its programs. It says no more than which dispatches go together: what kernels compute, and of which values, comes from
 * this recording, and all that makes an arrangement possible is looked at anew.
 * @returns null where none is known, or this recording does not allow it
 */
export function knownArrangement(structure: string, material: Material): Arrangement | null {
  const outlines = known.get(structure);
  const kernels = outlines?.map(({ members, inlined }) => new FusedKernel(material, members, inlined));
  return kernels ? Arrangement.of(material, kernels) : null;
}

export function remember(structure: string, { fused }: Arrangement): void {
  known.delete(structure);
  known.set(
    structure,
    fused.map(({ members, inlined }) => ({ members, inlined })),
  );
  for (const oldest of known.keys()) if (known.size > MOST_KNOWN) known.delete(oldest);
}

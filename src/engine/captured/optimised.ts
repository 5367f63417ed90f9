import { withCommonResults } from "./common-results.ts";
import { withCopiesInPlace } from "./copies-in-place.ts";
import { withoutDeadWrites } from "./dead-writes.ts";
import { fuseElementwise } from "./fusion/fuse-elementwise.ts";
import type { Recording } from "./recording.ts";

/** The same step in fewer and larger dispatches. */
export const optimised = (recording: Recording, { minStorageBufferOffsetAlignment }: GPUSupportedLimits): Recording =>
  withCopiesInPlace(fuseElementwise(withoutDeadWrites(withCommonResults(recording))), minStorageBufferOffsetAlignment);

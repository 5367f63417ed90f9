import { withoutDeadWrites } from "./dead-writes.ts";
import { fuseElementwise } from "./fuse-elementwise.ts";
import type { Recording } from "./recording.ts";

/** The same step in fewer and larger dispatches. */
export const optimised = (recording: Recording): Recording => fuseElementwise(withoutDeadWrites(recording));

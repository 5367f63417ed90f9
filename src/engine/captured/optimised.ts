import { withoutDeadWrites } from "./dead-writes.ts";
import type { Recording } from "./recording.ts";

/** The same step in fewer and larger dispatches. */
export const optimised = (recording: Recording): Recording => withoutDeadWrites(recording);

import type { ExperimentIssue } from "../../../shared/experiment-issue.ts";
import type { Fault } from "../ui-store.ts";

/** An issue of an experiment as it is listed. */
export const faultOf = ({ path, message, given, right }: ExperimentIssue): Fault =>
  right === undefined
    ? { path: path || "the file", given: null, right: message }
    : { path: path || "the file", given: given ?? null, right: given === undefined ? `${message}. ${right}` : right };

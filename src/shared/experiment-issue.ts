import type { z } from "zod";

/** One thing wrong with an experiment, at a path such as `repeat.k`. */
export interface ExperimentIssue {
  readonly path: string;
  readonly message: string;
  /** What stands there, as JSON; left out where it is the pair of two fields that is wrong. */
  readonly given?: string;
  /** What would be right there, in a few words. */
  readonly right?: string;
}

/** An issue of the schema in our words, with the value that stands in the input at its path. */
export function readIssue(issue: z.core.$ZodIssue, input: unknown): ExperimentIssue {
  const path = issue.path.map(String);
  const value = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | null | undefined)?.[key], input);
  // A key that is not known is named by the message; the object around it says nothing more.
  if (issue.code === "unrecognized_keys") return { path: path.join("."), message: issue.message, right: NO_SUCH_FIELD };
  const given = value === undefined ? undefined : JSON.stringify(value);
  return {
    path: path.join("."),
    message: given === undefined ? issue.message : `${issue.message} (given: ${given})`,
    given: given ?? "nothing",
    right: rightFor(issue),
  };
}

const NO_SUCH_FIELD = "Leave it out: there is no field of this name.";

function rightFor(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return TYPE_WORDS[issue.expected] ?? issue.expected;
    case "invalid_value":
      return `one of ${issue.values.map(String).join(", ")}`;
    case "too_small":
      return `${amount(issue.origin)}${issue.inclusive ? "" : "more than "}${issue.minimum}${issue.inclusive ? " or more" : ""}`;
    case "too_big":
      return `${amount(issue.origin)}${issue.inclusive ? "" : "less than "}${issue.maximum}${issue.inclusive ? " or less" : ""}`;
    case "invalid_union": {
      const options = (issue as { options?: readonly unknown[] }).options;
      return options ? `one of ${options.map(String).join(", ")}` : issue.message;
    }
    default:
      return issue.message;
  }
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  object: "an object, in braces",
  array: "a list, in brackets",
  string: "a text, in quotes",
  number: "a number, without quotes",
  int: "a whole number, without quotes",
  boolean: "true or false, without quotes",
};

const amount = (origin: string): string =>
  origin === "array" ? "as many entries: " : origin === "string" ? "as many characters: " : "";

import { z } from "zod";
import { expand, isAbove, isKnown } from "./controls.ts";

export const TITLE_LENGTH = 80;
export const INSTRUCTIONS_LENGTH = 400;
const MAX_NAMES = 100;

const names = z.array(z.string().min(1).max(60)).max(MAX_NAMES).default([]);

/** An exercise around an experiment: what to do, and which controls are for the reader. */
export const lessonSchema = z.strictObject({
  title: z.string().trim().min(1).max(TITLE_LENGTH),
  instructions: z.string().max(INSTRUCTIONS_LENGTH).default(""),
  /** Controls that are seen and cannot be changed: paths of the experiment such as `repeat.k`, or `stage:loss`. */
  locked: names,
  /** Controls that are not there. */
  hidden: names,
});
export type Lesson = z.output<typeof lessonSchema>;

/** What a lesson allows with a control. */
export type ControlState = "free" | "locked" | "hidden";

/** Names in a lesson that no control has, each once. */
export const unknownNames = ({ locked, hidden }: Lesson): string[] => [
  ...new Set([...locked, ...hidden].filter((name) => !isKnown(name))),
];

/** The strictest that a lesson says of any of these names, or of a stage or section that they lie in. */
export function stateOf(lesson: Lesson | null, ...asked: readonly string[]): ControlState {
  if (!lesson) return "free";
  const says = (listed: readonly string[]) => expand(listed).some((name) => asked.some((path) => isAbove(name, path)));
  if (says(lesson.hidden)) return "hidden";
  return says(lesson.locked) ? "locked" : "free";
}

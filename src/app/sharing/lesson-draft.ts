import { create } from "zustand";
import type { Control } from "../stores/sharing/controls.ts";
import type { ControlState, Lesson } from "../stores/sharing/lesson.ts";

/** A lesson while it is written. */
export interface LessonDraft {
  isLesson: boolean;
  title: string;
  instructions: string;
  /** By name of a control or a stage; what is not there is free. */
  states: Readonly<Record<string, ControlState>>;
}

/** Outlives the dialog, so that a look at the page in between loses nothing. */
export const useLessonDraft = create<LessonDraft>()(() => ({
  isLesson: false,
  title: "",
  instructions: "",
  states: {},
}));

export const setState = (names: readonly string[], state: ControlState): void =>
  useLessonDraft.setState(({ states }) => ({
    states: { ...states, ...Object.fromEntries(names.map((name) => [name, state])) },
  }));

/** What the draft says of a control: all its names share one state. */
export const draftState = (states: LessonDraft["states"], { names }: Pick<Control, "names">): ControlState =>
  states[names[0]] ?? "free";

/** The lesson as a link carries it; null where none is written. */
export function lessonOf({ isLesson, title, instructions, states }: LessonDraft): Lesson | null {
  if (!isLesson) return null;
  const named = (wanted: ControlState) =>
    Object.entries(states).flatMap(([name, state]) => (state === wanted ? [name] : []));
  return {
    title: title.trim(),
    instructions: instructions.trim(),
    locked: named("locked"),
    hidden: named("hidden"),
  };
}

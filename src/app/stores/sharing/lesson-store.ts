import { create } from "zustand";
import { useExperimentStore } from "../experiment-store.ts";
import { STAGES, type Stage, useUiStore, type View } from "../ui-store.ts";
import { expand, isPath } from "./controls.ts";
import { type ControlState, type Lesson, stateOf } from "./lesson.ts";

/** Something that would end the lesson, until the person has said that it may. */
export interface Leaving {
  /** What would be done, after "to": `open a.json`. Null where leaving is all. */
  what: string | null;
  leave: () => void;
  stay: () => void;
}

export interface LessonState {
  /** The lesson that is on; null where every control is free. */
  lesson: Lesson | null;
  leaving: Leaving | null;
  /** Locks what the lesson locks at the values that the experiment has now. */
  begin: (lesson: Lesson) => void;
  /** Does something that ends a lesson: at once where none is on, else after asking. */
  whenLeft: (what: string | null, act: () => void, stay?: () => void) => void;
}

export const useLessonStore = create<LessonState>()((set, get) => ({
  lesson: null,
  leaving: null,
  begin: (lesson) => {
    const paths = expand([...lesson.locked, ...lesson.hidden]).filter(isPath);
    useExperimentStore.getState().lock(paths);
    set({ lesson, leaving: null });
  },
  whenLeft: (what, act, stay) => {
    if (get().lesson === null) return act();
    const leave = () => {
      set({ lesson: null, leaving: null });
      useExperimentStore.getState().unlock();
      act();
    };
    set({
      leaving: {
        what,
        leave,
        stay: () => {
          set({ leaving: null });
          stay?.();
        },
      },
    });
  },
}));

/** What the lesson allows with a control that changes these paths; free without a lesson. */
export const useControlState = (...names: readonly string[]): ControlState =>
  useLessonStore(({ lesson }) => stateOf(lesson, ...names));

/** The same outside of a component. */
export const controlState = (...names: readonly string[]): ControlState =>
  stateOf(useLessonStore.getState().lesson, ...names);

const isShown = (lesson: Lesson | null, stage: Stage): boolean => stateOf(lesson, `stage:${stage}`) !== "hidden";

/** The stage whose form is open: the chosen one, or the first that the lesson shows; null where it shows none. */
export function useOpenStage(): Stage | null {
  const chosen = useUiStore((state) => state.stage);
  const lesson = useLessonStore((state) => state.lesson);
  return isShown(lesson, chosen) ? chosen : (STAGES.find((stage) => isShown(lesson, stage)) ?? null);
}

/** The page that is open: the chosen one, or the studio where the lesson keeps the chosen one closed. */
export function useOpenView(): View {
  const chosen = useUiStore((state) => state.view);
  return useControlState(`page:${chosen}`) === "free" ? chosen : "studio";
}

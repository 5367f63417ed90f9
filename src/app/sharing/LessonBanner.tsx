import { useEffect, useId, useRef } from "react";
import { labelsOf } from "../stores/sharing/controls.ts";
import { type Leaving, useLessonStore } from "../stores/sharing/lesson-store.ts";
import { LockMark } from "../ui/Lock.tsx";

/** What the lesson is about, what it locks, and the way out. */
export function LessonBanner() {
  const id = useId();
  const { lesson, leaving, whenLeft } = useLessonStore();
  if (!lesson) return null;
  const locked = labelsOf(lesson.locked);
  const hidden = labelsOf(lesson.hidden);
  return (
    <section className="lesson" aria-labelledby={id}>
      <div>
        <h2 id={id}>{lesson.title}</h2>
        {lesson.instructions && <p>{lesson.instructions}</p>}
        {locked.length + hidden.length > 0 && (
          <p className="lesson-locks">
            <LockMark />
            {locked.length > 0 && ` Locked by this lesson: ${locked.join(", ")}.`}
            {hidden.length > 0 && ` Not shown: ${hidden.join(", ")}.`}
          </p>
        )}
      </div>
      <button type="button" onClick={() => whenLeft(null, () => undefined)}>
        Leave the lesson
      </button>
      {leaving && <LeaveDialog leaving={leaving} title={lesson.title} />}
    </section>
  );
}

/** Asks before a lesson ends. */
function LeaveDialog({ leaving, title }: { leaving: Leaving; title: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => dialog.current?.showModal(), []);
  const { what, leave, stay } = leaving;
  return (
    <dialog ref={dialog} className="card dialog" aria-labelledby={id} onClose={stay}>
      <h2 id={id}>{what ? `Leave the lesson and ${what}?` : "Leave the lesson?"}</h2>
      <p className="say">
        “{title}” ends, and every control is free again.{" "}
        {what ? "Undo brings back the settings that you have now." : "The settings stay as they are."}
      </p>
      <div className="buttons">
        <button type="button" className="primary" onClick={leave}>
          {what ? "Leave and open" : "Leave"}
        </button>
        <button type="button" onClick={() => dialog.current?.close()}>
          Stay in the lesson
        </button>
      </div>
    </dialog>
  );
}

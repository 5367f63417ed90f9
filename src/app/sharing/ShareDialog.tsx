import { useEffect, useId, useRef, useState } from "react";
import { SAMPLE_PREFIX, SAMPLES } from "../../shared/samples.ts";
import { useExperimentStore } from "../stores/experiment-store.ts";
import { INSTRUCTIONS_LENGTH, TITLE_LENGTH } from "../stores/sharing/lesson.ts";
import { useLessonStore } from "../stores/sharing/lesson-store.ts";
import { writeLink } from "../stores/sharing/link.ts";
import { identityNow, sharedNow } from "../stores/sharing/open-link.ts";
import { CheckField } from "../ui/fields.tsx";
import { formatBytes, formatCount } from "../ui/format.ts";
import { ControlTable } from "./ControlTable.tsx";
import { lessonOf, useLessonDraft } from "./lesson-draft.ts";

/** Beyond this, mail and chat programs begin to cut links. */
const SAFE_LENGTH = 2_000;

/** Makes a link of what is in the editor: with the view and with a lesson, if wished. */
export function ShareDialog({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const given = useLessonStore((state) => state.lesson);
  const draft = useLessonDraft();
  const [withView, setWithView] = useState(true);
  useEffect(() => dialog.current?.showModal(), []);
  const lesson = given ?? lessonOf(draft);
  const untitled = lesson !== null && lesson.title === "";
  const link = new URL(writeLink(sharedNow({ lesson, view: withView })), location.href).href;
  return (
    <dialog ref={dialog} className="card dialog share-dialog" aria-labelledby={id} onClose={onClose}>
      <h2 id={id}>Share this experiment</h2>
      <p className="say">The link carries every setting and the seed, so whoever opens it gets the same curves.</p>
      <DataWords />
      <CheckField
        label="Include the view"
        checked={withView}
        hint="The open page and stage, and your theme where you chose one."
        onChange={setWithView}
      />
      {given ? (
        <p className="hint">It carries the lesson “{given.title}” as it was given to you.</p>
      ) : (
        <>
          <CheckField
            label="Make it a lesson"
            checked={draft.isLesson}
            hint="Says what to do, and keeps chosen controls locked or out of sight."
            onChange={(isLesson) => useLessonDraft.setState({ isLesson })}
          />
          {draft.isLesson && <LessonFields />}
        </>
      )}
      <CopyRow link={link} refusal={untitled ? "Give the lesson a title." : null} />
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}

/** Data never travel: what opening the link takes instead. */
function DataWords() {
  const train = useExperimentStore((state) => state.file.data.train);
  if (train.startsWith(SAMPLE_PREFIX)) {
    const sample = SAMPLES.find(({ id }) => train === `${SAMPLE_PREFIX}${id}`);
    return <p className="remark">Its data, the built-in sample {sample?.label}, open by themselves.</p>;
  }
  const identity = identityNow();
  return (
    <p className="remark warn">
      Data never travel in a link. This one asks for <b>{identity?.name ?? train}</b>
      {identity ? (
        <>
          {" "}
          ({formatBytes(identity.bytes)}, content <code>{identity.contentId.slice(0, 12)}</code>): whoever opens it
          needs that file.
        </>
      ) : (
        " by its name alone, since it is not open here."
      )}
    </p>
  );
}

function LessonFields() {
  const { title, instructions } = useLessonDraft();
  const id = useId();
  return (
    <div className="lesson-fields">
      <div className="field">
        <label htmlFor={`${id}-title`}>Title</label>
        <input
          id={`${id}-title`}
          autoComplete="off"
          maxLength={TITLE_LENGTH}
          placeholder="What does K buy?"
          value={title}
          onChange={(event) => useLessonDraft.setState({ title: event.target.value })}
        />
      </div>
      <div className="field">
        <label htmlFor={`${id}-instructions`}>Instructions</label>
        <textarea
          id={`${id}-instructions`}
          rows={2}
          maxLength={INSTRUCTIONS_LENGTH}
          placeholder="Say what K = 16 will do to the validation loss. Then train, and see."
          value={instructions}
          onChange={(event) => useLessonDraft.setState({ instructions: event.target.value })}
        />
      </div>
      <ControlTable />
    </div>
  );
}

/** The link, how long it is, and the button that copies it. */
function CopyRow({ link, refusal }: { link: string; refusal: string | null }) {
  const field = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState<{ of: string; text: string } | null>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link);
      setSaid({ of: link, text: "Link copied." });
    } catch {
      field.current?.select();
      setSaid({ of: link, text: "The browser forbids copying: the link is selected, copy it by hand." });
    }
  };
  const long = link.length > SAFE_LENGTH ? " Some programs cut links of more than 2,000." : "";
  return (
    <div className="copy-row">
      <input
        ref={field}
        readOnly
        aria-label="Link"
        value={refusal ? "" : link}
        onFocus={(event) => event.target.select()}
      />
      <button type="button" className="primary" disabled={refusal !== null} onClick={() => void copy()}>
        Copy link
      </button>
      <p className="hint" role="status">
        {refusal ?? (said?.of === link ? said.text : `${formatCount(link.length)} characters.${long}`)}
      </p>
    </div>
  );
}

import { useRef } from "react";
import { SHORTCUTS } from "./shortcuts.ts";

export function KeyboardHelp() {
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <button type="button" className="ghost keys" onClick={() => dialog.current?.showModal()}>
        Keyboard
      </button>
      <dialog ref={dialog} className="card" aria-labelledby="keyboard-title">
        <h2 id="keyboard-title">Keyboard</h2>
        <dl className="shortcuts">
          {SHORTCUTS.map(({ keys, does }) => (
            <div key={does}>
              <dt>
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
        <p className="hint">On a Mac, Cmd does what Ctrl does. Tab goes through the page, arrows move a slider.</p>
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </dialog>
    </>
  );
}

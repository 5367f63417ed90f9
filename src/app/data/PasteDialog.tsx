import { useEffect, useId, useRef, useState } from "react";
import { useDataStore } from "../stores/data-store.ts";

/** A place to paste a table as text. */
export function PasteDialog({ onClose }: { onClose: () => void }) {
  const openSource = useDataStore((state) => state.openSource);
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState("");
  const id = useId();
  useEffect(() => dialog.current?.showModal(), []);
  const open = () => {
    void openSource({ kind: "text", name: "pasted.csv", text });
    onClose();
  };
  return (
    <dialog ref={dialog} className="card dialog" aria-labelledby={id} onClose={onClose}>
      <h2 id={id}>Paste a table</h2>
      <label htmlFor={`${id}-text`}>
        CSV, tab-separated cells from a spreadsheet, or JSON lines; the first row names the columns.
      </label>
      <textarea
        id={`${id}-text`}
        rows={12}
        spellCheck={false}
        placeholder={"text,label\nWhere is my parcel?,order status\nI want my money back,refund"}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className="buttons">
        <button type="button" className="primary" disabled={text.trim() === ""} onClick={open}>
          Open
        </button>
        <button type="button" onClick={() => dialog.current?.close()}>
          Cancel
        </button>
      </div>
    </dialog>
  );
}

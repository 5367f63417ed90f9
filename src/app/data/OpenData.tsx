import { type ChangeEvent, useEffect, useId, useRef, useState } from "react";
import { SAMPLES } from "../../shared/samples.ts";
import { useDataStore } from "../stores/data-store.ts";
import { openFiles } from "../stores/open-files.ts";
import { chosenFiles } from "../ui/chosen-files.ts";
import { droppedFiles } from "./dropped-files.ts";
import { PasteDialog } from "./PasteDialog.tsx";

/** Every way to bring data: dialogs, paste, samples; dropping works anywhere on the page. */
export function OpenData() {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const [pasting, setPasting] = useState(false);
  const id = useId();
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const chosen = chosenFiles(event.target.files);
    void openFiles(chosen);
    // The same file can then be chosen again after it was changed.
    event.target.value = "";
  };
  return (
    <section className="open-data" aria-labelledby={id}>
      <h3 id={id} className="sr-only">
        Open data
      </h3>
      <p className="drop-hint">
        Drop a table (CSV, TSV, JSON) or images (a zip or folder with a folder for each class) anywhere on the page; an
        experiment file (JSON) too.
      </p>
      <div className="buttons">
        <button type="button" onClick={() => files.current?.click()}>
          Choose files
        </button>
        <button type="button" onClick={() => folder.current?.click()}>
          Choose folder
        </button>
        <button type="button" onClick={() => setPasting(true)}>
          Paste text
        </button>
        <input ref={files} type="file" multiple hidden aria-label="Files with data" onChange={choose} />
        <input
          ref={folder}
          type="file"
          hidden
          aria-label="Folder with images"
          onChange={choose}
          {...{ webkitdirectory: "" }}
        />
      </div>
      <SampleList />
      {pasting && <PasteDialog onClose={() => setPasting(false)} />}
    </section>
  );
}

function SampleList() {
  const openSource = useDataStore((state) => state.openSource);
  const asked = useDataStore((state) => state.lastAsked);
  return (
    <ul className="samples" aria-label="Built-in samples">
      {SAMPLES.map((sample) => (
        <li key={sample.id}>
          <button
            type="button"
            aria-pressed={asked?.kind === "sample" && asked.id === sample.id}
            onClick={() => void openSource({ kind: "sample", id: sample.id })}
          >
            <b>{sample.label}</b>
            <small>{sample.summary}</small>
            <small className="credit">{sample.credit}</small>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Takes what is dropped anywhere on the page, and says so while it hovers. */
export function PageDrop() {
  const [hovering, setHovering] = useState(false);
  useEffect(() => {
    let depth = 0;
    const isFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const enter = (event: DragEvent) => {
      if (!isFiles(event)) return;
      event.preventDefault();
      depth += 1;
      setHovering(true);
    };
    const leave = () => {
      depth = Math.max(0, depth - 1);
      if (depth === 0) setHovering(false);
    };
    const over = (event: DragEvent) => isFiles(event) && event.preventDefault();
    const drop = (event: DragEvent) => {
      if (!isFiles(event)) return;
      depth = 0;
      setHovering(false);
      // A card that takes files of its own has had it already.
      if (!event.dataTransfer || event.defaultPrevented) return;
      event.preventDefault();
      void droppedFiles(event.dataTransfer).then(openFiles);
    };
    const listeners = { dragenter: enter, dragleave: leave, dragover: over, drop } as const;
    for (const [name, listener] of Object.entries(listeners))
      window.addEventListener(name as "drop", listener as (event: DragEvent) => void);
    return () => {
      for (const [name, listener] of Object.entries(listeners))
        window.removeEventListener(name as "drop", listener as (event: DragEvent) => void);
    };
  }, []);
  return hovering ? <div className="page-drop">Drop to open</div> : null;
}

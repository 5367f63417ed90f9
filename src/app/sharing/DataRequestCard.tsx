import { type ChangeEvent, useId, useRef } from "react";
import { useDataStore } from "../stores/data-store.ts";
import { openFiles } from "../stores/open-files.ts";
import { type DataRequest, type OtherData, useRequestStore } from "../stores/sharing/request-store.ts";
import { chosenFiles } from "../ui/chosen-files.ts";
import { formatBytes, plural } from "../ui/format.ts";

const DIGITS = 12;

/** Data that an experiment needs and that are not here: which, and a place to bring them to. */
export function DataRequestCard() {
  const id = useId();
  const { request, other, settledForOther, close } = useRequestStore();
  if (!request) return null;
  if (settledForOther)
    return (
      <section className="card request" aria-labelledby={id}>
        <h2 id={id}>Other data than asked for</h2>
        <p className="hint">
          {request.what} was made with other content of {request.name}, so its curves are not to be expected here.
        </p>
        <div className="buttons">
          <button type="button" className="ghost" onClick={close}>
            Dismiss
          </button>
        </div>
      </section>
    );
  return (
    <section className="card request" aria-labelledby={id}>
      <h2 id={id}>A file is needed</h2>
      <p className="drop-hint" role="status">
        {request.what} describes an experiment on “{request.name}”. It carries settings, never data: drop that file here
        to go on.
      </p>
      <Wanted request={request} />
      {other && <Other request={request} other={other} />}
      <Choose />
    </section>
  );
}

function Wanted({ request: { name, content } }: { request: DataRequest }) {
  return (
    <dl className="request-facts">
      <div>
        <dt>file</dt>
        <dd>{name}</dd>
      </div>
      {content !== null && content.bytes !== null && (
        <div>
          <dt>size</dt>
          <dd>{formatBytes(content.bytes)}</dd>
        </div>
      )}
      {content && (
        <div>
          <dt>content (SHA-256)</dt>
          <dd>
            <code>{content.contentId.slice(0, DIGITS)}…</code>
          </dd>
        </div>
      )}
    </dl>
  );
}

/** What was brought, how it differs, and that it can be used all the same. */
function Other({ request, other }: { request: DataRequest; other: OtherData }) {
  const takeHeld = useDataStore((state) => state.takeHeld);
  const isNamesake = other.name === request.name;
  const size = `${plural(other.rows, "row")}, ${formatBytes(other.bytes)}`;
  return (
    <div className="problems" role="alert">
      <h3>{isNamesake ? "The same name, other content" : "Other content"}</h3>
      <p>
        “{other.name}” has {size} and content <code>{other.contentId.slice(0, DIGITS)}…</code>: these are not the data
        that the experiment was made with. It can be used, but the curves will be others.
      </p>
      <button type="button" onClick={() => void takeHeld()}>
        Use it anyway
      </button>
    </div>
  );
}

function Choose() {
  const files = useRef<HTMLInputElement>(null);
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    void openFiles(chosenFiles(event.target.files));
    event.target.value = "";
  };
  return (
    <div className="buttons">
      <button type="button" className="primary" onClick={() => files.current?.click()}>
        Choose the file
      </button>
      <input ref={files} type="file" multiple hidden aria-label="The file that is needed" onChange={choose} />
    </div>
  );
}

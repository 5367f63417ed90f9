import { useId, useState } from "react";
import { HUB_ADDRESS } from "../../../shared/pretrained.ts";
import { usePretrainedStore } from "../../stores/pretrained-store.ts";

/** Where repositories are fetched from; a mirror may stand in for the Hub. */
export function Address() {
  const id = useId();
  const address = usePretrainedStore((state) => state.address);
  const { setAddress } = usePretrainedStore.getState();
  const [draft, setDraft] = useState(address);
  const sound = isAddress(draft);
  const take = (text: string) => {
    setDraft(text);
    if (isAddress(text)) setAddress(text.replace(/\/+$/, ""));
  };
  return (
    <details className="pretrained-address">
      <summary>Where models are fetched from</summary>
      <div className="field">
        <label htmlFor={id}>Address</label>
        <input
          id={id}
          type="url"
          value={draft}
          spellCheck={false}
          aria-invalid={!sound}
          aria-describedby={`${id}-hint`}
          onChange={(event) => take(event.target.value)}
        />
        <p id={`${id}-hint`} className={sound ? "hint" : "hint bad"}>
          {sound
            ? `A mirror with the Hub's layout; the Hub itself is ${HUB_ADDRESS}.`
            : "Give an http or https address."}
        </p>
        {address !== HUB_ADDRESS && (
          <button type="button" onClick={() => take(HUB_ADDRESS)}>
            Back to the Hub
          </button>
        )}
      </div>
    </details>
  );
}

function isAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

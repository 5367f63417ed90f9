import { useState } from "react";
import { ShareDialog } from "./ShareDialog.tsx";

/** Opens the dialog in which a link is made. */
export function ShareButton() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="ghost" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        Share
      </button>
      {open && <ShareDialog onClose={() => setOpen(false)} />}
    </>
  );
}

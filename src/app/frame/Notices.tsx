import { useEffect, useState } from "react";
import { type EngineHealth, engine } from "../engine-client.ts";
import { useUiStore } from "../stores/ui-store.ts";
import { Icon } from "../ui/icons.tsx";

/** What concerns the whole page: a damaged link, an engine that was replaced or does not answer. */
export function Notices() {
  const notice = useUiStore((state) => state.notice);
  const setNotice = useUiStore((state) => state.setNotice);
  const [health, setHealth] = useState<EngineHealth>(engine.health);
  useEffect(() => engine.onHealth(setHealth), []);
  return (
    <div className="notices" aria-live="polite">
      {health === "silent" && (
        <p className="notice warn">
          <span>
            The engine has not answered for some seconds. A long step may be under way; if it hangs, restart it.
          </span>
          <button type="button" onClick={() => engine.restart("The engine was restarted by hand.")}>
            Restart the engine
          </button>
        </p>
      )}
      {notice && (
        <p className={`notice ${notice.tone}`}>
          <span>{notice.text}</span>
          {notice.action && (
            <button
              type="button"
              onClick={() => {
                setNotice(null);
                notice.action?.act();
              }}
            >
              {notice.action.label}
            </button>
          )}
          <button type="button" className="icon-button" aria-label="Dismiss" onClick={() => setNotice(null)}>
            <Icon name="close" />
          </button>
        </p>
      )}
    </div>
  );
}

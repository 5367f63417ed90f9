import { useId, useMemo, useState } from "react";
import { Segments } from "../ui/Segments.tsx";
import { SettingsTable } from "../ui/SettingsTable.tsx";
import { configurationSentence, rowsOfSides } from "./configuration-rows.ts";
import { type Side, seedWords } from "./sides.ts";

const SHOWN = [
  { value: "differing", label: "what differs" },
  { value: "all", label: "all settings" },
] as const;

/** The settings of the chosen runs side by side. */
export function ConfigurationCard({ sides }: { sides: readonly Side[] }) {
  const id = useId();
  const [shown, setShown] = useState<"differing" | "all">("differing");
  const rows = useMemo(() => rowsOfSides(sides), [sides]);
  const differing = rows.filter(({ differs }) => differs);
  return (
    <section className="card" aria-labelledby={id}>
      <header>
        <h2 id={id}>Configuration</h2>
        <Segments label="Settings" options={SHOWN} value={shown} onChange={setShown} />
        <p className="say">{configurationSentence(differing, sides)}</p>
      </header>
      {(shown === "all" || differing.length > 0) && (
        <div className={shown === "all" ? "configuration" : "configuration only-differing"}>
          <SettingsTable
            label="Settings of the chosen runs"
            columns={sides.map((side) => (side.runs.length > 1 ? `${side.name} (${seedWords(side)})` : side.name))}
            rows={shown === "all" ? rows : differing}
          />
        </div>
      )}
    </section>
  );
}

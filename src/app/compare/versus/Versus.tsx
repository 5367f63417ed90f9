import { useId, useMemo, useState } from "react";
import type { ComparedSides } from "../../../shared/compare-calls.ts";
import { Icon } from "../../ui/icons.tsx";
import { Segments } from "../../ui/Segments.tsx";
import { MatricesCard } from "../matrices/MatricesCard.tsx";
import type { Side } from "../sides.ts";
import { candidatesOf, chosenPair } from "./candidates.ts";
import { SideSelect } from "./SideSelect.tsx";
import { asked } from "./use-comparison.ts";
import { VerdictBody } from "./VerdictBody.tsx";

const SPLITS = [
  { value: "test", label: "test items" },
  { value: "validation", label: "validation items" },
] as const;

/** Two of the sides held against each other, item by item. */
export function Versus({ sides }: { sides: readonly Side[] }) {
  const id = useId();
  const [wanted, setWanted] = useState<{ a: string | null; b: string | null }>({ a: null, b: null });
  const [split, setSplit] = useState<ComparedSides["split"]>("test");
  const { groups, runs } = useMemo(() => candidatesOf(sides), [sides]);
  const pair = useMemo(() => chosenPair(sides, wanted), [sides, wanted]);
  if (!pair) return null;
  const { a, b } = pair;
  return (
    <>
      <section className="card whole versus" aria-labelledby={id}>
        <header>
          <h2 id={id}>Verdict</h2>
          <SideSelect
            label="A"
            value={a.key}
            groups={groups}
            runs={runs}
            onChange={(key) => setWanted({ a: key, b: key === b.key ? a.key : b.key })}
          />
          <button
            type="button"
            className="icon-button"
            aria-label="Swap A and B"
            onClick={() => setWanted({ a: b.key, b: a.key })}
          >
            <Icon name="swap" />
          </button>
          <SideSelect
            label="B"
            value={b.key}
            groups={groups}
            runs={runs}
            onChange={(key) => setWanted({ a: key === a.key ? b.key : a.key, b: key })}
          />
          <Segments label="Compared on" options={SPLITS} value={split} onChange={setSplit} />
        </header>
        <VerdictBody question={asked(a, b, split)} />
      </section>
      <MatricesCard a={a} b={b} split={split} />
    </>
  );
}

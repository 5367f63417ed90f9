import { useMemo, useState } from "react";
import type { Input } from "../../shared/dataset.ts";
import type { ModelSummary } from "../../shared/protocol.ts";
import { MODALITY_OF } from "../../shared/task.ts";
import { useLensStore } from "../stores/lens-store.ts";
import type { Picture } from "./picture.ts";

/** The input to try, of the kind the model reads. What was typed or drawn stays when the model changes. */
export function useTryInput({ experiment, columns }: ModelSummary) {
  const modality = MODALITY_OF[experiment.task];
  const [text, setText] = useState("");
  const [typed, setTyped] = useState<ReadonlyMap<string, string>>(new Map());
  const [picture, setPicture] = useState<Picture | null>(null);
  const cells = useMemo(
    () => Object.fromEntries(columns.map(({ name, example }) => [name, typed.get(name) ?? example])),
    [columns, typed],
  );
  /** Null while there is nothing to ask about. */
  const input = useMemo((): Input | null => {
    if (modality === "table") return { modality, cells };
    if (modality === "image") return picture;
    return text.trim() === "" ? null : { modality, text };
  }, [modality, cells, picture, text]);
  const take = (given: Input) => {
    if (given.modality === "text") setText(given.text);
    else if (given.modality === "image") setPicture(given);
    else setTyped(new Map(Object.entries(given.cells)));
  };
  const setCell = (column: string, cell: string) => setTyped(new Map(typed).set(column, cell));
  return { modality, input, text, setText, cells, setCell, picture, setPicture, take };
}

/** The lens's sample, where this model can read it. */
export function useLensSample({ experiment, columns }: ModelSummary): Input | null {
  const sample = useLensStore((state) => state.result?.item.input ?? null);
  if (!sample || sample.modality !== MODALITY_OF[experiment.task]) return null;
  if (sample.modality === "table" && !columns.every(({ name }) => Object.hasOwn(sample.cells, name))) return null;
  return sample;
}

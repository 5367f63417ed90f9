import { useId, useMemo, useState } from "react";
import type { Input } from "../../shared/dataset.ts";
import type { ModelSummary } from "../../shared/protocol.ts";
import { Announcer } from "../ui/Announcer.tsx";
import { ImageInput } from "./ImageInput.tsx";
import { Probabilities } from "./Probabilities.tsx";
import { hasDarkGround } from "./picture.ts";
import { RowInput } from "./RowInput.tsx";
import { replyWords } from "./try-words.ts";
import { useModelVersion } from "./use-models.ts";
import { usePrediction, useSpoken } from "./use-prediction.ts";
import { useLensSample, useTryInput } from "./use-try-input.ts";

/** An input of the model's kind and what the model says of it. */
export function Trial({ summary }: { summary: ModelSummary }) {
  const { runId, classes, columns, imageShape } = summary;
  const { inference } = summary.experiment;
  const { modality, input, text, setText, cells, setCell, picture, setPicture, take } = useTryInput(summary);
  const [draw, setDraw] = useState(0);
  const version = useModelVersion(runId);
  const question = useMemo(() => input && { runId, input, draw, version }, [runId, input, draw, version]);
  const answer = usePrediction(question);
  const { prediction, error } = answer;
  const sample = useLensSample(summary);
  const atColumns = error?.problems.filter(({ column }) => column !== undefined) ?? [];
  const reply = replyWords(modality, inference, prediction, error, atColumns.length > 0);
  const spoken = useSpoken(answer, reply.text);
  return (
    <>
      {modality === "text" && <TextInput text={text} onChange={setText} />}
      {modality === "image" && imageShape && (
        <ImageInput
          key={`${imageShape.width} ${imageShape.height} ${imageShape.channels}`}
          shape={imageShape}
          picture={picture}
          usualGround={groundOf(sample)}
          onChange={setPicture}
        />
      )}
      {modality === "table" && <RowInput columns={columns} cells={cells} problems={atColumns} onChange={setCell} />}
      <div className="buttons">
        <button type="button" disabled={!sample} onClick={() => sample && take(sample)}>
          Use the sample in the lens
        </button>
        <button type="button" disabled={input === null} onClick={() => setDraw(draw + 1)}>
          Draw other noise
        </button>
      </div>
      <p className={reply.bad ? "answer bad" : "answer"}>{reply.text}</p>
      <Announcer text={spoken} />
      <Probabilities classes={classes} inference={inference} prediction={prediction} />
    </>
  );
}

const groundOf = (sample: Input | null) => (sample?.modality !== "image" || hasDarkGround(sample) ? "dark" : "light");

function TextInput({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const id = useId();
  return (
    <>
      <label htmlFor={id} className="sr-only">
        Text to try
      </label>
      <textarea
        id={id}
        className="text-input"
        rows={3}
        placeholder="Write something the model has not seen…"
        value={text}
        onChange={(event) => onChange(event.target.value)}
      />
    </>
  );
}

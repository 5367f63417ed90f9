import { type DragEvent, useEffect, useId, useRef, useState } from "react";
import { Segments } from "../ui/Segments.tsx";
import { usePen } from "./pen.ts";
import { type Picture, readPicture } from "./picture.ts";

/** Width of the drawing in its own pixels: enough for smooth strokes at the sizes that models read. */
const DRAWING_WIDTH = 224;

const GROUNDS = [
  { value: "dark", label: "on black" },
  { value: "light", label: "on white" },
] as const;
type Ground = (typeof GROUNDS)[number]["value"];
const COLOURS = { dark: { ground: "#000000", ink: "#ffffff" }, light: { ground: "#ffffff", ink: "#000000" } };

interface Props {
  shape: { height: number; width: number; channels: number };
  picture: Picture | null;
  /** What the model's own images are drawn on, so that a drawing looks like them. */
  usualGround: Ground;
  onChange: (picture: Picture | null) => void;
}

/** An image to try: a file, chosen or dropped, or a drawing. */
export function ImageInput({ shape, picture, usualGround, onChange }: Props) {
  const id = useId();
  const canvas = useRef<HTMLCanvasElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const [chosenGround, setGround] = useState<Ground | null>(null);
  const [colour, setColour] = useState("#d55e00");
  const [error, setError] = useState<string | null>(null);
  const drawn = useRef<Picture | null>(null);
  const ground = chosenGround ?? usualGround;
  const ink = shape.channels === 1 ? COLOURS[ground].ink : colour;
  const height = Math.round((DRAWING_WIDTH * shape.height) / shape.width);
  const pen = usePen(canvas, ink, (next) => {
    drawn.current = next;
    setError(null);
    onChange(next);
  });

  // A drawing is already on the canvas; anything else is put there, stretched as the model reads it.
  useEffect(() => {
    if (picture === null) clear(canvas.current, COLOURS[ground].ground);
    else if (picture !== drawn.current) show(canvas.current, picture);
  }, [picture, ground]);

  const take = async (file: File | undefined) => {
    if (!file) return;
    try {
      onChange(await readPicture(file, Math.min(shape.height, shape.width)));
      setError(null);
    } catch (cause) {
      setError((cause as Error).message);
    }
  };
  const drop = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    void take(event.dataTransfer.files[0]);
  };
  return (
    <div className="image-input">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping a file is the mouse's way of choosing one */}
      <div className="drawing" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
        <canvas
          ref={canvas}
          width={DRAWING_WIDTH}
          height={height}
          role="img"
          aria-label={picture ? "The image to try" : "Empty drawing; choose an image file to use the keyboard"}
          {...pen}
        />
      </div>
      <div className="drawing-tools">
        <p className="hint" id={`${id}-how`}>
          Draw here, or drop an image on it.
        </p>
        <button type="button" aria-describedby={`${id}-how`} onClick={() => input.current?.click()}>
          Choose image
        </button>
        <input
          ref={input}
          type="file"
          accept="image/*"
          hidden
          aria-label="Image to try"
          onChange={(event) => {
            void take(event.target.files?.[0]);
            event.target.value = "";
          }}
        />
        <button type="button" onClick={() => onChange(null)}>
          Clear
        </button>
        <span style={{ visibility: picture === null ? "visible" : "hidden" }}>
          <Segments label="Draw" options={GROUNDS} value={ground} onChange={setGround} />
        </span>
        {shape.channels === 3 && (
          <label className="ink">
            <input type="color" value={colour} onChange={(event) => setColour(event.target.value)} /> ink
          </label>
        )}
        <small>
          read as {shape.width}×{shape.height}, {shape.channels === 1 ? "grey" : "colour"}
        </small>
      </div>
      {error !== null && (
        <p className="hint bad" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

function clear(canvas: HTMLCanvasElement | null, colour: string): void {
  // Reading back is the rule here, drawing the exception.
  const context = canvas?.getContext("2d", { willReadFrequently: true });
  if (!canvas || !context) return;
  context.fillStyle = colour;
  context.fillRect(0, 0, canvas.width, canvas.height);
}

function show(canvas: HTMLCanvasElement | null, { width, height, rgba }: Picture): void {
  const source = new OffscreenCanvas(width, height);
  source.getContext("2d")?.putImageData(new ImageData(new Uint8ClampedArray(rgba), width, height), 0, 0);
  const context = canvas?.getContext("2d", { willReadFrequently: true });
  if (!canvas || !context) return;
  clear(canvas, "#000000");
  context.imageSmoothingEnabled = width > canvas.width;
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
}

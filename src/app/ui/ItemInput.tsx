import { useEffect, useRef } from "react";
import type { Input } from "../../shared/dataset.ts";

/** An input as people see it: its text, its picture, or its cells. */
export function ItemInput({ input, label, size = 56 }: { input: Input; label: string; size?: number }) {
  switch (input.modality) {
    case "text":
      return <span className="item-text">{input.text}</span>;
    case "image":
      return <Picture image={input} label={label} size={size} />;
    case "table":
      return (
        <span className="item-cells">
          {Object.entries(input.cells).map(([name, cell]) => (
            <span key={name}>
              <small>{name}</small> {cell === "" ? "–" : cell}
            </span>
          ))}
        </span>
      );
  }
}

type ImageInput = Extract<Input, { modality: "image" }>;

/** Pixels at whole multiples of their size, sharp. */
function Picture({ image, label, size }: { image: ImageInput; label: string; size: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height, rgba } = image;
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    context?.putImageData(new ImageData(new Uint8ClampedArray(rgba), width, height), 0, 0);
  }, [rgba, width, height]);
  const scale = size / Math.max(width, height);
  return (
    <canvas
      ref={canvas}
      className="picture"
      width={width}
      height={height}
      style={{ width: Math.round(width * scale), height: Math.round(height * scale) }}
      role="img"
      aria-label={label}
    />
  );
}

import { useEffect, useRef } from "react";

interface Props {
  width: number;
  height: number;
  rgba: Uint8ClampedArray;
  label?: string;
  /** Pixels of the longer side on screen; CSS gives the size where it is left out. */
  size?: number;
}

/** An image drawn pixel by pixel, sharp. */
export function Pixels({ width, height, rgba, label, size }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || rgba.length !== width * height * 4) return;
    const image = context.createImageData(width, height);
    image.data.set(rgba);
    context.putImageData(image, 0, 0);
  }, [width, height, rgba]);
  const scale = size && size / Math.max(width, height);
  return (
    <canvas
      ref={canvas}
      className="pixels"
      width={width}
      height={height}
      {...(scale ? { style: { width: Math.round(width * scale), height: Math.round(height * scale) } } : {})}
      role={label ? "img" : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
    />
  );
}

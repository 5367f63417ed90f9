import { useEffect, useRef } from "react";

interface Props {
  width: number;
  height: number;
  rgba: Uint8ClampedArray;
  label?: string;
}

/** An image drawn pixel by pixel; CSS gives its size. */
export function Pixels({ width, height, rgba, label }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || rgba.length !== width * height * 4) return;
    const image = context.createImageData(width, height);
    image.data.set(rgba);
    context.putImageData(image, 0, 0);
  }, [width, height, rgba]);
  return (
    <canvas
      ref={canvas}
      className="pixels"
      width={width}
      height={height}
      role={label ? "img" : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
    />
  );
}

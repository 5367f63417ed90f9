import { type CSSProperties, useEffect, useRef, useState } from "react";
import type { BoundaryResult } from "../../shared/method-calls.ts";
import { useUiStore } from "../stores/ui-store.ts";
import { hueOf } from "./markers.ts";

/** Opacity of a region where the model is as unsure as it can be, and where it is certain. */
const FAINT = 0.06;
const FULL = 0.5;

interface Props {
  result: BoundaryResult;
  numClasses: number;
  style: CSSProperties;
}

/** The grid of predictions: hue by class, opacity by how far the confidence lies above guessing. */
export function Regions({ result, numClasses, style }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useThemeInForce();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme decides what the colour variables come to
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!element || !context) return;
    const { size, classes, confidence } = result;
    const colours = Array.from({ length: Math.min(6, numClasses) }, (_, c) => colourOf(element, hueOf(c)));
    const image = context.createImageData(size, size);
    for (let i = 0; i < size * size; i++) {
      const chance = 1 / numClasses;
      const sure = Math.max(0, ((confidence[i] ?? 0) - chance) / (1 - chance || 1));
      // The first row of the grid is the lowest, of an image the topmost.
      const at = 4 * ((size - 1 - Math.floor(i / size)) * size + (i % size));
      image.data.set(colours[(classes[i] ?? 0) % 6] ?? [0, 0, 0], at);
      image.data[at + 3] = 255 * (FAINT + sure * (FULL - FAINT));
    }
    context.putImageData(image, 0, 0);
  }, [result, numClasses, theme]);
  return <canvas ref={canvas} className="regions" width={result.size} height={result.size} style={style} />;
}

/** What a series colour comes to in the theme in force, as [r, g, b]. */
function colourOf(element: HTMLElement, hue: number): [number, number, number] {
  element.style.color = `var(--series-${hue})`;
  const [r = 0, g = 0, b = 0] =
    getComputedStyle(element)
      .color.match(/[\d.]+/g)
      ?.map(Number) ?? [];
  element.style.color = "";
  return [r, g, b];
}

/** Changes when light becomes dark or the reverse, by the reader's choice or the system's. */
function useThemeInForce(): string {
  const chosen = useUiStore((state) => state.theme);
  const [dark, setDark] = useState(() => matchMedia("(prefers-color-scheme: dark)").matches);
  useEffect(() => {
    const query = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => setDark(query.matches);
    query.addEventListener("change", follow);
    return () => query.removeEventListener("change", follow);
  }, []);
  return `${chosen} ${dark}`;
}

import { type PointerEvent, type RefObject, useEffect, useRef } from "react";
import type { Picture } from "./picture.ts";

/** Strokes of written digits are about a tenth of the picture wide. */
const PEN_SHARE = 1 / 11;
/** A stroke is shown to the model this often while it is drawn. */
const EVERY_MS = 150;

/** Draws with mouse, pen or finger, and hands over the picture while it grows. */
export function usePen(canvas: RefObject<HTMLCanvasElement | null>, ink: string, onDrawn: (picture: Picture) => void) {
  const from = useRef<{ x: number; y: number } | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => () => clearTimeout(timer.current ?? undefined), []);

  const handOver = () => {
    clearTimeout(timer.current ?? undefined);
    timer.current = null;
    const picture = pictureOn(canvas.current);
    if (picture) onDrawn(picture);
  };
  const draw = (event: PointerEvent<HTMLCanvasElement>) => {
    const target = event.currentTarget;
    const context = target.getContext("2d");
    if (!context) return;
    const strokes = event.nativeEvent.getCoalescedEvents?.() ?? [];
    for (const point of strokes.length > 0 ? strokes : [event.nativeEvent]) {
      const to = placeOn(target, point);
      strokeLine(context, from.current ?? to, to, ink, target.width * PEN_SHARE);
      from.current = to;
    }
    timer.current ??= setTimeout(handOver, EVERY_MS);
  };
  const end = () => {
    if (from.current) handOver();
    from.current = null;
  };
  return {
    onPointerDown: (event: PointerEvent<HTMLCanvasElement>) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      draw(event);
    },
    onPointerMove: (event: PointerEvent<HTMLCanvasElement>) => {
      if (from.current) draw(event);
    },
    onPointerUp: end,
    onPointerCancel: end,
  };
}

/** A place on the page -> a place in the canvas's own pixels. */
function placeOn(canvas: HTMLCanvasElement, { clientX, clientY }: { clientX: number; clientY: number }) {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  return { x: ((clientX - left) / width) * canvas.width, y: ((clientY - top) / height) * canvas.height };
}

type Point = { x: number; y: number };

function strokeLine(context: CanvasRenderingContext2D, from: Point, to: Point, ink: string, width: number): void {
  context.strokeStyle = ink;
  context.lineWidth = width;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y);
  context.stroke();
}

function pictureOn(canvas: HTMLCanvasElement | null): Picture | null {
  const data = canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height);
  return data ? { modality: "image", width: data.width, height: data.height, rgba: data.data } : null;
}

import type { Page } from "@playwright/test";
import { type MainThread, watchMainThread } from "./main-thread.ts";

/** Times from a person's event to the end of the frame that shows what came of it, in milliseconds. */
export interface Interactions {
  readonly name: string;
  readonly toPaintMs: readonly number[];
  readonly thread: MainThread;
}

/** What a person does in the table, with what it is called in the result. */
export interface Deed {
  readonly name: string;
  /** The events by which it is timed. */
  readonly events: readonly ("click" | "keydown" | "input" | "scroll")[];
  run(page: Page): Promise<void>;
}

/**
 * Does it and times every event of the kind from the browser's stamp on it until after the next frame was painted, as
 * the metric Interaction to Next Paint does (which leaves out scrolling).
 */
export async function timeInteractions(page: Page, { name, events, run }: Deed): Promise<Interactions> {
  const watch = await watchMainThread(page);
  await page.evaluate(startClock, [...events]);
  await run(page);
  // The last frame is painted by then.
  await page.waitForTimeout(300);
  const toPaintMs = await page.evaluate(stopClock);
  return { name, toPaintMs, thread: await watch.end() };
}

interface Clock {
  times: number[];
  stop(): void;
}

function startClock(events: string[]): void {
  const clock: Clock = { times: [], stop: () => {} };
  let waiting: number | null = null;
  const begin = (event: Event) => {
    // Several events of one deed, such as the scrolls of one frame, count from the first.
    if (waiting !== null) return;
    waiting = event.timeStamp;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        clock.times.push(performance.now() - (waiting ?? 0));
        waiting = null;
      };
      port2.postMessage(null);
    });
  };
  for (const event of events) addEventListener(event, begin, { capture: true });
  clock.stop = () => {
    for (const event of events) removeEventListener(event, begin, { capture: true });
  };
  Object.assign(globalThis, { refrainClock: clock });
}

function stopClock(): number[] {
  const clock = (globalThis as unknown as { refrainClock: Clock }).refrainClock;
  clock.stop();
  return clock.times;
}

import type { Page } from "@playwright/test";

/** How busy a page's main thread was. Tasks below 50 ms are not listed by browsers. */
export interface MainThread {
  readonly longestTaskMs: number;
  readonly tasksOver50Ms: number;
  readonly tasksOver100Ms: number;
  /** Longest time between two animation frames. */
  readonly longestFrameGapMs: number;
  readonly frameGapsOver100Ms: number;
  readonly seconds: number;
  /** Largest JavaScript heap of the page seen, in bytes; 0 where the browser does not tell. */
  readonly peakHeapBytes: number;
}

interface Watch {
  tasks: number[];
  gaps: number[];
  started: number;
  peakHeapBytes: number;
  stop(): void;
}

/** Starts to watch the main thread. */
export async function watchMainThread(page: Page): Promise<void> {
  await page.evaluate(NAME_SHIM);
  await page.evaluate(() => {
    const watch: Watch = { tasks: [], gaps: [], started: performance.now(), peakHeapBytes: 0, stop: () => {} };
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) watch.tasks.push(duration);
    });
    observer.observe({ entryTypes: ["longtask"] });
    const { memory } = performance as unknown as { memory?: { usedJSHeapSize: number } };
    let last = performance.now();
    let frame = requestAnimationFrame(function next(now) {
      watch.gaps.push(now - last);
      last = now;
      watch.peakHeapBytes = Math.max(watch.peakHeapBytes, memory?.usedJSHeapSize ?? 0);
      frame = requestAnimationFrame(next);
    });
    watch.stop = () => {
      for (const { duration } of observer.takeRecords()) watch.tasks.push(duration);
      observer.disconnect();
      cancelAnimationFrame(frame);
    };
    Object.assign(globalThis, { refrainWatch: watch });
  });
}

/** Ends the watch and says what was seen. */
export async function endWatch(page: Page): Promise<MainThread> {
  return page.evaluate(async () => {
    // Entries of the last tasks are handed out a little later.
    await new Promise((resolve) => setTimeout(resolve, 200));
    const watch = (globalThis as unknown as { refrainWatch: Watch }).refrainWatch;
    watch.stop();
    return {
      longestTaskMs: Math.max(0, ...watch.tasks),
      tasksOver50Ms: watch.tasks.filter((ms) => ms > 50).length,
      tasksOver100Ms: watch.tasks.filter((ms) => ms > 100).length,
      longestFrameGapMs: Math.max(0, ...watch.gaps),
      frameGapsOver100Ms: watch.gaps.filter((ms) => ms > 100).length,
      seconds: (performance.now() - watch.started) / 1000,
      peakHeapBytes: watch.peakHeapBytes,
    };
  });
}

/**
 * The transpiler that runs the benches marks functions with a call of `__name`, which pages do not have. Give this to
 * `page.addInitScript` or put it in front of a worker's source.
 */
export const NAME_SHIM = "globalThis.__name ??= (named) => named;";

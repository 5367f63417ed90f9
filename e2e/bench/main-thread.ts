import type { Page } from "@playwright/test";

/** How busy a page's main thread was. */
export interface MainThread {
  /** By the clock, as the browser's own observer lists tasks of 50 ms and more; 0 where there was none. */
  readonly longestTaskMs: number;
  readonly tasksOver50Ms: number;
  readonly tasksOver100Ms: number;
  /** The same in processor time of the thread, which other programs on the machine do not lengthen. */
  readonly longestCpuMs: number;
  readonly cpuOver50Ms: number;
  readonly cpuOver100Ms: number;
  /** Longest time between two animation frames. */
  readonly longestFrameGapMs: number;
  readonly seconds: number;
  /** Largest JavaScript heap of the page seen at a frame, in bytes. */
  readonly peakHeapBytes: number;
}

/** Tasks by the clock and in processor time: the longest, and how many took over 50 and over 100 ms. */
export const MAIN_THREAD_COLUMNS = ["task ms", "> 50", "> 100", "cpu ms", "> 50", "> 100", "frame ms"] as const;

export const mainThreadCells = (seen: MainThread): string[] => [
  seen.longestTaskMs.toFixed(0),
  String(seen.tasksOver50Ms),
  String(seen.tasksOver100Ms),
  seen.longestCpuMs.toFixed(0),
  String(seen.cpuOver50Ms),
  String(seen.cpuOver100Ms),
  seen.longestFrameGapMs.toFixed(0),
];

interface Watch {
  tasks: number[];
  gaps: number[];
  started: number;
  peakHeapBytes: number;
  stop(): void;
}

/** An event of Chromium's trace format; times in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly tdur?: number;
}

const MARK = "refrain-bench";

/** Watches a page's main thread until `end` is called. One page of a browser can be watched at a time. */
export async function watchMainThread(page: Page): Promise<{ end(): Promise<MainThread> }> {
  const browser = page.context().browser();
  if (!browser) throw new Error("The page has no browser of its own.");
  await browser.startTracing(page, { categories: ["toplevel", "blink.user_timing"] });
  await page.evaluate(NAME_SHIM);
  await page.evaluate(startInPage, MARK);
  return {
    end: async () => {
      const seen = await page.evaluate(endInPage);
      const trace = JSON.parse((await browser.stopTracing()).toString("utf8")) as { traceEvents: TraceEvent[] };
      return { ...seen, ...processorTime(trace.traceEvents) };
    },
  };
}

/** The tasks of the thread that made the mark. */
function processorTime(events: readonly TraceEvent[]) {
  const mark = events.find(({ name }) => name === MARK);
  if (!mark) throw new Error("The trace does not hold the watched page.");
  const tasks = events
    .filter(({ name, pid, tid }) => name === "ThreadControllerImpl::RunTask" && pid === mark.pid && tid === mark.tid)
    .map(({ tdur }) => (tdur ?? 0) / 1000);
  return {
    longestCpuMs: tasks.reduce((most, ms) => Math.max(most, ms), 0),
    cpuOver50Ms: tasks.filter((ms) => ms > 50).length,
    cpuOver100Ms: tasks.filter((ms) => ms > 100).length,
  };
}

function startInPage(mark: string): void {
  const watch: Watch = { tasks: [], gaps: [], started: performance.now(), peakHeapBytes: 0, stop: () => {} };
  performance.mark(mark);
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
}

async function endInPage(): Promise<Omit<MainThread, "longestCpuMs" | "cpuOver50Ms" | "cpuOver100Ms">> {
  // Entries of the last tasks are handed out a little later.
  await new Promise((resolve) => setTimeout(resolve, 200));
  const watch = (globalThis as unknown as { refrainWatch: Watch }).refrainWatch;
  watch.stop();
  return {
    longestTaskMs: Math.max(0, ...watch.tasks),
    tasksOver50Ms: watch.tasks.filter((ms) => ms > 50).length,
    tasksOver100Ms: watch.tasks.filter((ms) => ms > 100).length,
    longestFrameGapMs: Math.max(0, ...watch.gaps),
    seconds: (performance.now() - watch.started) / 1000,
    peakHeapBytes: watch.peakHeapBytes,
  };
}

/**
 * The transpiler that runs the benches marks functions with a call of `__name`, which pages do not have. Give this to
 * a page or put it in front of a worker's source.
 */
export const NAME_SHIM = "globalThis.__name ??= (named) => named;";

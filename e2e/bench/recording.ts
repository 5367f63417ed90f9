import type { Page } from "@playwright/test";
import type { FromEngine, ToEngine } from "../../src/shared/protocol.ts";
import { NAME_SHIM } from "./main-thread.ts";

/** All that passed between a page and its engine, in order. */
export interface Recording {
  readonly toEngine: readonly ToEngine[];
  readonly fromEngine: readonly FromEngine[];
}

/** Makes every worker of the page keep what it is sent and what it answers. Call before the page is opened. */
export async function recordWorkers(page: Page): Promise<void> {
  await page.addInitScript({ content: NAME_SHIM });
  await page.addInitScript(() => {
    const recording: { toEngine: unknown[]; fromEngine: unknown[] } = { toEngine: [], fromEngine: [] };
    class RecordedWorker extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        this.addEventListener("message", ({ data }) => recording.fromEngine.push(data));
      }
      override postMessage(message: unknown): void {
        recording.toEngine.push(message);
        super.postMessage(message);
      }
    }
    Object.assign(globalThis, { Worker: RecordedWorker, refrainRecording: recording });
  });
}

export const readRecording = (page: Page): Promise<Recording> =>
  page.evaluate(() => (globalThis as unknown as { refrainRecording: Recording }).refrainRecording);

/** How fast a recorded run is told again. */
export interface Pace {
  readonly stepsPerMessage: number;
  readonly messageEveryMs: number;
}

/**
 * Puts in the engine's place a worker that answers every call as recorded, and tells the recorded run again at
 * another pace. It is a real worker, so that its messages cost the page what the engine's would.
 */
export async function replayWorkers(page: Page, recording: Recording, pace: Pace): Promise<void> {
  await page.addInitScript({ content: NAME_SHIM });
  const source = `${NAME_SHIM}(${replayEngine})(${JSON.stringify(recording)}, ${JSON.stringify(pace)});`;
  await page.addInitScript((source) => {
    const RealWorker = Worker;
    Object.assign(globalThis, {
      Worker: class extends RealWorker {
        constructor() {
          super(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
        }
      },
    });
  }, source);
}

/** Runs in the worker; uses nothing from outside. */
function replayEngine({ toEngine, fromEngine }: Recording, { stepsPerMessage, messageEveryMs }: Pace): void {
  const send = (message: FromEngine): void => (globalThis as unknown as Worker).postMessage(message);
  const events = fromEngine.flatMap((message) => (message.type === "run" ? [message.event] : []));
  const answers = fromEngine.filter((message) => message.type === "result");
  const callOf = new Map(toEngine.flatMap((message) => (message.type === "call" ? [[message.id, message]] : [])));

  /** The recorded answer to the call most like this one: the same arguments but for the run's id, else the last. */
  const answerTo = (call: Extract<ToEngine, { type: "call" }>): FromEngine => {
    const plain = ({ arguments: given }: typeof call): string => JSON.stringify({ ...given, runId: null });
    const alike = answers.filter((answer) => answer.call === call.call);
    const same = alike.find((answer) => plain(callOf.get(answer.id) as typeof call) === plain(call));
    const answer = same ?? alike.at(-1);
    if (answer) return { ...answer, id: call.id };
    return {
      type: "error",
      id: call.id,
      error: { kind: "engine", message: `No answer to ${call.call} was recorded.` },
    };
  };

  const tellRun = async (runId: string): Promise<void> => {
    const steps = events.flatMap((event) => (event.kind === "steps" ? event.steps : []));
    const measured = events.find((event) => event.kind === "steps");
    let told = 0;
    for (const event of events) {
      if (event.kind === "steps") continue;
      const until = event.kind === "epoch" ? event.epoch.step : event.kind === "ended" ? steps.length : told;
      while (told < until && measured) {
        const next = Math.min(told + stepsPerMessage, until);
        send({ type: "run", runId, event: { ...measured, steps: steps.slice(told, next) } });
        told = next;
        await new Promise((resolve) => setTimeout(resolve, messageEveryMs));
      }
      send({ type: "run", runId, event });
    }
  };

  globalThis.onmessage = ({ data }: MessageEvent<ToEngine>) => {
    if (data.type === "ping") send({ type: "pong" });
    if (data.type !== "call") return;
    send(answerTo(data));
    if (data.call === "train.start") void tellRun(data.arguments.runId);
  };
  send({ type: "ready" });
}

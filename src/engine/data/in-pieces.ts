import { nextTask } from "../next-task.ts";
import type { Work } from "./dataset.ts";
import { throwIfCancelled } from "./problems.ts";

/** Items between two looks at the clock. */
const PIECE = 2048;
/** After so long without a pause messages are let in: pings are answered and a cancel is heard. */
const BUSY_MS = 30;

let lastPause = 0;

/**
 * Works through items 0 to `count` - 1 in pieces [from, to), letting messages in between them.
 * @throws CancelledError once the work was called off
 */
export async function inPieces(count: number, work: Work, piece: (from: number, to: number) => void): Promise<void> {
  for (let from = 0; from < count; from += PIECE) {
    await letMessagesIn(work);
    piece(from, Math.min(from + PIECE, count));
  }
}

/** Lets messages in where none could come for some milliseconds. @throws CancelledError once the work was called off */
export async function letMessagesIn(work: Work): Promise<void> {
  if (performance.now() - lastPause > BUSY_MS) {
    await nextTask();
    lastPause = performance.now();
  }
  throwIfCancelled(work);
}

import { nextTask } from "../next-task.ts";
import { tf } from "../tf.ts";
import type { Batch } from "./batches.ts";
import { InFlight } from "./pacing.ts";
import type { Trainer } from "./trainer.ts";

/**
 * Milliseconds a step over `count` real steps on one batch, taken as the training loop takes them, until the device has
 * done them all. Lets messages in between steps. The first step of a trainer compiles and uploads: take it apart.
 */
export async function timeSteps(trainer: Trainer, batch: Batch, count: number): Promise<number> {
  const inFlight = new InFlight(trainer);
  const started = performance.now();
  for (let i = 1; i <= count; i++) {
    trainer.step(batch);
    await inFlight.sent();
    if (i < count) await nextTask();
  }
  await inFlight.settle();
  // WebGL tells by a read alone that it is done.
  const losses = tf.getBackend() === "webgl" ? trainer.losses() : null;
  await losses;
  return (performance.now() - started) / count;
}

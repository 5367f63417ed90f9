import { memoryBytes } from "../gpu.ts";
import { tf } from "../tf.ts";
import { insideEngine, withMembers } from "../tfjs-private.ts";

/** The most bytes of tensors that a computation has at a time beside those that were there before. */
export function peakBytes(compute: () => void): number {
  const engine = insideEngine(tf.engine());
  const { trackTensor } = engine;
  const before = memoryBytes();
  let peak = 0;
  const tracked = (...of: Parameters<typeof trackTensor>): void => {
    trackTensor.apply(engine, of);
    peak = Math.max(peak, memoryBytes() - before);
  };
  withMembers(engine, { trackTensor: tracked }, compute);
  return peak;
}

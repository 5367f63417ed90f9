import { lossOf, onLossOf } from "../device-watch.ts";
import type { DeviceLostError } from "../errors.ts";
import { startedDevice, tf } from "../tf.ts";

/** How long to wait for word of a loss after what may be the first sign of it, and for work to end after such word. */
const WORD_MS = 500;

/**
 * The GPU device that some work counts on, from when it began. A lost device takes commands as if nothing were, says that
 * it has done them, and fails to be read with an error that may be empty: so it is asked before and after.
 */
export class DeviceGuard {
  /** Null where the backend has none that could be lost. */
  readonly #device = tf.getBackend() === "webgpu" ? startedDevice() : null;

  /** @throws DeviceLostError where the device is gone */
  check(): void {
    const loss = this.#device && lossOf(this.#device);
    if (loss) throw loss;
  }

  /**
   * What some work comes to.
   * @throws DeviceLostError where the device is gone before the work is done, whatever the work would come to
   */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.check();
    if (!this.#device) return work();
    try {
      const result = await untilLost(this.#device, work());
      this.check();
      return result;
    } catch (error) {
      throw (isSign(error) ? await wordOfLoss(this.#device) : lossOf(this.#device)) ?? error;
    }
  }
}

/** What stands behind an error on any backend that nobody called for: the loss of the device, or the error itself. */
export async function causeOf(error: unknown): Promise<unknown> {
  const device = startedDevice();
  return (device && isSign(error) && (await wordOfLoss(device))) || error;
}

/** True of what a browser throws at those who wait for a device that is lost, often before it says so. */
const isSign = (error: unknown): boolean => error instanceof DOMException;

/** Work ends by itself on a lost device, and lets go of what it holds; what does not do so soon is left. */
function untilLost<T>(device: GPUDevice, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let late: ReturnType<typeof setTimeout> | undefined;
    const callOff = onLossOf(device, (loss) => {
      late = setTimeout(() => reject(loss), WORD_MS);
    });
    work.then(resolve, reject).finally(() => {
      callOff();
      clearTimeout(late);
    });
  });
}

/** The loss of a device, where it is known soon. */
function wordOfLoss(device: GPUDevice): Promise<DeviceLostError | null> {
  return new Promise((resolve) => {
    const known = lossOf(device);
    if (known) return resolve(known);
    const late = setTimeout(() => {
      callOff();
      resolve(null);
    }, WORD_MS);
    const callOff = onLossOf(device, (loss) => {
      clearTimeout(late);
      resolve(loss);
    });
  });
}

/**
 * What a GPU device tells beside the calls to it: that it refused a command, and that it is gone. Either leaves wrong
 * numbers behind, or none, without a word, so that whoever waits for the device has to ask.
 */
import { DeviceLostError } from "./errors.ts";

interface Watched {
  loss: DeviceLostError | null;
  readonly listeners: Set<(loss: DeviceLostError) => void>;
}

const watched = new WeakMap<GPUDevice, Watched>();
let refused: string | null = null;

/** Watches a device from now on. @param whenLost called once, before anybody else hears of the loss */
export function watchDevice(device: GPUDevice, whenLost: (loss: DeviceLostError) => void): void {
  if (watched.has(device)) return;
  const state: Watched = { loss: null, listeners: new Set() };
  watched.set(device, state);
  device.addEventListener("uncapturederror", ({ error }) => {
    refused ??= error.message;
    console.error(error.message);
  });
  void device.lost.then(({ message, reason }) => {
    const loss = new DeviceLostError(message || reason);
    state.loss = loss;
    // What it refused in the end is no fault of the next device's.
    refused = null;
    whenLost(loss);
    for (const listener of state.listeners) listener(loss);
    state.listeners.clear();
  });
}

/** Null as long as a device is there, as far as is known. */
export const lossOf = (device: GPUDevice): DeviceLostError | null => watched.get(device)?.loss ?? null;

/** Calls back when a device is lost, until that is called off by the function returned. */
export function onLossOf(device: GPUDevice, listener: (loss: DeviceLostError) => void): () => void {
  const listeners = watched.get(device)?.listeners;
  listeners?.add(listener);
  return () => listeners?.delete(listener);
}

/** @throws Error where a device refused a command since the last call */
export function throwWhatWasRefused(): void {
  const message = refused;
  refused = null;
  if (message !== null) throw new Error(`The GPU refused a command: ${message}`);
}

/**
 * The only import of tfjs. Its newest release, 4.22.0, is pinned: what it gets wrong is worked round here and in
 * kernels/, each with the issue number at tensorflow/tfjs.
 */
import * as tf from "@tensorflow/tfjs-core";
// tfjs-core alone knows no gradients.
import "@tensorflow/tfjs-core/dist/register_all_gradients";
import "@tensorflow/tfjs-backend-cpu";
import wasmPlain from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url";
import wasmSimd from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import wasmThreaded from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { BackendReport } from "../shared/run-record.ts";
import type { BackendChoice, BackendName } from "../shared/task.ts";
import { MOST_ACTIVATION_BYTES } from "../shared/transformer-cost.ts";
import { lossOf, throwWhatWasRefused, watchDevice } from "./device-watch.ts";
import { closeBackend, insideBackend, submitPendingOf } from "./tfjs-private.ts";

export type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
export type { Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from "@tensorflow/tfjs-core";
export { tf };
export const TFJS_VERSION: string = tf.version_core;

/** What an adapter says of itself; null where there is none. */
interface AdapterFacts {
  readonly label: string;
  readonly software: boolean;
}

let whenLost: () => void = () => {};

/** Calls back whenever a GPU device is lost; the next start of WebGPU makes a new one. */
export function onDeviceLost(listener: () => void): void {
  whenLost = listener;
}

/**
 * Readies a backend and makes it current. `auto` goes by the adapter, before anything was measured: WebGPU on a real
 * GPU; on a software adapter, or without WebGPU, wasm, then WebGL, then plain JavaScript.
 * @throws Error saying why, where the backend that was asked for cannot be had
 */
export async function startBackend(choice: BackendChoice): Promise<BackendReport> {
  const adapter = choice === "auto" || choice === "webgpu" ? await probeAdapter() : null;
  const report = (name: BackendName, reason: string) => ({
    name,
    adapter: adapter?.label ?? null,
    reason,
    figures: [],
  });
  if (choice !== "auto") {
    await makeCurrent(choice, adapter);
    return report(choice, "chosen by you");
  }
  if (adapter && !adapter.software && (await tryBackend("webgpu", adapter)))
    return report("webgpu", "a WebGPU adapter on real hardware; each run measures whether it is the fastest");
  const why = adapter
    ? `the only WebGPU adapter is a software one (${adapter.label})`
    : "this browser offers no WebGPU adapter";
  for (const [name, reason] of FALLBACKS) {
    if (await tryBackend(name, null)) return report(name, `${why}; ${reason}`);
  }
  throw new Error("No backend could be started in this browser, not even plain JavaScript.");
}

const FALLBACKS: readonly (readonly [BackendName, string])[] = [
  ["wasm", "WebAssembly until a run has measured which is the fastest"],
  ["webgl", "WebAssembly could not be started; WebGL until a run has measured"],
  ["cpu", "neither WebAssembly nor WebGL could be started; plain JavaScript is slow"],
];

/**
 * Makes a backend current, starting it where it is not yet.
 * @throws Error saying why it cannot be had
 */
export async function makeCurrent(name: BackendName, known?: AdapterFacts | null): Promise<void> {
  const adapter = name === "webgpu" ? (known ?? (await probeAdapter())) : null;
  if (name === "webgpu" && !adapter)
    throw new Error("WebGPU was asked for, but this browser offers no WebGPU adapter. Choose auto, wasm or webgl.");
  if (!(await tryBackend(name, adapter)))
    throw new Error(`The backend "${name}" could not be started in this browser. Choose auto.`);
}

/**
 * Computes on a backend that was started earlier, whichever is current. The function must do its work before it first
 * waits: what comes after that runs on the current backend again.
 */
export function onBackend<T>(name: BackendName, compute: () => T): T {
  const current = tf.getBackend();
  if (current === name) return compute();
  // For a started backend the switch is done when the call returns; its promise only says so again.
  void tf.setBackend(name);
  try {
    return compute();
  } finally {
    void tf.setBackend(current);
  }
}

async function probeAdapter(): Promise<AdapterFacts | null> {
  // `gpu` is missing in browsers without WebGPU, whatever the types say; a null adapter would make tfjs throw (#8094).
  const gpu = navigator.gpu as GPU | undefined;
  const adapter = await gpu?.requestAdapter({ powerPreference: "high-performance" }).catch(() => null);
  if (!adapter) return null;
  const { vendor, architecture, description } = adapter.info;
  const label = description || [vendor, architecture].filter(Boolean).join(" ") || "unnamed adapter";
  const software =
    adapter.info.isFallbackAdapter ||
    /swiftshader|llvmpipe|lavapipe|basic render|warp/i.test(`${label} ${architecture}`);
  return { label, software };
}

async function tryBackend(name: BackendName, adapter: AdapterFacts | null): Promise<boolean> {
  try {
    if (name === "webgpu") removeLostBackend();
    if (!(name in tf.engine().registry)) await LOADERS[name](adapter);
    if (!(await tf.setBackend(name))) return false;
    await tf.ready();
    if (name === "webgpu") watchBackend();
    return true;
  } catch (error) {
    console.warn(`The backend ${name} could not be started.`, error);
    return false;
  }
}

const LOADERS: Record<BackendName, (adapter: AdapterFacts | null) => Promise<void>> = {
  cpu: async () => {},
  webgl: async () => {
    await import("@tensorflow/tfjs-backend-webgl");
  },
  wasm: async () => {
    const { setThreadsCount, setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
    setWasmPaths({
      "tfjs-backend-wasm.wasm": wasmPlain,
      "tfjs-backend-wasm-simd.wasm": wasmSimd,
      "tfjs-backend-wasm-threaded-simd.wasm": wasmThreaded,
    });
    const { registerWasmGradients } = await import("./kernels/wasm-gradients.ts");
    registerWasmGradients();
    // Threads need cross-origin isolation; tfjs falls back to one where the page lacks it.
    setThreadsCount(Math.min(8, Math.max(1, navigator.hardwareConcurrency ?? 1)));
  },
  webgpu: async (adapter) => {
    await import("@tensorflow/tfjs-backend-webgpu");
    const { registerWebGpuKernels } = await import("./kernels/index.ts");
    registerWebGpuKernels(adapter?.software ? "software" : "hardware");
    // Small tensors would otherwise be computed on the CPU, which reads them back from the GPU.
    tf.env().set("WEBGPU_CPU_FORWARD", false);
    tf.env().set("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE", 64);
    // The packed program has no barriers; on emulators the others are up to 500 times slower.
    tf.env().set("WEBGPU_MATMUL_PROGRAM_TYPE", adapter?.software ? 3 : -1);
  },
};

/** The device of the WebGPU backend that was started last, current or not; null where none was. */
export const startedDevice = (): GPUDevice | null =>
  (tf.engine().registry.webgpu as WebGPUBackend | undefined)?.device ?? null;

function watchBackend(): void {
  const backend = webGpuBackend();
  watchDevice(backend.device, (loss) => {
    closeBackend(insideBackend(backend), loss);
    whenLost();
  });
}

/** A lost device stays lost. Its backend stays until WebGPU is started anew, for those who still hold tensors of it. */
function removeLostBackend(): void {
  const device = startedDevice();
  if (!device || !lossOf(device)) return;
  const factory = tf.findBackendFactory("webgpu");
  tf.removeBackend("webgpu");
  tf.registerBackend("webgpu", factory, 3);
}

/** The current backend, which must be WebGPU. */
export function webGpuBackend(): WebGPUBackend {
  return tf.backend() as WebGPUBackend;
}

/** Sends what tfjs has encoded on WebGPU and not sent yet, so that commands of our own come after it. */
export const submitPending = (): void => submitPendingOf(insideBackend(webGpuBackend()));

/**
 * Resolves when all work sent to the device so far is done; at once on backends that compute synchronously.
 * @throws Error where the device refused a command since the last call
 */
export async function deviceIdle(): Promise<void> {
  if (tf.getBackend() !== "webgpu") return;
  submitPending();
  await webGpuBackend().device.queue.onSubmittedWorkDone();
  throwWhatWasRefused();
}

/** Bytes that one tensor may have on the current backend: a binding, a texture, a share of WebAssembly's 4 GB. */
export function maxTensorBytes(): number {
  switch (tf.getBackend()) {
    case "webgpu": {
      const { maxStorageBufferBindingSize, maxBufferSize } = webGpuBackend().device.limits;
      return Math.min(maxStorageBufferBindingSize, maxBufferSize);
    }
    case "webgl":
      // Four float32 a texel.
      return 16 * tf.env().getNumber("WEBGL_MAX_TEXTURE_SIZE") ** 2;
    default:
      return 2 ** 29;
  }
}

/** Bytes that all tensors may have together on the current backend, where that is known. */
export const maxTotalBytes = (): number =>
  // WebAssembly's 4 GB, without what weights, data and its own bookkeeping take.
  tf.getBackend() === "wasm" ? 3 * 2 ** 30 : Number.POSITIVE_INFINITY;

/**
 * Bytes of activations beyond which a step had better compute some of them twice than keep them all: half of what
 * WebAssembly holds, and as much as one tensor may have elsewhere, the only hint that a device gives of its size.
 */
export const roomForActivations = (): number =>
  tf.getBackend() === "wasm" ? maxTotalBytes() / 2 : Math.min(MOST_ACTIVATION_BYTES, maxTensorBytes());

export type { TensorInfo } from "@tensorflow/tfjs-core";

/** A WGSL program in the form that tfjs's WebGPU backend runs. */
export type WebGpuProgram = Parameters<WebGPUBackend["runWebGPUProgram"]>[0];
type Uniforms = NonNullable<Parameters<WebGPUBackend["runWebGPUProgram"]>[3]>;

/** Runs a program of our own on the current WebGPU backend. */
export function runProgram(
  program: WebGpuProgram,
  inputs: tf.TensorInfo[],
  uniforms: Uniforms,
  dtype: "float32" | "bool" = "float32",
): tf.TensorInfo {
  return webGpuBackend().runWebGPUProgram(program, inputs, dtype, uniforms);
}

/** The same into a tensor that the program may read as well: it changes in place. */
export function runProgramInto(
  output: tf.Tensor,
  program: WebGpuProgram,
  inputs: tf.TensorInfo[],
  uniforms: Uniforms,
): void {
  webGpuBackend().runWebGPUProgram(program, inputs, "float32", uniforms, output);
}

/** The values of a tensor that lie on the host as well as, or in place of, on the WebGPU device; else null. */
export function valuesOnHost(tensor: tf.Tensor): ArrayLike<number> | null {
  return (webGpuBackend().tensorMap.get(tensor.dataId).values as ArrayLike<number> | null | undefined) ?? null;
}

/** Coordinates to sample from: input x = a0 x + a1 y + a2, input y = b0 x + b1 y + b2, in pixels of the output. */
export type Affine = readonly [a0: number, a1: number, a2: number, b0: number, b1: number, b2: number];

/**
 * Resamples each image of [n, height, width, channels] bilinearly under a map of its own; outside is 0. Has no
 * gradient (nothing below an input needs one).
 * @param maps [n, 8]: each an {@link Affine} and two zeros
 */
export function transformImages(images: tf.Tensor4D, maps: tf.Tensor2D): tf.Tensor4D {
  if (tf.getBackend() !== "cpu") return tf.image.transform(images, maps, "bilinear", "constant", 0);
  // The cpu kernel reads image 0 for every image.
  const each = Array.from({ length: images.shape[0] }, (_, i) =>
    tf.image.transform(tf.slice(images, i, 1), tf.slice(maps, i, 1), "bilinear", "constant", 0),
  );
  return tf.concat(each, 0);
}

/**
 * A mask or integers as float32. tfjs's own cast keeps the integer buffer under the new name, and WebGPU's transpose,
 * hence every sum but over the last axis, then copies integers as if they were floats (#8638).
 */
export function toFloat(x: tf.Tensor): tf.Tensor {
  return tf.add(tf.cast(x, "float32"), 0);
}

import { type KernelVariant, setKernelVariant } from "../kernels/variant.ts";
import { Stream } from "../rng.ts";
import { deviceIdle, type Tensor, tf, webGpuBackend } from "../tf.ts";
import { startTestBackend } from "./backends.ts";

export const VARIANTS: readonly KernelVariant[] = ["software", "hardware"];

/** The value of a function of tensors and the gradients of a weighted sum over it. */
export interface Evaluated {
  readonly shapes: readonly number[][];
  readonly values: readonly Float32Array[];
  /** Names of our own WebGPU programs that were run. */
  readonly programs: ReadonlySet<string>;
}

interface Evaluation {
  readonly variant: KernelVariant;
  readonly gradients?: boolean;
}

/** f at normal numbers of these shapes, the same on every backend, and its gradients in all of them. */
export async function evaluateOn(
  backend: "cpu" | "wasm" | "webgpu",
  f: (inputs: readonly Tensor[]) => Tensor,
  shapes: readonly number[][],
  { variant, gradients = true }: Evaluation,
): Promise<Evaluated> {
  await startTestBackend(backend);
  setKernelVariant(variant);
  const programs = new Set<string>();
  const forget = watchPrograms(programs);
  const tensors = tf.tidy(() => {
    const inputs = shapes.map((shape, i) => normals(shape, i + 1));
    const out = f(inputs);
    if (!gradients) return [out];
    const weights = normals(out.shape, 99);
    return [out, ...tf.grads((...at) => tf.sum(tf.mul(f(at as Tensor[]), weights)))(inputs)];
  });
  // Refused commands leave wrong numbers behind, and are told here.
  await deviceIdle();
  const values = await Promise.all(tensors.map((tensor) => tensor.data() as Promise<Float32Array>));
  tf.dispose(tensors);
  forget();
  return { shapes: tensors.map(({ shape }) => shape), values, programs };
}

/** Notes the programs of flat-program.ts by the first word of their keys; the call back ends it. */
function watchPrograms(programs: Set<string>): () => void {
  if (tf.getBackend() !== "webgpu") return () => {};
  const backend = webGpuBackend();
  const run = backend.runWebGPUProgram;
  backend.runWebGPUProgram = (program, ...rest) => {
    const own = /^refrain_([a-z]+(?:_[a-z]+)*)/.exec(program.shaderKey);
    if (own) programs.add(own[1] as string);
    return run.call(backend, program, ...rest);
  };
  return () => {
    backend.runWebGPUProgram = run;
  };
}

function normals(shape: number[], seed: number): Tensor {
  const stream = new Stream(seed, "sample");
  const length = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Float32Array.from({ length }, () => stream.normal()),
    shape,
  );
}

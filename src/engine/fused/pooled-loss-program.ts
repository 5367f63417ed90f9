import { runProgram, type TensorInfo, tf, type WebGpuProgram } from "../tf.ts";
import { type Lanes, lanesCode, shareOut } from "./lanes.ts";
import { type PooledLossChoice, pooledLossCode } from "./pooled-loss-wgsl.ts";

const KERNEL = "RefrainPooledLoss";

/**
 * The losses of a batch and their gradient, in one buffer since a program of tfjs's writes one: the gradient [batch, K,
 * classes] first, so that it can be read as a tensor in place, then scale_i l_i [batch].
 */
class PooledLossProgram implements WebGpuProgram {
  variableNames: string[];
  uniforms = "batch : u32, scale : f32,";
  workgroupSize: [number, number, number];
  dispatchLayout = { x: [0] };
  dispatch: [number, number, number];
  outputShape: number[];
  shaderKey: string;

  constructor(
    readonly choice: PooledLossChoice,
    batch: number,
    readonly weighs: boolean,
  ) {
    const { numClasses, repeats, lanes = 1 } = choice;
    // Alone, four threads fill an emulator's vector register, and a batch of 32 then keeps eight cores busy.
    this.workgroupSize = [lanes === 1 ? 4 : lanes, 1, 1];
    this.variableNames = weighs ? ["logits", "answers", "scales"] : ["logits", "answers"];
    this.outputShape = [batch * repeats * numClasses + batch];
    this.dispatch = [lanes === 1 ? Math.ceil(batch / 4) : batch, 1, 1];
    this.shaderKey = `pooled_loss_${JSON.stringify(choice)}_${weighs}`;
  }

  getUserCode(): string {
    const { numClasses, repeats, lanes = 1 } = this.choice;
    const at = `(sample * ${repeats}u + k) * ${numClasses}u + c`;
    // Lanes meet at barriers, which no thread may leave out: their workgroups are as many as the samples.
    const leave = lanes === 1 ? "if (sample >= uniforms.batch) { return; }" : "";
    return `
      fn logit(sample : u32, k : u32, c : u32) -> f32 { return logits[${at}]; }
      fn truth(sample : u32, c : u32) -> f32 { return answers[sample * ${numClasses}u + c]; }
      fn gradientAt(sample : u32, k : u32, c : u32) -> f32 { return result[${at}]; }
      fn setGradient(sample : u32, k : u32, c : u32, value : f32) { result[${at}] = value; }
      ${pooledLossCode(this.choice)}
      fn main(index : i32) {
        let sample = u32(index) / ${lanes}u;
        ${leave}
        let scale = ${this.weighs ? "scales[sample]" : "uniforms.scale"};
        let loss = scale * pooledLoss(sample, scale${lanes === 1 ? "" : `, u32(index) % ${lanes}u`});
        if (u32(index) % ${lanes}u == 0u) { result[uniforms.batch * ${repeats * numClasses}u + sample] = loss; }
      }`;
  }
}

/** Sums the losses behind the gradient: -> [1]. */
class LossSumProgram implements WebGpuProgram {
  variableNames = ["packed"];
  uniforms = "batch : u32, start : u32,";
  workgroupSize: [number, number, number];
  dispatchLayout = { x: [0] };
  dispatch: [number, number, number] = [1, 1, 1];
  outputShape = [1];
  shaderKey: string;

  constructor(readonly lanes: Lanes) {
    this.workgroupSize = [lanes, 1, 1];
    this.shaderKey = `pooled_loss_sum_${lanes}`;
  }

  getUserCode(): string {
    return `
      ${lanesCode(this.lanes)}
      fn main(index : i32) {
        ${this.lanes === 1 ? "" : "laneOfLoss = u32(index);"}
        var share = 0.0;
        ${shareOut("i", this.lanes, "uniforms.batch", "share += packed[uniforms.start + i];")}
        let sum = sumOverLanes(vec2<f32>(share)).x;
        if (index == 0) { result[0] = sum; }
      }`;
  }
}

const unsigned = (value: number) => ({ type: "uint32", data: [value] });

export interface PooledLossInputs {
  /** [batch, K, classes] and [batch, classes]. */
  readonly logits: TensorInfo;
  readonly answers: TensorInfo;
  /** [batch]; absent where every sample weighs 1 / batch. */
  readonly scales?: TensorInfo;
}

/** sum_i scale_i l_i and its gradient by the logits, in two dispatches: [], [batch, K, classes]. */
function compute({ logits, answers, scales }: PooledLossInputs, choice: PooledLossChoice): TensorInfo[] {
  const [batch = 0] = logits.shape;
  const inputs = scales ? [logits, answers, scales] : [logits, answers];
  const program = new PooledLossProgram(choice, batch, scales !== undefined);
  const packed = runProgram(program, inputs, [unsigned(batch), { type: "float32", data: [1 / batch] }]);
  const start = (packed.shape[0] as number) - batch;
  const sum = runProgram(new LossSumProgram(choice.lanes ?? 1), [packed], [unsigned(batch), unsigned(start)]);
  return [
    { ...sum, shape: [] },
    { ...packed, shape: logits.shape },
  ];
}

/** The computation by its name in tfjs's registry, so that its outputs are tracked like those of any other kernel. */
export function runPooledLoss(inputs: PooledLossInputs, choice: PooledLossChoice): [tf.Scalar, tf.Tensor3D] {
  if (!tf.getKernel(KERNEL, "webgpu"))
    tf.registerKernel({
      kernelName: KERNEL,
      backendName: "webgpu",
      kernelFunc: ({ inputs: given, attrs }) =>
        compute(given as unknown as PooledLossInputs, attrs as unknown as PooledLossChoice),
    });
  const attributes = choice as unknown as tf.NamedAttrMap;
  return tf.engine().runKernel(KERNEL, inputs as unknown as tf.NamedTensorMap, attributes) as unknown as [
    tf.Scalar,
    tf.Tensor3D,
  ];
}

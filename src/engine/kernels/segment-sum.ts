import { type Tensor, type TensorInfo, tf } from "../tf.ts";
import { type FlatKernel, runFlat, sizeOf } from "./flat-program.ts";
import { allFloat, replaceKernel } from "./replace.ts";

/**
 * y_{s,:} = sum of x_{i,:} over the i with ids_i = s: [n, ...] -> [segments, ...]; the gradient of gathering rows, such as
 * the embeddings of tokens. A segment finds its first row, a row the next of its segment, and then each number of the
 * result adds up along that chain: always in the same order, so that a run repeats to the last bit. tfjs adds by atomic
 * operations in whatever order, to a result that it fills with zeros first and transposes before and after. On both
 * variants. Ids out of bounds belong to no segment.
 */
export function registerSegmentSum(): void {
  replaceKernel("UnsortedSegmentSum", ({ inputs, attrs }) => {
    const { x, segmentIds: ids } = inputs as { x: TensorInfo; segmentIds: TensorInfo };
    const count = sizeOf(ids.shape);
    if (!allFloat(x) || ids.dtype !== "int32" || sizeOf(x.shape) === 0 || ids.shape.length !== 1) return null;
    return segmentSum(x, ids, count, attrs.numSegments as number);
  });
  const gather = tf.getGradient("GatherV2");
  tf.registerGradient({
    ...gather,
    gradFunc: (dy, saved, attrs) => {
      const [x, indices] = saved as [Tensor, Tensor];
      const { axis, batchDims } = attrs as unknown as { axis: number; batchDims: number };
      if (tf.getBackend() !== "webgpu" || axis !== 0 || batchDims !== 0) return gather.gradFunc(dy, saved, attrs);
      const [rows = 0, ...rest] = x.shape;
      const ids = tf.reshape(indices, [-1]) as tf.Tensor1D;
      const sum = () => tf.unsortedSegmentSum(tf.reshape(dy as Tensor, [ids.size, ...rest]), ids, rows);
      return { x: sum, indices: () => indices };
    },
  });
}

function segmentSum(x: TensorInfo, ids: TensorInfo, count: number, segments: number): TensorInfo {
  const first = runFlat(FIRST, [ids], [segments], segments, [count]);
  const next = runFlat(NEXT, [ids], [count], count, [count]);
  const width = sizeOf(x.shape) / count;
  const unit = width % 4 === 0 ? 4 : 1;
  const shape = [segments, ...x.shape.slice(1)];
  const across = width / unit;
  const out = runFlat(chained(unit), [x, first, next], shape, segments * across, [count, across]);
  for (const { dataId } of [first, next]) tf.backend().disposeData(dataId);
  return out;
}

/** The first row of a segment, or as many as there are where it has none. Whole numbers, exact as floats up to 2^24. */
const FIRST: FlatKernel = {
  key: "segment_first",
  inputs: [["Ids", 1]],
  output: 1,
  uniforms: ["count"],
  workgroup: 64,
  body: () => `
    var i = 0u;
    while (i < uniforms.count && Ids[i] != i32(thread)) { i++; }
    result[thread] = f32(i);
  `,
};

/** The next row of a row's segment, or as many as there are. */
const NEXT: FlatKernel = {
  key: "segment_next",
  inputs: [["Ids", 1]],
  output: 1,
  uniforms: ["count"],
  workgroup: 64,
  body: () => `
    let own = Ids[thread];
    var i = thread + 1u;
    while (i < uniforms.count && Ids[i] != own) { i++; }
    result[thread] = f32(i);
  `,
};

const chained = (unit: 1 | 4): FlatKernel => ({
  key: "segment_sum",
  inputs: [
    ["X", unit],
    ["First", 1],
    ["Next", 1],
  ],
  output: unit,
  uniforms: ["count", "across"],
  workgroup: 64,
  body: () => `
    let segment = thread / uniforms.across;
    let place = thread - segment * uniforms.across;
    var sum = ${unit === 4 ? "vec4<f32>" : "f32"}();
    var i = u32(First[segment]);
    while (i < uniforms.count) {
      sum += X[i * uniforms.across + place];
      i = u32(Next[i]);
    }
    result[thread] = sum;
  `,
});

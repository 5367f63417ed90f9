import { type BackendWasm, type TensorInfo, tf } from "../tf.ts";

/**
 * y_{s,:} = sum of x_{i,:} over the i with ids_i = s, float32: [n, ...] -> [segments, ...]; the gradient of gathering
 * rows, such as the embeddings of tokens. tfjs's wasm backend has no such kernel; this one adds up in JavaScript where
 * the numbers lie. Ids out of bounds belong to no segment.
 */
export function registerWasmSegmentSum(): void {
  tf.registerKernel({
    kernelName: "UnsortedSegmentSum",
    backendName: "wasm",
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { x, segmentIds } = inputs as unknown as { x: TensorInfo; segmentIds: TensorInfo };
      const { numSegments } = attrs as unknown as { numSegments: number };
      const wasm = backend as BackendWasm;
      const out = wasm.makeOutput([numSegments, ...x.shape.slice(1)], "float32");
      const sums = wasm.typedArrayFromHeap(out);
      const values = wasm.typedArrayFromHeap(x);
      const ids = wasm.typedArrayFromHeap(segmentIds);
      const width = values.length / ids.length;
      sums.fill(0);
      for (const [row, segment] of ids.entries()) {
        if (segment < 0 || segment >= numSegments) continue;
        const [from, to] = [row * width, segment * width];
        for (let j = 0; j < width; j++) sums[to + j] = (sums[to + j] as number) + (values[from + j] as number);
      }
      return out;
    },
  });
}

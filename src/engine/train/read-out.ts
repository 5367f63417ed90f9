import type { Tensor } from "../tf.ts";

/** A tensor's numbers on the host; the tensor is disposed of, also where it cannot be read. */
export async function readOut(tensor: Tensor): Promise<Float32Array> {
  try {
    return (await tensor.data()) as Float32Array;
  } finally {
    tensor.dispose();
  }
}

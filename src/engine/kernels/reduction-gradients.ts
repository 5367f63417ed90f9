import { type Tensor, tf } from "../tf.ts";

/**
 * Gradients of sum and mean on WebGPU: dy spread over what was reduced, dx_i = dy or dy / n. tfjs multiplies dy by ones
 * that it makes on the host and uploads, as many as x has: for a layer norm of a small transformer a megabyte a step.
 */
export function registerReductionGradients(): void {
  for (const kernelName of ["Sum", "Mean"] as const) {
    const theirs = tf.getGradient(kernelName);
    tf.registerGradient({
      ...theirs,
      gradFunc: (dy, saved, attrs) => {
        if (tf.getBackend() !== "webgpu") return theirs.gradFunc(dy, saved, attrs);
        const [x] = saved as [Tensor];
        return { x: () => spread(dy as Tensor, x, (attrs as unknown as { axis: number | number[] }).axis, kernelName) };
      },
    });
  }
}

function spread(dy: Tensor, x: Tensor, axis: number | number[], kernelName: "Sum" | "Mean"): Tensor {
  const axes = tf.util.parseAxisParam(axis, x.shape);
  const kept = x.shape.map((size, i) => (axes.includes(i) ? 1 : size));
  const count = axes.reduce((product, i) => product * (x.shape[i] as number), 1);
  const share = kernelName === "Mean" ? tf.div(dy, count) : dy;
  return tf.broadcastTo(tf.reshape(share, kept), x.shape as [number]);
}

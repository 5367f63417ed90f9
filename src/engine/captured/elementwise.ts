/**
 * What a kernel computes whose every result depends on one number of each operand: result[x] = e(x0[p0(x)], x1[p1(x)],
 * ...), x over the axes of the result, and p a place linear in x, so that an operand may be broadcast.
 */
export interface Elementwise {
  /** Sizes of the axes of the result, the last one fastest. */
  readonly axes: readonly number[];
  /** For each operand what a step along each axis moves in it; 0 where it is repeated. */
  readonly strides: readonly (readonly number[])[];
  /** WGSL of the result out of `x0`, `x1`, ..., of type T: f32, or vec4<f32> over four neighbours. */
  readonly expression: string;
}

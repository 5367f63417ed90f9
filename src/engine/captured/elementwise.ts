/**
 * What a kernel computes whose every result depends on one number of each operand: result[x] = e(x0[p0(x)], x1[p1(x)],
 * ...), x over the axes of the result, and p a place linear in x, so that an operand may be repeated or transposed.
 */
export interface Elementwise {
  /** Sizes of the axes of the result, the last one fastest. */
  readonly axes: readonly number[];
  /** The operands, in the order in which the kernel binds them. */
  readonly operands: readonly Operand[];
  /**
   * WGSL of the result out of `x0`, `x1`, ..., of type T: f32, or vec4<f32> over four neighbours; U is u32 or vec4<u32>.
   * `s0`, `s1`, ... are the {@link scalars}. In one that is {@link quads} `word0`, `word1`, ... are the {@link words}, and AT
   * is the place of the first of the four in the result.
   */
  readonly expression: string;
  /** Whether the result is stored as integers. */
  readonly integers?: boolean;
  /** Numbers that the expression reads, f32. */
  readonly scalars?: readonly number[];
  /** Integers that the expression reads, u32. */
  readonly words?: readonly number[];
  /** WGSL of functions that the expression calls, over T and U. */
  readonly prelude?: string;
  /** True where the expression is good for vec4 alone, and for every four numbers at their own place. */
  readonly quads?: boolean;
  /** What the expression costs for a number, in multiplications; 1 where it is left out. */
  readonly cost?: number;
}

export interface Operand {
  /** What a step along each axis of the result moves in it, in numbers; 0 where it is repeated. */
  readonly strides: readonly number[];
  /** Whether it is stored as integers: the expression reads them as floats; `raw`: one of them as it is, an i32. */
  readonly integers?: boolean | "raw";
}

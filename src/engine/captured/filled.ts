/** What stands in an element-wise expression for what it is given. */
export interface Filling {
  /** T: f32 or vec4<f32>. */
  readonly type: string;
  /** U: u32 or vec4<u32>. */
  readonly unsigned: string;
  readonly operand: (n: number) => string;
  readonly scalar: (n: number) => string;
  readonly word: (n: number) => string;
  readonly at: string;
}

/** An element-wise expression, or the functions that it calls, as WGSL. */
export function filled(expression: string, { type, unsigned, operand, scalar, word, at }: Filling): string {
  return expression.replace(/\b(?:x(\d+)|s(\d+)|word(\d+)|(T)|(U)|(AT))\b/g, (_, x, s, w, isType, isUnsigned) => {
    if (x !== undefined) return operand(Number(x));
    if (s !== undefined) return scalar(Number(s));
    if (w !== undefined) return word(Number(w));
    if (isType !== undefined) return type;
    return isUnsigned !== undefined ? unsigned : at;
  });
}

/** Row-major values with their axes in another order, as numpy.transpose has it: result axis i is axis `order[i]`. */
export function transposed(values: Float32Array, shape: readonly number[], order: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const sizes = order.map((axis) => shape[axis] as number);
  const steps = order.map((axis) => strides[axis] as number);
  return Float32Array.from(values, (_, index) => {
    let at = 0;
    for (let axis = sizes.length - 1, rest = index; axis >= 0; axis--) {
      const size = sizes[axis] as number;
      at += (rest % size) * (steps[axis] as number);
      rest = Math.floor(rest / size);
    }
    return values[at] as number;
  });
}

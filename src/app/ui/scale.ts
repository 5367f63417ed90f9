/** The way a slider's travel maps to values: evenly, by powers, or finer towards zero. */
export interface Scale {
  /** Value -> position in 0..1. */
  position(value: number): number;
  /** Position in 0..1 -> value on the grid of `step`, within the bounds. */
  value(position: number): number;
}

const WIDE = 500;

/**
 * Linear where the range is narrow; logarithmic where it spans orders of magnitude (learning rate, batch size);
 * cubic where it does so but includes zero (weight decay, standard deviation).
 * @param step grid of the values; on a logarithmic scale two significant figures are kept instead
 */
export function scaleFor(min: number, max: number, step: number, integer: boolean): Scale {
  const clamp = (value: number) => Math.min(max, Math.max(min, value));
  const onGrid = (value: number) => clamp(Number((Math.round(value / step) * step).toPrecision(10)));
  if (min > 0 && max / min >= WIDE) {
    const span = Math.log(max / min);
    const tidy = (value: number) => (integer ? Math.round(Number(value.toPrecision(2))) : Number(value.toPrecision(2)));
    return {
      position: (value) => Math.log(clamp(value) / min) / span,
      value: (position) => clamp(tidy(min * Math.exp(position * span))),
    };
  }
  if (min === 0 && max / step >= WIDE) {
    return {
      position: (value) => Math.cbrt(clamp(value) / max),
      value: (position) => onGrid(max * position ** 3),
    };
  }
  return {
    position: (value) => (clamp(value) - min) / (max - min),
    value: (position) => onGrid(min + position * (max - min)),
  };
}

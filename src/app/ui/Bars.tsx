interface Props {
  values: readonly number[];
  /** Index of the bar to stand out: the true class. */
  marked?: number;
  label?: string;
}

const BAR = 4;
const GAP = 2;
const HEIGHT = 28;
const FLOOR = 1;

/** Probabilities as bars on the scale 0 to 1. */
export function Bars({ values, marked, label }: Props) {
  const width = values.length * (BAR + GAP) - GAP;
  return (
    <svg
      className="bars"
      viewBox={`0 0 ${width} ${HEIGHT}`}
      width={width}
      height={HEIGHT}
      preserveAspectRatio="none"
      role={label ? "img" : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
    >
      {values.map((value, index) => {
        const height = Math.max(FLOOR, value * HEIGHT);
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its class, and classes keep their order
            key={index}
            className={index === marked ? "hit" : undefined}
            x={index * (BAR + GAP)}
            y={HEIGHT - height}
            width={BAR}
            height={height}
          />
        );
      })}
    </svg>
  );
}

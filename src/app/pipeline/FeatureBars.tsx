interface Props {
  values: readonly number[];
  clean: readonly number[];
  /** Largest absolute value over all views, so that they share one scale. */
  scale: number;
}

const BAR = 5;
const GAP = 2;
const HALF = 16;
/** What is too small to be drawn counts as unchanged. */
const VISIBLE = 0.3;

/** Encoded features of one table row about a zero line: grey as they were, coloured what the noise has added. */
export function FeatureBars({ values, clean, scale }: Props) {
  const width = values.length * (BAR + GAP) - GAP;
  const toY = (value: number) => HALF - (scale > 0 ? value / scale : 0) * HALF;
  return (
    <svg className="features" viewBox={`0 0 ${width} ${2 * HALF}`} width={width} height={2 * HALF} aria-hidden="true">
      <line x1={0} x2={width} y1={HALF} y2={HALF} />
      {values.map((value, index) => {
        const from = clean[index] ?? 0;
        const x = index * (BAR + GAP);
        const change = Math.abs(toY(value) - toY(from));
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its feature, and features keep their order
          <g key={index}>
            <rect className="was" x={x} width={BAR} y={Math.min(HALF, toY(from))} height={Math.abs(toY(from) - HALF)} />
            {change > VISIBLE && (
              <rect className="noise-bar" x={x} width={BAR} y={Math.min(toY(value), toY(from))} height={change} />
            )}
          </g>
        );
      })}
    </svg>
  );
}

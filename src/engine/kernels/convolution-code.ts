import { lines } from "./flat-program.ts";

/** How input pixels are read: four channels at once, the channels of a whole stretch of a row, or number by number. */
export type Reading = "quads" | "stretch" | "single";

/** A row of input pixels as a thread reads it: all that the source of the reading depends on. */
export interface PixelRow {
  readonly reading: Reading;
  /** Channels of a pixel. */
  readonly channels: number;
  /** Pixels read. */
  readonly count: number;
  /** Pixels of padding on the left. */
  readonly padLeft: number;
  /** Pixels from this one up to that one are never outside of the row; the others are looked at. */
  readonly inside: readonly [number, number];
}

/** Channels in one turn of the loop over channels. */
export const lanesOf = ({ reading, channels }: Pick<PixelRow, "reading" | "channels">): number =>
  ({ quads: 4, stretch: channels, single: 1 })[reading];

/** Components of an element of the input's array. */
export const componentsOf = (reading: Reading): 1 | 4 => (reading === "single" ? 1 : 4);

/**
 * Lines that read pixels x0 - padLeft, ... of a row, and where channel `lane` of pixel p then stands. Pixels outside are
 * 0. The row starts at element `rowStart` (of numbers); `channel` is the first channel of this turn.
 */
export function readPixels(row: PixelRow): { lines: string; at: (pixel: number, lane: number) => string } {
  return row.reading === "stretch" ? readStretch(row) : readOneByOne(row);
}

function readOneByOne({ reading, count, padLeft, inside }: PixelRow) {
  const quad = reading === "quads";
  const zero = quad ? "vec4<f32>(0.0)" : "0.0";
  const read = (p: number): string => {
    const element = `(rowStart + q${p} * uniforms.channels + channel)${quad ? " / 4u" : ""}`;
    if (p >= inside[0] && p < inside[1]) return `let q${p} = x0 + ${p - padLeft}u; let v${p} = X[${element}];`;
    return `let s${p} = i32(x0) + ${p - padLeft};
      let q${p} = u32(clamp(s${p}, 0, i32(uniforms.width) - 1));
      let v${p} = select(${zero}, X[${element}], s${p} >= 0 && s${p} < i32(uniforms.width));`;
  };
  return { lines: lines(count, read), at: (p: number, lane: number) => (quad ? `v${p}.${"xyzw"[lane]}` : `v${p}`) };
}

/** Rows, and the pixels that a thread starts at, begin at a vec4; the padding rounds up to one. */
function readStretch({ channels, count, padLeft, inside }: PixelRow) {
  const lead = 4 * Math.ceil((padLeft * channels) / 4);
  const shift = lead - padLeft * channels;
  const quads = Math.ceil((count * channels + shift) / 4);
  const load = (q: number): string => {
    const element = `i32(rowStart + x0 * uniforms.channels) / 4 + ${q - lead / 4}`;
    // What lies before the first or behind the last element of all is masked below, wherever it was read from.
    return `let f${q} = X[u32(max(${element}, 0))];`;
  };
  const at = (p: number, lane: number): string => {
    const e = p * channels + lane + shift;
    const value = `f${e >> 2}.${"xyzw"[e & 3]}`;
    return p >= inside[0] && p < inside[1] ? value : `m${p}_${lane}`;
  };
  const mask = (p: number): string => {
    if (p >= inside[0] && p < inside[1]) return "";
    const at = `let in${p} = i32(x0) + ${p - padLeft} >= 0 && i32(x0) + ${p - padLeft} < i32(uniforms.width);`;
    const masked = lines(channels, (lane) => {
      const e = p * channels + lane + shift;
      return `let m${p}_${lane} = select(0.0, f${e >> 2}.${"xyzw"[e & 3]}, in${p});`;
    });
    return `${at}\n${masked}`;
  };
  return { lines: `${lines(quads, load)}\n${lines(count, mask)}`, at };
}

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

/** Reading by vec4 needs rows, and the first pixels of threads, that begin at one. */
export function readingOf(channels: number, width: number, step: number): Reading {
  if (channels % 4 === 0) return "quads";
  return channels < 4 && (width * channels) % 4 === 0 && (step * channels) % 4 === 0 ? "stretch" : "single";
}

/** Lines of one reading of a row, and where channel `lane` of pixel p then stands. */
interface PixelReading {
  readonly lines: string;
  readonly at: (pixel: number, lane: number) => string;
}

/** Lines that find out which pixels from x0 - padLeft on lie in the row, for those that may not. */
export const whichInside = ({ count, padLeft, inside }: PixelRow): string =>
  lines(count, (p) => (isInside(inside, p) ? "" : `let in${p} = x0 + ${wrapped(p - padLeft)}u < uniforms.width;`));

const isInside = (inside: PixelRow["inside"], p: number): boolean => p >= inside[0] && p < inside[1];

/** Indices wrap around: what is added to go back is 2^32 less. An index before the array is masked, wherever it reads. */
const wrapped = (n: number): number => n >>> 0;

/**
 * Reads pixels x0 - padLeft, ... of the row that begins at number `rowStart`, from `channel` on. Pixels outside are 0.
 */
export function readPixels(row: PixelRow): PixelReading {
  return row.reading === "stretch" ? readStretch(row) : readOneByOne(row);
}

function readOneByOne({ reading, count, padLeft, inside }: PixelRow): PixelReading {
  const quad = reading === "quads";
  const zero = quad ? "vec4<f32>(0.0)" : "0.0";
  const shift = quad ? " >> 2u" : "";
  const read = (p: number): string => {
    const value = `X[here + ${wrapped(p - padLeft)}u * pixel]`;
    return `let v${p} = ${isInside(inside, p) ? value : `select(${zero}, ${value}, in${p})`};`;
  };
  return {
    lines: `let pixel = uniforms.channels${shift};
      let here = ((rowStart + channel)${shift}) + x0 * pixel;
      ${lines(count, read)}`,
    at: (p, lane) => (quad ? `v${p}.${"xyzw"[lane]}` : `v${p}`),
  };
}

/** Rows, and the pixels that a thread starts at, begin at a vec4; the padding rounds up to one. */
function readStretch({ channels, count, padLeft, inside }: PixelRow): PixelReading {
  const lead = 4 * Math.ceil((padLeft * channels) / 4);
  const shift = lead - padLeft * channels;
  const quads = Math.ceil((count * channels + shift) / 4);
  const number = (p: number, lane: number): string => {
    const e = p * channels + lane + shift;
    return `f${e >> 2}.${"xyzw"[e & 3]}`;
  };
  const mask = (p: number): string =>
    isInside(inside, p)
      ? ""
      : lines(channels, (lane) => `let m${p}_${lane} = select(0.0, ${number(p, lane)}, in${p});`);
  return {
    lines: `let here = (rowStart + x0 * uniforms.channels) >> 2u;
      ${lines(quads, (q) => `let f${q} = X[here + ${wrapped(q - lead / 4)}u];`)}
      ${lines(count, mask)}`,
    at: (p, lane) => (isInside(inside, p) ? number(p, lane) : `m${p}_${lane}`),
  };
}

/** How a thread reads the filter: all that the source depends on. */
export interface FilterTile {
  readonly outputs: 4 | 8;
  readonly lanes: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  /** true: the filter is [kernel, kernel, out, in] and turned by 180 degrees, as an input's gradient takes it. */
  readonly turned: boolean;
  readonly quadFilter: boolean;
}

interface FilterReading {
  /** Strides, before all loops. */
  readonly setup: string;
  /** Place of tap (ky, 0) at `channel` and `output`. */
  readonly start: string;
  readonly loads: (kx: number) => string;
  readonly at: (kx: number, output: number, lane: number) => string;
}

/** Reads the weights of one tap between `lanes` channels and the thread's outputs; those beyond the last are never stored. */
export function readFilter(tile: FilterTile): FilterReading {
  return tile.turned ? readTurned(tile) : readStraight(tile);
}

function readStraight({ quadFilter, outputs, lanes, kernelWidth }: FilterTile): FilterReading {
  const shift = quadFilter ? " >> 2u" : "";
  const unit = quadFilter ? 4 : 1;
  return {
    setup: `let laneStride = uniforms.outChannels${shift}; let tapStride = uniforms.channels * laneStride;`,
    start: `let tap = ky * ${kernelWidth}u * tapStride + channel * laneStride + (output${shift});`,
    loads: (kx) =>
      lines(lanes, (lane) => {
        const at = `let at${kx}_${lane} = tap + ${kx}u * tapStride + ${lane}u * laneStride;`;
        return `${at}\n${lines(outputs / unit, (q) => `let w${kx}_${lane}_${q} = W[at${kx}_${lane} + ${q}u];`)}`;
      }),
    at: (kx, o, lane) => (quadFilter ? `w${kx}_${lane}_${o >> 2}.${"xyzw"[o & 3]}` : `w${kx}_${lane}_${o}`),
  };
}

function readTurned({ quadFilter, outputs, lanes, kernelHeight, kernelWidth }: FilterTile): FilterReading {
  const shift = quadFilter ? " >> 2u" : "";
  return {
    setup: `let outputStride = uniforms.channels${shift}; let tapStride = uniforms.outChannels * outputStride;`,
    start: `let tap = (${kernelHeight - 1}u - ky) * ${kernelWidth}u * tapStride + output * outputStride + (channel${shift});`,
    loads: (kx) =>
      lines(outputs, (o) => {
        const at = `let at${kx}_${o} = tap + ${kernelWidth - 1 - kx}u * tapStride + ${o}u * outputStride;`;
        const loads = quadFilter
          ? `let w${kx}_${o} = W[at${kx}_${o}];`
          : lines(lanes, (lane) => `let w${kx}_${o}_${lane} = W[at${kx}_${o} + ${lane}u];`);
        return `${at}\n${loads}`;
      }),
    at: (kx, o, lane) => (quadFilter ? `w${kx}_${o}.${"xyzw"[lane]}` : `w${kx}_${o}_${lane}`),
  };
}

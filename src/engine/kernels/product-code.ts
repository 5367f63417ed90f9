import { lines } from "./flat-program.ts";

/** How one thread computes a tile of a product: all that its source depends on. */
export interface ProductTile {
  readonly height: 4 | 8;
  readonly width: 4 | 8;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** Whether an operand is read by vec4. */
  readonly quadA: boolean;
  readonly quadB: boolean;
  readonly quadOut: boolean;
  /** Steps along the depth in one turn of the loop. */
  readonly steps: 1 | 4;
}

/** One operand's lines: offsets before the loop, loads inside, and where entry (i, step) then stands. */
interface Operand {
  readonly setup: string;
  readonly loads: string;
  readonly at: (i: number, step: number) => string;
}

const LANES = "xyzw";

/**
 * @param deep true where the numbers along the depth lie side by side
 * @param extent uniform with the operand's rows (of A) or columns (of B)
 */
function operand(name: "A" | "B", deep: boolean, quad: boolean, count: number, steps: number, extent: string): Operand {
  const first = name === "A" ? "row" : "column";
  const base = `base${name}`;
  const last = `uniforms.${extent} - 1u`;
  if (deep) {
    const setup = lines(count, (i) => {
      const start = `${base} + min(${first} + ${i}u, ${last}) * uniforms.depth`;
      return `let ${name}at${i} = ${quad ? `(${start}) / 4u` : start};`;
    });
    if (quad)
      return {
        setup,
        loads: lines(count, (i) => `let ${name}${i} = ${name}[${name}at${i} + k / 4u];`),
        at: (i, step) => `${name}${i}.${LANES[step]}`,
      };
    return {
      setup,
      loads: lines(count, (i) => lines(steps, (s) => `let ${name}${i}_${s} = ${name}[${name}at${i} + k + ${s}u];`)),
      at: (i, step) => `${name}${i}_${step}`,
    };
  }
  if (quad)
    return {
      setup: lines(count / 4, (q) => `let ${name}at${q} = ${base} / 4u + min(${first} / 4u + ${q}u, (${last}) / 4u);`),
      loads: lines(steps, (s) =>
        lines(
          count / 4,
          (q) => `let ${name}${q}_${s} = ${name}[${name}at${q} + (k + ${s}u) * (uniforms.${extent} / 4u)];`,
        ),
      ),
      at: (i, step) => `${name}${i >> 2}_${step}.${LANES[i & 3]}`,
    };
  return {
    setup: lines(count, (i) => `let ${name}at${i} = ${base} + min(${first} + ${i}u, ${last});`),
    loads: lines(steps, (s) =>
      lines(count, (i) => `let ${name}${i}_${s} = ${name}[${name}at${i} + (k + ${s}u) * uniforms.${extent}];`),
    ),
    at: (i, step) => `${name}${i}_${step}`,
  };
}

/**
 * C_ij = sum_k A_ik B_kj, a tile of height x width a thread, entries of C in registers. Rows and columns beyond the edge
 * repeat the last one and are not stored.
 */
export function productCode(tile: ProductTile): string {
  const { height, width, steps, quadOut } = tile;
  const a = operand("A", !tile.transposeA, tile.quadA, height, steps, "rows");
  const b = operand("B", tile.transposeB, tile.quadB, width, steps, "columns");
  const entry = (i: number, j: number): string => {
    const terms = Array.from({ length: steps }, (_, s) => `${a.at(i, s)} * ${b.at(j, s)}`);
    return `c${i}_${j} = ${"(".repeat(steps)}c${i}_${j} + ${terms.join(") + ")});`;
  };
  return `
    let tilesAcross = (uniforms.columns + ${width - 1}u) / ${width}u;
    let tiles = tilesAcross * ((uniforms.rows + ${height - 1}u) / ${height}u);
    let batch = thread / tiles;
    let tile = thread - batch * tiles;
    let row = tile / tilesAcross * ${height}u;
    let column = (tile - tile / tilesAcross * tilesAcross) * ${width}u;
    let baseA = batch * uniforms.strideA;
    let baseB = batch * uniforms.strideB;
    ${a.setup}
    ${b.setup}
    ${lines(height, (i) => lines(width, (j) => `var c${i}_${j} = 0.0;`))}
    for (var k = 0u; k < uniforms.depth; k += ${steps}u) {
      ${a.loads}
      ${b.loads}
      ${lines(height, (i) => lines(width, (j) => entry(i, j)))}
    }
    ${lines(height, (i) => `if (row + ${i}u < uniforms.rows) { ${store(i, width, quadOut)} }`)}
  `;
}

function store(i: number, width: number, quad: boolean): string {
  const at = `((batch * uniforms.rows + row + ${i}u) * uniforms.columns + column)`;
  if (!quad)
    return lines(width, (j) => `if (column + ${j}u < uniforms.columns) { result[${at} + ${j}u] = c${i}_${j}; }`);
  return lines(width / 4, (q) => {
    const four = [0, 1, 2, 3].map((j) => `c${i}_${4 * q + j}`).join(", ");
    return `if (column + ${4 * q}u < uniforms.columns) { result[${at} / 4u + ${q}u] = vec4<f32>(${four}); }`;
  });
}

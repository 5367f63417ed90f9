import { lines } from "./flat-program.ts";

/** How one thread computes a tile of a product: all that its source depends on. */
export interface ProductTile {
  readonly height: 4 | 8 | 16;
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

/** One operand's lines: before the loop, inside it, and where entry (i, step) then stands. */
interface Operand {
  readonly setup: string;
  readonly loads: string;
  readonly at: (i: number, step: number) => string;
}

const LANES = "xyzw";

/**
 * An emulator computes every index anew and pays 30 ns for a division, also by 4: hence the shifts, and all that can be is
 * computed before the loop.
 * @param deep true where the numbers along the depth lie side by side
 * @param extent uniform with the operand's rows (of A) or columns (of B)
 */
function operand(name: "A" | "B", deep: boolean, quad: boolean, count: number, steps: number, extent: string): Operand {
  return deep ? deepOperand(name, quad, count, steps, extent) : wideOperand(name, quad, count, steps, extent);
}

function deepOperand(name: string, quad: boolean, count: number, steps: number, extent: string): Operand {
  const first = name === "A" ? "row" : "column";
  const setup = lines(count, (i) => {
    const start = `base${name} + min(${first} + ${i}u, uniforms.${extent} - 1u) * depth`;
    return `let ${name}at${i} = ${quad ? `(${start}) >> 2u` : start};`;
  });
  if (quad)
    return {
      setup,
      loads: lines(count, (i) => `let ${name}${i} = ${name}[${name}at${i} + k4];`),
      at: (i, step) => `${name}${i}.${LANES[step]}`,
    };
  return {
    setup,
    loads: lines(count, (i) => lines(steps, (s) => `let ${name}${i}_${s} = ${name}[${name}at${i} + k + ${s}u];`)),
    at: (i, step) => `${name}${i}_${step}`,
  };
}

function wideOperand(name: string, quad: boolean, count: number, steps: number, extent: string): Operand {
  const first = name === "A" ? "row" : "column";
  const shift = quad ? " >> 2u" : "";
  const unit = quad ? 4 : 1;
  const setup = `let ${name}stride = uniforms.${extent}${shift};
    ${lines(count / unit, (q) => `let ${name}at${q} = (base${name}${shift}) + min((${first}${shift}) + ${q}u, ${name}stride - 1u);`)}`;
  const loads = lines(steps, (s) => {
    const rows = `let ${name}k${s} = (k + ${s}u) * ${name}stride;`;
    return `${rows}\n${lines(count / unit, (q) => `let ${name}${q}_${s} = ${name}[${name}at${q} + ${name}k${s}];`)}`;
  });
  return {
    setup,
    loads,
    at: (i, step) => (quad ? `${name}${i >> 2}_${step}.${LANES[i & 3]}` : `${name}${i}_${step}`),
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
    let depth = uniforms.depth;
    let baseA = batch * uniforms.strideA;
    let baseB = batch * uniforms.strideB;
    ${a.setup}
    ${b.setup}
    ${lines(height, (i) => lines(width, (j) => `var c${i}_${j} = 0.0;`))}
    for (var k = 0u; k < depth; k += ${steps}u) {
      let k4 = k >> 2u;
      ${a.loads}
      ${b.loads}
      ${lines(height, (i) => lines(width, (j) => entry(i, j)))}
    }
    ${lines(height, (i) => `if (row + ${i}u < uniforms.rows) { ${store(i, width, quadOut)} }`)}
  `;
}

function store(i: number, width: number, quad: boolean): string {
  const at = `((batch * uniforms.rows + row + ${i}u) * uniforms.columns + column)`;
  const place = `let at${i} = ${at}${quad ? " >> 2u" : ""};`;
  if (!quad)
    return `${place}
      ${lines(width, (j) => `if (column + ${j}u < uniforms.columns) { result[at${i} + ${j}u] = c${i}_${j}; }`)}`;
  const quads = lines(width / 4, (q) => {
    const four = [0, 1, 2, 3].map((j) => `c${i}_${4 * q + j}`).join(", ");
    return `if (column + ${4 * q}u < uniforms.columns) { result[at${i} + ${q}u] = vec4<f32>(${four}); }`;
  });
  return `${place}\n${quads}`;
}

/** Series colours of the design. */
const HUES = 6;
const R = 3.6;

type Shape = (x: number, y: number) => string;

/** Outlines of about the same area, told apart without colour. */
const SHAPES: readonly Shape[] = [
  (x, y) => `M${x - R} ${y}a${R} ${R} 0 1 0 ${2 * R} 0a${R} ${R} 0 1 0 ${-2 * R} 0Z`,
  (x, y) => `M${x} ${y - 4.6}L${x + 4.4} ${y + 3.2}H${x - 4.4}Z`,
  (x, y) => `M${x - 3.3} ${y - 3.3}h6.6v6.6h-6.6Z`,
  (x, y) => `M${x} ${y - 4.6}L${x + 4.6} ${y}L${x} ${y + 4.6}L${x - 4.6} ${y}Z`,
  (x, y) => `M${x} ${y + 4.6}L${x + 4.4} ${y - 3.2}H${x - 4.4}Z`,
  (x, y) => `M${x - 1.4} ${y - 4}h2.8v2.6h2.6v2.8h-2.6v2.6h-2.8v-2.6h-2.6v-2.8h2.6Z`,
];

/** Number of a class's series colour, 1 to 6; later classes begin again with other shapes. */
export const hueOf = (index: number): number => (index % HUES) + 1;

/** The path of a class's marker about a place. */
export const markerOf = (index: number, x: number, y: number): string =>
  (SHAPES[(index + Math.floor(index / HUES)) % SHAPES.length] as Shape)(x, y);

import type { Recording, ValueId } from "../captured/recording.ts";
import { Stream } from "../rng.ts";
import { HandMade } from "./recordings.ts";

const ROWS = 4;
const COLUMNS = 6;
const COUNT = ROWS * COLUMNS;

/**
 * A recording of dispatches on tables and rows, drawn: chains, diamonds, repeated and transposed operands, values that
 * are written in place between, kernels that are not known, and results that nobody reads.
 */
export function drawn(seed: number, length: number): HandMade {
  const stream = new Stream(seed, "sample");
  const hand = new HandMade();
  const pick = <T>(from: readonly T[]): T => from[stream.below(from.length)] as T;
  const kept = [hand.kept(COUNT), hand.kept(COUNT), hand.kept(COUNT)];
  const tables = [...kept, hand.elementwise("x0 * 0.5", [COUNT], [pick(kept)])];
  const rows = [hand.kept(COLUMNS)];
  // What was computed lately is read most.
  const table = () => (stream.below(3) > 0 ? pick(tables.slice(-4)) : pick(tables));
  for (let i = 0; i < length; i++) {
    switch (stream.below(10)) {
      case 0:
        tables.push(hand.opaque("x0 + x1", [COUNT], [table(), pick(kept)]));
        break;
      case 1:
        tables.push(hand.elementwise("x0 - x1", [ROWS, COLUMNS], [table(), { id: pick(rows), strides: [0, 1] }]));
        break;
      case 2:
        tables.push(hand.elementwise("x0 * 0.9", [COLUMNS, ROWS], [{ id: table(), strides: [1, COLUMNS] }]));
        break;
      case 3:
        rows.push(hand.elementwise("x0 + 0.1", [COLUMNS], [pick(rows)]));
        break;
      case 4:
        hand.elementwise("x0 + 0.25", [COUNT], [pick(tables.slice(kept.length))], pick(kept));
        break;
      default:
        tables.push(hand.elementwise("0.5 * x0 + 0.25 * x1", [COUNT], [table(), table()]));
    }
  }
  hand.opaque("x0", [COUNT], [tables.at(-1) as ValueId], hand.kept(COUNT));
  return hand;
}

/** Layers of dense products, biases, activations and residuals, and their gradients, as dispatches. */
export function deep(layers: number): Recording {
  const hand = new HandMade();
  const product = (x: ValueId) => hand.opaque("x0 * 0.5", [COUNT], [x]);
  const forward: { x: ValueId; a: ValueId; t: ValueId }[] = [];
  let x = hand.elementwise("x0 + x1", [COUNT], [hand.kept(COUNT), hand.kept(COUNT)]);
  for (let i = 0; i < layers; i++) {
    const bias = { id: hand.kept(COLUMNS), strides: [0, 1] };
    const a = hand.elementwise("x0 + x1", [ROWS, COLUMNS], [product(x), bias]);
    const t = hand.elementwise("tanh(x0)", [COUNT], [a]);
    forward.push({ x, a, t });
    x = hand.elementwise("x0 + x1", [COUNT], [x, product(hand.elementwise("x0 * x1", [COUNT], [a, t]))]);
  }
  let g = product(x);
  for (const { a, t } of forward.toReversed()) {
    const through = product(g);
    const one = hand.elementwise("1.0 - x0 * x0", [COUNT], [t]);
    const inner = hand.elementwise("x0 * x1", [COUNT], [a, one]);
    const both = hand.elementwise("x0 * (x1 + x2)", [COUNT], [through, inner, t]);
    hand.opaque("x0", [COUNT], [both], hand.kept(COUNT));
    g = hand.elementwise("x0 + x1", [COUNT], [g, product(both)]);
  }
  hand.opaque("x0", [COUNT], [g], hand.kept(COUNT));
  return hand.recording;
}

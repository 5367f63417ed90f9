import type { BoundaryResult } from "../../shared/method-calls.ts";
import { argmax } from "../../shared/report.ts";
import type { TableInputs, Work } from "../data/dataset.ts";
import { CancelledError } from "../errors.ts";
import { factsOf } from "../features/network-data.ts";
import { nextTask } from "../next-task.ts";
import { tf } from "../tf.ts";
import type { NetworkData } from "../train/device-data.ts";
import { type Inference, predict } from "../train/evaluate.ts";
import { everyItem, type HeldModel } from "./held-model.ts";
import { heldWords, inUnits, isMissingIn, type PlaneAxis, place, planeAxis, typicalRow } from "./plane.ts";

/** Rows of noisy copies that are read back at a time. */
const MAX_ROWS = 1024;

/** What a plane is laid through. */
export interface PlaneWish {
  readonly x: string;
  readonly y: string;
  readonly at: "typical" | { readonly item: number };
  readonly size: number;
  readonly points: number;
}

/** A plane through a table's features: the rows of its grid, then those of its points. */
export interface Plane {
  readonly x: PlaneAxis;
  readonly y: PlaneAxis;
  readonly size: number;
  /** Encoded, row-major. */
  readonly rows: Float32Array;
  readonly points: { item: number; truth: number; x: number; y: number }[];
  readonly held: BoundaryResult["held"];
  readonly trainItems: number;
}

/**
 * Lays a plane of two numeric columns through a table, the others held. @param chosen training items to be put on it
 * @throws Error where a column is not numeric, or both are the same
 */
export function layPlane(
  inputs: TableInputs,
  labels: Int32Array,
  train: Int32Array,
  chosen: Int32Array,
  wish: PlaneWish,
): Plane {
  if (wish.x === wish.y) throw new Error("Choose two different columns for the plane.");
  const width = inputs.encoder.features.length;
  const rowOf = (item: number) => inputs.values.subarray(item * width, (item + 1) * width);
  const [x, y] = [planeAxis(inputs, wish.x, train), planeAxis(inputs, wish.y, train)];
  const held = wish.at === "typical" ? typicalRow(inputs, train) : rowOf(wish.at.item);
  const points = [...chosen]
    .filter((item) => !isMissingIn(rowOf(item), x) && !isMissingIn(rowOf(item), y))
    .map((item) => ({ item, truth: labels[item] as number, x: inUnits(rowOf(item), x), y: inUnits(rowOf(item), y) }));
  const { size } = wish;
  const middle = (axis: PlaneAxis, i: number) => axis.min + ((i + 0.5) / size) * (axis.max - axis.min);
  const grid = Array.from({ length: size * size }, (_, i) => ({
    x: middle(x, i % size),
    y: middle(y, Math.floor(i / size)),
  }));
  const rows = new Float32Array((grid.length + points.length) * width);
  for (const [i, at] of [...grid, ...points].entries()) {
    const row = rows.subarray(i * width, (i + 1) * width);
    row.set(held);
    place(row, x, at.x);
    place(row, y, at.y);
  }
  const words = heldWords(inputs.encoder, held, [wish.x, wish.y]);
  return { x, y, size, rows, points, held: words, trainItems: train.length };
}

/** The plane's rows as the network reads them. */
export function planeData({ encoder }: TableInputs, { rows }: Plane, numClasses: number): NetworkData {
  const size = encoder.features.length;
  const count = rows.length / size;
  return {
    input: { modality: "table", size },
    values: rows,
    scale: 1,
    views: 0,
    rowOf: everyItem(count),
    labels: new Int32Array(count),
    numClasses,
    ...factsOf(encoder),
  };
}

/** Predicts the plane and moves its points by the noise. @throws CancelledError */
export async function drawBoundary(
  held: HeldModel,
  plane: Plane,
  passes: "clean" | "pooled",
  draw: number,
  work: Work,
): Promise<BoundaryResult> {
  const { model, params } = held;
  const { repeat, inference } = model.experiment;
  const numGrid = plane.size ** 2;
  const count = numGrid + plane.points.length;
  const how: Inference = passes === "clean" ? "clean" : { ...inference, round: draw };
  const probabilities = await predict(model, params, everyItem(count), how, () => work.signal.aborted);
  const width = model.network.numClasses;
  const classes = Uint16Array.from({ length: count }, (_, i) => argmax(probabilities, i * width, width));
  const { column: xColumn, min: xMin, max: xMax } = plane.x;
  const { column: yColumn, min: yMin, max: yMax } = plane.y;
  return {
    x: { column: xColumn, min: xMin, max: xMax },
    y: { column: yColumn, min: yMin, max: yMax },
    size: plane.size,
    classes: classes.slice(0, numGrid),
    confidence: Float32Array.from(
      { length: numGrid },
      (_, i) => probabilities[i * width + (classes[i] ?? 0)] as number,
    ),
    points: plane.points.map((point, i) => ({ ...point, predicted: classes[numGrid + i] as number })),
    copies: await noisyPlaces(held, plane, draw, work),
    k: repeat.k,
    held: plane.held,
    trainItems: plane.trainItems,
    trained: held.trained,
  };
}

/** Where the K noisy copies of each point lie: [points, K, 2], in the data's units. */
async function noisyPlaces({ model }: HeldModel, plane: Plane, draw: number, work: Work): Promise<Float32Array> {
  const { repeat, aggregate, seed } = model.experiment;
  const { x, y, size, points } = plane;
  const out = new Float32Array(points.length * repeat.k * 2);
  const perPart = Math.max(1, Math.floor(MAX_ROWS / repeat.k));
  for (let start = 0; start < points.length; start += perPart) {
    const count = Math.min(perPart, points.length - start);
    const items = Int32Array.from({ length: count }, (_, i) => size ** 2 + start + i);
    const both = tf.tidy(() => {
      const position = { seed, purpose: "lens", step: draw, firstRow: start } as const;
      const views = model.views(items, { k: repeat.k, pooling: aggregate.pooling, level: "logits", position });
      return tf.gather(views, tf.tensor1d([x.feature, y.feature], "int32"), 1);
    });
    const values = (await both.data()) as Float32Array;
    both.dispose();
    for (let i = 0; i < values.length; i++) {
      const { shift, scale } = i % 2 === 0 ? x : y;
      out[start * repeat.k * 2 + i] = (values[i] as number) * scale + shift;
    }
    await nextTask();
    if (work.signal.aborted) throw new CancelledError("The boundary was cancelled.");
  }
  return out;
}

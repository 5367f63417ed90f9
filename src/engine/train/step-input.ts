import { type Tensor, type Tensor1D, tf } from "../tf.ts";
import { type Batch, isWhole } from "./batches.ts";

/** Numbers that the host works out for a step, by nothing but its batch and its number. */
export type OfStep<T> = (batch: Batch, step: number) => T;

/**
 * What one step is given: its batch, its number (counts from 1; decides noise and learning rate), and the only way by
 * which numbers of the host that change from step to step may come to the device. Whoever records a step can so give
 * the recording those of the next one. Its tensors are to be made within a tidy.
 */
export interface StepInput {
  /** True where nothing pads the batch. */
  readonly isWhole: boolean;
  /** The step's number, for backends that compute on the host; no step that reads it here can be recorded. */
  readonly step: number;
  /**
   * A number that decides shapes, such as the length of the rows that are read. Steps for which it is not the same are
   * recorded each by itself.
   */
  size(of: OfStep<number>): number;
  /** Whole numbers, such as rows to gather: [n], n the same in every step. */
  integers(of: OfStep<Int32Array>): Tensor1D;
  /** Other numbers: [n], n the same in every step. */
  numbers(of: OfStep<ArrayLike<number>>): Tensor1D;
}

/** The input of a step that is taken at once. */
export const stepInput = (batch: Batch, step: number): StepInput => ({
  isWhole: isWhole(batch),
  step,
  size: (of) => of(batch, step),
  integers: (of) => tf.tensor1d(of(batch, step), "int32"),
  numbers: (of) => tf.tensor1d(Float32Array.from(of(batch, step))),
});

/** So many numbers one by one, as scalars: []. */
export const scalars = (input: StepInput, count: number, of: OfStep<readonly number[]>): Tensor[] =>
  Array.from({ length: count }, (_, i) =>
    tf.reshape(
      input.numbers((batch, step) => [of(batch, step)[i] as number]),
      [],
    ),
  );

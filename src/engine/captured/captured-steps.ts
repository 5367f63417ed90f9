import { bufferOf, device } from "../gpu.ts";
import { whileAnnotating } from "../kernels/variant.ts";
import { LossRing } from "../loss-ring.ts";
import { submitPending, tf } from "../tf.ts";
import { type Batch, batchingOf, batchLength, isWhole } from "../train/batches.ts";
import type { Model } from "../train/model.ts";
import type { ParameterLayout } from "../train/parameters.ts";
import { stepInput } from "../train/step-input.ts";
import { Arena, placed } from "./arena.ts";
import { optimised } from "./optimised.ts";
import { record } from "./record.ts";
import type { Program, Recording, Size } from "./recording.ts";
import { NotCapturable } from "./recording-device.ts";
import { Replay } from "./replay.ts";
import { StateSteps } from "./state-steps.ts";
import { eagerState, fusedState } from "./trained-state.ts";

/** `optimised`: as fast as it goes; `plain`: the dispatches of an eager step, each as it is. */
export type CaptureKind = "optimised" | "plain";

type Setup = [model: Model, layout: ParameterLayout, initial: Float32Array, totalSteps: number];

/**
 * Captured steps of a model on WebGPU, or in words why it takes others.
 * @param notFused why they are not fused, where that was tried first
 */
export function capturedSteps(kind: CaptureKind, notFused: string | null, ...setup: Setup): CapturedSteps | string {
  const steps = new CapturedSteps(kind, notFused, ...setup);
  try {
    steps.prepare(exampleBatch(setup[0]), 1);
    return steps;
  } catch (error) {
    steps.dispose();
    if (error instanceof NotCapturable) return error.message;
    throw error;
  }
}

/** A batch as an epoch brings it; which items does not matter. */
function exampleBatch({ experiment, data }: Model): Batch {
  const items = usedItems(data.data.rowOf);
  const batching = batchingOf(experiment);
  const length = batchLength(batching);
  return {
    items: Int32Array.from({ length }, (_, i) => items[i % items.length] as number),
    weights: new Float32Array(length / batching.groupSize).fill(1),
  };
}

/** What was recorded of steps of one shape, and their replay while it has its buffers. */
interface Recorded {
  readonly recording: Recording;
  replay: Replay | null;
}

/** Bytes of all places for temporaries. */
const temporaryBytes = (recording: Recording): number => placed(recording).bytes.reduce((sum, size) => sum + size, 0);

const usedItems = (rowOf: Int32Array): number[] => [...rowOf.keys()].filter((item) => (rowOf[item] as number) >= 0);

/**
 * Steps that were recorded once and are replayed: the tape, shapes and bind groups of a step are worked out once for all.
 * Each shape of batch has a recording of its own, made without computing anything when the first such batch comes.
 */
export class CapturedSteps extends StateSteps {
  readonly path = "captured";
  readonly #losses = new LossRing();
  readonly #arena = new Arena();
  /** By shape of step; where there is no recording, why. */
  readonly #recorded = new Map<string, Recorded | NotCapturable>();
  /** What decides the shapes of a step beside those of its batch, as the latest recording has asked for it. */
  #sizes: readonly Size[] = [];

  /** @param notFused why its steps are not fused, where that was tried first */
  constructor(
    readonly kind: CaptureKind,
    readonly notFused: string | null,
    readonly model: Model,
    ...setup: [layout: ParameterLayout, initial: Float32Array, totalSteps: number]
  ) {
    super((kind === "optimised" ? fusedState : eagerState)(model, ...setup));
  }

  get reason(): string {
    const how = `recorded once, then replayed${this.notFused === null ? "" : ` (not in fewer kernels: ${this.notFused})`}`;
    const { refused } = this;
    return refused === null ? how : `${how}; batches of some shapes operation by operation, since ${refused}`;
  }

  get refused(): string | null {
    const refused = [...this.#recorded.values()].find((recorded) => recorded instanceof NotCapturable);
    return refused?.message ?? null;
  }

  /**
   * Records steps of the shape of this one, unless they were before; nothing is computed.
   * @throws NotCapturable
   */
  prepare(batch: Batch, step: number): Recording {
    return this.#recordedOf(batch, step).recording;
  }

  #recordedOf(batch: Batch, step: number): Recorded {
    const known = this.#recorded.get(this.#shapeOf(batch, step));
    if (known instanceof NotCapturable) throw known;
    if (known) return known;
    const plain = () =>
      record(this.state.step, [
        [batch, step],
        [this.#another(batch), step + 1],
      ]);
    const recording = this.kind === "optimised" ? optimised(whileAnnotating(plain), device().limits) : plain();
    this.#sizes = recording.sizes;
    const recorded = { recording, replay: null };
    this.#recorded.set(this.#shapeOf(batch, step), recorded);
    return recorded;
  }

  programs(batch: Batch): readonly Program[] {
    const { recording, replay } = this.#recordedOf(batch, 1);
    return replay ? [] : recording.dispatches.map(({ program }) => program);
  }

  /** A batch of the same shape with other items and, where it is padded, other weights. */
  #another({ items, weights }: Batch): Batch {
    const used = usedItems(this.model.data.data.rowOf);
    const next = items.map((item) => used[(used.indexOf(item) + 1) % used.length] as number);
    if (isWhole({ items, weights })) return { items: next, weights };
    const count = weights[1] === 0 && weights.length > 2 ? 2 : 1;
    return { items: next, weights: weights.map((_, i) => (i < count ? 1 : 0)) };
  }

  take(batch: Batch, step: number): void {
    const replay = this.#replayOf(batch, step);
    const place = 4 * this.#losses.next();
    // What tfjs has still to compute, of the data or of an evaluation, comes before.
    submitPending();
    if (replay) replay.run(batch, step, this.#losses.buffer, place);
    else this.#takeEagerly(batch, step, place);
  }

  /** Null where there is none. */
  #replayOf(batch: Batch, step: number): Replay | null {
    const known = this.#recorded.get(this.#shapeOf(batch, step));
    if (known instanceof NotCapturable) return null;
    if (known?.replay) return known.replay;
    try {
      const recorded = this.#recordedOf(batch, step);
      if (temporaryBytes(recorded.recording) > this.#arena.bytes) this.#letGo();
      recorded.replay = new Replay(device(), recorded.recording, this.#arena);
      return recorded.replay;
    } catch (error) {
      if (!(error instanceof NotCapturable)) throw error;
      this.#recorded.set(this.#shapeOf(batch, step), error);
      return null;
    }
  }

  /**
   * Lets go of all buffers of replays, which are made anew when they are wanted: in those of a larger step the smaller
   * ones find room, but not the other way round.
   */
  #letGo(): void {
    for (const recorded of this.#recorded.values()) {
      if (recorded instanceof NotCapturable) continue;
      recorded.replay?.dispose();
      recorded.replay = null;
    }
    this.#arena.dispose();
  }

  #takeEagerly(batch: Batch, step: number, place: number): void {
    const loss = tf.tidy(() => this.state.step(stepInput(batch, step)));
    const from = bufferOf(loss);
    submitPending();
    const encoder = device().createCommandEncoder();
    encoder.copyBufferToBuffer(from, 0, this.#losses.buffer, place, 4);
    device().queue.submit([encoder.finish()]);
    loss.dispose();
  }

  readLosses(): Promise<Float32Array> {
    return this.#losses.read();
  }

  /**
   * What decides the operations of a step: its batch's length, whether anything in it is padding, and what the step has
   * asked for itself. Before anything is recorded nothing is known of the last, and nothing is found.
   */
  #shapeOf(batch: Batch, step: number): string {
    const sizes = this.#sizes.map(({ of }) => of(batch, step));
    return [batch.items.length, batch.weights.length, isWhole(batch), ...sizes].join(", ");
  }

  override dispose(): void {
    super.dispose();
    this.#losses.dispose();
    this.#letGo();
  }
}

import { beforeAll, describe, expect, test } from "vitest";
import { startTestBackend } from "../testing/backends.ts";
import { HandMade } from "../testing/recordings.ts";
import { runRecording } from "../testing/run-recording.ts";
import { placed } from "./arena.ts";
import { withCommonResults } from "./common-results.ts";
import { withoutDeadWrites } from "./dead-writes.ts";
import { fuseElementwise } from "./fusion/fuse-elementwise.ts";
import type { Recording } from "./recording.ts";

const SIZE = 64;
const CHAIN = 5;

beforeAll(() => startTestBackend("webgpu"));

/**
 * Layers y = sin(tanh(x)) w, both insides being read again on the way back: as they were left, or computed once more out
 * of what entered the layer.
 */
function thereAndBack(twice: boolean): { hand: HandMade; recording: Recording } {
  const hand = new HandMade();
  const w = hand.kept(SIZE);
  const inside = (x: number): [number, number] => {
    const a = hand.opaque("tanh(x0)", [SIZE], [x]);
    return [a, hand.elementwise("sin(x0)", [SIZE], [a])];
  };
  const entering: number[] = [];
  const insides: [number, number][] = [];
  let x = hand.opaque("x0", [SIZE], [w]);
  for (let i = 0; i < CHAIN; i++) {
    entering.push(x);
    const both = inside(x);
    insides.push(both);
    x = hand.opaque("x0 * x1", [SIZE], [both[1], w]);
  }
  for (let i = CHAIN - 1; i >= 0; i--) {
    hand.region = twice ? CHAIN - i : undefined;
    const both = twice ? inside(entering[i] as number) : (insides[i] as [number, number]);
    x = hand.opaque("x0 * x2 * (1.0 - x1 * x1)", [SIZE], [x, ...both]);
  }
  hand.region = undefined;
  return { hand, recording: { ...hand.recording, loss: hand.opaque("x0", [1], [{ id: x, strides: [0] }]) } };
}

const better = (recording: Recording): Recording => fuseElementwise(withoutDeadWrites(withCommonResults(recording)));
const count = ({ dispatches }: Recording): number => dispatches.length;

/** The recording without a word of what was done once more. */
const unmarked = (recording: Recording): Recording => ({
  ...recording,
  dispatches: recording.dispatches.map((dispatch) => ({ ...dispatch, region: undefined })),
});

describe("what is computed once more for the backward pass", () => {
  const { hand, recording } = thereAndBack(true);

  test("stays twice, and would not without a word", () => {
    expect(count(better(recording))).toBe(count(recording));
    expect(count(withCommonResults(unmarked(recording)))).toBe(count(recording) - 2 * CHAIN);
  });

  test("comes as late as it was computed, and no inside lives until then", () => {
    const { dispatches } = better(recording);
    const regions = dispatches.map(({ region }) => region ?? 0);
    expect(regions.slice(regions.indexOf(1), -1)).toEqual(regions.filter((region) => region > 0));
    expect(placed(better(recording)).bytes.length).toBeLessThan(
      placed(better(thereAndBack(false).recording)).bytes.length,
    );
  });

  test("is the same loss", async () => {
    const [plain] = await runRecording(recording, hand.contents, [recording.loss]);
    expect(await runRecording(better(recording), hand.contents, [recording.loss])).toEqual([plain]);
  });

  test("is still computed once within one region", () => {
    const doubled = {
      ...recording,
      values: [...recording.values, ...recording.values],
      dispatches: recording.dispatches.flatMap((one) =>
        one.region ? [one, { ...one, writes: one.writes.map((id) => id + recording.values.length) }] : [one],
      ),
    };
    expect(count(withCommonResults(doubled))).toBe(count(recording));
  });

  test("is in no kernel with what is outside its region", () => {
    const one = new HandMade();
    const x = one.kept(SIZE);
    const chain = (): void => {
      const y = one.elementwise("x0 * 2.0", [SIZE], [x]);
      one.opaque("x0", [SIZE], [one.elementwise("x0 + 1.0", [SIZE], [y])], one.kept(SIZE));
    };
    chain();
    one.region = 1;
    chain();
    one.region = undefined;
    const whole = { ...one.recording, loss: one.opaque("x0", [1], [{ id: x, strides: [0] }]) };
    // Each chain is one kernel; without regions, both are.
    expect(count(fuseElementwise(whole))).toBe(5);
    expect(count(better(unmarked(whole)))).toBe(4);
  });
});

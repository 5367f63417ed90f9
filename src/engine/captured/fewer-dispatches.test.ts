import { beforeAll, describe, expect, test } from "vitest";
import { startTestBackend } from "../testing/backends.ts";
import { recordedStep } from "../testing/recorded-steps.ts";
import { HandMade, randomRecording } from "../testing/recordings.ts";
import { type Contents, runRecording } from "../testing/run-recording.ts";
import { batchesFor } from "../testing/steps.ts";
import { toyData, toyExperiment } from "../testing/toy.ts";
import type { Batch } from "../train/batches.ts";
import { withCommonResults } from "./common-results.ts";
import { withoutDeadWrites } from "./dead-writes.ts";
import type { Recording, Value, ValueId } from "./recording.ts";

beforeAll(() => startTestBackend("webgpu"));

const LAWS = [
  { name: "common results once", change: withCommonResults },
  { name: "dead writes out", change: withoutDeadWrites },
  { name: "both", change: (recording: Recording) => withoutDeadWrites(withCommonResults(recording)) },
];

/** Fails unless loss and all that outlives the step come out the same to the last bit. */
async function expectSame(recording: Recording, changed: Recording, contents: Contents): Promise<void> {
  const kept = [...recording.values.keys()].filter((id) => recording.values[id]?.kind === "kept");
  const bits = async (of: Recording, loss: ValueId) =>
    (await runRecording(of, contents, [loss, ...kept])).map(({ buffer }) => new Uint32Array(buffer));
  expect(await bits(changed, changed.loss)).toEqual(await bits(recording, recording.loss));
}

/** The recording with much of it done once more, into values that nobody reads. */
function withUnread(recording: Recording): Recording {
  const values = [...recording.values];
  const dispatches = recording.dispatches.flatMap((dispatch) => {
    const [result] = dispatch.writes as [ValueId];
    const { kind, bytes } = recording.values[result] as Value;
    if (kind !== "temporary") return [dispatch];
    return [dispatch, { ...dispatch, writes: [values.push({ kind, bytes }) - 1] }];
  });
  return { ...recording, values, dispatches };
}

describe.each(LAWS)("$name", ({ change }) => {
  test.each(Array.from({ length: 15 }, (_, i) => i + 1))("random recording %i computes the same", async (seed) => {
    const { hand, recording } = randomRecording(seed);
    await expectSame(recording, change(recording), hand.contents);
  });

  test("a training step computes the same in fewer dispatches", async () => {
    const experiment = toyExperiment({
      repeat: { k: 3, noises: [{ id: "gaussian", site: "input", stdDev: 0.5 }] },
      consistency: { id: "symmetric-kl" },
      objective: { id: "soft-f1" },
    });
    const data = toyData();
    const [batch] = batchesFor(experiment, data, 1) as [Batch];
    const { recording, contents, kept, dispose } = await recordedStep(experiment, data, batch);
    const more = withUnread(recording);
    const changed = change(more);
    await expectSame(recording, changed, contents);
    expect(changed.dispatches.length).toBeLessThan(more.dispatches.length);
    expect(withoutDeadWrites(changed).dispatches.length).toBeLessThanOrEqual(recording.dispatches.length);
    // The step is one: it moves what it trains.
    const after = await runRecording(changed, contents, kept);
    expect(after.some((values, i) => String(values) !== String(contents[kept[i] as ValueId]))).toBe(true);
    dispose();
    data.dispose();
  });
});

test("what is computed twice of the same is left out, and what reads it reads the first", () => {
  const hand = new HandMade();
  const x = hand.kept(8);
  const twice = [hand.constant(2), hand.constant(2)].map((id) =>
    hand.opaque("x0 * x1", [8], [x, { id, strides: [0] }]),
  );
  const end = hand.opaque("x0 + x1", [8], twice, hand.kept(8));
  const changed = withCommonResults(hand.recording);
  expect(changed.dispatches).toHaveLength(2);
  expect(changed.dispatches[1]).toMatchObject({ writes: [end], reads: [twice[0], twice[0]] });
});

test("what is computed twice is kept where something was written over between, or where it is written over itself", () => {
  const hand = new HandMade();
  const state = hand.kept(8);
  const read = () => hand.opaque("x0 * 2.0", [8], [state]);
  const before = read();
  hand.opaque("x0 + 1.0", [8], [before], state);
  const after = read();
  hand.opaque("x0 - 1.0", [8], [after], after);
  hand.opaque("x0 + x1", [8], [before, after], hand.kept(8));
  expect(withCommonResults(hand.recording).dispatches).toHaveLength(hand.recording.dispatches.length);
});

test("kernels of other uniforms or sizes are no common results", () => {
  const hand = new HandMade();
  const x = hand.kept(8);
  const [a, b] = [hand.opaque("x0 * 2.0", [8], [x]), hand.opaque("x0 * 2.0", [8], [x])];
  hand.opaque("x0 + x1", [8], [a, b], hand.kept(8));
  const [first, second, ...rest] = hand.recording.dispatches as [
    Recording["dispatches"][number],
    Recording["dispatches"][number],
  ];
  const other = (change: object): Recording => ({
    ...hand.recording,
    dispatches: [first, { ...second, ...change }, ...rest],
  });
  expect(withCommonResults(other({})).dispatches).toHaveLength(2);
  for (const change of [{ uniforms: Uint8Array.of(1, 0, 0, 0) }, { workgroups: [2, 1, 1] }])
    expect(withCommonResults(other(change)).dispatches).toHaveLength(3);
});

test("only what leads to the loss or to something that stays is computed", () => {
  const hand = new HandMade();
  const x = hand.kept(8);
  const unread = hand.opaque("x0 + 1.0", [8], [x]);
  hand.opaque("x0 * 2.0", [8], [unread]);
  const used = hand.opaque("x0 + 2.0", [8], [x]);
  hand.opaque("x0", [8], [used], hand.kept(8));
  const loss = hand.opaque("x0 * x0", [1], [{ id: x, strides: [0] }]);
  const changed = withoutDeadWrites({ ...hand.recording, loss });
  expect(changed.dispatches).toEqual(hand.recording.dispatches.slice(2));
});

import { beforeAll, expect, test } from "vitest";
import { destroyBuffer, device, readNumbers, storageBuffer } from "../gpu.ts";
import { startTestBackend } from "../testing/backends.ts";
import { randomRecording } from "../testing/recordings.ts";
import { runRecording } from "../testing/run-recording.ts";
import { Arena } from "./arena.ts";
import { Replay } from "./replay.ts";

beforeAll(() => startTestBackend("webgpu"));

const BATCH = { items: new Int32Array(), weights: new Float32Array() };

test.each(Array.from({ length: 12 }, (_, i) => i + 1))(
  "random recording %i computes in shared buffers what it does when each value has one to itself",
  async (seed) => {
    const { hand, recording } = randomRecording(seed);
    const kept = [...recording.values.keys()].filter((id) => recording.values[id]?.kind === "kept");
    const buffers = new Map(kept.map((id) => [id, storageBuffer((recording.values[id]?.bytes as number) / 4, "kept")]));
    const write = () => {
      for (const [id, buffer] of buffers)
        device().queue.writeBuffer(buffer, 0, (hand.contents[id] as Float32Array).slice());
    };
    const values = recording.values.map((value, id) =>
      value.kind === "kept" ? { ...value, buffer: buffers.get(id) as GPUBuffer } : value,
    );
    const arena = new Arena();
    const replay = new Replay(device(), { ...recording, values }, arena);
    const losses = storageBuffer(2, "losses");
    const [expected, ...state] = await runRecording(recording, hand.contents, [recording.loss, ...kept]);
    // The second time, too, when the buffers hold what the first has left.
    for (const place of [0, 1]) {
      write();
      replay.run(BATCH, 1, losses, 4 * place);
      expect(await readNumbers(losses, [[place, 1]])).toEqual(expected);
      for (const [i, id] of kept.entries()) {
        const buffer = buffers.get(id) as GPUBuffer;
        expect(await readNumbers(buffer, [[0, buffer.size / 4]])).toEqual(state[i]);
      }
    }
    replay.dispose();
    arena.dispose();
    for (const buffer of [losses, ...buffers.values()]) destroyBuffer(buffer);
  },
);

import { expect, test, vi } from "vitest";
import { CancelledError } from "../errors.ts";
import { openFiles, proposed, quietWork } from "./testing/fixtures.ts";

const ROWS = Array.from({ length: 40 }, (_, i) => `${i % 2 ? 5 : 1}.${i},${i % 2 ? "a" : "b"}`);

test("what one caller calls off does not call off another's work on the same rows", async () => {
  const source = await openFiles({ "t.csv": ["length,kind", ...ROWS].join("\n") });
  const experiment = proposed(source);
  let callOff: (reason: Error) => void = () => {};
  // The first call is called off within its digest of the rows, while the second waits for what comes of it.
  const held = new Promise<ArrayBuffer>((_, reject) => {
    callOff = reject;
  });
  const digest = vi.spyOn(crypto.subtle, "digest").mockReturnValueOnce(held);
  const first = source.prepare(experiment, quietWork());
  await vi.waitFor(() => expect(digest).toHaveBeenCalled());
  const second = source.prepare(experiment, quietWork());
  await new Promise((resolve) => setTimeout(resolve, 20));
  callOff(new CancelledError("Cancelled."));
  await expect(first).rejects.toThrow("Cancelled");
  expect((await second).summary.train).toBe(24);
});

import { expect, test } from "vitest";
import type { Work } from "../data/dataset.ts";
import { fetchedOnce } from "./fetched-once.ts";

const work = (signal = new AbortController().signal): Work => ({ signal, progress: () => {} });
const settle = () => new Promise((resolve) => setTimeout(resolve, 1));

test("all who ask share one fetch, before and after it is done", async () => {
  let fetches = 0;
  const get = fetchedOnce(async () => {
    await settle();
    return { number: ++fetches };
  });
  const [first, second] = await Promise.all([get(work()), get(work())]);
  expect(first).toBe(second);
  expect(await get(work())).toBe(first);
  expect(fetches).toBe(1);
});

test("another's cancelling does not end one's own wait, and a failure is not kept", async () => {
  const controller = new AbortController();
  let fetches = 0;
  const get = fetchedOnce(async ({ signal }: Work) => {
    fetches++;
    await settle();
    signal.throwIfAborted();
    return "weights";
  });
  const cancelled = get(work(controller.signal));
  const patient = get(work());
  controller.abort();
  await expect(cancelled).rejects.toThrow();
  expect(await patient).toBe("weights");
  expect(await get(work())).toBe("weights");
  expect(fetches).toBe(2);
});

test("a fetch that failed for good tells everybody", async () => {
  const get = fetchedOnce(() => Promise.reject(new Error("no connection")));
  await expect(get(work())).rejects.toThrow("no connection");
  await expect(Promise.all([get(work()), get(work())])).rejects.toThrow("no connection");
});

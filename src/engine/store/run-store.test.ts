import { afterEach, describe, expect, test, vi } from "vitest";
import { figuresOf } from "../../shared/kept/run-entry.ts";
import type { RunStore } from "./run-store.ts";
import {
  afterCrash,
  bytesOf,
  checkpointAt,
  crashing,
  type Disk,
  newDisk,
  outcomeOf,
  RECORD,
  startOf,
  storeOn,
  textOf,
} from "./testing/stores.ts";

afterEach(() => vi.restoreAllMocks());

const opened = async (disk: Disk): Promise<RunStore> => storeOn(disk).open();

describe("a run", () => {
  test("is kept from its beginning to its end, and found by the next tab", async () => {
    const disk = await newDisk();
    const store = await opened(disk);
    const begun = await store.runs.begin(startOf("a"));
    expect(begun).toMatchObject({ name: "Run 1", status: "going", checkpoint: null, hasWeights: false, reason: null });
    await store.runs.keepCheckpoint("a", bytesOf("at 7"), checkpointAt(7));
    await store.runs.keepCheckpoint("a", bytesOf("at 14, longer"), checkpointAt(14));
    expect((await store.runs.entry("a")).checkpoint).toEqual({ ...checkpointAt(14), bytes: 13 });
    expect(await disk.shelf.hashes()).toHaveLength(1);
    await store.runs.finish("a", outcomeOf("a"));

    const later = await opened(afterCrash(disk));
    const { runs, problems } = await later.read();
    expect(problems).toEqual([]);
    expect(runs).toMatchObject([
      { runId: "a", status: "finished", checkpoint: null, hasWeights: true, figures: figuresOf(RECORD) },
    ]);
    expect(await later.runs.record("a")).toEqual(RECORD);
    expect(textOf(await later.runs.model("a"))).toBe("weights a");
    expect(textOf(await later.runs.predictions("a"))).toBe("predictions a");
    expect(await later.runs.checkpoint("a")).toBeNull();
  });

  test("that diverged keeps its losses that are no numbers", async () => {
    const store = await opened(await newDisk());
    await store.runs.begin(startOf("a"));
    const steps = [{ step: 1, epoch: 1, loss: Number.NaN }];
    const epochs = RECORD.epochs.map((epoch) => ({ ...epoch, trainLoss: Number.NaN }));
    await store.runs.finish("a", { ...outcomeOf("a"), record: { ...RECORD, steps, epochs } });
    expect((await store.runs.record("a")).steps).toEqual(steps);
    expect((await store.read()).runs[0]?.figures?.trainLoss).toBeNaN();
  });

  test("that was cut off goes on from its checkpoint; one that trains elsewhere does not", async () => {
    const disk = await newDisk();
    const store = await opened(disk);
    await store.runs.begin(startOf("a"));
    await store.runs.keepCheckpoint("a", bytesOf("state"), checkpointAt(9));
    const other = await opened(disk);
    expect((await other.read()).runs[0]).toMatchObject({ status: "elsewhere" });
    await expect(other.runs.remove(["a"], new Date())).rejects.toThrow(/"Run 1" is in training/);

    const later = await opened(afterCrash(disk));
    expect((await later.read()).runs[0]).toMatchObject({
      status: "interrupted",
      reason: expect.stringContaining("closed"),
      checkpoint: { step: 9 },
    });
    expect(await later.runs.resume("a")).toMatchObject({ status: "going", reason: null });
    expect(textOf(await later.runs.checkpoint("a"))).toBe("state");
    await later.runs.fail("a", "The GPU device was lost.");
    expect(await later.runs.entry("a")).toMatchObject({
      status: "failed",
      reason: "The GPU device was lost.",
      checkpoint: { step: 9 },
    });
    await later.runs.resume("a");
    await later.runs.finish("a", outcomeOf("a"));
    await expect(later.runs.resume("a")).rejects.toThrow(/has ended already/);
  });

  test("is numbered after the largest number there is, by two tabs at once, too", async () => {
    const disk = await newDisk();
    const [one, two] = [await opened(disk), await opened(disk)];
    await one.runs.begin(startOf("a"));
    await one.runs.annotate("a", { name: "Run 41" });
    const names = await Promise.all([
      one.runs.begin(startOf("b")),
      two.runs.begin(startOf("c")),
      one.runs.begin(startOf("d", { name: "mine" })),
      two.runs.begin(startOf("e")),
    ]);
    expect(names.map(({ name }) => name).sort()).toEqual(["Run 42", "Run 43", "Run 44", "mine"]);
    await expect(two.runs.begin(startOf("b"))).rejects.toThrow(/another tab/);
  });

  test("can be renamed, noted and tagged, taken away and put back, until it is purged", async () => {
    const disk = await newDisk();
    const store = await opened(disk);
    for (const id of ["a", "b"]) {
      await store.runs.begin(startOf(id, { startedAt: `2026-03-04T05:06:0${id === "a" ? 9 : 1}.000Z` }));
      await store.runs.finish(id, outcomeOf(id));
    }
    await store.runs.annotate("a", { name: "the good one", tags: ["k=8"] });
    await store.runs.annotate("a", { notes: "seed 3" });
    expect((await store.read()).runs.map(({ runId }) => runId)).toEqual(["b", "a"]);
    expect((await store.read()).runs[1]).toMatchObject({ name: "the good one", tags: ["k=8"], notes: "seed 3" });
    await store.runs.remove(["a", "b"], new Date(0));
    expect((await store.read()).runs).toEqual([]);
    expect(await store.runs.putBack(["b"])).toMatchObject([{ runId: "b", hasWeights: true }]);
    const bytes = await store.purge();
    expect(bytes).toBeGreaterThan(JSON.stringify(RECORD).length);
    await expect(store.runs.record("a")).rejects.toThrow(/no run a/);
    // Both records are alike, and thus one blob, which the one that is left still needs.
    expect(await store.runs.record("b")).toEqual(RECORD);
    expect(await disk.shelf.hashes()).toHaveLength(3);
  });

  test("that was taken away is freed by the next tab that opens alone", async () => {
    const disk = await newDisk();
    const store = await opened(disk);
    await store.runs.begin(startOf("a"));
    await store.runs.finish("a", outcomeOf("a"));
    await store.runs.remove(["a"], new Date());
    await opened(disk);
    expect(await store.runs.putBack(["a"])).toHaveLength(1);
    await store.runs.remove(["a"], new Date());
    await opened(afterCrash(disk));
    expect(await disk.shelf.hashes()).toEqual([]);
  });
});

/** A run that has a checkpoint, and a tab that goes on with it to the end, but is gone at its nth write. */
async function cutOff(at: number, doneAfter: boolean): Promise<{ disk: Disk; writes: number }> {
  const disk = await newDisk();
  const before = await opened(disk);
  await before.runs.begin(startOf("a"));
  await before.runs.keepCheckpoint("a", bytesOf("old"), checkpointAt(3));
  const broken = crashing(afterCrash(disk), at, doneAfter);
  const during = storeOn(broken.disk);
  await during.runs.resume("a").catch(() => {});
  await during.runs.keepCheckpoint("a", bytesOf("new"), checkpointAt(6)).catch(() => {});
  await during.runs.finish("a", outcomeOf("a")).catch(() => {});
  return { disk, writes: broken.writes() };
}

test("wherever it is cut off, a commit leaves the state before or after it, readable, and no litter", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  const outcomes = new Set<string>();
  const { writes } = await cutOff(Number.POSITIVE_INFINITY, true);
  expect(writes).toBeGreaterThan(10);
  for (let at = 1; at <= writes; at++) {
    for (const doneAfter of [false, true]) {
      const { disk } = await cutOff(at, doneAfter);
      const after = await opened(afterCrash(disk));
      const { runs, problems } = await after.read();
      expect(problems).toEqual([]);
      const [run] = runs;
      if (run?.status === "finished") {
        expect([textOf(await after.runs.model("a")), await after.runs.record("a")]).toEqual(["weights a", RECORD]);
        outcomes.add("finished");
      } else {
        const text = textOf(await after.runs.checkpoint("a"));
        expect([run?.checkpoint?.step, text]).toEqual(text === "old" ? [3, "old"] : [6, "new"]);
        outcomes.add(text ?? "");
      }
      expect(await disk.shelf.hashes()).toHaveLength(run?.status === "finished" ? 3 : 1);
    }
  }
  expect([...outcomes].sort()).toEqual(["finished", "new", "old"]);
});

test("tabs that write the same and delete at once leave every entry with its blobs", async () => {
  const disk = await newDisk();
  const stores = await Promise.all([opened(disk), opened(disk), opened(disk)]);
  await Promise.all(
    stores.map(async (store, tab) => {
      for (let i = 0; i < 5; i++) {
        const id = `${tab}-${i}`;
        await store.runs.begin(startOf(id));
        await store.runs.keepCheckpoint(id, bytesOf("shared"), checkpointAt(1));
        await store.runs.finish(id, { ...outcomeOf("shared"), predictions: bytesOf(id) });
        if (i % 2 === 0) await store.runs.remove([id], new Date());
        if (i === 3) await store.purge();
      }
    }),
  );
  const last = await opened(afterCrash(disk));
  const { runs, problems } = await last.read();
  expect(problems).toEqual([]);
  expect(runs.map(({ runId }) => runId).sort()).toEqual(["0-1", "0-3", "1-1", "1-3", "2-1", "2-3"]);
  for (const { runId } of runs) {
    expect(textOf(await last.runs.model(runId))).toBe("weights shared");
    expect(textOf(await last.runs.predictions(runId))).toBe(runId);
  }
  expect(await disk.shelf.hashes()).toHaveLength(2 + 6);
  expect(disk.told.filter((kind) => kind === "runs").length).toBeGreaterThan(40);
});

describe("weights that another tab frees as the last one to need them", () => {
  /** A run that was taken away, whose weights another tab is about to keep, too. */
  async function sharing(change: (disk: Disk) => Disk = (disk) => disk) {
    const disk = await newDisk();
    const two = await opened(disk);
    const one = await opened(change(disk));
    await one.runs.begin(startOf("a"));
    await one.runs.finish("a", outcomeOf("shared"));
    await one.runs.remove(["a"], new Date());
    await two.runs.begin(startOf("b"));
    return { disk, one, two };
  }

  test("after they were found to be there are written again", async () => {
    const { disk, one, two } = await sharing();
    const { locks } = two.kept.parts;
    let freed = 0;
    vi.spyOn(locks, "exclusively").mockImplementationOnce(async (name, work) => {
      freed = await one.purge();
      return locks.exclusively(name, work);
    });
    await two.runs.finish("b", outcomeOf("shared"));
    expect(freed).toBeGreaterThan(0);
    expect(textOf(await two.runs.model("b"))).toBe("weights shared");
    expect(await disk.shelf.hashes()).toHaveLength(3);
  });

  test("are not freed once that tab has committed", async () => {
    let meanwhile = async (): Promise<void> => {};
    const { one, two } = await sharing((disk) => ({
      ...disk,
      catalogue: {
        ...disk.catalogue,
        async referred(hashes) {
          const found = await disk.catalogue.referred(hashes);
          await meanwhile();
          return found;
        },
      },
    }));
    let finished = Promise.resolve();
    meanwhile = async () => {
      finished = two.runs.finish("b", outcomeOf("shared"));
      // Where nothing holds it up, it is done by then.
      await Promise.race([finished, new Promise((resolve) => setTimeout(resolve, 100))]);
    };
    await one.purge();
    await finished;
    expect(textOf(await two.runs.model("b"))).toBe("weights shared");
  });
});

describe("a stored file", () => {
  const damage = async (disk: Disk, hash: string, content: string): Promise<void> => {
    const draft = await disk.shelf.draft();
    await draft.write(bytesOf(content));
    await draft.finish(hash);
  };

  test("that was changed is told by name and not used, while everything else is", async () => {
    const disk = await newDisk();
    const store = await opened(disk);
    await store.runs.begin(startOf("a"));
    await store.runs.finish("a", outcomeOf("a"));
    const { blobs } = await store.runs.get("a");
    const hash = blobs.model?.hash as string;
    await damage(disk, hash, "weights b");
    const told = new RegExp(`weights of the run "Run 1": the file kept/blobs/${hash} is damaged`);
    await expect(store.runs.model("a")).rejects.toThrow(told);
    const { runs, problems } = await store.read();
    expect(runs).toMatchObject([{ status: "finished", hasWeights: false }]);
    expect(problems).toEqual([expect.stringMatching(told)]);
    expect(await store.runs.record("a")).toEqual(RECORD);
    // The same content, kept once more, takes its place.
    await store.runs.begin(startOf("b"));
    await store.runs.finish("b", outcomeOf("a"));
    expect(textOf(await store.runs.model("a"))).toBe("weights a");
    expect((await store.read()).problems).toEqual([]);
  });

  test("that was cut or deleted is told, too", async () => {
    const disk = await newDisk();
    const store = await opened(disk);
    await store.runs.begin(startOf("a"));
    await store.runs.finish("a", outcomeOf("a"));
    const { blobs } = await store.runs.get("a");
    await damage(disk, blobs.record?.hash as string, "{}");
    await disk.shelf.remove(blobs.model?.hash as string);
    await expect(store.runs.record("a")).rejects.toThrow(/it has 2 bytes instead of \d+/);
    const { runs, problems } = await store.read();
    expect(runs).toMatchObject([{ hasWeights: false, figures: { steps: 6 } }]);
    expect(problems.join()).toMatch(/record of the run "Run 1".*damaged.*weights of the run "Run 1".*missing/);
  });
});

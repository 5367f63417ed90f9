import { describe, expect, test } from "vitest";
import { writeSafetensors } from "./safetensors.ts";
import { openSharded, shardNames } from "./sharded.ts";
import { withHeader } from "./testing/raw-file.ts";
import { openSafetensors } from "./weights.ts";

const file = (names: readonly string[]) =>
  new Blob([
    writeSafetensors({
      params: Object.fromEntries(names.map((name, i) => [name, { shape: [2], values: Float32Array.of(i, -i) }])),
      metadata: {},
    }),
  ]);

/** A blob that notes which bytes were read. */
class WatchedBlob extends Blob {
  readonly read: [number, number][] = [];
  override slice(start = 0, end = this.size): Blob {
    this.read.push([start, end]);
    return super.slice(start, end);
  }
}

describe("weights of one file", () => {
  test("are read tensor by tensor, only when asked for", async () => {
    const bytes = await file(["a", "b", "c"]).arrayBuffer();
    const blob = new WatchedBlob([bytes]);
    const weights = await openSafetensors(blob, "model.safetensors");
    const dataStart = bytes.byteLength - 24;
    expect(blob.read).toEqual([
      [0, 8],
      [8, dataStart],
    ]);
    expect(weights).toMatchObject({ names: ["a", "b", "c"], bytes: 24 });
    expect(weights.entry("b")).toEqual({ dtype: "F32", shape: [2] });
    expect(weights.entry("toString")).toBeNull();
    expect(await weights.floats("b")).toEqual(Float32Array.of(1, -1));
    expect(blob.read.at(-1)).toEqual([dataStart + 8, dataStart + 16]);
  });

  test("become float32 from every type that is read", async () => {
    const header = {
      half: { dtype: "F16", shape: [1], data_offsets: [0, 2] },
      brain: { dtype: "BF16", shape: [1], data_offsets: [2, 4] },
      small: { dtype: "I8", shape: [2], data_offsets: [4, 6] },
      byte: { dtype: "U8", shape: [1, 1], data_offsets: [6, 7] },
      // Not at a multiple of its size.
      long: { dtype: "I64", shape: [1], data_offsets: [7, 15] },
      mask: { dtype: "BOOL", shape: [1], data_offsets: [15, 16] },
    };
    const bytes = withHeader(header, 16);
    const view = new DataView(bytes.buffer, bytes.length - 16);
    view.setUint16(0, 0xbe00, true);
    view.setUint16(2, 0x4049, true);
    view.setInt8(4, -128);
    view.setInt8(5, 127);
    view.setUint8(6, 255);
    view.setBigInt64(7, -5_000_000_000n, true);
    const weights = await openSafetensors(new Blob([bytes]), "mixed.safetensors");
    expect(await weights.floats("half")).toEqual(Float32Array.of(-1.5));
    expect(await weights.floats("brain")).toEqual(Float32Array.of(3.140625));
    expect(await weights.floats("small")).toEqual(Float32Array.of(-128, 127));
    expect(await weights.floats("byte")).toEqual(Float32Array.of(255));
    expect(await weights.floats("long")).toEqual(Float32Array.of(-5e9));
    await expect(weights.floats("mask")).rejects.toThrow('mixed.safetensors: The tensor "mask" has the type BOOL;');
    await expect(weights.floats("no")).rejects.toThrow('There is no tensor "no"');
  });

  test("of a damaged file are refused with the file's name and what to do", async () => {
    const cut = (await file(["a", "b"]).arrayBuffer()).slice(0, -1);
    const opened = openSafetensors(new Blob([cut]), "model.safetensors");
    await expect(opened).rejects.toMatchObject({ name: "ModelFileError", file: "model.safetensors", fault: "damaged" });
    await expect(opened).rejects.toThrow(/^model\.safetensors: .*"b" do not fit its shape or the file\. Get the file/);
  });

  test("whose header claims more than a file could hold are refused before anything is read", async () => {
    const bytes = new Uint8Array(32);
    new DataView(bytes.buffer).setBigUint64(0, 2n ** 63n, true);
    const blob = new WatchedBlob([bytes]);
    await expect(openSafetensors(blob, "m")).rejects.toThrow("longer than the file");
    expect(blob.read).toEqual([[0, 8]]);
  });
});

test("weights with any bytes changed either open or are refused, and never anything else", async () => {
  const plain = new Uint8Array(await file(["a", "b", "c"]).arrayBuffer());
  const headerEnd = plain.length - 24;
  let state = 1;
  const draw = (below: number) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
  let refused = 0;
  for (let i = 0; i < 2000; i++) {
    const bytes = plain.slice(0, draw(4) === 0 ? draw(plain.length) : plain.length);
    for (let n = 0; n <= draw(3); n++) bytes[draw(headerEnd)] = draw(2) ? 48 + draw(10) : draw(256);
    try {
      const weights = await openSafetensors(new Blob([bytes]), "m");
      for (const name of weights.names)
        expect((await weights.floats(name)).length * 2).toBeLessThanOrEqual(bytes.length);
    } catch (error) {
      expect(error).toMatchObject({ name: "ModelFileError", file: "m" });
      refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(1000);
});

describe("weights spread over files", () => {
  const index = {
    metadata: { total_size: 48 },
    weight_map: { x: "m-1.safetensors", y: "m-2.safetensors", z: "m-1.safetensors" },
  };
  const shards: Record<string, Blob> = { "m-1.safetensors": file(["x", "z"]), "m-2.safetensors": file(["w", "y"]) };
  const open = (found = shards) => openSharded(index, "index.json", async (name) => found[name] ?? null);

  test("are read from the file that holds them", async () => {
    const weights = await open();
    expect(shardNames(index, "index.json")).toEqual(["m-1.safetensors", "m-2.safetensors"]);
    expect(weights).toMatchObject({ names: ["x", "y", "z"], bytes: 32 });
    expect(weights.entry("y")).toEqual({ dtype: "F32", shape: [2] });
    expect(await weights.floats("y")).toEqual(Float32Array.of(1, -1));
    expect(await weights.floats("z")).toEqual(Float32Array.of(1, -1));
    await expect(weights.floats("w")).rejects.toThrow('There is no tensor "w"');
  });

  test("need every file, with every tensor that the index promises", async () => {
    await expect(open({ "m-1.safetensors": file(["x", "z"]) })).rejects.toMatchObject({
      file: "m-2.safetensors",
      fault: "missing",
    });
    await expect(open({ ...shards, "m-2.safetensors": file(["w"]) })).rejects.toThrow(
      'm-2.safetensors: There is no tensor "y"',
    );
  });

  test.each([
    "../m.safetensors",
    "/etc/passwd",
    "a/b.safetensors",
    "m.bin",
    ".safetensors",
    "..\\m.safetensors",
    "https://x.org/m.safetensors",
  ])("stay in their folder: %s", async (name) => {
    const hostile = { weight_map: { x: name } };
    const asked: string[] = [];
    const opened = openSharded(hostile, "index.json", async (file) => {
      asked.push(file);
      return null;
    });
    await expect(opened).rejects.toThrow("only safetensors files beside it");
    expect(asked).toEqual([]);
  });

  test.each([null, [], { weight_map: 3 }, { weight_map: { x: 1 } }])("need an index: %j", (odd) => {
    expect(() => shardNames(odd, "index.json")).toThrow('index.json: It has no "weight_map"');
  });
});

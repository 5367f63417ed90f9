import { deflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { CancelledError } from "../errors.ts";
import { openZip } from "./images/archive.ts";
import { readImageHeader } from "./images/image-header.ts";
import { decodeImages } from "./images/pixels.ts";
import { openWith } from "./open.ts";
import { decodePng, dropped, openFiles, proposed, quietWork, refusal } from "./testing/fixtures.ts";
import { png, squares, zip } from "./testing/pictures.ts";

const PETS = squares({ cat: 3, dog: 3 });

/** Writes 16 or 32 bits at an offset of the local or central header of every entry whose name fits. */
function patched(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  fields: { local?: [number, number, 2 | 4]; central?: [number, number, 2 | 4] },
): Uint8Array<ArrayBuffer> {
  const out = bytes.slice();
  const view = new DataView(out.buffer);
  const put = (at: number, [offset, value, size]: [number, number, 2 | 4]): void =>
    size === 2 ? view.setUint16(at + offset, value, true) : view.setUint32(at + offset, value, true);
  for (let at = 0; at + 46 < out.length; at++) {
    const signature = view.getUint32(at, true);
    const header = signature === 0x04034b50 ? 30 : signature === 0x02014b50 ? 46 : 0;
    if (header === 0) continue;
    const length = view.getUint16(at + (header === 30 ? 26 : 28), true);
    if (new TextDecoder().decode(out.subarray(at + header, at + header + length)) !== name) continue;
    const field = header === 30 ? fields.local : fields.central;
    if (field) put(at, field);
  }
  return out;
}

test.each([0.2, 0.7, 0.99])("a zip cut off after %d of it is refused", async (share) => {
  const whole = zip(PETS);
  const { problems, skippable } = await refusal(openFiles({ "pets.zip": whole.slice(0, whole.length * share) }));
  expect(problems[0]).toMatchObject({ file: "pets.zip", message: expect.stringContaining("cut off") });
  expect(skippable).toBe(0);
});

test("a table of contents that lies about its place is refused", async () => {
  const whole = zip(PETS);
  new DataView(whole.buffer).setUint32(whole.length - 22 + 12, 10_000_000, true);
  expect((await refusal(openFiles({ "pets.zip": whole }))).problems[0]?.message).toContain("damaged");
});

test("encrypted entries are named, and can be skipped", async () => {
  const name = "dog/1.png";
  const locked = patched(zip(PETS), name, { local: [6, 1, 2], central: [8, 1, 2] });
  const { problems, skippable } = await refusal(openFiles({ "pets.zip": locked }));
  expect(problems).toMatchObject([{ file: `pets.zip/${name}`, message: "This entry is encrypted." }]);
  expect(skippable).toBe(1);
  const source = await openFiles({ "pets.zip": locked }, { skipBad: true });
  expect(source.summary).toMatchObject({ rows: 5, problems: [{ severity: "warning", action: "It was left out." }] });
});

test("a zip bomb is refused by what it declares, before anything is inflated", async () => {
  const bomb = patched(zip(PETS), "cat/0.png", { central: [24, 3_000_000_000, 4] });
  const { problems } = await refusal(openFiles({ "pets.zip": bomb }));
  expect(problems[0]).toMatchObject({ file: "pets.zip", message: expect.stringContaining("zip bomb") });
});

test("an entry that expands beyond what it declares is stopped there", async () => {
  const bytes = zip({ "a/0.png": new Uint8Array(50_000_000) });
  const [entry] = await openZip(new Blob([patched(bytes, "a/0.png", { central: [24, 1000, 4] })]), "z.zip", () => {});
  await expect(entry?.read()).rejects.toThrow("expands beyond the 1000 bytes");
  const short = patched(bytes, "a/0.png", { central: [24, 60_000_000, 4] });
  const [other] = await openZip(new Blob([short]), "z.zip", () => {});
  await expect(other?.read()).rejects.toThrow("50000000 bytes instead of the 60000000");
});

test("names that climb out of the archive are only names", async () => {
  const files = { "../../etc/cat/1.png": png(2, 2, [1, 1, 1, 1]), "C:\\x\\dog\\2.png": png(2, 2, [2, 2, 2, 2]) };
  const entries = await openZip(new Blob([zip(files)]), "z.zip", () => {});
  expect(entries.map(({ path }) => path)).toEqual(["etc/cat/1.png", "x/dog/2.png"]);
});

test("archives inside an archive stay closed, with a word about them", async () => {
  const { problems } = await refusal(openFiles({ "outer.zip": zip({ "inner.zip": zip(PETS) }) }));
  expect(problems[0]).toMatchObject({ file: "outer.zip", message: "It holds only archives inside an archive." });
  const source = await openFiles({ "outer.zip": zip({ ...PETS, "more.zip": zip(PETS) }) });
  expect(source.summary.rows).toBe(6);
  expect(source.summary.problems[0]).toMatchObject({ severity: "warning", file: "outer.zip/more.zip" });
});

test("a zip that holds a table opens as the table", async () => {
  const rows = Array.from({ length: 20 }, (_, i) => `${i % 6},${i % 2}`);
  const source = await openFiles({ "data.zip": zip({ "data/t.csv": ["n,label", ...rows].join("\n") }) });
  expect(source.summary).toMatchObject({ kind: "table", rows: 20, files: [{ name: "data.zip/data/t.csv" }] });
  const dataset = await source.prepare(proposed(source, { train: "data.zip" }), quietWork());
  expect(dataset.classes).toEqual(["0", "1"]);
});

test("a zip without images or tables is refused", async () => {
  const { problems } = await refusal(openFiles({ "z.zip": zip({ "a.bin": "x", "b.docx": "y" }) }));
  expect(problems[0]?.message).toBe("It holds neither images nor a table.");
});

const flipped = (bytes: Uint8Array<ArrayBuffer>, at: number): Uint8Array<ArrayBuffer> => {
  const out = bytes.slice();
  out[at] = (out[at] as number) ^ 0x10;
  return out;
};

test("corrupt, empty and mistaken images among good ones are named, and can be skipped", async () => {
  const good = png(4, 4, new Array(16).fill(9));
  const files = {
    ...PETS,
    "cat/bits.png": flipped(good, 45),
    "cat/cut.png": good.slice(0, good.length - 6),
    "dog/empty.png": "",
    "dog/flat.png": png(4, 0, []),
    "dog/page.jpg": "<html>not found</html>",
  };
  const { problems, skippable } = await refusal(openFiles({ "pets.zip": zip(files) }));
  expect(problems.map(({ file, message }) => [file, message.replace(/^The image cannot be read: /, "")])).toEqual([
    ["pets.zip/cat/bits.png", 'the PNG is corrupt: the check sum of its "IDAT" chunk is wrong.'],
    ["pets.zip/cat/cut.png", "the PNG is cut off."],
    ["pets.zip/dog/empty.png", "the file is empty."],
    ["pets.zip/dog/flat.png", "it has no pixels (4x0)."],
    ["pets.zip/dog/page.jpg", "it is not a PNG, JPEG, WebP or GIF image, whatever its name."],
  ]);
  expect(skippable).toBe(5);
  const source = await openFiles({ "pets.zip": zip(files) }, { skipBad: true });
  expect(source.summary).toMatchObject({ rows: 6 });
  expect((await source.prepare(proposed(source), quietWork())).summary).toMatchObject({ leftOut: 0 });
});

test("an image that only decoding finds out is told when the data set is prepared, and takes no part if skipped", async () => {
  const files = { ...PETS, "cat/odd.png": png(4, 4, new Array(16).fill(77)) };
  const decode: typeof decodePng = async (bytes, side) => {
    const picture = await decodePng(bytes, side);
    if (picture.rgba[0] === 77) throw new Error("the browser cannot decode it");
    return picture;
  };
  const open = (skipBad: boolean) => openWith(decode)(dropped(files), { skipBad, maxRows: 100 }, quietWork());
  const strict = await open(false);
  const { problems, skippable } = await refusal(strict.prepare(proposed(strict), quietWork()));
  expect(problems).toMatchObject([{ file: "cat/odd.png", message: expect.stringContaining("cannot decode") }]);
  expect(skippable).toBe(1);
  const lenient = await open(true);
  const { summary, splits } = await lenient.prepare(proposed(lenient), quietWork());
  expect(summary.train + summary.validation + summary.test).toBe(6);
  expect(summary.problems[0]).toMatchObject({ severity: "warning", file: "cat/odd.png" });
  expect([...splits.train, ...splits.validation, ...splits.test]).not.toContain(3);
});

test("one class folder alone is refused", async () => {
  const source = await openFiles(squares({ cat: 4 }));
  const { problems } = await refusal(source.prepare(proposed(source), quietWork()));
  expect(problems[0]?.message).toBe('There is only one class, "cat".');
});

test("more pixels than fit in memory are refused with what to do", async () => {
  const bytes = png(2, 2, [1, 2, 3, 4]);
  const entry = { path: "a/0.png", origin: "a/0.png", bytes: bytes.length, read: async () => bytes };
  const file = { entry, origin: entry.origin, root: 0, split: null, folder: "a", path: entry.path };
  const many = decodeImages(new Array(25_000).fill(file), { side: 256, largest: 64 }, decodePng, quietWork());
  expect((await refusal(many)).problems[0]).toMatchObject({
    message: "25000 images of 256x256 pixels take 1.5 GiB of memory.",
    action: "Choose a smaller image side, or fewer images.",
  });
});

test("decoding stops once it is cancelled, and can be done again", async () => {
  const abort = new AbortController();
  let decoded = 0;
  const decode: typeof decodePng = async (bytes, side) => {
    decoded += 1;
    if (decoded === 10) abort.abort();
    return decodePng(bytes, side);
  };
  const open = openWith(decode);
  const source = await open(dropped(squares({ a: 50, b: 50 })), { skipBad: false, maxRows: 100 }, quietWork());
  await expect(source.prepare(proposed(source), quietWork(abort.signal))).rejects.toThrow(CancelledError);
  expect(decoded).toBeLessThan(20);
  expect((await source.prepare(proposed(source), quietWork())).labels).toHaveLength(100);
});

test("a zip64 archive is read", async () => {
  const content = new TextEncoder().encode("n,label\n1,x\n2,y\n3,x\n");
  const entries = await openZip(new Blob([zip64("t.csv", content)]), "big.zip", () => {});
  expect(entries).toMatchObject([{ path: "t.csv", bytes: content.length }]);
  expect(await entries[0]?.read()).toEqual(content);
});

/** One deflated file with every size and offset in zip64 fields (APPNOTE 4.3.14 and 4.5.3). */
function zip64(name: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const packed = deflateRawSync(content);
  const local = Buffer.alloc(30 + name.length);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt16LE(name.length, 26);
  local.write(name, 30);
  const record = Buffer.alloc(46 + name.length + 28);
  record.writeUInt32LE(0x02014b50, 0);
  record.writeUInt16LE(8, 10);
  for (const at of [20, 24, 42]) record.writeUInt32LE(0xffffffff, at);
  record.writeUInt16LE(name.length, 28);
  record.writeUInt16LE(28, 30);
  record.write(name, 46);
  const extra = 46 + name.length;
  record.writeUInt16LE(1, extra);
  record.writeUInt16LE(24, extra + 2);
  record.writeBigUInt64LE(BigInt(content.length), extra + 4);
  record.writeBigUInt64LE(BigInt(packed.length), extra + 12);
  const start = local.length + packed.length;
  const end64 = Buffer.alloc(56);
  end64.writeUInt32LE(0x06064b50, 0);
  end64.writeBigUInt64LE(1n, 32);
  end64.writeBigUInt64LE(BigInt(record.length), 40);
  end64.writeBigUInt64LE(BigInt(start), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(start + record.length), 8);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(0xffff, 10);
  end.writeUInt32LE(0xffffffff, 12);
  end.writeUInt32LE(0xffffffff, 16);
  return Uint8Array.from(Buffer.concat([local, packed, record, end64, locator, end]));
}

test("sizes are read off the headers of every format", () => {
  const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
  expect(readImageHeader(bytes("47494638 3961 0300 0500 80 00 00 3b"))).toMatchObject({ width: 3, height: 5 });
  const jpeg = "ffd8 ffe0 0004 0000 ffc2 000b 08 0102 0304 01 011100 ffda 0000 ffd9";
  expect(readImageHeader(bytes(jpeg))).toMatchObject({ format: "jpeg", width: 0x304, height: 0x102 });
  expect(() => readImageHeader(bytes(jpeg.replace(" ffd9", "")))).toThrow("cut off");
  const riff = (chunk: string): string => `52494646 16000000 57454250 ${chunk}`;
  const vp8x = riff("56503858 0a000000 00000000 090000 130000");
  expect(readImageHeader(bytes(vp8x))).toMatchObject({ format: "webp", width: 10, height: 20 });
  const vp8l = riff("5650384c 0a000000 2f 09c00400 0000000000");
  expect(readImageHeader(bytes(vp8l))).toMatchObject({ width: 10, height: 20 });
  const vp8 = riff("56503820 0a000000 000000 9d012a 0a00 1400");
  expect(readImageHeader(bytes(vp8))).toMatchObject({ width: 10, height: 20 });
});

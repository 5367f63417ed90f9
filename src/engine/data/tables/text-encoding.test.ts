import { expect, test } from "vitest";
import { openFiles, quietWork, refusal } from "../testing/fixtures.ts";
import { detectEncoding } from "./text-encoding.ts";
import { readText } from "./text-stream.ts";

const TABLE = "text,label\nnaïve café,über\n你好,\u{1f427}\n";

function utf16(text: string, littleEndian: boolean, mark: boolean): Uint8Array<ArrayBuffer> {
  const all = mark ? `\ufeff${text}` : text;
  const bytes = new Uint8Array(all.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < all.length; i++) view.setUint16(i * 2, all.charCodeAt(i), littleEndian);
  return bytes;
}

const ENCODED: Record<string, Uint8Array<ArrayBuffer>> = {
  "UTF-8": new TextEncoder().encode(TABLE),
  "UTF-8 with a byte order mark": new TextEncoder().encode(`\ufeff${TABLE}`),
  "UTF-16LE with a mark": utf16(TABLE, true, true),
  "UTF-16BE with a mark": utf16(TABLE, false, true),
  "UTF-16LE without": utf16(TABLE, true, false),
  "UTF-16BE without": utf16(TABLE, false, false),
};

test.each(Object.entries(ENCODED))("%s is told and decoded", async (_, bytes) => {
  const source = await openFiles({ "t.csv": bytes });
  expect(source.summary.problems).toEqual([]);
  expect(source.summary.columns.map(({ name }) => name)).toEqual(["text", "label"]);
  const items = await source.items(0, 2);
  expect(items.map(({ label }) => label)).toEqual(["über", "\u{1f427}"]);
});

test("letters of Windows-1252 and GB 18030 are told apart, with a warning", () => {
  const latin = Uint8Array.from([..."caf\u00e9,na\u00efve na\u00ef"].map((char) => char.charCodeAt(0)));
  expect(detectEncoding(latin, "t.csv")).toMatchObject({ label: "windows-1252", warning: expect.any(String) });
  // 你好,世界 in GB 2312.
  const chinese = Uint8Array.from([0xc4, 0xe3, 0xba, 0xc3, 0x2c, 0xca, 0xc0, 0xbd, 0xe7]);
  expect(detectEncoding(chinese, "t.csv").label).toBe("gb18030");
});

test("line endings of all kinds become one, wherever the chunks are cut", async () => {
  const text = "a,b\r\n1,2\r3,4\n5,6\r\n";
  // A file longer than a chunk, whose cut falls between the two characters of a line ending.
  const filler = "x".repeat((1 << 20) - 1);
  for (const [given, expected] of [
    [text, "a,b\n1,2\n3,4\n5,6\n"],
    [`${filler}\r\nend\r`, `${filler}\nend\n`],
  ] as const) {
    let read = "";
    const file = { name: "t.csv", blob: new Blob([given]) };
    for await (const chunk of readText(file, { label: "utf-8", warning: null }, quietWork())) read += chunk;
    expect(read === expected).toBe(true);
  }
});

test("binary files called .csv are named for what they are", async () => {
  const bytes = (...values: number[]): Uint8Array<ArrayBuffer> =>
    Uint8Array.from([...values, ...new Array(64).fill(7)]);
  const said = async (content: Uint8Array<ArrayBuffer>) =>
    (await refusal(openFiles({ "t.csv": content }))).problems[0]?.message;
  expect(await said(bytes(0x89, 0x50, 0x4e, 0x47))).toContain("PNG");
  expect(await said(bytes(0x50, 0x4b, 3, 4))).toContain("Excel workbook");
  expect(await said(Uint8Array.from({ length: 500 }, (_, i) => (i * 73) % 256))).toContain("binary");
  expect(
    await said(Uint8Array.from({ length: 500 }, (_, i) => 32 + ((i * 7) % 90) * (i % 40 === 0 ? 0 : 1))),
  ).toBeDefined();
});

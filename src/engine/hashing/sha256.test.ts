import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { Sha256 } from "./sha256.ts";

const bytes = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 7919 + (i >> 3)) & 0xff);
const reference = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");

test("the standard's examples", () => {
  const hash = (text: string) => {
    const sha = new Sha256();
    sha.update(new TextEncoder().encode(text));
    return sha.digest();
  };
  expect(hash("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect(hash("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
});

test("every length around the ends of blocks", () => {
  for (let length = 0; length < 200; length++) {
    const sha = new Sha256();
    sha.update(bytes(length));
    expect(sha.digest()).toBe(reference(bytes(length)));
  }
});

test("pieces of any sizes, at any place of a buffer, add up to the whole", () => {
  const content = bytes(100_000);
  const sha = new Sha256();
  for (let at = 0, size = 0; at < content.length; at += size, size = (size * 31 + 17) % 4099)
    sha.update(content.subarray(at, Math.min(at + size, content.length)));
  expect(sha.digest()).toBe(reference(content));
});

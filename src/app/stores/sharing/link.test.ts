import { deflateSync } from "fflate";
import { describe, expect, test } from "vitest";
import { type ExperimentFile, parseExperiment } from "../../../shared/experiment.ts";
import { SAMPLES } from "../../../shared/samples.ts";
import type { Lesson } from "./lesson.ts";
import { readLink, writeLink } from "./link.ts";
import type { Shared } from "./shared.ts";

const FILE: ExperimentFile = {
  version: 1,
  task: "tabular-classification",
  data: { train: "Läden 店.csv", label: "verkauft" },
  repeat: { k: 7 },
  seed: 4_294_967_295,
};
const LESSON: Lesson = {
  title: "What does K buy?",
  instructions: "Say what K = 16 will do to the validation loss. Then train, and see whether you were right.",
  locked: ["repeat.k", "aggregate.pooling", "stage:backbone"],
  hidden: ["objective", "page:sweeps"],
};
const SHARED: Shared = {
  experiment: FILE,
  data: { contentId: `${"3fa9c2e1d07b".repeat(5)}0000`, name: "Läden 店.csv", bytes: 23_456 },
  view: { page: "studio", stage: "aggregate", theme: "dark", method: "jensen", unit: "counts" },
  lesson: LESSON,
};

const base64Url = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");
const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

function adler32(bytes: Uint8Array): string {
  let [a, b] = [1, 0];
  for (const byte of bytes) [a, b] = [(a + byte) % 65521, (b + a + byte) % 65521];
  return (b * 65536 + a).toString(36);
}
/** A link of today's format with any content: sound on the outside. */
const linkTo = (content: unknown): string =>
  `#experiment=2.${adler32(json(content))}.${base64Url(deflateSync(json(content)))}`;

function reasonOf(hash: string): string {
  const link = readLink(hash);
  if (link.kind !== "bad") throw new Error(`It was taken as "${link.kind}".`);
  return link.reason;
}

describe("a link", () => {
  test("says again all that was written into it", () => {
    expect(readLink(writeLink(SHARED))).toEqual({
      kind: "shared",
      shared: SHARED,
      experiment: parseExperiment(FILE),
    });
  });

  test("holds only what an address holds without being encoded anew", () => {
    expect(writeLink(SHARED)).toMatch(/^#experiment=2\.[0-9a-z]+\.[\w-]+$/);
  });

  test("is short: every sample, complete, with lesson, data and view, stays below 1,500 characters", () => {
    for (const { experiment } of SAMPLES) {
      const complete = parseExperiment(experiment);
      const length = writeLink({ ...SHARED, experiment: complete }).length;
      expect(length).toBeLessThan(1_500);
      expect(writeLink({ experiment }).length).toBeLessThan(500);
    }
  });

  test("of the first format, an experiment alone, is read as ever: in base64url and percent-encoded", () => {
    const old = { kind: "shared", shared: { experiment: FILE }, experiment: parseExperiment(FILE) };
    expect(readLink(`#experiment=${base64Url(json(FILE))}`)).toEqual(old);
    expect(readLink(`#experiment=${encodeURIComponent(JSON.stringify(FILE))}`)).toEqual(old);
  });

  test("that is empty says nothing", () => expect(readLink("#")).toEqual({ kind: "none" }));
});

describe("a link that cannot be used is told by its reason", () => {
  const link = writeLink(SHARED);

  test("cut short, anywhere", () => {
    for (let length = "#experiment=2".length + 1; length < link.length; length += 7)
      expect(reasonOf(link.slice(0, length))).toMatch(/damaged or was cut short/);
    expect(reasonOf(link.slice(0, -1))).toMatch(/damaged or was cut short/);
  });

  test("with any one character changed, where that changes anything", () => {
    const start = "#experiment=2.".length;
    for (let at = start; at < link.length; at += 5) {
      const other = link[at] === "A" ? "B" : "A";
      const read = readLink(link.slice(0, at) + other + link.slice(at + 1));
      if (read.kind !== "bad") expect(read).toEqual(readLink(link));
    }
  });

  test.each([
    ["#experiment=3.abc.def", /format 3, from a newer studio.*up to 2/],
    ["#experiment=1.abc.def", /never been a format 1/],
    ["#elsewhere", /does not begin with "#experiment="/],
    ["#experiment=%E0%A4%A", /damaged/],
    ["#experiment=eyJ2ZXJ", /damaged/],
    [`#experiment=${"A".repeat(70_000)}`, /longer than any link/],
  ])("%#", (hash, reason) => expect(reasonOf(hash)).toMatch(reason));

  test("a few bytes that stand for very many", () => {
    const bomb = `#experiment=2.0.${base64Url(deflateSync(new Uint8Array(30_000_000)))}`;
    expect(bomb.length).toBeLessThan(60_000);
    expect(reasonOf(bomb)).toMatch(/holds more than any link/);
  });

  test("every unknown control of its lesson is named", () => {
    const lesson = { ...LESSON, locked: ["repeat.k", "repeat.q", "__proto__"], hidden: ["stage:kitchen", "repeat.q"] };
    expect(reasonOf(linkTo({ ...SHARED, lesson }))).toBe(
      'Its lesson locks what this studio does not have: "repeat.q", "__proto__", "stage:kitchen".',
    );
  });

  test.each([
    [{ ...SHARED, extra: 1 }, 'Unrecognized key: "extra"'],
    [{ ...SHARED, view: { page: "kitchen", stage: "data" } }, "view.page"],
    [{ ...SHARED, data: { ...SHARED.data, contentId: "../etc" } }, "data.contentId: A SHA-256 is 64"],
    [{ ...SHARED, lesson: { ...LESSON, title: "" } }, "lesson.title"],
    [{ ...SHARED, lesson: { ...LESSON, locked: "repeat.k" } }, "lesson.locked"],
    [[], "the link: Invalid input: expected object"],
  ])("a field of the wrong kind: %#", (content, named) => expect(reasonOf(linkTo(content))).toContain(named));

  test("the faults of its experiment are listed field by field", () => {
    const link = readLink(linkTo({ ...SHARED, experiment: { ...FILE, repeat: { k: 99 }, seed: -1 } }));
    expect(link).toMatchObject({ kind: "bad" });
    expect(link.kind === "bad" && link.issues.map(({ path }) => path)).toEqual(["repeat.k", "seed"]);
  });
});

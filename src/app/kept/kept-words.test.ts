import { expect, test } from "vitest";
import { importSentence, roomSentence } from "./kept-words.ts";

const room = { usage: 3_400_000, quota: 2_100_000_000, persistent: false };

test("what is kept is told with its size and with what the browser gives", () => {
  const runs = [
    { kept: true, bytes: 40_000 },
    { kept: false, bytes: 0 },
    { kept: true, bytes: 60_000 },
  ];
  expect(roomSentence({ runs, sources: [{ bytes: 900_000 }], room, lasting: true })).toBe(
    "2 runs and 1 data set, 1.0 MB. The whole site takes 3.4 MB of the 2.10 GB that the browser gives.",
  );
  expect(roomSentence({ runs, sources: [], room: null, lasting: true })).toBe("2 runs, 100 kB.");
  expect(roomSentence({ runs: [], sources: [], room: null, lasting: true })).toMatch(/^Nothing is kept yet/);
  expect(roomSentence({ runs, sources: [], room, lasting: false })).toMatch(/gone with the tab/);
});

test("an import tells what is new and what was here", () => {
  expect(importSentence({ runs: 3, sources: 1, documents: 0, known: 0 })).toBe("Taken over: 3 runs, 1 data set.");
  expect(importSentence({ runs: 0, sources: 0, documents: 0, known: 4 })).toBe(
    "Nothing new was in the file. 4 of its entries were here already and stay as they are.",
  );
});

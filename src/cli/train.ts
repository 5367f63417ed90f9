import { writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { ExperimentError, type ExperimentFile } from "../shared/experiment.ts";
import { modelCard } from "../shared/model-card/model-card.ts";
import { trainedSubject } from "../shared/model-card/subject.ts";
import type { RunEvent } from "../shared/protocol.ts";
import { reportText } from "../shared/report-text.ts";
import type { RunRecord } from "../shared/run-record.ts";
import { parseTrainArguments, type TrainArguments, UsageError } from "./arguments.ts";
import { chosenGpu } from "./chromium.ts";
import { exportModel, refuseExport } from "./export-model.ts";
import { makeFolder } from "./make-folder.ts";
import { progressPrinter } from "./progress.ts";
import { openStudio } from "./studio.ts";
import { BadInputError, dataPaths, modelFolder, readExperiment, trainOnce } from "./train-once.ts";

const MODEL_FILE = "model.safetensors";
const EXIT = { trained: 0, failed: 1, badInput: 2 } as const;

async function main(argv: readonly string[]): Promise<number> {
  try {
    const arguments_ = parseTrainArguments(argv);
    const file = readExperiment(arguments_.experiment, arguments_.set);
    const record = await train(arguments_, file);
    if (record.test) process.stdout.write(reportText(record.test.report, record.test.accuracy));
    return EXIT.trained;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    const usersFault = [BadInputError, UsageError, ExperimentError].some((kind) => error instanceof kind);
    return usersFault ? EXIT.badInput : EXIT.failed;
  }
}

async function train(given: TrainArguments, file: ExperimentFile): Promise<RunRecord> {
  const { experiment, out, backend } = given;
  if (given.export) refuseExport(file);
  const paths = dataPaths(file, [dirname(experiment)]);
  const pretrained = modelFolder(file, dirname(experiment));
  if (out !== null) makeFolder(out);
  const studio = await openStudio("#headless", chosenGpu());
  try {
    const printer = progressPrinter(process.stderr);
    await studio.page.exposeFunction("refrainTell", (event: RunEvent) => printer.tell(event));
    const { record, model } = await trainOnce(studio.page, file, paths, backend, pretrained).finally(() =>
      printer.end(),
    );
    if (out !== null) {
      writeFileSync(join(out, "run.json"), `${JSON.stringify(record, null, 2)}\n`);
      writeFileSync(join(out, MODEL_FILE), Buffer.from(model, "base64"));
      const name = basename(experiment, extname(experiment));
      writeFileSync(join(out, "model-card.md"), modelCard(trainedSubject(record, name, MODEL_FILE)));
      if (given.export)
        await exportModel(studio.page, modelCard(trainedSubject(record, name, null)), join(out, "model"));
    }
    return record;
  } finally {
    await studio.close();
  }
}

process.exitCode = await main(process.argv.slice(2));

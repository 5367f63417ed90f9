import { blocks, codeBlock, verbatim } from "../markdown.ts";
import { SAMPLE_PREFIX } from "../samples.ts";
import type { ModelCardSubject } from "./subject.ts";

/** The experiment, and the command that runs it. */
export function reproduceSection({ experiment, record }: ModelCardSubject): string {
  const { train, validation, test } = experiment.data;
  const files = [train, validation, test].filter((name) => name !== undefined && !name.startsWith(SAMPLE_PREFIX));
  const beside = files.length === 0 ? "" : ` beside ${files.map((name) => verbatim(name as string)).join(", ")}`;
  const backend = record ? ` --backend ${record.backend.name}` : "";
  return blocks(
    "## Reproduce",
    `Save this as experiment.json${beside}, or drop it on Refrain's page:`,
    codeBlock(JSON.stringify(experiment, null, 2), "json"),
    codeBlock(`npm run -s train -- experiment.json --out DIR${backend}`, "sh"),
    "Splits, initial weights, order and noise all come from the seed. Another backend, adapter or version rounds differently, so that its figures can differ a little.",
  );
}

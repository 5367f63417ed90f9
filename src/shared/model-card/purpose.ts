import { plural } from "../format.ts";
import { blocks, bullets, verbatim } from "../markdown.ts";
import { isPretrained } from "../noise-misfits.ts";
import type { Modality } from "../task.ts";
import { languageNames, type ModelCardSubject, pretrainedPart } from "./subject.ts";

const ITEMS: Record<Modality, string> = { table: "table rows", text: "texts", image: "images" };
const NAMED_CLASSES = 30;
const NAMED_COLUMNS = 60;

/** What the model does, for whom, and how it is used. */
export function purpose(subject: ModelCardSubject): string {
  const { classes, experiment } = subject;
  const { k, pooling } = experiment.inference;
  return blocks(
    `Sorts ${itemWords(subject)} into one of ${plural(classes.length, "class", "classes")}: ${named(classes, NAMED_CLASSES)}.`,
    "It is for items like those it was trained on, and for people who want one of these classes for each of them. " +
      'It cannot answer "none of these": an item of another kind gets one of the classes as well.',
    "## Use",
    bullets([
      `**Input:** ${inputWords(subject.input)}.`,
      `**Output:** a probability for each class, by one clean pass or by ${plural(k, "noisy pass", "noisy passes")} pooled with ${pooling.id}.`,
      ...(subject.file === null ? folderLines(subject) : fileLines(subject.file, isPretrained(experiment.backbone))),
    ]),
  );
}

const fileLines = (file: string, onPretrained: boolean): string[] => [
  `**In Refrain:** choose ${verbatim(file)} with *Load model* in *Try it*.`,
  `**Elsewhere:** ${verbatim(file)} is a safetensors file. It holds the trained weights by name and, in its metadata as JSON, the experiment, the classes in the order of the outputs, how an input is encoded, and the temperature.${onPretrained ? " What was not trained of the pretrained backbone is not in it." : ""}`,
];

/** How the folder of a whole transformer is used, and what its head computes. */
function folderLines({ experiment, input }: ModelCardSubject): string[] {
  const preparation = input.modality === "text" ? "AutoTokenizer" : "AutoImageProcessor";
  const layers = experiment.head.hidden.length;
  const names = Array.from({ length: layers + 1 }, (_, i) => `\`head.dense_${i}\``).join(", ");
  return [
    "**In Refrain:** open this folder as the backbone, *Transformer by name or folder*: it gives the tuned features, for a head of your own.",
    `**In Python:** \`transformers.AutoModel.from_pretrained(FOLDER)\` gives the vectors of the tokens, \`${preparation}\` prepares the inputs. refrain.json says how the vectors become one (\`pooling\`), and has the classes in the order of the outputs, the experiment and the temperature.`,
    `**The head:** head.safetensors holds ${layers === 0 ? "one dense layer" : `${layers + 1} dense layers, ReLU between them`}: ${names}, each x \`weight\` + \`bias\`, weights [inputs, outputs]. What comes out are the logits.`,
  ];
}

/** `English texts`, `table rows`. */
function itemWords(subject: ModelCardSubject): string {
  const { modality } = subject.input;
  const languages = pretrainedPart(subject)?.languages ?? [];
  const isSaid = modality === "text" && languages.length > 0;
  return isSaid ? `${verbatim(languageNames(languages))} ${ITEMS[modality]}` : ITEMS[modality];
}

function named(names: readonly string[], most: number): string {
  const shown = names.slice(0, most).map(verbatim).join(", ");
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

function inputWords(input: ModelCardSubject["input"]): string {
  switch (input.modality) {
    case "table":
      return `a row with the ${plural(input.columns.length, "column")} ${named(input.columns, NAMED_COLUMNS)}`;
    case "text":
      return "one text";
    case "image":
      return `an image, resized to ${input.width}x${input.height} pixels, ${input.channels === 1 ? "grey" : "in colour"}`;
    default:
      return input satisfies never;
  }
}

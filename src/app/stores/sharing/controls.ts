/** A control that a lesson can lock or hide, by the paths of the experiment that it changes. */
export interface Control {
  readonly label: string;
  readonly names: readonly [string, ...string[]];
}

/** The controls of a stage, or of what belongs to no stage. */
export interface ControlGroup {
  readonly label: string;
  /** Stands for all that the group holds: `stage:repeat`. Left out where there is nothing to stand for. */
  readonly whole?: string;
  /** The sections of the experiment file, and other names, that `whole` stands for. */
  readonly covers: readonly string[];
  readonly controls: readonly Control[];
}

const control = (label: string, ...names: readonly [string, ...string[]]): Control => ({ label, names });

/** Every control by its place on the page: the names that a lesson knows. */
export const CONTROL_GROUPS: readonly ControlGroup[] = [
  {
    label: "Data",
    whole: "stage:data",
    covers: ["task", "data"],
    controls: [
      control("The data set", "data.train"),
      control("What is learnt", "task"),
      control("What columns are used as", "data.label", "data.text", "data.features", "data.kinds"),
      control("What files are used for", "data.validation", "data.test"),
      control("Split", "data.split"),
      control("Labels per class", "data.labelsPerClass"),
      control("Wrong labels", "data.labelNoise"),
      control("Relabelled and excluded items", "data.edits"),
      control("Scale of numbers", "data.scaling"),
      control("Image side", "data.imageSide"),
    ],
  },
  {
    label: "Repeat",
    whole: "stage:repeat",
    covers: ["repeat"],
    controls: [
      control("Repeats K", "repeat.k"),
      control("Noise", "repeat.noises"),
      control("Bank of views V", "repeat.views"),
      control("Samples pooled together", "repeat.groupSize"),
    ],
  },
  {
    label: "Backbone",
    whole: "stage:backbone",
    covers: ["backbone", "tuning", "layerDecay"],
    controls: [control("Backbone", "backbone"), control("Tuning", "tuning"), control("Layer decay", "layerDecay")],
  },
  { label: "Head", whole: "stage:head", covers: ["head"], controls: [control("Hidden layers", "head.hidden")] },
  {
    label: "Aggregate",
    whole: "stage:aggregate",
    covers: ["aggregate", "inference"],
    controls: [
      control("Level", "aggregate.level"),
      control("Pooling f", "aggregate.pooling"),
      control("At test time", "inference"),
    ],
  },
  {
    label: "Loss",
    whole: "stage:loss",
    covers: [
      "objective",
      "consistency",
      "optimizer",
      "schedule",
      "epochs",
      "batchSize",
      "seed",
      "clipNorm",
      "earlyStopping",
      "run:backend",
    ],
    controls: [
      control("Objective", "objective"),
      control("Agreement of the repeats", "consistency"),
      control("Optimizer", "optimizer"),
      control("Learning rate", "optimizer.learningRate"),
      control("Schedule", "schedule"),
      control("Epochs", "epochs"),
      control("Batch size", "batchSize"),
      control("Seed", "seed"),
      control("Clip gradients", "clipNorm"),
      control("Stop early", "earlyStopping"),
      control("Computes on", "run:backend"),
    ],
  },
  {
    label: "Run and pages",
    covers: [],
    controls: [
      control("Train, step and stop", "run:train"),
      control("Page Runs", "page:runs"),
      control("Page Sweeps", "page:sweeps"),
    ],
  },
];

const WHOLES = new Map(CONTROL_GROUPS.flatMap(({ whole, covers }) => (whole ? [[whole, covers] as const] : [])));
const NAMES = CONTROL_GROUPS.flatMap(({ controls }) => controls.flatMap(({ names }) => names));

/** True where a name is a path or lies above it: `aggregate` is above `aggregate.pooling`. */
export const isAbove = (name: string, path: string): boolean => path === name || path.startsWith(`${name}.`);

/** True for the name of a control, of a stage, or of a section of the experiment that holds controls. */
export const isKnown = (name: string): boolean => WHOLES.has(name) || NAMES.some((known) => isAbove(name, known));

/** Names with those of whole stages replaced by what they stand for. */
export const expand = (names: readonly string[]): string[] => [
  ...new Set(names.flatMap((name) => [name, ...(WHOLES.get(name) ?? [])])),
];

/** True for a name that is a path of the experiment file. */
export const isPath = (name: string): boolean => !name.includes(":");

/** Labels of what these names stand for, as the page has them; a stage by its own name. */
export function labelsOf(names: readonly string[]): string[] {
  return CONTROL_GROUPS.flatMap(({ label, whole, controls }) => {
    if (whole && names.includes(whole)) return [`the stage ${label}`];
    const named = controls.filter((each) => each.names.some((path) => names.some((name) => isAbove(name, path))));
    return named.map((each) => each.label);
  });
}

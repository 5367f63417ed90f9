import type { Input, Item, SourceSummary } from "../../shared/dataset.ts";
import { type Experiment, largestImageSide } from "../../shared/experiment.ts";
import { SPLITS, type Split } from "../../shared/task.ts";
import type { Dataset, OpenOptions, Source, Work } from "./dataset.ts";
import { findDuplicates, groupEqual } from "./duplicates.ts";
import { excludedBy } from "./edited.ts";
import { sha256OfAll, sha256OfEdited } from "./hash.ts";
import { checkImages } from "./images/check.ts";
import type { DecodeImage, Picture } from "./images/decode.ts";
import { DecodedCache } from "./images/decoded-cache.ts";
import { findImages, type ImageFile, labelsByFolder, type Root } from "./images/image-folder.ts";
import { type Metadata, readMetadata } from "./images/metadata.ts";
import { type DecodedImages, pictureOf } from "./images/pixels.ts";
import { labelAndSplit } from "./labelled.ts";
import { ProblemList, refuse, throwIfCancelled } from "./problems.ts";
import { baseName, rolesFor } from "./roles.ts";

/** How images are opened. */
export interface ImageOrigin {
  readonly contentId: string;
  readonly train: string;
  readonly credit: string | null;
  readonly decode: DecodeImage;
  /** False for pixels that are no image files, so that there is nothing to check. */
  readonly areFiles: boolean;
}

/** Side of previews before the data set is prepared, at least. */
const PREVIEW_SIDE = 96;

let opened = 0;

/**
 * Opens zips and folders of images. Only their names and headers are read; they are decoded when prepared or shown.
 * @param problems what was wrong with the archives already
 * @throws DataError where there are no labels, or images that are none; CancelledError
 */
export async function imageSource(
  roots: readonly Root[],
  origin: ImageOrigin,
  problems: ProblemList,
  options: OpenOptions,
  work: Work,
): Promise<Source> {
  const found = findImages(roots, problems);
  const metadata = await readMetadata(roots, found, options, problems, work);
  // Metadata without anything like a label describe the images; their folders still say the class.
  const foldersLabel = metadata === null || (metadata.label === undefined && found.some(({ folder }) => folder));
  const byFolder = foldersLabel ? labelsByFolder(found, problems) : null;
  const good = origin.areFiles ? await checkImages(found, problems, work) : found.map((_, i) => i);
  problems.throwIfErrors();
  const kept = good.filter((i) => byFolder === null || byFolder[i] !== null);
  const files = kept.map((i) => found[i] as ImageFile);
  if (files.length === 0)
    refuse({
      file: roots.map(({ name }) => name).join(", "),
      message: "None of the images can be used.",
      action: "See that they are whole PNG, JPEG, WebP or GIF files, each in the folder of its class.",
    });
  const labels = (label: string | undefined): (string | null)[] =>
    metadata && label !== undefined
      ? kept.map((i) => metadata.cells[i]?.[label]?.trim() || null)
      : kept.map((i) => byFolder?.[i] ?? null);
  const summary = summarize(roots, files, metadata, origin, problems);
  return new ImageSource({ roots, files, labels, summary, origin, options });
}

function summarize(
  roots: readonly Root[],
  files: readonly ImageFile[],
  metadata: Metadata | null,
  { contentId, train, credit }: ImageOrigin,
  problems: ProblemList,
): SourceSummary {
  const named = (["validation", "test"] as const).flatMap((role) => {
    const root = roots.find((candidate) => candidate.role === role);
    return root ? [[role, root.name] as const] : [];
  });
  const own = (split: Split): boolean => files.some((file) => file.split === split);
  const split = { ...(own("validation") && { validation: 0 }), ...(own("test") && { test: 0 }) };
  const data = {
    train,
    ...Object.fromEntries(named),
    ...(Object.keys(split).length > 0 && { split }),
    ...(metadata?.label && { text: metadata.nameColumn, label: metadata.label }),
  };
  return {
    id: `images-${++opened}`,
    contentId,
    name: baseName(roots[0]?.name ?? train),
    kind: "images",
    files: roots.map(({ name, bytes, role }, i) => ({
      name,
      bytes,
      rows: files.filter((file) => file.root === i).length,
      role,
    })),
    rows: files.length,
    sampledFrom: null,
    columns: metadata?.columns ?? [],
    guess: { task: "image-classification", data },
    problems: problems.warnings(),
    credit,
  };
}

interface Opened {
  readonly roots: readonly Root[];
  readonly files: readonly ImageFile[];
  readonly labels: (column: string | undefined) => (string | null)[];
  readonly summary: SourceSummary;
  readonly origin: ImageOrigin;
  readonly options: OpenOptions;
}

class ImageSource implements Source {
  readonly #decoded: DecodedCache;
  #latest: Dataset | null = null;

  constructor(readonly opened: Opened) {
    this.#decoded = new DecodedCache(opened.files, opened.origin.decode);
  }

  get summary(): SourceSummary {
    return this.opened.summary;
  }

  async items(offset: number, limit: number): Promise<Item[]> {
    const { files, labels, summary, roots } = this.opened;
    const names = labels(summary.guess.data.label);
    return Promise.all(
      files.slice(offset, offset + limit).map(async (file, i): Promise<Item> => {
        const id = offset + i;
        if (this.#latest) return this.#latest.item(id);
        const split = roleOf(file, roots[file.root]?.role);
        return { id, split, label: names[id] ?? "", origin: file.origin, input: await this.#preview(file) };
      }),
    );
  }

  async #preview(file: ImageFile): Promise<Input> {
    try {
      return toInput(await this.opened.origin.decode(await file.entry.read(), PREVIEW_SIDE));
    } catch {
      // Preparing tells what is wrong with it; a preview shows a blank.
      return { modality: "image", width: 1, height: 1, rgba: new Uint8ClampedArray(4) };
    }
  }

  async prepare(experiment: Experiment, work: Work, leaveOutBad = false): Promise<Dataset> {
    const { files, roots, summary, origin, options } = this.opened;
    const { data, task } = experiment;
    if (task !== "image-classification")
      refuse({ file: summary.name, message: "These are images, not a table.", action: "Choose image classification." });
    const roles = rolesFor(data, roots, origin.train);
    const itemRoles = files.map((file) => roleOf(file, roles[file.root]));
    const place = { file: summary.name };
    const decoded = await this.#decoded.at({ side: data.imageSide, largest: largestImageSide(experiment) }, work);
    throwIfCancelled(work);
    const problems = new ProblemList(options.skipBad || leaveOutBad);
    const { names, unlabelled } = this.#names(experiment, decoded, problems);
    problems.throwIfErrors();
    const labelled = labelAndSplit(names, itemRoles, experiment, place, problems);
    const { classes, labels, trueLabels, splits, about, counts } = labelled;
    const { inputs, digests } = decoded;
    const { height, width, channels } = inputs;
    const rows = files.map((_, i) => [itemRoles[i], names[i], digests[i]]);
    const content = await sha256OfAll([[task, height, width, channels], ...rows], work);
    const groups = await groupEqual(files.length, (item) => digests[item] as string, work);
    const dataset: Dataset = {
      classes,
      labels,
      trueLabels,
      splits,
      inputs,
      summary: {
        task,
        ...counts,
        duplicates: findDuplicates(splits, trueLabels, groups),
        input: { modality: "image", height, width, channels },
        sha256: await sha256OfEdited(content, data.edits),
        contentSha256: content,
        problems: [...unlabelled, ...problems.warnings()],
      },
      unusable: Int32Array.from(decoded.bad.keys()).sort(),
      item: async (id) => {
        const file = files[id];
        if (!file) throw new RangeError(`There is no item ${id}; the last is ${files.length - 1}.`);
        const input = toInput(pictureOf(inputs, id));
        return { id, ...about(id), origin: file.origin, input };
      },
    };
    if (!leaveOutBad) this.#latest = dataset;
    return dataset;
  }

  #names(experiment: Experiment, { bad }: DecodedImages, problems: ProblemList) {
    const { files, labels, summary } = this.opened;
    const isExcluded = excludedBy(experiment);
    const column = experiment.data.label ?? summary.guess.data.label;
    const unlabelled = new ProblemList(true);
    const names = labels(column).map((name, i) => {
      const file = (files[i] as ImageFile).origin;
      const reason = bad.get(i);
      if (reason !== undefined && !isExcluded(i))
        problems.bad({ file, message: `The image cannot be read: ${reason}.`, action: REPLACE });
      else if (reason === undefined && name === null)
        unlabelled.bad({ file, message: "The image has no label.", action: "" });
      return reason === undefined ? name : null;
    });
    return { names, unlabelled: unlabelled.warnings() };
  }
}

const REPLACE = "Replace it, or leave it out.";

/** A held-out zip or folder is held out whole; inside a training one the folders decide. */
function roleOf(file: ImageFile, role: Split | undefined): Split {
  return role !== undefined && role !== SPLITS[0] ? role : (file.split ?? "train");
}

const toInput = ({ width, height, rgba }: Picture): Input => ({ modality: "image", width, height, rgba });

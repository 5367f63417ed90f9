import { SPLITS, type Split } from "../../../shared/task.ts";
import { type ProblemList, refuse } from "../problems.ts";
import type { Entry } from "./archive.ts";
import { isImageName, isOtherImageName } from "./image-header.ts";

/** A zip or a dropped folder. */
export interface Root {
  readonly name: string;
  readonly bytes: number;
  readonly role: Split;
  readonly entries: readonly Entry[];
}

/** One image with what its place says of it. */
export interface ImageFile {
  readonly entry: Entry;
  readonly origin: string;
  /** Index of its root. */
  readonly root: number;
  /** Set by a folder named train, validation or test; null where its root's role decides. */
  readonly split: Split | null;
  /** Name of its class folder; "" where it lies in none. */
  readonly folder: string;
  /** Path below the root and below the folder that all files have in common. */
  readonly path: string;
}

const SPLIT_FOLDERS: Record<Split, readonly string[]> = {
  train: ["train", "training"],
  validation: ["validation", "valid", "val", "dev"],
  test: ["test", "testing"],
};

const splitNamed = (folder: string): Split | null =>
  SPLITS.find((split) => SPLIT_FOLDERS[split].includes(folder.toLowerCase())) ?? null;

/**
 * The images of the roots, training first and then in the order of their paths, with class and split read off the folders: folders that all
 * images have in common are skipped, then come train, validation or test if there are such, then the class.
 */
export function findImages(roots: readonly Root[], problems: ProblemList): ImageFile[] {
  const found = roots.flatMap((root, index) => {
    const images = root.entries.filter(({ path }) => isImageName(path));
    warnOfOthers(root, problems);
    const paths = images.map(({ path }) => path.split("/"));
    const { skip, bySplit } = layout(paths);
    const order = images.map((entry, i) => ({ entry, parts: (paths[i] as string[]).slice(skip) }));
    order.sort((a, b) => comparePaths(a.entry.path, b.entry.path));
    return order.map(({ entry, parts }): ImageFile => {
      const split = bySplit ? splitNamed(parts[0] as string) : null;
      const below = bySplit ? parts.slice(1) : parts;
      const folder = below.length > 1 ? (below[0] as string) : "";
      return { entry, origin: entry.origin, root: index, split, folder, path: parts.join("/") };
    });
  });
  const rank = ({ root, split }: ImageFile): number => SPLITS.indexOf(split ?? roots[root]?.role ?? "train");
  return found.sort((a, b) => rank(a) - rank(b));
}

/** How many leading folders to skip, and whether the next level names the splits. */
function layout(paths: readonly (readonly string[])[]): { skip: number; bySplit: boolean } {
  const first = paths[0] ?? [];
  for (let skip = 0; ; skip++) {
    const isFolder = paths.every((path) => path.length > skip + 1);
    if (!isFolder) return { skip, bySplit: false };
    if (paths.every((path) => splitNamed(path[skip] as string) !== null)) return { skip, bySplit: true };
    const common = paths.every((path) => path[skip] === first[skip] && path.length > skip + 2);
    if (!common) return { skip, bySplit: false };
  }
}

/** By path, numbers inside names by value, so that 2.png comes before 10.png on every machine. */
function comparePaths(a: string, b: string): number {
  const split = (path: string): string[] => path.split(/(\d+)/);
  const left = split(a);
  const right = split(b);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const x = left[i] as string;
    const y = right[i] as string;
    if (x === y) continue;
    if (i % 2 === 1 && Number(x) !== Number(y)) return Number(x) - Number(y);
    return x < y ? -1 : 1;
  }
  return left.length - right.length;
}

function warnOfOthers({ name, entries }: Root, problems: ProblemList): void {
  const others = entries.filter(({ path }) => isOtherImageName(path));
  const [first] = others;
  if (first)
    problems.warn({
      file: first.origin,
      message: `${others.length} images are of a format that browsers cannot be relied on to read.`,
      action: "They were left out; convert them to PNG, JPEG, WebP or GIF.",
    });
  const archives = entries.filter(({ path }) => /\.(zip|rar|7z|tar|gz)$/i.test(path));
  const [archive] = archives;
  if (archive)
    problems.warn({
      file: archive.origin,
      message: `${name} holds ${archives.length === 1 ? "an archive" : `${archives.length} archives`} inside.`,
      action: "Archives inside archives are not opened; unpack them and drop the folder.",
    });
}

/** Labels of images by their class folders. @throws DataError where they lie in none */
export function labelsByFolder(files: readonly ImageFile[], problems: ProblemList): (string | null)[] {
  const loose = files.filter(({ folder }) => folder === "");
  const [first] = loose;
  if (first && loose.length === files.length)
    refuse({
      file: first.origin,
      message: "The images lie in no class folders, so there are no labels.",
      action:
        'Put each class into a folder of its name, or add a metadata.csv with the columns "file_name" and "label".',
    });
  for (const file of loose)
    problems.bad({
      file: file.origin,
      message: "The image lies in no class folder.",
      action: "Move it into the folder of its class.",
    });
  return files.map(({ folder }) => folder || null);
}

import { type Entry, isJunk, normalPath, openZip } from "./images/archive.ts";
import type { Root } from "./images/image-folder.ts";
import type { ProblemList } from "./problems.ts";
import { baseName } from "./roles.ts";
import { readHead, type TextFile } from "./tables/text-stream.ts";

/** True for a zip archive by its first bytes or, where it is damaged, its name. Workbooks are zips of another name. */
async function isZip({ name, blob }: TextFile): Promise<boolean> {
  if (/\.zip$/i.test(name)) return true;
  if (/\.\w{1,5}$/.test(name)) return false;
  const head = await readHead(blob, 4);
  return head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5);
}

/** What was dropped, sorted out: archives with their entries, and loose files. */
export interface Dropped {
  readonly zips: readonly { readonly name: string; readonly bytes: number; readonly entries: readonly Entry[] }[];
  readonly loose: readonly TextFile[];
}

/** @throws DataError where an archive cannot be opened */
export async function sortOut(files: readonly TextFile[], problems: ProblemList): Promise<Dropped> {
  const zips: Dropped["zips"][number][] = [];
  const loose: TextFile[] = [];
  for (const file of files) {
    if (isJunk(file.name)) continue;
    if (!(await isZip(file))) {
      loose.push(file);
      continue;
    }
    const entries = await openZip(file.blob, file.name, (fault) => problems.bad(fault));
    zips.push({ name: file.name, bytes: file.blob.size, entries });
  }
  return { zips, loose };
}

/**
 * Loose files as folders: one for each top folder that `said` names for a split, and one for all the others.
 * @param said names of folders that are for a split
 */
export function foldersOf(loose: readonly TextFile[], said: readonly string[]): Omit<Root, "role">[] {
  const groups = new Map<string, TextFile[]>();
  for (const file of loose) {
    const top = file.name.split("/")[0] as string;
    const name = file.name.includes("/") && said.some((folder) => baseName(folder) === top) ? top : "";
    const group = groups.get(name);
    if (group) group.push(file);
    else groups.set(name, [file]);
  }
  return [...groups].map(([name, files]) => ({
    name: name || commonFolder(files),
    bytes: files.reduce((sum, { blob }) => sum + blob.size, 0),
    entries: files.map(looseEntry),
  }));
}

function commonFolder(files: readonly TextFile[]): string {
  const tops = new Set(files.map(({ name }) => (name.includes("/") ? name.split("/")[0] : "")));
  const [top] = tops;
  return (tops.size === 1 && top) || "images";
}

function looseEntry({ name, blob }: TextFile): Entry {
  const read = async (): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await blob.arrayBuffer());
  return { path: normalPath(name), origin: name, bytes: blob.size, read };
}

import type { NamedFile } from "../../shared/protocol.ts";

/** Files of an input, with their paths below a chosen folder. */
export function chosenFiles(files: FileList | null): NamedFile[] {
  return [...(files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

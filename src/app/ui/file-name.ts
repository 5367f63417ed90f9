/** `Run 3, K = 8` -> `run-3-k-8`: a name that every file system takes. */
export function fileName(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "");
  return plain || "untitled";
}

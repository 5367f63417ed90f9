/** Offers content to the person as a file of this name. */
export function download(name: string, content: string | Uint8Array<ArrayBuffer> | Blob, type = "text/plain"): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on the content by the next task.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

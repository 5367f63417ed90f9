/** `Run 3, K = 8` -> `run-3-k-8`: a name that every file system takes. */
export function fileName(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "");
  return plain || "untitled";
}

/** What a model is called where its name is that of its file. */
export const modelName = (name: string): string => name.replace(/\.safetensors$/i, "");

/** `Run 3` -> `run-3.safetensors`: the file of a model, also where it was read from one. */
export const modelFileName = (name: string): string => `${fileName(modelName(name))}.safetensors`;

/** `Run 3` -> `run-3-model.zip`: a model whole, as a folder. */
export const wholeModelFileName = (name: string): string => `${fileName(modelName(name))}-model.zip`;

/** `Run 3` -> `run-3-card.md`: the card that lies beside the file of a model. */
export const cardFileName = (name: string): string => `${fileName(modelName(name))}-card.md`;

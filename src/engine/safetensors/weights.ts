import { ModelFileError } from "../errors.ts";
import { decodeElements, isReadable, READABLE_TYPES } from "./element-types.ts";
import { headerLength, LENGTH_BYTES, parseHeader, type TensorEntry } from "./header.ts";

/** The tensors of a model's files. Only the headers are read at first, a tensor's bytes when it is asked for. */
export interface Weights {
  readonly names: readonly string[];
  /** Bytes of all tensors as they are stored. */
  readonly bytes: number;
  /** Type and shape of a tensor, or null where there is none of this name. */
  entry(name: string): TensorEntry | null;
  /**
   * The values of a tensor, row-major, as float32.
   * @throws ModelFileError where there is no such tensor, or its type is none of F32, F16, BF16, I8, U8 and I64
   */
  floats(name: string): Promise<Float32Array<ArrayBuffer>>;
}

/**
 * Opens one safetensors file. A blob that came from a disk stays there; no more is read than the header.
 * @throws ModelFileError naming the file and what is wrong with it
 */
export async function openSafetensors(blob: Blob, file: string): Promise<Weights> {
  const { tensors } = await readHeader(blob, file);
  const names = [...tensors.keys()];
  const bytes = [...tensors.values()].reduce((sum, { start, end }) => sum + end - start, 0);
  return {
    names,
    bytes,
    entry(name) {
      const placed = tensors.get(name);
      return placed ? { dtype: placed.dtype, shape: placed.shape } : null;
    },
    async floats(name) {
      const placed = tensors.get(name) ?? missingTensor(file, name);
      if (!isReadable(placed.dtype)) return unreadableType(file, name, placed.dtype);
      const data = await blob.slice(placed.start, placed.end).arrayBuffer();
      if (data.byteLength === placed.end - placed.start) return decodeElements(placed.dtype, data);
      throw new ModelFileError(file, "damaged", "The file became shorter while it was open.", "Open it again.");
    },
  };
}

async function readHeader(blob: Blob, file: string): Promise<ReturnType<typeof parseHeader>> {
  const read = async (start: number, end: number) => new Uint8Array(await blob.slice(start, end).arrayBuffer());
  try {
    const length = headerLength(await read(0, LENGTH_BYTES), blob.size);
    return parseHeader(await read(LENGTH_BYTES, LENGTH_BYTES + length), blob.size);
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    const action = "Get the file again: it is damaged, was not copied whole, or is of another format.";
    throw new ModelFileError(file, "damaged", `The weights cannot be read: ${what}.`, action, { cause });
  }
}

/** @throws ModelFileError, always */
export function missingTensor(file: string, name: string): never {
  const action = "Check that config.json and the weights belong to the same model.";
  throw new ModelFileError(file, "missing", `There is no tensor "${name}".`, action);
}

/** @throws ModelFileError, always */
export function unreadableType(file: string, name: string, dtype: string): never {
  const message = `The tensor "${name}" has the type ${dtype}; ${READABLE_TYPES.join(", ")} are read.`;
  throw new ModelFileError(file, "unsupported", message, "Save the model in float32 or float16.");
}

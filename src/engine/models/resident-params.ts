import type { BackendName } from "../../shared/task.ts";
import { type Tensor, tf } from "../tf.ts";
import type { HostParams, Params } from "./model.ts";

/** Parameters that stay as they are: on each backend once, from the first time that they are asked for. */
export class ResidentParams {
  readonly #on = new Map<BackendName, Map<string, Tensor>>();

  constructor(readonly host: HostParams) {}

  /** Those of these names on the current backend. */
  get(names: readonly string[]): Params {
    const backend = tf.getBackend() as BackendName;
    const held = this.#on.get(backend) ?? new Map<string, Tensor>();
    this.#on.set(backend, held);
    return Object.fromEntries(names.map((name) => [name, held.get(name) ?? this.#put(name, held)]));
  }

  #put(name: string, held: Map<string, Tensor>): Tensor {
    const { values, shape } = this.host[name] as HostParams[string];
    const tensor = tf.keep(tf.tensor(values, [...shape]));
    held.set(name, tensor);
    return tensor;
  }

  dispose(): void {
    for (const held of this.#on.values()) tf.dispose([...held.values()]);
    this.#on.clear();
  }
}

import { initializers, layers } from "@tensorflow/tfjs-layers";
import { NUM_CLASSES, TRANSFORMER } from "../../workloads.ts";
import type { TaskData, Weights } from "../task-data.ts";
import { tf } from "./backends.ts";
import { TFJS_MODELS } from "./tfjs-models.ts";

type Layer = layers.Layer;
type Shape = (number | null)[];

/** A layer that maps its input by a function; that the function changes the batch, tf.layers does not notice. */
class Mapping extends layers.Layer {
  static readonly className = "Mapping";

  constructor(readonly map: (x: tf.Tensor) => tf.Tensor) {
    super({});
  }

  override computeOutputShape(shape: Shape): Shape {
    return shape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => this.map(Array.isArray(inputs) ? (inputs[0] as tf.Tensor) : inputs));
  }
}

/** [batch, ...] -> [batch * K, ...]: what is repeated lies side by side. */
export const repeat = (k: number): Layer =>
  new Mapping((x) => {
    const [batch = 0, ...rest] = x.shape;
    // Flat, since tile reads tensors of five axes back to the processor.
    return tf.reshape(tf.tile(tf.reshape(x, [batch, 1, -1]), [1, k, 1]), [batch * k, ...rest]);
  });

/** [batch * K, classes] -> [batch, classes]. */
export const average = (k: number): Layer =>
  new Mapping((z) => tf.mean(tf.reshape(z, [-1, k, z.shape[1] as number]), 1));

const standardize = (): Layer =>
  new Mapping((x) => tf.div(tf.sub(x, tf.tensor1d([0.485, 0.456, 0.406])), tf.tensor1d([0.229, 0.224, 0.225])));

/** The transformer of plain tfjs as a layer: tf.layers has no attention. */
class Transformer extends layers.Layer {
  static readonly className = "Transformer";
  readonly #frozen: Record<string, tf.Tensor>;
  readonly #given: Weights;

  constructor({ trained, frozen }: TaskData) {
    super({});
    this.#given = trained;
    this.#frozen = Object.fromEntries(
      Object.entries(frozen).map(([name, { shape, values }]) => [name, tf.keep(tf.tensor(values, [...shape]))]),
    );
  }

  override build(): void {
    for (const [name, { shape, values }] of Object.entries(this.#given)) {
      const weight = this.addWeight(name, [...shape], "float32", initializers.zeros());
      const given = tf.tensor(values, [...shape]);
      weight.write(given);
      given.dispose();
    }
    this.built = true;
  }

  override computeOutputShape(shape: Shape): Shape {
    return [shape[0] ?? null, NUM_CLASSES];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? (inputs[0] as tf.Tensor) : inputs;
    const names = Object.keys(this.#given);
    const trained = Object.fromEntries(this.trainableWeights.map((weight, i) => [names[i] as string, weight.read()]));
    return tf.tidy(() =>
      TFJS_MODELS.transformer(trained, this.#frozen, tf.reshape(x, [-1, TRANSFORMER.tokens, TRANSFORMER.width])),
    );
  }

  override dispose() {
    tf.dispose(this.#frozen);
    return super.dispose();
  }
}

/** What stands between the noise and the average, built of tf.layers' own layers where it has them. */
export function body(task: TaskData): Layer[] {
  const weights = (name: string): tf.Tensor[] =>
    ["weight", "bias"].map((part) => {
      const { shape, values } = task.trained[`${name}.${part}`] as Weights[string];
      return tf.tensor(values, [...shape]);
    });
  const dense = (name: string, activation: "relu" | "linear" = "linear"): Layer => {
    const units = task.trained[`${name}.bias`]?.values.length as number;
    return layers.dense({ units, activation, weights: weights(name) });
  };
  const block = (name: string): Layer[] => {
    const filters = task.trained[`${name}.bias`]?.values.length as number;
    const given = { filters, kernelSize: 3, padding: "same", activation: "relu", weights: weights(name) } as const;
    return [layers.conv2d(given), layers.maxPooling2d({ poolSize: 2 })];
  };
  switch (task.model.kind) {
    case "head":
      return [dense("head.dense_0", "relu"), dense("head.dense_1")];
    case "cnn":
      return [
        standardize(),
        ...block("backbone.conv_0"),
        ...block("backbone.conv_1"),
        layers.flatten(),
        dense("backbone.dense_0", "relu"),
        dense("head.dense_0"),
      ];
    case "transformer":
      return [new Transformer(task)];
    default:
      return task.model satisfies never;
  }
}

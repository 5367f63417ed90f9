import { describe, expect, test, vi } from "vitest";
import type { ExperimentFile } from "../../../shared/experiment.ts";
import type { Tuning } from "../../../shared/plugins/tunings/index.ts";
import { activationBytes, type Holding } from "../../../shared/transformer-cost.ts";
import { placed } from "../../captured/arena.ts";
import type { CapturedSteps } from "../../captured/captured-steps.ts";
import type { Recording } from "../../captured/recording.ts";
import { Stream } from "../../rng.ts";
import { startTestBackend } from "../../testing/backends.ts";
import { peakBytes } from "../../testing/peak.ts";
import { batchesFor, type StepKind, stepsOf } from "../../testing/steps.ts";
import { roomForActivations, type Tensor, tf } from "../../tf.ts";
import type { Batch } from "../../train/batches.ts";
import type { Steps } from "../../train/steps.ts";
import type { Context } from "../model.ts";
import { ResidentParams } from "../resident-params.ts";
import { transformerBackbone } from "./backbone.ts";
import { toTensors } from "./testing/fixtures.ts";
import { fullTexts, networkOf, randomModel, textExperiment } from "./testing/training.ts";
import { tunableTransformer } from "./tunable.ts";

const SIZES = { layers: 4, hidden: 32, heads: 4, intermediate: 128 };
const LOAD = { rows: 8, tokens: 16 };
const LORA = { id: "lora", rank: 4, alpha: 4, dropout: 0, projections: "query-value" } as const;
const CLEAN: Context = { hidden: (activation) => activation, embedded: (embeddings) => embeddings };
const ONCE: Partial<ExperimentFile> = { batchSize: LOAD.rows, repeat: { k: 1 } };

/** What `of` finds out of a step of a model of four layers. */
async function measured<T>(
  kind: StepKind,
  tuning: Tuning,
  recompute: boolean,
  of: (steps: Steps, batch: Batch) => T,
): Promise<T> {
  const { config, params } = await randomModel(SIZES, LOAD.tokens);
  const backbone = transformerBackbone(config, new ResidentParams(params), tuning, LOAD.tokens, recompute);
  const experiment = textExperiment(ONCE);
  const data = fullTexts(LOAD.rows, LOAD.tokens);
  const steps = stepsOf(kind, { experiment, data, network: networkOf(experiment, backbone) });
  const result = of(steps, batchesFor(experiment, data, 1)[0] as Batch);
  steps.dispose();
  backbone.dispose();
  data.dispose();
  return result;
}

const arenaBytes = (steps: Steps, batch: Batch): number =>
  placed((steps as CapturedSteps).prepare(batch, 1) as Recording).bytes.reduce((a, b) => a + b, 0);

const estimate = (tuning: Tuning, holding: Holding) => activationBytes(SIZES, LOAD, tuning, holding);

/** @param share of the measured bytes by which the estimate may be off */
function expectNear(estimated: number, bytes: number, share: number): void {
  expect(Math.abs(estimated / bytes - 1), `${estimated} is not about ${bytes}`).toBeLessThan(share);
}

describe("a captured step's temporaries are as many bytes as was estimated", () => {
  test.each<{ name: string; tuning: Tuning }>([
    { name: "all of theta", tuning: { id: "full" } },
    { name: "LoRA", tuning: LORA },
    { name: "LoRA with dropout", tuning: { ...LORA, dropout: 0.1 } },
    { name: "LoRA at every projection", tuning: { ...LORA, projections: "all" } },
    { name: "adapters", tuning: { id: "adapters", width: 4 } },
    { name: "a prefix", tuning: { id: "prefix", tokens: 4 } },
    { name: "biases", tuning: { id: "bitfit" } },
    { name: "the last two layers", tuning: { id: "last-n", blocks: 2 } },
  ])("$name", async ({ tuning }) => {
    await startTestBackend("webgpu");
    const { kept, recomputed } = estimate(tuning, "captured");
    const [keeping, again] = [
      await measured("optimised", tuning, false, arenaBytes),
      await measured("optimised", tuning, true, arenaBytes),
    ];
    expectNear(kept, keeping, 0.12);
    expectNear(recomputed, again, 0.12);
    expect(again).toBeLessThan(keeping);
  });
});

test("an eager step's tensors are as many bytes as was estimated", async () => {
  await startTestBackend("cpu");
  const { kept, recomputed } = estimate(LORA, "eager");
  const peak = (steps: Steps, batch: Batch) => peakBytes(() => steps.take(batch, 1));
  expectNear(kept, await measured("eager", LORA, false, peak), 0.08);
  expectNear(recomputed, await measured("eager", LORA, true, peak), 0.08);
});

describe("whether a step computes its layers twice is up to its rows", () => {
  test.each(["cpu", "webgpu"] as const)("on %s", async (backend) => {
    await startTestBackend(backend);
    const loaded = { identity: "random", ...(await randomModel(SIZES, LOAD.tokens)), reader: null };
    const holding = backend === "webgpu" ? "captured" : "eager";
    const aRow = activationBytes(SIZES, { rows: 1, tokens: LOAD.tokens }, LORA, holding);
    const tunable = tunableTransformer(loaded);
    const enough = Math.floor(roomForActivations() / aRow.kept);
    const built = (rows?: number) => tunable.build(LORA, { modality: "tokens", length: LOAD.tokens }, rows);
    /** Dense layers in a step, by how often each is computed. */
    const products = (rows?: number): number => {
      const { apply, init } = built(rows);
      const params = toTensors(init(new Stream(1, "init")));
      const names = Object.keys(params);
      const x = tf.tensor2d([[3, 1, 4]]);
      const product = vi.spyOn(tf, "matMul");
      tf.tidy(() => {
        const loss = (...at: Tensor[]) =>
          tf.sum(apply(Object.fromEntries(names.map((name, i) => [name, at[i] as Tensor])), x, CLEAN));
        tf.grads(loss as () => tf.Scalar)(Object.values(params));
      });
      const count = product.mock.calls.length;
      product.mockRestore();
      tf.dispose([x, params]);
      return count;
    };
    expect(built(enough).held).toBe(aRow.kept / 4);
    expect(built(enough + 1).held).toBe(aRow.recomputed / 4);
    expect(products(enough)).toBe(products());
    // Each of four layers: six projections, two products of the attention, two thin ones at each of two projections.
    expect(products(enough + 1)).toBe(products() + 4 * (6 + 2 + 2 * 2));
    tunable.release();
  });
});

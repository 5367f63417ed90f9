import type { Tuning, TuningId, TuningOf } from "../../shared/plugins/tunings/index.ts";
import type { HostParam, HostParams } from "../models/model.ts";
import { type Insertion, NO_INSERTION } from "../models/transformer/insertion.ts";
import { parameterShapes } from "../models/transformer/shapes.ts";
import type { TransformerConfig } from "../pretrained/config.ts";
import { Stream } from "../rng.ts";
import { adapters } from "./adapters.ts";
import { bitfit } from "./bitfit.ts";
import { full } from "./full.ts";
import { headOnly } from "./head-only.ts";
import { lastN } from "./last-n.ts";
import { layerNorm } from "./layer-norm.ts";
import { lora } from "./lora.ts";
import { prefix } from "./prefix.ts";
import type { TuningBuild } from "./tuning.ts";

/** The build of every tuning card; a card without one, or the reverse, does not compile. */
const BUILDS: { readonly [Id in TuningId]: TuningBuild<TuningOf<Id>> } = {
  full,
  "head-only": headOnly,
  "last-n": lastN,
  lora,
  adapters,
  prefix,
  bitfit,
  "layer-norm": layerNorm,
};

/** A tuning method over one transformer. */
export interface BoundTuning {
  readonly insertion: Insertion;
  /** Whether a parameter of the pretrained backbone is trained itself. */
  trains(name: string): boolean;
  /** First values of all that is trained below the head: pretrained ones, and the method's own. */
  init(base: HostParams, stream: Stream): HostParams;
  /**
   * A parameter of the plain transformer that computes the same; null where none does.
   * @param trained by name; what is none of the backbone's is left
   */
  readonly merged: ((name: string, pretrained: HostParam, trained: HostParams) => HostParam) | null;
}

/** How many weights a way of tuning trains below the head. */
export function countTrained(choice: Tuning, config: TransformerConfig): number {
  const build = BUILDS[choice.id] as TuningBuild<Tuning>;
  const pretrained = Object.entries(parameterShapes(config)).filter(([name]) => build.trains(name, config, choice));
  const own = Object.values(build.init?.(config, choice, new Stream(0, "init")) ?? {});
  return [...pretrained.map(([, shape]) => shape), ...own.map(({ shape }) => shape)].reduce(
    (sum, shape) => sum + shape.reduce((a, b) => a * b, 1),
    0,
  );
}

export function buildTuning(choice: Tuning, config: TransformerConfig): BoundTuning {
  const build = BUILDS[choice.id] as TuningBuild<Tuning>;
  const trains = (name: string): boolean => build.trains(name, config, choice);
  const pretrained = (of: HostParams, base: HostParams): HostParams =>
    Object.fromEntries(Object.entries(of).filter(([name]) => name in base && trains(name)));
  return {
    insertion: build.insertion?.(config, choice) ?? NO_INSERTION,
    trains,
    init: (base, stream) => ({ ...pretrained(base, base), ...build.init?.(config, choice, stream) }),
    merged:
      build.merged === null
        ? null
        : (name, pretrained, trained) => {
            const own = trains(name) ? (trained[name] ?? pretrained) : pretrained;
            return build.merged?.(name, own, trained, choice) ?? own;
          },
  };
}

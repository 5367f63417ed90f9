import { cardById } from "../../shared/plugins/card.ts";
import { type Objective, termsOf } from "../../shared/plugins/objectives/index.ts";
import { POOLINGS, type Pooling } from "../../shared/plugins/poolings/index.ts";
import type { Level } from "../../shared/task.ts";
import { objectiveWgsl } from "../objectives/index.ts";
import type { LinkWgsl } from "../objectives/link.ts";
import { poolingWgsl } from "../poolings/index.ts";
import type { PoolingWgsl } from "../poolings/pooling.ts";
import { forEach, MATH } from "../wgsl.ts";
import { eachClass, type Lanes, lanesCode, normaliser } from "./lanes.ts";
import { rowLoss } from "./row-loss-wgsl.ts";

/** What decides the code. The sizes are constants in it, so that loops can be unrolled; a run has one set of them. */
export interface PooledLossChoice {
  readonly level: Level;
  readonly pooling: Pooling;
  readonly objective: Objective;
  readonly numClasses: number;
  /** K, or g K for groups; at the level `features` there is one output a sample, whatever stands here. */
  readonly repeats: number;
  /** Threads that share a sample: 1, or a whole workgroup of 64. */
  readonly lanes?: Lanes;
}

/**
 * WGSL of the loss of one sample after pooling and of its gradient by every logit, as levels.ts defines them; null
 * where a choice has no such form (a learnt pooling, an objective over the batch, a sum whose terms are pooled or
 * weighed apart). It defines
 *   fn pooledLoss(sample : u32, scale : f32) -> f32, with a third parameter `lane : u32` where lanes share a sample,
 * which returns the loss and sets d(scale * loss) / d logit; the kernel around it defines
 *   logit(sample, k, c) -> f32, truth(sample, c) -> f32 (what the sample should be, a distribution over the classes),
 *   setGradient(sample, k, c, value) and gradientAt(sample, k, c) -> f32,
 * all of u32, where the gradient also serves as scratch memory: it must not be the memory of the logits. Class weights,
 * padding and the mean over the batch come in through `scale`.
 *
 * Cost of a sample: each logit is read two to five times, and 8 bytes of gradient move per logit; all of it fits a
 * GPU's first cache for the usual 8 repeats of 10 classes, so that a dispatch costs what starting it costs. With one
 * lane a sample, a batch of 32 keeps one warp busy, each thread alone with K x C logits: right for small rows and for
 * adapters that emulate barriers. With 64, a row of 1,000 classes takes 16 turns in place of 1,000, at 7 barriers a
 * sum.
 */
export function pooledLossCode(choice: PooledLossChoice): string | null {
  const { objective, numClasses, lanes = 1 } = choice;
  const [level, pooling, k] = whatIsPooled(choice);
  const form = objectiveWgsl(objective, numClasses);
  const f = poolingWgsl(pooling, level === "probabilities" ? "poolLog" : "pool", k);
  if (!form || !f || (termsOf(objective).length > 1 && setsTermsApart(level, pooling, objective))) return null;
  const parts: Parts = { ...form, f, k, numClasses, lanes, convex: cardById(POOLINGS, pooling.id).convex };
  return `${MATH}
    ${lanesCode(lanes)}
    fn lossOf(logP : f32, y : f32) -> f32 { return ${form.outcome.loss}; }
    fn slopeOf(logP : f32, y : f32) -> f32 { return ${form.outcome.slope}; }
    struct Pooled { value : f32, ${(f.kept ?? []).map((name) => `${name} : f32, `).join("")}}
    fn weightOf(pooled : Pooled, x : f32) -> f32 { return ${f.weight}; }
    ${LEVELS[level](parts)}`;
}

/** Whether the terms of a sum are pooled or weighed each in its own way, so that they can't be added beforehand. */
const setsTermsApart = (level: Level, pooling: Pooling, objective: Objective): boolean =>
  (level === "loss" && pooling.id !== "mean") ||
  termsOf(objective).some((term) => "classWeights" in term.objective && term.objective.classWeights !== "none");

const whatIsPooled = ({ level, pooling, repeats }: PooledLossChoice): [Exclude<Level, "features">, Pooling, number] =>
  level === "features" ? ["logits", { id: "mean" }, 1] : [level, pooling, repeats];

/** What the code of a level is made of. */
interface Parts {
  readonly link: LinkWgsl;
  readonly f: PoolingWgsl;
  readonly k: number;
  readonly numClasses: number;
  readonly lanes: Lanes;
  /** Whether pooled probabilities sum to 1 as they are. */
  readonly convex: boolean;
}

const LEVELS: Record<Exclude<Level, "features">, (parts: Parts) => string> = {
  logits: ofLogits,
  loss: ofLosses,
  probabilities: (parts) => (parts.link.sumsOver === "row" ? ofRowProbabilities(parts) : ofClassProbabilities(parts)),
};

/** A function that sums up the repeats of one entry, read by `x`. */
const poolRepeats = (name: string, { f }: Parts, x: (k: string) => string): string => `
  fn ${name}(sample : u32, c : u32) -> Pooled {
    var pooled : Pooled;
    ${f.summary(x)}
    return pooled;
  }`;

const entryPoint = ({ lanes }: Parts, body: string): string => `
  fn pooledLoss(sample : u32, scale : f32${lanes === 1 ? "" : ", lane : u32"}) -> f32 {
    ${lanes === 1 ? "" : "laneOfLoss = lane;"}
    ${body}
  }`;

/** L(link(f_k z_k)): dL / dz_kc = w_kc dL / dx_c. The pooled logits x, then dL / dx, wait in the first repeat's gradient. */
function ofLogits(parts: Parts): string {
  const { classes } = loops(parts);
  return `
    ${poolRepeats("poolLogits", parts, (k) => `logit(sample, ${k}, c)`)}
    ${rowLoss(parts, (c) => `gradientAt(sample, k, ${c})`, true)}
    ${entryPoint(
      parts,
      `${classes("setGradient(sample, 0u, c, poolLogits(sample, c).value);")}
      let loss = rowLoss(sample, 0u);
      ${classes(`
        let slope = scale * gradientAt(sample, 0u, c);
        let pooled = poolLogits(sample, c);
        ${forEach("k", parts.k, "setGradient(sample, k, c, slope * weightOf(pooled, logit(sample, k, c)));")}`)}
      return loss;`,
    )}`;
}

/** f_k L(link(z_k)): each repeat's own gradient, then w_k of it. */
function ofLosses(parts: Parts): string {
  const { classes, repeats } = loops(parts);
  return `
    var<private> lossOfRepeat : array<f32, ${parts.k}>;
    ${poolRepeats("poolLosses", parts, (k) => `lossOfRepeat[${k}]`)}
    ${rowLoss(parts, (c) => `logit(sample, k, ${c})`, true)}
    ${entryPoint(
      parts,
      `${repeats("lossOfRepeat[k] = rowLoss(sample, k);")}
      let pooled = poolLosses(sample, 0u);
      ${repeats(`
        let weight = scale * weightOf(pooled, lossOfRepeat[k]);
        ${classes("setGradient(sample, k, c, weight * gradientAt(sample, k, c));")}`)}
      return pooled.value;`,
    )}`;
}

/**
 * L(f_k p_k), p_k = softmax(z_k). With q_c = log f_k p_kc, e_c = dL / dq_c (through renormalising, where f is not
 * convex) and w_kc = dq_c / dlog p_kc: dL / dz_kc = w_kc e_c - p_kc sum_j w_kj e_j. q, then e, wait as in ofLogits.
 */
function ofRowProbabilities(parts: Parts): string {
  const { classes, repeats } = loops(parts);
  return `
    var<private> normaliserOf : array<vec2<f32>, ${parts.k}>;
    fn outcome(sample : u32, k : u32, c : u32) -> f32 {
      let z = logit(sample, k, c);
      let normaliser = normaliserOf[k];
      return ${parts.link.outcomes[0]};
    }
    ${poolRepeats("poolOutcomes", parts, (k) => `outcome(sample, ${k}, c)`)}
    ${rowLoss(parts, (c) => `gradientAt(sample, k, ${c})`, !parts.convex)}
    ${entryPoint(
      parts,
      `${repeats(`${normaliser(parts.lanes, parts.numClasses, (c) => `logit(sample, k, ${c})`)} normaliserOf[k] = normaliser;`)}
      ${classes("setGradient(sample, 0u, c, poolOutcomes(sample, c).value);")}
      let loss = rowLoss(sample, 0u);
      ${classes(`
        let slope = scale * gradientAt(sample, 0u, c);
        let pooled = poolOutcomes(sample, c);
        ${forEach("k", parts.k, "setGradient(sample, k, c, slope * weightOf(pooled, outcome(sample, k, c)));")}`)}
      ${repeats(`
        var share = 0.0;
        ${classes("share += gradientAt(sample, k, c);")}
        let total = sumOverLanes(vec2<f32>(share, 0.0)).x;
        ${classes("setGradient(sample, k, c, gradientAt(sample, k, c) - exp(outcome(sample, k, c)) * total);")}`)}
      return loss;`,
    )}`;
}

/** The same with p_kc = s(z_kc) and its counterpart 1 - p_kc, which sum to 1: each class by itself. */
function ofClassProbabilities(parts: Parts): string {
  const { classes } = loops(parts);
  const [yes, no] = parts.link.outcomes as [string, string];
  const [isYes, isNo] = parts.link.answers as [string, string];
  const pooled = parts.convex
    ? "let pooledYes = forYes.value; let pooledNo = forNo.value;"
    : `let z = forYes.value - forNo.value; let pooledYes = ${yes}; let pooledNo = ${no};`;
  const total = parts.convex ? "0.0" : "slopeYes + slopeNo";
  return `
    fn outcomeYes(z : f32) -> f32 { return ${yes}; }
    fn outcomeNo(z : f32) -> f32 { return ${no}; }
    ${poolRepeats("poolYes", parts, (k) => `outcomeYes(logit(sample, ${k}, c))`)}
    ${poolRepeats("poolNo", parts, (k) => `outcomeNo(logit(sample, ${k}, c))`)}
    ${entryPoint(
      parts,
      `var loss = 0.0;
      ${classes(`
        let y = truth(sample, c);
        let forYes = poolYes(sample, c);
        let forNo = poolNo(sample, c);
        ${pooled}
        loss += lossOf(pooledYes, ${isYes}) + lossOf(pooledNo, ${isNo});
        let slopeYes = slopeOf(pooledYes, ${isYes});
        let slopeNo = slopeOf(pooledNo, ${isNo});
        let total = ${total};
        let throughYes = scale * (slopeYes - exp(pooledYes) * total);
        let throughNo = scale * (slopeNo - exp(pooledNo) * total);
        ${forEach(
          "k",
          parts.k,
          `let z = logit(sample, k, c);
          let byYes = throughYes * weightOf(forYes, outcomeYes(z));
          let byNo = throughNo * weightOf(forNo, outcomeNo(z));
          setGradient(sample, k, c, byYes - exp(outcomeYes(z)) * (byYes + byNo));`,
        )}`)}
      return sumOverLanes(vec2<f32>(loss, 0.0)).x;`,
    )}`;
}

/** Loops over the classes, shared by the lanes, and over the repeats, which every lane goes through. */
const loops = ({ k, numClasses, lanes }: Parts) => ({
  classes: (body: string): string => eachClass(lanes, numClasses, body),
  repeats: (body: string): string => forEach("k", k, body),
});

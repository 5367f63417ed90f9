import type { LinkWgsl } from "../objectives/link.ts";
import { eachClass, type Lanes, normaliser } from "./lanes.ts";

/** What the loss of one row of outcomes is made of. */
interface RowParts {
  readonly link: LinkWgsl;
  readonly numClasses: number;
  readonly lanes: Lanes;
}

/**
 * Defines fn rowLoss(sample, k) -> f32, the loss L(link(x)) of one row x [classes], and sets dL / dx as the k-th
 * gradient of the sample. With s_o = dL / dlog p_o the slope of an outcome, dL / dx_c = s_c - p_c t, where c's outcome
 * rises with x_c and t sums the slopes of all outcomes whose probabilities sum to 1 with its own.
 * @param x reads an entry of the row; it may be the very gradient that is then set
 * @param normalised false where x are log-probabilities that sum to 1 already: then log p = x and dL / dx_c = s_c
 */
export const rowLoss = (parts: RowParts, x: (c: string) => string, normalised: boolean): string =>
  parts.link.sumsOver === "row" ? overRow(parts, x, normalised) : byClass(parts, x);

function overRow({ link, numClasses, lanes }: RowParts, x: (c: string) => string, normalised: boolean): string {
  const each = (body: string): string =>
    eachClass(
      lanes,
      numClasses,
      `let y = truth(sample, c); let z = ${x("c")}; let logP = ${link.outcomes[0]}; ${body}`,
    );
  return `
    fn rowLoss(sample : u32, k : u32) -> f32 {
      ${normalised ? normaliser(lanes, numClasses, x) : "let normaliser = vec2<f32>(0.0);"}
      var share = vec2<f32>(0.0);
      ${each(`share += vec2<f32>(lossOf(logP, ${link.answers[0]}), slopeOf(logP, ${link.answers[0]}));`)}
      let total = sumOverLanes(share);
      ${each(`
        let slope = slopeOf(logP, ${link.answers[0]});
        setGradient(sample, k, c, ${normalised ? "slope - exp(logP) * total.y" : "slope"});`)}
      return total.x;
    }`;
}

function byClass({ link, numClasses, lanes }: RowParts, x: (c: string) => string): string {
  const outcomes = link.outcomes.map((outcome, o) => `let logP${o} = ${outcome};`).join(" ");
  const sum = (of: string): string => link.answers.map((answer, o) => `${of}(logP${o}, ${answer})`).join(" + ");
  const body = `
    let y = truth(sample, c);
    let z = ${x("c")};
    ${outcomes}
    share += ${sum("lossOf")};
    setGradient(sample, k, c, slopeOf(logP0, ${link.answers[0]}) - exp(logP0) * (${sum("slopeOf")}));`;
  return `
    fn rowLoss(sample : u32, k : u32) -> f32 {
      var share = 0.0;
      ${eachClass(lanes, numClasses, body)}
      return sumOverLanes(vec2<f32>(share)).x;
    }`;
}

import { LOWEST } from "../wgsl.ts";

/** Threads that share a sample: 1 alone, without barriers, or a workgroup of 64. */
export type Lanes = 1 | 64;

/** Runs statements that read the class `c`, each class in one lane and always in the same. */
export const eachClass = (lanes: Lanes, numClasses: number, body: string): string =>
  shareOut("c", lanes, `${numClasses}u`, body);

/** Runs statements that read `i` from 0 on, below a count, each number in one lane. */
export const shareOut = (i: string, lanes: Lanes, count: string, body: string): string =>
  `for (var ${i} = ${lanes === 1 ? "0u" : "laneOfLoss"}; ${i} < ${count}; ${i} += ${lanes}u) { ${body} }`;

/** Defines sumOverLanes and maxOverLanes of what each lane brings; every lane gets the result, and all must call. */
export function lanesCode(lanes: Lanes): string {
  if (lanes === 1)
    return `
      fn sumOverLanes(share : vec2<f32>) -> vec2<f32> { return share; }
      fn maxOverLanes(share : vec2<f32>) -> vec2<f32> { return share; }`;
  return `
    var<private> laneOfLoss : u32;
    var<workgroup> sharesOfLanes : array<vec2<f32>, ${lanes}>;
    ${reduction("sumOverLanes", lanes, (a, b) => `${a} + ${b}`)}
    ${reduction("maxOverLanes", lanes, (a, b) => `max(${a}, ${b})`)}`;
}

const reduction = (name: string, lanes: Lanes, combine: (a: string, b: string) => string): string => `
  fn ${name}(share : vec2<f32>) -> vec2<f32> {
    sharesOfLanes[laneOfLoss] = share;
    for (var half = ${lanes / 2}u; half > 0u; half /= 2u) {
      workgroupBarrier();
      if (laneOfLoss < half) {
        sharesOfLanes[laneOfLoss] = ${combine("sharesOfLanes[laneOfLoss]", "sharesOfLanes[laneOfLoss + half]")};
      }
    }
    workgroupBarrier();
    let all = sharesOfLanes[0];
    // The next reduction must not write before every lane has read.
    workgroupBarrier();
    return all;
  }`;

/** Statements that leave (top, log sum_c exp(x_c - top)) of a row, read by `x`, in `normaliser`. */
export const normaliser = (lanes: Lanes, numClasses: number, x: (c: string) => string): string => `
  var highest = ${LOWEST};
  ${eachClass(lanes, numClasses, `highest = max(highest, ${x("c")});`)}
  let top = maxOverLanes(vec2<f32>(highest)).x;
  var shareOfSum = 0.0;
  ${eachClass(lanes, numClasses, `shareOfSum += exp(${x("c")} - top);`)}
  let normaliser = vec2<f32>(top, log(sumOverLanes(vec2<f32>(shareOfSum)).x));`;

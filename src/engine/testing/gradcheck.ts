import { expect } from "vitest";
import { expectAllClose } from "./allclose.ts";

interface GradientCheck {
  readonly step?: number;
  readonly absolute?: number;
  readonly relative?: number;
  /** Share of entries that may lie at a kink (ReLU, max), where differences say nothing. */
  readonly kinks?: number;
}

/**
 * Compares a gradient with central differences (f(x + h e_i) - f(x - h e_i)) / 2h, entry by entry. An entry where
 * h and h/2 disagree lies at a kink and is passed over; more of them than allowed fail.
 */
export async function expectGradient(
  f: (x: Float32Array) => Promise<number>,
  x: Float32Array,
  gradient: ArrayLike<number>,
  { step = 2e-3, absolute = 1e-3, relative = 1e-2, kinks = 0 }: GradientCheck = {},
): Promise<void> {
  const difference = async (i: number, h: number): Promise<number> => {
    const at = (by: number) => {
      const moved = x.slice();
      moved[i] = (moved[i] as number) + by;
      return f(moved);
    };
    return ((await at(h)) - (await at(-h))) / (2 * h);
  };
  const checked: { actual: number; expected: number }[] = [];
  for (let i = 0; i < x.length; i++) {
    const whole = await difference(i, step);
    const half = kinks > 0 ? await difference(i, step / 2) : whole;
    if (Math.abs(whole - half) <= (absolute + relative * Math.abs(half)) / 2)
      checked.push({ actual: gradient[i] as number, expected: whole });
  }
  expect(checked.length).toBeGreaterThanOrEqual((1 - kinks) * x.length);
  expectAllClose(
    checked.map(({ actual }) => actual),
    checked.map(({ expected }) => expected),
    { absolute, relative },
  );
}

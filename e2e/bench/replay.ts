import type { BenchContext, BenchResult } from "./result.ts";

export async function replay(_: BenchContext): Promise<BenchResult> {
  throw new Error("not yet");
}

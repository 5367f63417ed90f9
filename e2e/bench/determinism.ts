import type { BenchContext, BenchResult } from "./result.ts";

export async function determinism(_: BenchContext): Promise<BenchResult> {
  throw new Error("not yet");
}

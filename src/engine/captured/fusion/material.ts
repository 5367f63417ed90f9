import type { Elementwise } from "../elementwise.ts";
import { countOf } from "../layout.ts";
import type { Dispatch, Recording, Value } from "../recording.ts";
import { FusedKernel, type Material } from "./fused-kernel.ts";
import { Sites } from "./sites.ts";
import { flowOf } from "./value-flow.ts";

/** The material that a recording is, and each of its dispatches that can be moved in a kernel of its own. */
export function materialOf(recording: Recording): { material: Material; kernels: FusedKernel[] } {
  const { dispatches, values } = recording;
  const elementwise = dispatches.map((dispatch) => wholeForm(dispatch, values));
  const flow = flowOf(recording);
  const material: Material = { recording, flow, elementwise, sites: new Sites(recording, flow, elementwise) };
  const kernels: FusedKernel[] = [];
  // A reader comes after what it reads, so that it finds out whether that can be moved.
  for (const i of elementwise.keys()) {
    if (!elementwise[i]) continue;
    const kernel = new FusedKernel(material, new Set([i]), new Set());
    if (kernel.plan([i])) kernels.push(kernel);
    else elementwise[i] = null;
  }
  return { material, kernels };
}

/** What a dispatch computes; null where it is not known, or only a part of the value that it writes. */
function wholeForm({ elementwise, reads, writes }: Dispatch, values: readonly Value[]): Elementwise | null {
  if (elementwise?.operands.length !== reads.length || writes.length !== 1) return null;
  return values[writes[0] as number]?.bytes === 4 * resultsOf(elementwise) ? elementwise : null;
}

export const resultsOf = ({ axes }: Elementwise): number => countOf(axes.map((size) => ({ size, stride: 1 })));

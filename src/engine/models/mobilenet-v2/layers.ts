import type { MOBILENET_TAPS } from "../../../shared/plugins/backbones/mobilenet-v2.ts";

/** Layers at which the network can be read. */
export type Tap = (typeof MOBILENET_TAPS)[number];

/** A convolution with its batch norm and, but for projections, a ReLU6. */
export interface Layer {
  /** The convolution's name in the published network. */
  readonly name: string;
  readonly norm: string;
  readonly kind: "conv" | "depthwise";
  readonly stride: 1 | 2;
  readonly relu6: boolean;
  /** Name of what comes out, after norm and ReLU6. */
  readonly output: string;
  /** True where a block begins: what comes in is kept for its end. */
  readonly opens: boolean;
  /** True at the end of a block that adds its input. */
  readonly adds: boolean;
}

/** Blocks of each stage and the stride of its first (Sandler et al. 2018, 1801.04381, table 2). */
const STAGES = [
  { blocks: 1, stride: 1 },
  { blocks: 2, stride: 2 },
  { blocks: 3, stride: 2 },
  { blocks: 4, stride: 2 },
  { blocks: 3, stride: 1 },
  { blocks: 3, stride: 2 },
  { blocks: 1, stride: 1 },
] as const;

/** Every convolution of the network in its order, under the names that Keras gives them. */
const LAYERS: readonly Layer[] = [
  layer("Conv1", { norm: "bn_Conv1", output: "Conv1_relu", stride: 2 }),
  ...STAGES.flatMap(({ blocks, stride }) =>
    Array.from({ length: blocks }, (_, i) => ({ stride: i === 0 ? stride : (1 as const), adds: i > 0 })),
  ).flatMap(({ stride, adds }, number) => block(number, stride, adds)),
  layer("Conv_1", { norm: "Conv_1_bn", output: "out_relu" }),
];

/** The layers that lead to a tap, the tap's own being the last. */
export function layersTo(tap: Tap): readonly Layer[] {
  return LAYERS.slice(0, LAYERS.findIndex(({ output }) => output === tap) + 1);
}

/** An inverted residual block (section 3.4): expand 1x1, depthwise 3x3, project 1x1; the first does not expand. */
function block(number: number, stride: 1 | 2, adds: boolean): Layer[] {
  const prefix = number === 0 ? "expanded_conv" : `block_${number}`;
  const expand = layer(`${prefix}_expand`, { opens: true });
  const depthwise = layer(`${prefix}_depthwise`, { kind: "depthwise", stride });
  const project = layer(`${prefix}_project`, { relu6: false, output: `${prefix}_project_BN`, adds });
  return number === 0 ? [depthwise, project] : [expand, depthwise, project];
}

function layer(name: string, own: Partial<Layer>): Layer {
  const common = { kind: "conv", stride: 1, relu6: true, opens: false, adds: false } as const;
  return { name, norm: `${name}_BN`, output: `${name}_relu`, ...common, ...own };
}

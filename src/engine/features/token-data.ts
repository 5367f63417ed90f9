import type { Experiment } from "../../shared/experiment.ts";
import type { View } from "../../shared/protocol.ts";
import type { TextInputs } from "../data/dataset.ts";
import type { ReadToken, TokenReader } from "../models/tunable.ts";
import { shownTokens } from "./shown-tokens.ts";
import { tokenOrders } from "./token-views.ts";

/** What stands in a row of ids where there is no token. */
export const PADDING = -1;

/** Texts as rows of token ids, all as long as the longest and filled up with {@link PADDING}. */
export interface TokenRows {
  /** [items * (1 + views), length]: of each item the clean row, then its views. */
  readonly values: Float32Array;
  /** Tokens of each row. */
  readonly counts: Int32Array;
  readonly length: number;
}

/** Which views of the items' tokens are wanted. */
export interface TokenViews {
  readonly views: number;
  /** Another number, other draws; training's bank is 0. */
  readonly draw: number;
}

/** The ids of items' tokens, and of as many views of each under the experiment's noises on tokens. */
export function tokenRows(
  experiment: Experiment,
  { texts }: TextInputs,
  items: Int32Array,
  reader: TokenReader,
  { views, draw }: TokenViews,
): TokenRows {
  const rows = Array.from(items).flatMap((item) => {
    const { tokens } = reader.read(texts[item] ?? "");
    const orders = wholeOrders(tokens, experiment, item, views, draw);
    return [tokens, ...orders.map((order) => order.map((i) => tokens[i] as ReadToken))];
  });
  const length = Math.max(1, ...rows.map((row) => row.length));
  const values = new Float32Array(rows.length * length).fill(PADDING);
  for (const [row, tokens] of rows.entries()) for (const [i, { id }] of tokens.entries()) values[row * length + i] = id;
  return { values, counts: Int32Array.from(rows, (row) => row.length), length };
}

/** The views of an item's tokens as they can be drawn: without special tokens, and with what is not read at the end. */
export function tokenViews(
  experiment: Experiment,
  text: string,
  item: number,
  reader: TokenReader,
  { views, draw }: TokenViews,
): View[] {
  const { tokens, beyond } = reader.read(text);
  const texts = tokens.filter(({ special }) => !special).map((token) => token.text);
  const rest =
    beyond === 0 ? [] : [{ text: ` … (${beyond} more tokens, which are not read)`, kept: true, moved: false }];
  return tokenOrders({ experiment, item, views, draw }, texts.length).map((order) => ({
    modality: "text",
    tokens: [...shownTokens(texts, order), ...rest],
  }));
}

/** The order of all tokens in each view; special ones keep their places at both ends. */
function wholeOrders(
  tokens: readonly ReadToken[],
  experiment: Experiment,
  item: number,
  views: number,
  draw: number,
): number[][] {
  const content = tokens.flatMap(({ special }, i) => (special ? [] : [i]));
  const first = content[0] ?? tokens.length;
  const before = Array.from({ length: first }, (_, i) => i);
  const last = content.at(-1) ?? tokens.length;
  const after = Array.from({ length: Math.max(0, tokens.length - 1 - last) }, (_, i) => last + 1 + i);
  return tokenOrders({ experiment, item, views, draw }, content.length).map((order) => [
    ...before,
    ...order.map((i) => content[i] as number),
    ...after,
  ]);
}

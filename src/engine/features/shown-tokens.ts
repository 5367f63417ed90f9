import type { View } from "../../shared/protocol.ts";

type ShownTokens = Extract<View, { modality: "text" }>["tokens"];

/**
 * The tokens of a view in its order, each one that is left out behind the token that it followed in the text. A token
 * counts as moved where, among those that stay, it is not at its place of the text.
 * @param texts tokens with the space before them
 * @param order indices of those that the view holds
 */
export function shownTokens(texts: readonly string[], order: readonly number[]): ShownTokens {
  const kept = new Set(order);
  const inText = [...order].sort((a, b) => a - b);
  const shown: { i: number; moved: boolean }[] = [];
  const addLeftOut = (from: number) => {
    for (let i = from; i < texts.length && !kept.has(i); i++) shown.push({ i, moved: false });
  };
  addLeftOut(0);
  for (const [place, i] of order.entries()) {
    shown.push({ i, moved: i !== inText[place] });
    addLeftOut(i + 1);
  }
  return shown.map(({ i, moved }, place) => {
    const text = texts[i] as string;
    return { text: place === 0 ? text.trimStart() : text, kept: kept.has(i), moved };
  });
}

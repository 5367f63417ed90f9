/**
 * Ideographs beyond U+FFFF that BERT's normalisation sets apart by spaces, as the reference has them (`tokenizers`
 * 0.23.3; it begins one block at U+2B920 instead of U+2B820).
 */
const RARE_IDEOGRAPHS = /[\u{20000}-\u{2a6df}\u{2a700}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu;

interface Normalizer {
  readonly type?: string;
  readonly lowercase?: boolean;
  readonly handle_chinese_chars?: boolean;
  readonly normalizers?: readonly Normalizer[];
}

/**
 * What must happen to a text so that the library makes the same tokens of it as the reference in Rust does, where the
 * two differ: rare ideographs are words of their own, and a capital sigma becomes the same letter wherever it stands.
 * One difference is left: the reference knows no punctuation that came after Unicode 8, in scripts such as Adlam.
 * @param normalizer of tokenizer.json
 */
export function referenceText(normalizer: unknown): (text: string) => string {
  const all = flatten(normalizer as Normalizer | null);
  const spaced = all.some(({ type, handle_chinese_chars: cjk }) => type === "BertNormalizer" && cjk !== false);
  const lowered = all.some(
    ({ type, lowercase }) => type === "Lowercase" || (type === "BertNormalizer" && lowercase !== false),
  );
  return (text) => {
    const apart = spaced ? text.replace(RARE_IDEOGRAPHS, " $& ") : text;
    return lowered ? apart.replaceAll("Σ", "σ") : apart;
  };
}

const flatten = (normalizer: Normalizer | null): readonly Normalizer[] =>
  normalizer ? [normalizer, ...(normalizer.normalizers ?? []).flatMap(flatten)] : [];

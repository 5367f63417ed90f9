type Bytes = Uint8Array<ArrayBuffer>;

/** Contents up to so many bytes are compared with all others; a larger one is seldom there twice. */
const SHORT = 4096;

/** A key that is the same for the same short content; a long one is its own key. */
export const contentKey = (content: Bytes): string | Bytes => (content.length <= SHORT ? String(content) : content);

export const sameContent = (a: Bytes, b: Bytes): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

const CONTINUES = "##";

/**
 * WordPiece tokens as they stand in their text, the space before them included. A token that cannot be found where the one
 * before it ended (an accent that was taken away, a token for the unknown) is shown as it is.
 */
export function pieceTexts(text: string, pieces: readonly string[]): string[] {
  const lower = text.toLowerCase();
  // Where lower case is longer, places would not fit.
  if (lower.length !== text.length) return pieces.map(plainly);
  let at = 0;
  return pieces.map((piece) => {
    const bare = bareOf(piece).toLowerCase();
    const start = at + (/^\s*/.exec(text.slice(at)) as RegExpExecArray)[0].length;
    const found = lower.startsWith(bare, start) ? start : lower.indexOf(bare, start);
    // Further on it may well be another one.
    if (found < 0 || found > start + NEAR) return plainly(piece);
    const space = /\s/.test(text.slice(at, found)) ? " " : "";
    at = found + bare.length;
    return `${space}${text.slice(found, at)}`;
  });
}

/** Characters after which a token is no longer looked for. */
const NEAR = 16;

const bareOf = (piece: string): string => (piece.startsWith(CONTINUES) ? piece.slice(CONTINUES.length) : piece);

const plainly = (piece: string): string => (piece.startsWith(CONTINUES) ? bareOf(piece) : ` ${piece}`);

/** `paper, K=8 ,paper` -> [`paper`, `K=8`]: commas part tags, and none stands twice. */
export const parseTags = (text: string): string[] => [
  ...new Set(
    text
      .split(",")
      .map((tag) => tag.trim())
      .filter(Boolean),
  ),
];

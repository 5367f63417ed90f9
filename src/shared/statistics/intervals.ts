/** z of a two-sided 95% interval: the 97.5% quantile of the standard normal distribution. */
export const Z_95 = 1.959964;

/**
 * Wilson's 95% interval of a share p = successes / n: (p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n). Unlike
 * the plain normal one it holds for few items and for shares near 0 and 1 (Wilson 1927, JASA
 * 22:209; Brown, Cai and DasGupta 2001, Statistical Science 16:101, section 3.1.1).
 * @throws RangeError where n is 0, or `successes` lies outside 0..n
 */
export function wilsonInterval(successes: number, n: number): { low: number; high: number } {
  if (!(n > 0) || successes < 0 || successes > n) throw new RangeError(`${successes} of ${n} items are no share.`);
  const p = successes / n;
  const z2 = Z_95 ** 2;
  const centre = p + z2 / (2 * n);
  const half = Z_95 * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n));
  const scale = 1 + z2 / n;
  return { low: Math.max(0, (centre - half) / scale), high: Math.min(1, (centre + half) / scale) };
}

/** p~ = (right + 2) / (n + 4): keeps margins honest at 0 and 1 (Agresti and Coull 1998). */
const adjusted = (right: number, items: number): number => (right + 2) / (items + 4);

/** Half the 95% interval of an accuracy: z sqrt(p~ (1 - p~) / (n + 4)). */
export function accuracyMargin(right: number, items: number): number {
  const p = adjusted(right, items);
  return Z_95 * Math.sqrt((p * (1 - p)) / (items + 4));
}

/**
 * Items by which two equally good models may differ by chance, at 95%: z sqrt(2 n p~ (1 - p~)). On the same test
 * items it is somewhat less, since both find the same items hard; comparison/ says by how much.
 */
export function noiseItems(right: number, items: number): number {
  const p = adjusted(right, items);
  return Math.max(1, Math.round(Z_95 * Math.sqrt(2 * items * p * (1 - p))));
}

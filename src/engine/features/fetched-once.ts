import type { Work } from "../data/dataset.ts";

/**
 * Fetches something once for all who ask for it. What failed or was called off is forgotten: whoever asks next, or waited
 * for another's fetch, fetches anew.
 */
export function fetchedOnce<T>(fetch: (work: Work) => Promise<T>): (work: Work) => Promise<T> {
  let held: Promise<T> | null = null;
  const begin = (work: Work): Promise<T> => {
    const fetching = fetch(work);
    held = fetching;
    fetching.catch(() => {
      if (held === fetching) held = null;
    });
    return fetching;
  };
  const get = (work: Work): Promise<T> => held?.catch(() => get(work)) ?? begin(work);
  return get;
}

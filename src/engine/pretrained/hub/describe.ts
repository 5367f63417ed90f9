import type { Work } from "../../data/dataset.ts";
import type { ModelFiles } from "../files.ts";
import type { Draft } from "../store/store.ts";
import { fileUrl } from "./address.ts";
import type { Fetch } from "./answers.ts";
import { downloadFile } from "./download.ts";
import type { Repository } from "./listing.ts";

/** Files that say what a model is; none is larger than this. */
const MOST_BYTES = 1 << 20;
const SAYS = /(^|\/)(config|modules|preprocessor_config|tokenizer_config|sentence_\w+_config)\.json$|^README\.md$/;

/**
 * Fetches those files of a repository that say what its model is, some kilobytes, into a draft where a download finds
 * them later.
 * @throws ModelFileError, CancelledError
 */
export async function fetchDescription(
  base: string,
  { id, revision, commit, files }: Repository,
  draft: Draft,
  { fetch, signal }: { fetch: Fetch } & Pick<Work, "signal">,
): Promise<ModelFiles> {
  const small = files.filter(({ name, bytes }) => bytes <= MOST_BYTES && SAYS.test(name));
  for (const file of small)
    await downloadFile(fileUrl(base, id, commit, file.name), file, draft, { fetch, signal, arrived: () => {} });
  const sizes = new Map(small.map(({ name, bytes }) => [name, bytes]));
  return {
    origin: { id, revision },
    names: [...sizes.keys()],
    size: (name) => sizes.get(name) ?? null,
    open: async (name) => (sizes.has(name) ? draft.read(name) : null),
  };
}

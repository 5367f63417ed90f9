import { z } from "zod";
import { ModelFileError } from "../../errors.ts";
import { TOKENIZER_FILE } from "../tokenizer.ts";
import { INDEX_FILE, noWeights, WEIGHTS_FILE } from "../weight-files.ts";
import { VOCABULARY_FILE } from "../word-piece.ts";
import { listingUrl, type RepositoryAddress } from "./address.ts";
import { ask, type Fetch, gated, hostOf } from "./answers.ts";

/** A file of a repository, and what it must be. */
export interface RemoteFile {
  readonly name: string;
  readonly bytes: number;
  /** SHA-256 of a large file, or the id that git gives a small one: SHA-1 of `blob SIZE\0` and the content. */
  readonly hash: { readonly kind: "sha256" | "git"; readonly hex: string };
}

/** A repository at one commit, with those of its files that are needed here. */
export interface Repository extends RepositoryAddress {
  readonly commit: string;
  readonly licence: string | null;
  readonly files: readonly RemoteFile[];
  /** Bytes of these files. */
  readonly bytes: number;
}

const hex = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));
const LISTING = z.object({
  sha: hex(40),
  gated: z.union([z.boolean(), z.string()]).nullish(),
  cardData: z.object({ license: z.union([z.string(), z.array(z.string())]).nullish() }).nullish(),
  tags: z.array(z.string()).nullish(),
  siblings: z.array(
    z.object({
      rfilename: z.string(),
      size: z.int().min(0).nullish(),
      blobId: hex(40).nullish(),
      lfs: z.object({ sha256: hex(64), size: z.int().min(0) }).nullish(),
    }),
  ),
});
type Sibling = z.output<typeof LISTING>["siblings"][number];

/** Files of a model beside its weights. */
const NEEDED = new Set([
  "config.json",
  TOKENIZER_FILE,
  "tokenizer_config.json",
  "preprocessor_config.json",
  "modules.json",
  "sentence_bert_config.json",
  "sentence_distilbert_config.json",
  "sentence_roberta_config.json",
  "README.md",
]);
const POOLING = /^[0-9]{1,2}_[A-Za-z]{1,40}\/config\.json$/;
const SHARD = /^model-[0-9]{5}-of-[0-9]{5}\.safetensors$/;

/**
 * Asks what is in a repository. Nothing of a model is fetched.
 * @throws ModelFileError where there is none, it is gated, or holds no model that can be read; CancelledError
 */
export async function listRepository(
  base: string,
  address: RepositoryAddress,
  fetch: Fetch,
  signal: AbortSignal,
): Promise<Repository> {
  const url = listingUrl(base, address);
  const response = await ask(fetch, url, address.id, { signal });
  const listing = LISTING.safeParse(await response.json().catch(() => null));
  if (!listing.success) {
    const message = `${hostOf(url)} answers, but not as a hub of models does.`;
    throw new ModelFileError(address.id, "wrong-answer", message, "Check the address of the server.");
  }
  const { sha: commit, siblings, gated: isGated } = listing.data;
  if (isGated) gated(address.id, hostOf(url));
  const files = neededFiles(siblings).map(toRemoteFile);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { ...address, commit, licence: licenceOf(listing.data), files, bytes };
}

/** One file of weights where there is one, else the index and its parts. */
function neededFiles(siblings: readonly Sibling[]): Sibling[] {
  const names = siblings.map(({ rfilename }) => rfilename);
  if (!names.includes("config.json")) {
    const message = "The repository has no such file, so it holds no model in this layout.";
    throw new ModelFileError("config.json", "missing", message, "Choose the repository of a transformer.");
  }
  const whole = names.includes(WEIGHTS_FILE);
  if (!whole && !names.includes(INDEX_FILE)) noWeights(names);
  const isWeights = (name: string) => (whole ? name === WEIGHTS_FILE : name === INDEX_FILE || SHARD.test(name));
  const isVocabulary = (name: string) => name === VOCABULARY_FILE && !names.includes(TOKENIZER_FILE);
  return siblings.filter(
    ({ rfilename: name }) => NEEDED.has(name) || POOLING.test(name) || isWeights(name) || isVocabulary(name),
  );
}

function toRemoteFile({ rfilename: name, size, blobId, lfs }: Sibling): RemoteFile {
  if (lfs) return { name, bytes: lfs.size, hash: { kind: "sha256", hex: lfs.sha256 } };
  if (blobId && typeof size === "number") return { name, bytes: size, hash: { kind: "git", hex: blobId } };
  const message = "The server does not tell its size and hash, so that it could not be checked.";
  throw new ModelFileError(name, "wrong-answer", message, "Use a server that lists both.");
}

function licenceOf({ cardData, tags }: z.output<typeof LISTING>): string | null {
  const { license = null } = cardData ?? {};
  const named = Array.isArray(license) ? license[0] : license;
  return named ?? tags?.find((tag) => tag.startsWith("license:"))?.slice("license:".length) ?? null;
}

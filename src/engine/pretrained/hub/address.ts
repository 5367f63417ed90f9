import { ModelFileError } from "../../errors.ts";

/** A repository of a model at a branch, tag or commit. */
export interface RepositoryAddress {
  /** `owner/name`. */
  readonly id: string;
  readonly revision: string;
}

const PART = "[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9])?";
const ID = new RegExp(`^${PART}/${PART}$`);
const REVISION = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/;
const CLIMBS = /\.\.|--|\/\//;

/** @throws ModelFileError where it cannot be the name of a repository or revision */
export function checkAddress({ id, revision }: RepositoryAddress): void {
  if (!ID.test(id) || CLIMBS.test(id)) {
    const example = "Write it as owner/name, such as sentence-transformers/all-MiniLM-L6-v2.";
    throw new ModelFileError(show(id), "not-found", "This is no name of a repository.", example);
  }
  if (!REVISION.test(revision) || CLIMBS.test(revision.replaceAll("--", ""))) {
    const message = `${show(revision)} is no name of a branch, tag or commit.`;
    throw new ModelFileError(id, "not-found", message, "Write it as on the repository's page, such as main.");
  }
}

const show = (text: string): string => JSON.stringify(text.slice(0, 100));

/** What is known of a repository at a revision, its files among it. */
export const listingUrl = (base: string, { id, revision }: RepositoryAddress): string =>
  `${trimmed(base)}/api/models/${id}/revision/${encodeURIComponent(revision)}?blobs=true`;

/** A file at a commit. */
export const fileUrl = (base: string, id: string, commit: string, name: string): string =>
  `${trimmed(base)}/${id}/resolve/${commit}/${name.split("/").map(encodeURIComponent).join("/")}`;

const trimmed = (base: string): string => base.replace(/\/+$/, "");

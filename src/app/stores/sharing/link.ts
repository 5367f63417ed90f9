import { deflateSync, Inflate } from "fflate";
import { type Experiment, ExperimentError, type ExperimentFile, parseExperiment } from "../../../shared/experiment.ts";
import type { ExperimentIssue } from "../../../shared/experiment-issue.ts";
import { unknownNames } from "./lesson.ts";
import { type Shared, sharedSchema } from "./shared.ts";

const KEY = "experiment=";
/** The format that is written. Format 1, which had no number, was the experiment file alone. */
const FORMAT = 2;
/** Nothing that the studio writes comes near these; more can only be meant to harm. */
const MAX_LINK = 60_000;
const MAX_JSON = 400_000;

/** What an address's hash says: nothing, something shared, or something that cannot be used. */
export type Link =
  | { kind: "none" }
  | { kind: "shared"; shared: Shared; experiment: Experiment }
  /** `issues` where it is the experiment that is wrong, field by field. */
  | { kind: "bad"; reason: string; issues: readonly ExperimentIssue[] };

/** Why a link cannot be used, in a sentence. */
class LinkError extends Error {
  override readonly name = "LinkError";
}

const DAMAGED = "It is damaged or was cut short when it was copied.";

/** `#experiment=2.CHECK.PAYLOAD`: what is shared as JSON, deflated, in base64url, after the Adler-32 of its bytes. */
export function writeLink(shared: Shared): string {
  const bytes = new TextEncoder().encode(JSON.stringify(shared));
  return `#${KEY}${FORMAT}.${adler32(bytes).toString(36)}.${toBase64Url(deflateSync(bytes, { level: 9 }))}`;
}

/**
 * Reads a hash written by {@link writeLink}. After the key it may also be an experiment file alone, as JSON in base64url
 * (format 1) or percent-encoded.
 */
export function readLink(hash: string): Link {
  const text = hash.replace(/^#/, "");
  if (text === "") return { kind: "none" };
  try {
    if (!text.startsWith(KEY)) throw new LinkError(`It does not begin with "#${KEY}".`);
    if (text.length > MAX_LINK) throw new LinkError("It is longer than any link of the studio.");
    const shared = readShared(decoded(text.slice(KEY.length)));
    return { kind: "shared", shared, experiment: parseExperiment(shared.experiment) };
  } catch (error) {
    if (error instanceof ExperimentError)
      return { kind: "bad", reason: "Its experiment has faults.", issues: error.issues };
    if (error instanceof LinkError) return { kind: "bad", reason: error.message, issues: [] };
    throw error;
  }
}

/** The JSON of a link, and whether it is of a format that had the experiment alone. */
function decoded(value: string): { json: unknown; bare: boolean } {
  const [, format, check, payload] = /^(\d{1,4})\.([0-9a-z]*)\.?(.*)$/.exec(value) ?? [];
  if (format === undefined) return { json: parsed(plainText(value)), bare: true };
  if (Number(format) > FORMAT)
    throw new LinkError(
      `It is of format ${format}, from a newer studio, and this one reads formats up to ${FORMAT}. Reload the page to get the newest studio.`,
    );
  if (Number(format) < FORMAT) throw new LinkError(`There has never been a format ${format}.`);
  const bytes = inflated(fromBase64Url(payload ?? ""));
  if (adler32(bytes).toString(36) !== check) throw new LinkError(DAMAGED);
  return { json: parsed(utf8(bytes)), bare: false };
}

function readShared({ json, bare }: { json: unknown; bare: boolean }): Shared {
  if (bare) return { experiment: json as ExperimentFile };
  const result = sharedSchema.safeParse(json);
  if (!result.success) {
    const faults = result.error.issues.map(({ path, message }) => `${path.join(".") || "the link"}: ${message}`);
    throw new LinkError(faults.join("; "));
  }
  const { lesson } = result.data;
  const unknown = lesson ? unknownNames(lesson) : [];
  if (unknown.length > 0)
    throw new LinkError(
      `Its lesson locks what this studio does not have: ${unknown.map((name) => `"${name}"`).join(", ")}.`,
    );
  return result.data as Shared;
}

function plainText(value: string): string {
  try {
    const plain = decodeURIComponent(value);
    if (plain.startsWith("{")) return plain;
  } catch {
    throw new LinkError(DAMAGED);
  }
  return utf8(fromBase64Url(value));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new LinkError(DAMAGED);
  }
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new LinkError(DAMAGED);
  }
}

function toBase64Url(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64Url(value: string): Uint8Array {
  try {
    const binary = atob(value.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch {
    throw new LinkError(DAMAGED);
  }
}

/** Inflates piece by piece, so that a few bytes that stand for millions are refused before they fill the memory. */
function inflated(bytes: Uint8Array): Uint8Array {
  const PIECE = 256;
  const pieces: Uint8Array[] = [];
  let length = 0;
  const stream = new Inflate((piece) => {
    length += piece.length;
    if (length > MAX_JSON) throw new LinkError("It holds more than any link of the studio.");
    pieces.push(piece);
  });
  try {
    for (let from = 0; from < bytes.length; from += PIECE)
      stream.push(bytes.subarray(from, from + PIECE), from + PIECE >= bytes.length);
  } catch (error) {
    throw error instanceof LinkError ? error : new LinkError(DAMAGED);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Adler-32 (RFC 1950, section 8.2). */
function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}

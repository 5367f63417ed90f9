import { type Experiment, type ExperimentFile, parseExperiment } from "../../shared/experiment.ts";

const KEY = "experiment=";

/** What an address's hash says: nothing, an experiment, or something that cannot be read. */
export type Link =
  | { kind: "none" }
  | { kind: "experiment"; file: ExperimentFile; experiment: Experiment }
  | { kind: "bad"; reason: string };

/** `#experiment=...`: the experiment file as JSON in base64url. */
export function writeLink(file: ExperimentFile): string {
  const bytes = new TextEncoder().encode(JSON.stringify(file));
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return `#${KEY}${btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/** Reads a hash written by {@link writeLink}; plain (percent-encoded) JSON after the key is read too. */
export function readLink(hash: string): Link {
  const text = hash.replace(/^#/, "");
  if (text === "") return { kind: "none" };
  if (!text.startsWith(KEY)) return { kind: "bad", reason: `It does not begin with "#${KEY}".` };
  let file: unknown;
  try {
    file = JSON.parse(decode(text.slice(KEY.length)));
  } catch {
    return { kind: "bad", reason: "It is damaged or was cut short when it was copied." };
  }
  try {
    return { kind: "experiment", file: file as ExperimentFile, experiment: parseExperiment(file) };
  } catch (error) {
    return { kind: "bad", reason: (error as Error).message };
  }
}

function decode(value: string): string {
  const plain = decodeURIComponent(value);
  if (plain.startsWith("{")) return plain;
  const binary = atob(value.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

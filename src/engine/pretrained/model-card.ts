import type { ModelFiles } from "./files.ts";

/** What the front matter of a model's README says. */
export interface ModelCard {
  /** Such as `apache-2.0`; null where none is named. */
  readonly licence: string | null;
  /** Codes such as `en`. */
  readonly languages: readonly string[];
}

const MAX_CARD_CHARS = 1 << 20;

/** Reads `license` and `language` from the front matter of README.md, a subset of YAML; nothing else is needed of it. */
export async function readModelCard(files: ModelFiles): Promise<ModelCard> {
  const readme = await files.open("README.md");
  const text = readme ? await readme.slice(0, MAX_CARD_CHARS).text() : "";
  const [, matter = ""] = /^﻿?---\r?\n(.*?)\r?\n---/s.exec(text) ?? [];
  const lines = matter.split(/\r?\n/);
  const [licence = null] = valuesOf(lines, "license");
  // Licences beside the well-known ones are called "other" and have a name of their own.
  const [name = licence] = licence === "other" ? valuesOf(lines, "license_name") : [];
  return { licence: name, languages: valuesOf(lines, "language") };
}

/** Values of a key on the uppermost level: `key: a`, `key: [a, b]`, or a list in the lines below it. */
function valuesOf(lines: readonly string[], key: string): string[] {
  const at = lines.findIndex((line) => line.startsWith(`${key}:`));
  if (at < 0) return [];
  const inline = (lines[at] as string).slice(key.length + 1).trim();
  if (inline !== "")
    return inline
      .replace(/^\[|\]$/g, "")
      .split(",")
      .map(unquote)
      .filter(Boolean);
  const values: string[] = [];
  for (const line of lines.slice(at + 1)) {
    const [, item] = /^\s*-\s+(.*)$/.exec(line) ?? [];
    if (item === undefined) break;
    values.push(unquote(item));
  }
  return values;
}

const unquote = (value: string): string => value.trim().replace(/^(["'])(.*)\1$/, "$2");

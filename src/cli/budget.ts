import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { PROJECT } from "./project.ts";

/** What the page itself may weigh before anything is clicked, gzip. */
const FIRST_LOAD_KB = 250;

/** What stands in the code of tfjs's core and of its WebGPU backend, minified or not. */
const TFJS = /Cannot compute gradient|createComputePipeline/;

/** A chunk of the build with the chunks it names. */
interface Chunk {
  readonly name: string;
  readonly text: string;
  readonly statics: readonly string[];
  readonly dynamics: readonly string[];
}

const DIST = join(PROJECT, "dist");

/** Reads the build and says what is too heavy or in the wrong place. */
export function checkBudget(): { lines: string[]; faults: string[] } {
  const html = readFileSync(join(DIST, "index.html"), "utf8");
  const chunks = new Map(
    readdirSync(join(DIST, "assets"))
      .filter((n) => n.endsWith(".js"))
      .map((n) => [n, read(n)]),
  );
  const entries = [...html.matchAll(/assets\/([\w.-]+\.js)/g)].map(([, name]) => name as string);
  const first = reach(chunks, entries, ({ statics }) => statics);
  const styles = [...html.matchAll(/assets\/([\w.-]+\.css)/g)].map(([, name]) => name as string);
  const gzip = [...first, ...styles].map((name) => [name, size(readFileSync(join(DIST, "assets", name)))] as const);
  const total = gzip.reduce((sum, [, kb]) => sum + kb, 0) + size(Buffer.from(html));
  const page = reach(chunks, entries, ({ statics, dynamics }) => [...statics, ...dynamics]);
  const faults: string[] = [];
  if (total > FIRST_LOAD_KB)
    faults.push(`The first load is ${total.toFixed(0)} kB gzip; the budget is ${FIRST_LOAD_KB}.`);
  for (const name of page)
    if (TFJS.test(chunks.get(name)?.text ?? "")) faults.push(`${name} holds tfjs, which belongs in the worker.`);
  for (const name of first)
    if (/recharts-responsive-container/.test(chunks.get(name)?.text ?? ""))
      faults.push(`${name} holds recharts, which is to load later.`);
  if (![...chunks.values()].some(({ text }) => TFJS.test(text)))
    faults.push("No chunk holds tfjs: the check sees nothing.");
  const lines = gzip.map(([name, kb]) => `${kb.toFixed(1).padStart(8)} kB  ${name}`);
  return {
    lines: [...lines, `${total.toFixed(1).padStart(8)} kB  first load, gzip (budget ${FIRST_LOAD_KB})`],
    faults,
  };
}

const size = (bytes: Buffer): number => gzipSync(bytes).length / 1000;

function read(name: string): Chunk {
  const text = readFileSync(join(DIST, "assets", name), "utf8");
  const statics = [...text.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)].map(([, n]) => n as string);
  const dynamics = [...text.matchAll(/import\(\s*[`"']\.\/([\w.-]+\.js)[`"']\s*\)/g)].map(([, n]) => n as string);
  return { name, text, statics, dynamics };
}

function reach(chunks: Map<string, Chunk>, from: string[], next: (chunk: Chunk) => readonly string[]): Set<string> {
  const seen = new Set<string>();
  const queue = [...from];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const chunk = chunks.get(name);
    if (seen.has(name) || !chunk) continue;
    seen.add(name);
    queue.push(...next(chunk));
  }
  return seen;
}

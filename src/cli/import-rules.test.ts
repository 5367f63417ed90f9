import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PROJECT } from "./project.ts";

/** One violation of each rule: a file that imports what it must not. */
const VIOLATIONS = [
  ["shared-stands-alone", "src/shared/planted.ts", "../engine/rng.ts"],
  ["engine-and-app-meet-in-shared", "src/app/planted.ts", "../engine/rng.ts"],
  ["engine-and-app-meet-in-shared", "src/engine/planted.ts", "../app/ui/format.ts"],
  ["cli-imports-shared", "src/cli/planted.ts", "../engine/rng.ts"],
  ["tfjs-only-through-tf", "src/engine/train/planted.ts", "@tensorflow/tfjs-core"],
  ["plugins-do-not-know-siblings", "src/engine/poolings/planted.ts", "./mean.ts"],
  ["features-do-not-know-each-other", "src/app/inspect/planted.ts", "../compare/sides.ts"],
] as const;

/** A copy of the borders only: the planted files, what they import, and the rules. */
const FOLDER = join(PROJECT, "node_modules", ".cache", "import-rules");

let output = "";
beforeAll(() => {
  rmSync(FOLDER, { recursive: true, force: true });
  plant("package.json", '{ "type": "module", "dependencies": { "@tensorflow/tfjs-core": "*" } }');
  plant("node_modules/@tensorflow/tfjs-core/package.json", '{ "name": "@tensorflow/tfjs-core", "main": "index.js" }');
  plant("node_modules/@tensorflow/tfjs-core/index.js", "export const version = 1;");
  for (const [, file, target] of VIOLATIONS) {
    if (target.startsWith(".")) plant(join(dirname(file), target), "export const version = 1;");
    plant(
      file.replace("planted", nameOf(file, target)),
      `import { version } from "${target}";\nexport const a = version;`,
    );
  }
  plant("src/shared/cycle-a.ts", 'import { b } from "./cycle-b.ts";\nexport const a = (): number => b();');
  plant("src/shared/cycle-b.ts", 'import { a } from "./cycle-a.ts";\nexport const b = (): number => a();');
  const rules = join(PROJECT, ".dependency-cruiser.cjs");
  const run = spawnSync("npx", ["--no-install", "depcruise", "src", "--config", rules, "--output-type", "err"], {
    cwd: FOLDER,
    encoding: "utf8",
  });
  output = run.stdout + run.stderr;
});
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

const nameOf = (file: string, target: string): string => `planted-${[...`${file}${target}`].length}`;

function plant(path: string, text: string): void {
  mkdirSync(dirname(join(FOLDER, path)), { recursive: true });
  writeFileSync(join(FOLDER, path), text);
}

test.each(VIOLATIONS)("%s refuses %s importing %s", (rule, file, target) => {
  const planted = file.replace("planted", nameOf(file, target));
  expect(output).toMatch(new RegExp(`error ${rule}: ${planted.replaceAll(".", "[.]")} →`));
});

test("no-cycles refuses two files that import each other", () => {
  expect(output).toContain("error no-cycles: src/shared/cycle-a.ts");
});

import { spawnSync } from "node:child_process";
import { checkBudget } from "./budget.ts";
import { PROJECT } from "./project.ts";

/** The checks that need no test runner, in the order from quick to slow. */
const COMMANDS: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ["types", "tsc", "-b"],
  ["style", "biome", "check", "--error-on-warnings"],
  ["imports", "depcruise", "src", "e2e", "--config", ".dependency-cruiser.cjs", "--output-type", "err-long"],
  ["dead code", "knip"],
  ["build", "vite", "build", "--logLevel", "warn"],
];

let failed = 0;
for (const [name, command, ...args] of COMMANDS) {
  const { status } = spawnSync("npx", ["--no-install", command, ...args], { cwd: PROJECT, stdio: "inherit" });
  if (status !== 0) failed += 1;
  console.log(`${status === 0 ? "ok  " : "FAIL"} ${name}`);
}
const { lines, faults } = checkBudget();
console.log([...lines, ...faults].join("\n"));
if (faults.length > 0) failed += 1;
console.log(`${faults.length === 0 ? "ok  " : "FAIL"} bundle budget`);
console.log(`${COMMANDS.length + 1 - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

import { spawn } from "node:child_process";
import { findChromium, vulkanEnvironment } from "./chromium.ts";
import { PROJECT } from "./project.ts";

/** What a stage of the tests came to. */
interface Tally {
  passed: number;
  failed: number;
}

/** Runs a command, showing its output, and returns it. */
function run(
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv,
): Promise<{ output: string; status: number | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: PROJECT,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ] as const) {
      from.on("data", (part: Buffer) => {
        output += part.toString();
        to.write(part);
      });
    }
    child.on("error", reject);
    child.on("close", (status) => resolve({ output, status }));
  });
}

/** The last count of this kind in a runner's closing lines. */
function count(output: string, pattern: RegExp): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: runners colour their counts.
  const plain = output.replace(/\x1b\[[0-9;]*m/g, "");
  return [...plain.matchAll(pattern)].reduce((_, match) => Number(match[1]), 0);
}

/** A stage that ends badly without counting a failure has failed all the same. */
const tally = (passed: number, failed: number, status: number | null): Tally => ({
  passed,
  failed: status !== 0 && failed === 0 ? 1 : failed,
});

async function main(): Promise<void> {
  const executable = findChromium();
  const env = { REFRAIN_CHROMIUM: executable, FORCE_COLOR: "0" };
  const stages: Tally[] = [];
  const check = await run("npx", ["--no-install", "tsx", "src/cli/check.ts"], env);
  stages.push(
    tally(
      count(check.output, /^(\d+) passed, \d+ failed$/gm),
      count(check.output, /^\d+ passed, (\d+) failed$/gm),
      check.status,
    ),
  );
  const unit = await run("npx", ["--no-install", "vitest", "run"], { ...env, ...vulkanEnvironment(executable) });
  stages.push(
    tally(count(unit.output, /Tests .*?(\d+) passed/g), count(unit.output, /Tests .*?(\d+) failed/g), unit.status),
  );
  const e2e = await run("npx", ["--no-install", "playwright", "test", "-c", "e2e/playwright.config.ts"], env);
  stages.push(tally(count(e2e.output, /^\s+(\d+) passed/gm), count(e2e.output, /^\s+(\d+) failed/gm), e2e.status));
  const passed = stages.reduce((sum, stage) => sum + stage.passed, 0);
  const failed = stages.reduce((sum, stage) => sum + stage.failed, 0);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  console.log("0 passed, 1 failed");
  process.exitCode = 1;
});

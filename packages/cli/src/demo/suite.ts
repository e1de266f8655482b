import { spawn } from "node:child_process";

/** How a whole test suite came out. */
export interface SuiteReport {
  readonly tests: number;
  readonly pass: number;
  readonly fail: number;
}

/** Whether every test passed, and there were some. */
export function isGreen({ tests, pass, fail }: SuiteReport): boolean {
  return fail === 0 && pass > 0 && pass === tests;
}

/** Runs `node --test` in a folder once more, over everything in it, and reads its own count. */
export async function runSuite(folder: string): Promise<SuiteReport> {
  const printed = await print(folder);
  const figure = (name: string): number =>
    Number(new RegExp(`^# ${name} (\\d+)$`, "m").exec(printed)?.[1] ?? 0);
  return { tests: figure("tests"), pass: figure("pass"), fail: figure("fail") + figure("cancelled") };
}

function print(folder: string): Promise<string> {
  // Under a test runner this is set, and an inner `node --test` would report to the outer one.
  const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...env } = process.env;
  const child = spawn(process.execPath, ["--test", "--test-reporter=tap"], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => resolve(Buffer.concat(chunks).toString("utf8")));
  });
}

/** The storm in short: the same program, with a few hundred tasks. */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const main = fileURLToPath(new URL("../../proofs/dist/storm/main.js", import.meta.url));

async function storm(...args: readonly string[]) {
  const { stdout } = await promisify(execFile)(process.execPath, [main, "--json", ...args]);
  return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Readonly<Record<string, unknown>>;
}

test("[A14] [A20] of a provider that fails 15 of 100 requests each is asked again once for each failure, and all tasks are accepted", async () => {
  const line = await storm("--mode", "faults", "--tasks", "300", "--concurrency", "32");

  expect(line).toMatchObject({ tasks: 300, accepted: 300, pauses: 0, warnings: 0, limit: 32 });
  expect(line.requests).toBe(600 + Number(line.failed));
  expect(line.failed).toBeGreaterThan(50);
  expect(line.maxInFlight).toBeLessThanOrEqual(32);
}, 60_000);

test("[A16] a storm over every slot costs a request for each slot and wait, and afterwards all tasks are accepted", async () => {
  const line = await storm("--mode", "storm", "--tasks", "400", "--concurrency", "32", "--storm-ms", "1500");

  expect(line).toMatchObject({ tasks: 400, accepted: 400, pauses: 0, warnings: 0, limit: 32 });
  expect(line.failed).toBeGreaterThanOrEqual(10);
  expect(line.requests).toBe(800 + Number(line.failed));
  expect(line.ratio).toBeLessThanOrEqual(1.1);
  expect(line.maxInFlight).toBeLessThanOrEqual(32);
}, 60_000);

test("[B16] 2,000 tasks in line and at work take a few KB of heap each, in a process that may not have more, without a warning of a leak", async () => {
  const line = await storm("--mode", "storm", "--tasks", "2000", "--storm-ms", "1", "--heap-mb", "96");

  expect(line).toMatchObject({ accepted: 2_000, warnings: 0, pauses: 0 });
  expect(line.peakHeapMb).toBeLessThanOrEqual(96);
}, 60_000);

test("a goal that is missed is named, and the program exits with 1", async () => {
  const failed = storm(
    "--mode",
    "storm",
    "--tasks",
    "10",
    "--concurrency",
    "8",
    "--storm-ms",
    "1",
    "--heap-mb",
    "9",
  );

  await expect(failed).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining("MB of heap") });
}, 60_000);

test("what cannot be understood on the command line is refused", async () => {
  await expect(storm("--mode", "rain")).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Expected --mode to be "faults" or "storm", got "rain".'),
  });
});

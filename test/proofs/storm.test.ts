/** The storm in short: the same program, with a few hundred tasks. */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { judge } from "../../proofs/storm/judge.js";

const main = fileURLToPath(new URL("../../proofs/dist/storm/main.js", import.meta.url));

async function storm(...args: readonly string[]) {
  const { stdout } = await promisify(execFile)(process.execPath, [main, "--json", ...args]);
  return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Readonly<Record<string, unknown>>;
}

test("[A14] [A20] [B16] of a provider that fails 15 of 100 requests each is asked again once for each failure, all tasks are accepted, and a process with no more than 96 MB of heap bears it without a warning of a leak", async () => {
  const size = ["--tasks", "300", "--concurrency", "32", "--heap-mb", "96"];
  const line = await storm("--mode", "faults", ...size);

  expect(line).toMatchObject({ tasks: 300, accepted: 300, pauses: 0, warnings: 0, limit: 32 });
  expect(line.requests).toBe(600 + Number(line.failed));
  expect(line.failed).toBeGreaterThan(45);
  expect(line.maxInFlight).toBeLessThanOrEqual(32);
  expect(line.peakHeapMb).toBeLessThanOrEqual(96);
}, 120_000);

test("[A16] a storm over every slot costs a request for each slot and wait, and afterwards all tasks are accepted", async () => {
  const line = await storm("--mode", "storm", "--tasks", "400", "--concurrency", "32", "--storm-ms", "1500");

  expect(line).toMatchObject({ tasks: 400, accepted: 400, pauses: 0, warnings: 0, limit: 32 });
  expect(line.failed).toBeGreaterThan(0);
  expect(line.requests).toBe(800 + Number(line.failed));
  expect(line.ratio).toBeLessThanOrEqual(1.1);
  expect(line.maxInFlight).toBeLessThanOrEqual(32);
}, 120_000);

test("each goal that is missed is named, with what was expected and got", () => {
  const server = {
    requests: 12_000,
    answered: 9_999,
    failed: 1,
    maxInFlight: 9,
    afterStorm: [10, 1, 1, 1, 1],
  };
  const run = { accepted: 4_999, pauses: 0, seconds: 2, peakHeapMb: 300, baseHeapMb: 20, warnings: ["Leak"] };
  const size = { mode: "storm", tasks: 5_000, concurrency: 8, heapMb: 256 } as const;

  expect(judge(size, { server, run }).missed).toEqual([
    "expected 5000 tasks to be accepted, got 4999",
    "expected 10000 requests to be answered, got 9999",
    "expected at most 1.1 requests for each that is needed, got 1.2",
    "expected at most 8 requests at once, got 9",
    "expected at most 256 MB of heap, got 300",
    "expected the busiest second after the storm to have at most twice the mean, got 3.57 times",
    'expected no warning, got "Leak"',
  ]);
});

test("where faults come all the time, each may cost one request more, and none beyond", () => {
  const run = { accepted: 10, pauses: 0, seconds: 2, peakHeapMb: 50, baseHeapMb: 20, warnings: [] };
  const size = { mode: "faults", tasks: 10, concurrency: 8, heapMb: 256 } as const;
  const server = { requests: 23, answered: 20, failed: 3, maxInFlight: 8, afterStorm: [] };

  expect(judge(size, { server, run }).missed).toEqual([]);
  expect(judge(size, { server: { ...server, requests: 24 }, run }).missed).toEqual([
    "expected at most 1 requests for each that is needed, got 1.04348",
  ]);
});

test("what cannot be understood on the command line is refused", async () => {
  await expect(storm("--mode", "rain")).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Expected --mode to be "faults" or "storm", got "rain".'),
  });
});

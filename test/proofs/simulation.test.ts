/** The simulation of faults in short: the same program, with a hundred seeds. */

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { PLANTED_BUGS } from "../../proofs/simulation/planted-bugs.js";
import { Random } from "../../proofs/simulation/random.js";

const main = fileURLToPath(new URL("../../proofs/dist/simulation/main.js", import.meta.url));
const run = promisify(execFile);

const simulate = async (...args: readonly string[]) => {
  const { stdout } = await run(process.execPath, [main, ...args], { maxBuffer: 2 ** 26 });
  return stdout.trimEnd().split("\n");
};

test("[K02] [K16] [K17] [K19] [K20] 100 seeds of kills, clock jumps, second processes and failing ports break no invariant, and three planted bugs are found", async () => {
  const lines = await simulate("--seeds", "100", "--bugs", "3", "--json");

  expect(lines).toHaveLength(1);
  const { faultPoints, ...sums } = JSON.parse(lines[0] ?? "");
  expect(sums).toMatchObject({
    seeds: 100,
    violations: 0,
    plantedBugsCaught: 3,
    plantedBugs: 3,
    deterministic: true,
  });
  for (const point of ["kill", "clock.forth", "clock.back", "second.process", "stall", "append.overtaken"]) {
    expect(faultPoints[point]).toBeGreaterThan(0);
  }
}, 120_000);

test.each(PLANTED_BUGS)("the planted bug `$name` has one place in the built core", async ({ file, find }) => {
  const text = await readFile(new URL(`../../packages/core/dist/${file}`, import.meta.url), "utf8");

  expect(text.split(find).length - 1).toBe(1);
});

test("a seed tells its story, each time the same", async () => {
  const story = await simulate("--seed", "17");

  expect(story).toContainEqual(expect.stringContaining("0 run.submitted"));
  expect(story).toContainEqual(expect.stringMatching(/^ +\d+ run\.(completed|failed|cancelled) /));
  expect(story).toContain("# Once more, and nobody listens");
  expect(await simulate("--seed", "17")).toEqual(story);
}, 60_000);

test("a seed decides what is drawn, from the first number on", () => {
  const draw = (seed: number) => {
    const random = new Random(seed);
    return Array.from({ length: 5 }, () => random.next());
  };

  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
  expect(draw(1).every((each) => each >= 0 && each < 1)).toBe(true);
});

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readGoal, readWork, toConcurrency } from "../../packages/cli/src/input.js";
import { folder, surroundings } from "./support.js";

async function file(content: string): Promise<string> {
  const path = join(await folder(), "file");
  await writeFile(path, content);
  return path;
}

test("a goal comes from the command line, from standard input or from a file", async () => {
  expect(await readGoal("Write.", {}, surroundings())).toBe("Write.");
  expect(await readGoal("-", {}, surroundings({}, "From stdin."))).toBe("From stdin.");
  expect(await readGoal(undefined, { file: await file("From a file.") }, surroundings())).toBe(
    "From a file.",
  );
});

test("no goal, an empty one and two at once are mistakes", async () => {
  await expect(readGoal(undefined, {}, surroundings())).rejects.toThrow(
    'Expected a goal, got none. Write it after the command, in quotes: terrace run "<goal>".',
  );
  await expect(readGoal("-", {}, surroundings({}, " \n"))).rejects.toThrow("Expected a goal, got none.");
  await expect(readGoal("Write.", { file: "goal.txt" }, surroundings())).rejects.toThrow(
    "Expected a goal or --file, got both. Leave one out.",
  );
});

test("a file that cannot be read is named", async () => {
  await expect(readGoal(undefined, { file: "/no/such" }, surroundings())).rejects.toThrow(
    'The file "/no/such" cannot be read: ENOENT',
  );
});

test("a plan takes the place of a goal", async () => {
  const plan = { tasks: [], answer: "x" };
  expect(await readWork(undefined, { plan: await file(JSON.stringify(plan)) }, surroundings())).toEqual(plan);
  await expect(readWork("Write.", { plan: "plan.json" }, surroundings())).rejects.toThrow(
    "Expected a goal or --plan, got both. A plan has its goal in it.",
  );
});

test("a plan that is no JSON is a mistake of the plan", async () => {
  await expect(readWork(undefined, { plan: await file("{") }, surroundings())).rejects.toThrow("is not JSON");
});

test.each(["0", "-1", "1.5", "many", "", "10001"])("%j is no concurrency", (given) => {
  expect(() => toConcurrency(given)).toThrow(
    `Expected --concurrency to be a whole number from 1 to 10000, got "${given}".`,
  );
});

test("concurrency is 8 unless it is given", () => {
  expect([toConcurrency(undefined), toConcurrency("3")]).toEqual([8, 3]);
});

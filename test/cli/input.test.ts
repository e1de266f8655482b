import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  bounding,
  readGoal,
  readWork,
  toApproval,
  toBudget,
  toConcurrency,
  toUrgency,
} from "../../packages/cli/src/input.js";
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

test.each(["0", "-1", "1e3", "0x10", "a lot", "", " 2", "1000001"])("%j is no budget in dollars", (given) => {
  expect(() => toBudget({ budgetUsd: given })).toThrow(
    `Expected --budget-usd to be an amount of US dollars above 0 and up to 1000000, such as 2.50, got "${given}".`,
  );
});

test.each(["0", "1.5", "many", "1000001"])("%j is no number of calls", (given) => {
  expect(() => toBudget({ maxCalls: given })).toThrow(
    `Expected --max-calls to be a whole number from 1 to 1000000, got "${given}".`,
  );
});

test.each(["0", "1.5", "1000000000001"])("%j is no number of tokens", (given) => {
  expect(() => toBudget({ maxTokens: given })).toThrow(
    `Expected --max-tokens to be a whole number from 1 to 1000000000000, got "${given}".`,
  );
});

test.each([
  ["an amount that is none", "-1", "an amount of US dollars above 0 and up to 1000000, such as 2.50"],
  ["an amount above the hard bound", "3", "at most what --budget-usd allows, 2"],
])("%s is no soft bound", (_, softUsd, expected) => {
  expect(() => toBudget({ budgetUsd: "2", softUsd })).toThrow(
    `Expected --soft-usd to be ${expected}, got "${softUsd}".`,
  );
});

test("what becomes of a run that may spend no more is one of three words, and needs a bound beside it", () => {
  expect(() => toBudget({ onExceed: "explode" })).toThrow(
    'Expected --on-exceed to be one of pause, degrade, stop, got "explode".',
  );
  expect(() => bounding(toBudget({ onExceed: "stop" }) ?? {})).toThrow(
    "Expected --on-exceed beside a bound (--budget-usd, --soft-usd, --max-tokens or --max-calls), got none. Name one.",
  );
  const budget = { maxTokens: 5, onExceed: "stop" } as const;
  expect(bounding(toBudget({ maxTokens: "5", onExceed: "stop" }) ?? {})).toEqual(budget);
});

test("work is live or waits for a batch", () => {
  expect([toUrgency(undefined), toUrgency("live"), toUrgency("batch")]).toEqual([undefined, "live", "batch"]);
  expect(() => toUrgency("soon")).toThrow('Expected --urgency to be one of live, batch, got "soon".');
});

test("whoever wants to approve every plan does so from 0 US dollars on", () => {
  expect([toApproval(undefined), toApproval("0"), toApproval("2.50")]).toEqual([undefined, 0, 2.5]);
  expect(() => toApproval("-1")).toThrow(
    'Expected --approve-above-usd to be an amount of US dollars from 0 and up to 1000000, such as 2.50, got "-1".',
  );
});

test("a budget has the bounds that are named, and there is none when none is", () => {
  expect(toBudget({ budgetUsd: "2.50" })).toEqual({ hardUsd: 2.5 });
  expect(toBudget({ maxCalls: "1000000" })).toEqual({ maxCalls: 1_000_000 });
  expect(toBudget({ budgetUsd: "1000000", maxCalls: "1" })).toEqual({ hardUsd: 1_000_000, maxCalls: 1 });
  expect(toBudget({ budgetUsd: "2", softUsd: "2", maxTokens: "9", onExceed: "degrade" })).toEqual({
    hardUsd: 2,
    softUsd: 2,
    maxTokens: 9,
    onExceed: "degrade",
  });
  expect(toBudget({})).toBeUndefined();
});

import { costMicroUsd } from "@terrace/simulator";
import { expect, test } from "vitest";
import { asking, saying, simulate } from "./support.js";

const used = (changes: Partial<Parameters<typeof costMicroUsd>[1]> = {}) => ({
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  ...changes,
});

test("a call costs its tokens times the price per million, to the micro-dollar", () => {
  // 2,000 × 0.10 + 500 × 0.50 = 200 + 250
  expect(costMicroUsd("claude-haiku-5-5", used({ inputTokens: 2_000, outputTokens: 500 }))).toBe(450);
  // 2,000 × 2 + 500 × 10 = 4,000 + 5,000
  expect(costMicroUsd("claude-sonnet-5-5", used({ inputTokens: 2_000, outputTokens: 500 }))).toBe(9_000);
  // 2,000 × 4 + 500 × 20 = 8,000 + 10,000
  expect(costMicroUsd("claude-opus-5-5", used({ inputTokens: 2_000, outputTokens: 500 }))).toBe(18_000);
  // 2,000 × 8 + 500 × 40 = 16,000 + 20,000
  expect(costMicroUsd("claude-fable-5-2", used({ inputTokens: 2_000, outputTokens: 500 }))).toBe(36_000);
});

test("cache reads and writes have rates of their own", () => {
  const cached = used({ cacheReadTokens: 10_000, cacheWrite5mTokens: 1_000, cacheWrite1hTokens: 100 });

  // 10,000 × 0.01 + 1,000 × 0.125 + 100 × 0.20 = 100 + 125 + 20
  expect(costMicroUsd("claude-haiku-5-5", cached)).toBe(245);
  // 10,000 × 0.10 + 1,000 × 2.50 + 100 × 4 = 1,000 + 2,500 + 400
  expect(costMicroUsd("claude-sonnet-5-5", cached)).toBe(3_900);
  // 10,000 × 0.20 + 1,000 × 5 + 100 × 8 = 2,000 + 5,000 + 800
  expect(costMicroUsd("claude-opus-5-5", cached)).toBe(7_800);
});

test("each call is rounded half up to whole micro-dollars", () => {
  // 4 × 0.10 = 0.4; 5 × 0.10 = 0.5; 14 × 0.10 = 1.4; 15 × 0.10 = 1.5
  const costs = [4, 5, 14, 15].map((inputTokens) => costMicroUsd("claude-haiku-5-5", used({ inputTokens })));

  expect(costs).toEqual([0, 1, 1, 2]);
});

test("above 100,000 prompt tokens every token of a Haiku call costs five times as much", () => {
  // 100,000 × 0.10 + 1,000 × 0.50 = 10,000 + 500
  expect(costMicroUsd("claude-haiku-5-5", used({ inputTokens: 100_000, outputTokens: 1_000 }))).toBe(10_500);
  // 100,001 × 0.50 + 1,000 × 2.50 = 50,000.5 + 2,500
  expect(costMicroUsd("claude-haiku-5-5", used({ inputTokens: 100_001, outputTokens: 1_000 }))).toBe(52_501);
  // Cached tokens count towards the line: 1 × 0.50 + 100,000 × 0.05
  expect(costMicroUsd("claude-haiku-5-5", used({ inputTokens: 1, cacheReadTokens: 100_000 }))).toBe(5_001);
});

test("running in the US costs a tenth more, and fast mode twice as much", () => {
  expect(costMicroUsd("claude-opus-5-5", used({ inputTokens: 1_000, geo: "us" }))).toBe(4_400);
  expect(costMicroUsd("claude-opus-5-5", used({ inputTokens: 1_000, speed: "fast" }))).toBe(8_000);
});

test("the bill adds up what was answered, by model and call by call", async () => {
  const { client, simulator } = await simulate({ world: saying("x".repeat(400)) });

  await client.messages.create(asking({ system: "x".repeat(8_000) }));
  await client.messages.create(asking({ model: "claude-opus-5-5", system: "x".repeat(8_000) }));
  await client.messages.stream(asking({ model: "claude-opus-5-5" })).finalMessage();

  // Haiku: 2,003 × 0.10 + 100 × 0.50 = 250.3; Opus: 2,003 × 4 + 100 × 20 = 10,012 and 3 × 4 + 100 × 20 = 2,012
  const { bill } = simulator;
  expect(bill.calls.map((call) => call.microUsd)).toEqual([250, 10_012, 2_012]);
  expect(bill).toMatchObject({
    requests: 3,
    microUsd: 12_274,
    usd: 0.012274,
    inputTokens: 4_009,
    outputTokens: 300,
  });
  expect(bill.byModel["claude-opus-5-5"]).toMatchObject({ requests: 2, microUsd: 12_024 });
});

test("what is refused or fails with a status costs nothing", async () => {
  const { client, simulator } = await simulate({ faults: [{ kind: "status", status: 529 }] });

  await expect(client.messages.create(asking())).rejects.toMatchObject({ status: 529 });
  await expect(client.messages.create(asking({ messages: [] }))).rejects.toMatchObject({ status: 400 });

  expect(simulator.bill).toMatchObject({ requests: 0, microUsd: 0, usd: 0 });
});

test("an answer cut in the middle is billed in full", async () => {
  const { client, simulator } = await simulate({
    faults: [{ kind: "cut-stream", afterEvents: 3, end: "reset" }],
  });

  await expect(client.messages.stream(asking()).finalMessage()).rejects.toThrow();

  // 3 × 0.10 + 2 × 0.50 = 1.3
  expect(simulator.bill).toMatchObject({ requests: 1, inputTokens: 3, outputTokens: 2, microUsd: 1 });
});

import { clamp, firstOf, highestOf, pin, plannerRouter, router, tableRouter } from "@terrace/core";
import { describe, expect, test } from "vitest";
import { question } from "./support.js";

const silent = router("silent", () => undefined);
const says = (tier: string) =>
  router(`says ${tier}`, () => ({ tier, reason: `It is ${tier}'s.`, confidence: "low" }));

test("the first router that proposes anything wins, and all are asked", () => {
  const { winner, proposals } = firstOf(silent, says("sonnet"), says("opus")).route(question());

  expect(winner).toEqual({
    router: "says sonnet",
    tier: "sonnet",
    reason: "It is sonnet's.",
    confidence: "low",
    maxTokens: null,
  });
  expect(proposals.map(({ tier }) => tier)).toEqual(["sonnet", "opus"]);
});

test("the highest proposal wins, and of equals the first", () => {
  const twice = router("again", () => ({ tier: "opus", reason: "", confidence: "high" }));

  expect(highestOf(says("haiku"), says("opus"), twice).route(question()).winner?.router).toBe("says opus");
});

test("routers that propose nothing leave nothing to choose", () => {
  expect(firstOf(silent, highestOf(silent)).route(question())).toEqual({ winner: null, proposals: [] });
});

test("a tier that is not on the ladder is no proposal", () => {
  expect(says("gold").route(question()).winner).toBeNull();
});

describe("a clamp", () => {
  test.each([
    ["haiku", "sonnet", undefined, "sonnet"],
    ["opus", undefined, "sonnet", "sonnet"],
    ["sonnet", "haiku", "opus", "sonnet"],
    ["haiku", "gold", "silver", "haiku"],
  ])("moves %s between %s and %s to %s", (tier, min, max, expected) => {
    const bounds = { ...(min && { min }), ...(max && { max }) };

    expect(clamp(says(tier), bounds).route(question()).winner?.tier).toBe(expected);
  });

  test("says where it moved a proposal from, and keeps the proposal", () => {
    const { winner, proposals } = clamp(says("opus"), { max: "sonnet" }).route(question());

    expect(winner?.reason).toBe("It is opus's. Moved from opus: no lower than any, no higher than sonnet.");
    expect(proposals.map(({ tier }) => tier)).toEqual(["opus", "sonnet"]);
  });
});

describe("a pin", () => {
  test.each([
    ["its id", { t1: "opus", task: "sonnet", worker: "sonnet" }],
    ["its kind", { task: "opus", worker: "sonnet" }],
    ["its role", { worker: "opus" }],
  ])("wins over every router by %s", (_, tiers) => {
    const { winner, proposals } = pin(tiers, says("haiku")).route(question());

    expect(winner).toMatchObject({ router: "pin", tier: "opus" });
    expect(proposals.map(({ router }) => router)).toEqual(["pin", "says haiku"]);
  });

  test("leaves other tasks to the router", () => {
    expect(pin({ other: "opus" }, says("haiku")).route(question()).winner?.tier).toBe("haiku");
  });
});

test("a router of routers is named after them, and asks the model that one of them asks", () => {
  const asking = router("asking", () => undefined, "haiku");
  const whole = pin({}, clamp(firstOf(tableRouter({}), highestOf(asking, plannerRouter())), {}));

  expect(whole.name).toBe("pin(clamp(firstOf(table, highestOf(asking, planner))))");
  expect(whole.classifier).toBe("haiku");
  expect(firstOf(silent).classifier).toBeUndefined();
});

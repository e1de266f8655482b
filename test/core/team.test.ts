import { DEFAULT_LADDER, DeclarationError, defineTeam } from "@terrace/core";
import { describe, expect, test } from "vitest";
import { issuesOf } from "./support.js";

const models = { haiku: "h", sonnet: "s", opus: "o" };
const planner = { tier: "opus" } as const;
const executors = { worker: { tier: "haiku" } } as const;

/** A declaration the compiler would refuse, as it comes from plain JavaScript. */
const declaring = (declaration: unknown) => () => defineTeam(declaration as never);

describe("a team", () => {
  test("is completed with defaults", () => {
    const team = defineTeam({
      models: { ...models, opus: { model: "o", effort: "medium" } },
      planner,
      executors,
    });

    expect(team).toEqual({
      ladder: ["haiku", "sonnet", "opus"],
      models: {
        haiku: { model: "h", effort: null },
        sonnet: { model: "s", effort: null },
        opus: { model: "o", effort: "medium" },
      },
      planner: { tier: "opus", instructions: "" },
      executors: {
        worker: { tier: "haiku", instructions: "", minTier: "haiku", maxTier: "opus", errorCost: null },
      },
      reviewer: { policy: "balanced", instructions: "", auditShare: 0.1 },
      prices: [],
      reviewPolicy: "balanced",
      router: null,
    });
  });

  test("is frozen to its leaves", () => {
    const team = defineTeam({ models, planner, executors });

    expect(Object.isFrozen(team)).toBe(true);
    expect(Object.isFrozen(team.ladder)).toBe(true);
    expect(Object.isFrozen(team.models.haiku)).toBe(true);
    expect(Object.isFrozen(team.executors.worker)).toBe(true);
  });

  test("does not change when its declaration does", () => {
    const declaration = { models: { ...models }, planner, executors };
    const team = defineTeam(declaration);
    declaration.models.haiku = "another";

    expect(team.models.haiku.model).toBe("h");
  });

  test("is data that survives JSON", () => {
    const team = defineTeam({ models, planner, executors });

    expect(JSON.parse(JSON.stringify(team))).toEqual(team);
  });

  test("may have a ladder of its own, of a single tier even", () => {
    const team = defineTeam({
      ladder: ["only"],
      models: { only: "m" },
      planner: { tier: "only" },
      executors: { worker: { tier: "only" } },
    });

    expect(team.executors.worker.maxTier).toBe("only");
  });

  test("keeps a review policy of one's own beside the data, where the log names it `custom`", () => {
    const policy = () => "opus";
    const team = defineTeam({ models, planner, executors, reviewer: { policy } });

    expect(team.reviewer.policy).toBe("custom");
    expect(team.reviewPolicy).toBe(policy);
  });
});

describe("a wrong team is refused with", () => {
  test.each([
    [
      "a tier without a model",
      { models: { haiku: "h", opus: "o" }, planner, executors },
      'Expected `models` to map every tier of the ladder, got "haiku", "opus". Add a model for "sonnet".',
    ],
    [
      "a model for no tier",
      { models: { ...models, mythos: "m" }, planner, executors },
      'Expected `models` to map only tiers of the ladder ("haiku", "sonnet", "opus"), got "mythos". ' +
        "Remove the mapping, or add the tier to `ladder`.",
    ],
    [
      "a tier that is on the ladder twice",
      {
        ladder: ["a", "b", "a"],
        models: { a: "m", b: "m" },
        planner: { tier: "a" },
        executors: { w: { tier: "a" } },
      },
      'Expected `ladder` to name each tier once, got "a" twice.',
    ],
    [
      "a planner off the ladder",
      { models, planner: { tier: "gpt" }, executors },
      'Expected `planner.tier` to be a tier of the ladder ("haiku", "sonnet", "opus"), got `"gpt"`.',
    ],
    [
      "a role off the ladder",
      { models, planner, executors: { worker: { tier: "haiku", maxTier: "HAIKU" } } },
      'Expected `executors.worker.maxTier` to be a tier of the ladder ("haiku", "sonnet", "opus"), got `"HAIKU"`.',
    ],
    [
      "no role",
      { models, planner, executors: {} },
      "Expected `executors` to declare at least one role, got none. Add a role with a tier.",
    ],
    [
      "a role with the name of an agent that every team has",
      { models, planner, executors: { planner: { tier: "haiku" } } },
      'Expected `executors` to leave the name "planner" to the planner, which the ledger lists by it. Rename it.',
    ],
    [
      "a role that starts below its lowest tier",
      { models, planner, executors: { worker: { tier: "haiku", minTier: "sonnet" } } },
      'Expected `executors.worker` to have minTier ≤ tier ≤ maxTier, got "sonnet", "haiku", "haiku".',
    ],
    [
      "a role that starts above its highest tier",
      { models, planner, executors: { worker: { tier: "opus", maxTier: "sonnet" } } },
      'Expected `executors.worker` to have minTier ≤ tier ≤ maxTier, got "opus", "opus", "sonnet".',
    ],
    [
      "a misspelt key",
      { models, planner, executors, reviewr: {} },
      'Expected the team to have no key "reviewr". Remove it, or correct its spelling.',
    ],
    [
      "a misspelt key of a role",
      { models, planner, executors: { worker: { tier: "haiku", instruction: "Work." } } },
      'Expected `executors.worker` to have no key "instruction". Remove it, or correct its spelling.',
    ],
    [
      "an audit share above 1",
      { models, planner, executors, reviewer: { auditShare: 2 } },
      "Expected `reviewer.auditShare` to be valid (too big: expected number to be <=1), got `2`.",
    ],
    [
      "a role named like no role",
      { models, planner, executors: { Worker: { tier: "haiku" } } },
      'Expected `executors.Worker` to be valid (expected lower-case letters, digits, - and _, at most 64), got `"Worker"`.',
    ],
  ])("%s", (_, declaration, issue) => {
    expect(issuesOf(declaring(declaration))).toEqual([issue]);
  });

  test("everything that is wrong with it, at once", () => {
    const issues = issuesOf(declaring({ models: { haiku: "h" }, planner: { tier: "x" }, executors: {} }));

    expect(issues).toEqual([
      'Expected `models` to map every tier of the ladder, got "haiku". Add a model for "sonnet", "opus".',
      'Expected `planner.tier` to be a tier of the ladder ("haiku", "sonnet", "opus"), got `"x"`.',
      "Expected `executors` to declare at least one role, got none. Add a role with a tier.",
    ]);
  });

  test("the code TEAM_INVALID", () => {
    expect(declaring({})).toThrow(
      expect.objectContaining({ code: "TEAM_INVALID", name: "DeclarationError" }),
    );
    expect(declaring(undefined)).toThrow(DeclarationError);
  });
});

test("the default ladder is haiku, sonnet, opus", () => {
  expect(DEFAULT_LADDER).toEqual(["haiku", "sonnet", "opus"]);
});

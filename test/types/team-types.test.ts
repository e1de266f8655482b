/** What the compiler knows of a team. Compiled by `tsc -b test`; a line that stops being an error fails the build. */
import { createOrchestrator, definePlan, defineTeam, type Team } from "@terrace/core";
import { scriptedAgents, testTeam } from "@terrace/core/testing";
import { expect, expectTypeOf, test } from "vitest";

const models = { haiku: "h", sonnet: "s", opus: "o" };
const executors = { researcher: { tier: "haiku" }, writer: { tier: "sonnet" } } as const;

/** Declarations that never run: they are here to be compiled. */
export function wrongTeams(): void {
  defineTeam({
    // @ts-expect-error A tier of the ladder has no model.
    models: { haiku: "h", opus: "o" },
    planner: { tier: "opus" },
    executors: { researcher: { tier: "haiku" } },
  });
  defineTeam({
    models,
    // @ts-expect-error The planner's tier is not on the ladder.
    planner: { tier: "mythos" },
    executors,
  });
  defineTeam({
    models,
    planner: { tier: "opus" },
    // @ts-expect-error A role's tier is not on the ladder.
    executors: { researcher: { tier: "HAIKU" } },
  });
  defineTeam({
    // @ts-expect-error There is no such effort.
    models: { ...models, opus: { model: "o", effort: "extreme" } },
    planner: { tier: "opus" },
    executors,
  });
  defineTeam({
    models,
    planner: { tier: "opus" },
    executors,
    // @ts-expect-error There is no such review policy.
    reviewer: { policy: "paranoid" },
  });
  defineTeam({
    ladder: ["small", "large"],
    // @ts-expect-error A tier of one's own ladder has no model.
    models: { small: "s" },
    planner: { tier: "large" },
    executors: { clerk: { tier: "small" } },
  });
  defineTeam({
    ladder: ["small", "large"],
    models: { small: "s", large: "l" },
    // @ts-expect-error The tiers of the default ladder are not on one's own.
    planner: { tier: "opus" },
    executors: { clerk: { tier: "small" } },
  });
}

/** Plans and options that name what the team does not have. */
export function wrongNames(): void {
  definePlan(testTeam, {
    tasks: [
      {
        id: "a",
        brief: "Do it.",
        // @ts-expect-error The team declares no such role.
        role: "analyst",
      },
    ],
  });
  definePlan(testTeam, {
    tasks: [
      {
        id: "a",
        brief: "Do it.",
        role: "worker",
        // @ts-expect-error The team's ladder has no such tier.
        tier: "mythos",
      },
    ],
  });
  const agents = scriptedAgents();
  // @ts-expect-error No such tier to limit.
  createOrchestrator({ agents, team: testTeam, tierConcurrency: { mythos: 2 } });
  // @ts-expect-error No such role to check.
  createOrchestrator({ agents, team: testTeam, checks: { analyst: [] } });
  // @ts-expect-error No such option.
  createOrchestrator({ agents, team: testTeam, concurency: 2 });
}

test("a team knows its tiers and its roles by name", () => {
  const team = defineTeam({ models, planner: { tier: "opus" }, executors });

  expectTypeOf(team).toEqualTypeOf<Team<"haiku" | "sonnet" | "opus", "researcher" | "writer">>();
  expect(team.executors.writer.tier).toBe("sonnet");
});

test("a team with a ladder of its own knows that one", () => {
  const team = defineTeam({
    ladder: ["small", "large"],
    models: { small: "s", large: { model: "l", effort: "max" } },
    planner: { tier: "large" },
    executors: { clerk: { tier: "small", maxTier: "small" } },
  });

  expectTypeOf(team).toEqualTypeOf<Team<"small" | "large", "clerk">>();
  expect(team.models.large.effort).toBe("max");
});

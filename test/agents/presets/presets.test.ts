import { defineTeam } from "@terrace/core";
import { expect, test } from "vitest";
import { openPlaceholder } from "../../../packages/agents/src/agent-files/placeholders.js";
import { claudeTeam } from "../../../packages/agents/src/claude-team.js";
import { PRESETS } from "../../../packages/agents/src/presets/presets.js";
import { PROVIDER_MODELS } from "../../../packages/agents/src/presets/provider-models.js";

test.each(Object.entries(PRESETS))("the preset %s makes a team on its ladder", (_, preset) => {
  const { about, ladder, ...rest } = preset;
  const models = Object.fromEntries(ladder.map((tier) => [tier, PROVIDER_MODELS.anthropic[tier] ?? ""]));
  const team = defineTeam<string, string>({ ladder, models, ...rest });

  expect(about).toMatch(/\.$/);
  for (const role of Object.values(team.executors)) {
    expect(role.instructions.length).toBeGreaterThan(20);
    expect(openPlaceholder(role.instructions)).toBeUndefined();
  }
});

test("the preset `worker` is the team that claudeAgents() brings", () => {
  const { ladder, planner, executors } = PRESETS.worker;
  const models = { ...PROVIDER_MODELS.anthropic };
  delete models.fable;
  const { router, ...team } = defineTeam<string, string>({ ladder, models, planner, executors });
  expect({ ...team, router }).toEqual(claudeTeam);
});

test("the roles of `software` start where the cost of a mistake has them start", () => {
  const tiers = Object.entries(PRESETS.software.executors).map(([name, { tier }]) => [name, tier]);
  expect(Object.fromEntries(tiers)).toEqual({
    explorer: "haiku",
    implementer: "sonnet",
    "test-writer": "sonnet",
    formatter: "haiku",
    documentation: "haiku",
    "security-reviewer": "opus",
  });
  expect(PRESETS.software.planner.tier).toBe("opus");
});

test("with `opusplan` nothing is tried below Sonnet", () => {
  expect(PRESETS.opusplan.ladder).toEqual(["sonnet", "opus"]);
});

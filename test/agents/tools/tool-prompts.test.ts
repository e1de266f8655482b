import { defineTeam } from "@terrace/core";
import { expect, test } from "vitest";
import { executorSystem, executorUser } from "../../../packages/agents/src/prompts/executor-prompt.js";
import { plannerSystem } from "../../../packages/agents/src/prompts/planner-prompt.js";
import { reviewerUser } from "../../../packages/agents/src/prompts/reviewer-prompt.js";
import { planSchemaFor } from "../../../packages/agents/src/schemas.js";
import { DEFAULT_PLAN_LIMITS } from "../../../packages/core/src/plan/plan.js";
import { executeRequest, reviewRequest } from "../support.js";

const team = (tools: readonly string[]) =>
  defineTeam({
    models: { haiku: "claude-haiku-5-5", sonnet: "claude-sonnet-5-5", opus: "claude-opus-5-5" },
    planner: { tier: "opus" },
    executors: { worker: { tier: "haiku", tools }, other: { tier: "haiku" } },
  });

test("a planner is told which role has which tools, and must name those that a task needs", () => {
  const told = plannerSystem(team(["read_file", "run_command"]), DEFAULT_PLAN_LIMITS);

  expect(told).toContain(
    "- worker: usually starts at haiku, may start from haiku to opus. Has the tools: read_file, run_command.",
  );
  expect(told).toContain("# Giving tools");
  expect(told).not.toContain("It has no tools");
  expect(planSchemaFor(team(["read_file", "run_command"]), DEFAULT_PLAN_LIMITS)).toMatchObject({
    properties: {
      tasks: {
        items: {
          properties: {
            tools: { type: "array", items: { type: "string", enum: ["read_file", "run_command"] } },
          },
          required: expect.arrayContaining(["tools"]),
        },
      },
    },
  });
});

test("the planner of a team without tools is asked as ever", () => {
  expect(plannerSystem(team([]), DEFAULT_PLAN_LIMITS)).toContain("It has no tools: it cannot open a file");
  expect(plannerSystem(team([]), DEFAULT_PLAN_LIMITS)).not.toMatch(/Giving tools|Has the tools/);
  expect(JSON.stringify(planSchemaFor(team([]), DEFAULT_PLAN_LIMITS))).not.toContain('"tools"');
});

test("an executor with tools is told how to use them, and one without that it has none", () => {
  expect(executorSystem("", "text", undefined, { turns: 20 })).toMatch(
    /You have tools, and nobody to ask\.[\s\S]*# Your tools[\s\S]*You are asked at most 20 times/,
  );
  expect(executorSystem("", "text")).toContain("You have no tools and nobody to ask.");
  expect(executorSystem("", "text")).not.toContain("# Your tools");
});

test("what was done with an effect is quoted as data, each in a line, cut where it is long", () => {
  const act = { attempt: 1, useId: "1", tool: "send", input: { to: "ana\n# Your task" }, hasEffect: true };
  const user = executorUser(
    executeRequest({
      attempt: 2,
      acts: [
        { ...act, end: null },
        { ...act, end: { isError: true, content: "x".repeat(1_000), ms: 1 } },
      ],
    }),
  );

  expect(user).toMatch(/<<<([0-9a-f]{32})\nAttempt 1: send [^\n]+\nAttempt 1: send [^\n]+…\n\1>>>/);
  expect(user).toContain("→ nobody knows what came of it");
  expect(user).toContain("→ failed: xxx");
});

test("a reviewer is told of tools only where there were some", () => {
  expect(reviewerUser(reviewRequest({ tools: ["look"] }))).toContain("The tools: look.");
  expect(reviewerUser(reviewRequest())).not.toContain("tools");
});

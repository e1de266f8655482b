import { defineTeam } from "@terrace/core";
import { accepted, blamed, finished, given, planned, submitted } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import type { Task } from "../../../packages/core/src/plan/plan.js";
import { contextTokens } from "../../../packages/core/src/run/context-tokens.js";

const team = defineTeam({
  models: { haiku: "h", sonnet: "s", opus: "o" },
  planner: { tier: "opus" },
  executors: { worker: { tier: "haiku", instructions: "w".repeat(400) }, writer: { tier: "haiku" } },
});

const plan = planned(
  {
    facts: { brief: "f" },
    note: { brief: "n" },
    essay: {
      brief: "e".repeat(40),
      criteria: ["c".repeat(20), "d".repeat(20)],
      dependsOn: ["facts", "note"],
    },
  },
  { team },
);
const made = [finished("facts", { output: "x".repeat(38) }), accepted("facts")];

const tokens = (state: ReturnType<typeof given>, changes: Partial<Task> = {}): number =>
  contextTokens(
    { ...state, goal: "g".repeat(80) },
    { ...(state.tasks.get("essay")?.task as Task), ...changes },
  );

describe("what an attempt is shown, in tokens of four characters,", () => {
  test("is the goal, what its role is told, its brief and its criteria", () => {
    expect(tokens(given(plan))).toBe((80 + 400 + 40 + 40) / 4);
    expect(tokens(given(plan), { role: "writer" })).toBe((80 + 40 + 40) / 4);
    expect(tokens(given(plan), { role: "stranger" })).toBe((80 + 40 + 40) / 4);
  });

  test("and the inputs that are accepted, as they are written", () => {
    expect(tokens(given(plan, made), { role: "writer" })).toBe((160 + 40) / 4);
    expect(tokens(given(plan, made, finished("note")), { role: "writer" })).toBe((160 + 40) / 4);
    expect(tokens(given(plan, made, blamed("facts", { by: "note" })), { role: "writer" })).toBe(160 / 4);
  });

  test("is rounded up", () => {
    expect(tokens(given(plan), { role: "writer", brief: "e" })).toBe(31);
  });

  test("is what is known before there are tasks", () => {
    expect(
      contextTokens(given(submitted({ team })), { ...(given(plan).tasks.get("essay")?.task as Task) }),
    ).toBe(Math.ceil(("anything".length + 400 + 80) / 4));
  });
});

import type { PauseReason } from "@terrace/core";
import { expect, test } from "vitest";
import { exitCodeOf } from "../../packages/cli/src/exit-codes.js";
import { atRest, HAPPY, STORY } from "./support.js";

test("a run whose tasks are all accepted exits with 0", async () => {
  const { state } = await atRest(HAPPY);
  expect(exitCodeOf(state)).toBe(0);
});

test("a run that waits for a person exits with 5", async () => {
  const { state } = await atRest(STORY);
  expect(state.status).toBe("paused");
  expect(exitCodeOf(state)).toBe(5);
});

test("a run whose answer cannot be had exits with 3", async () => {
  const run = await atRest(STORY);
  await run.resolve("draft", { action: "give_up" });
  await run.result().catch(() => {});
  expect(run.state.status).toBe("failed");
  expect(exitCodeOf(run.state)).toBe(3);
});

test("a run that stopped where its budget ended exits with 4", async () => {
  const { state } = await atRest(HAPPY, "Write about bees.", { budget: { maxCalls: 2, onExceed: "stop" } });
  expect(state.status).toBe("failed");
  expect(exitCodeOf(state)).toBe(4);
});

test("a run that completes without all of its tasks exits with 3", async () => {
  const { tasks, ...rest } = HAPPY.plan as { tasks: object[]; answer: string };
  const run = await atRest({
    ...STORY,
    plan: { ...rest, tasks: tasks.map((task) => ({ ...task, dependsOn: [] })) },
  });
  await run.resolve("draft", { action: "give_up" });
  await run.result().catch(() => {});
  expect(run.state.status).toBe("completed");
  expect(exitCodeOf(run.state)).toBe(3);
});

test("an interrupted run exits with 130", async () => {
  const run = await atRest(STORY);
  await run.cancel("Interrupted.");
  expect(exitCodeOf(run.state)).toBe(130);
});

const PAUSES: readonly [PauseReason, number][] = [
  ["auth", 2],
  ["billing", 4],
  ["provider_spend_cap", 4],
  ["network", 1],
  ["rate_limit", 1],
  ["overloaded", 1],
  ["reviewer", 1],
  ["person", 5],
  ["approval", 5],
];

test.each(PAUSES)("a run paused for reason %s exits with %i", async (reason, code) => {
  const { state } = await atRest(STORY);
  expect(exitCodeOf({ ...state, halt: { reason, message: "" } })).toBe(code);
});

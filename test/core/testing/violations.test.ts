import type { Fact, RunEvent } from "@terrace/core";
import { diamond, planOf, reject, violations } from "@terrace/core/testing";
import { expect, test } from "vitest";
import { launch } from "../support.js";

/** The log of a run in which "a" was escalated once before "b" used it. */
async function log(): Promise<readonly RunEvent[]> {
  const plan = planOf({ a: {}, b: { dependsOn: ["a"] } });
  const { run } = launch(plan, { review: { a: { haiku: reject("No.") } }, usage: {} });
  await run.result();
  return run.log;
}

/** A log with something left out of it, or put in, its numbers mended. */
const renumbered = (events: readonly (RunEvent | Fact)[]): readonly RunEvent[] =>
  events.map((event, seq) => ({ ...event, runId: "run_1", seq, at: 0 }));

const without = async (unwanted: (event: RunEvent) => boolean) =>
  violations(renumbered((await log()).filter((event) => !unwanted(event))));

test("a log of a real run breaks no rule", async () => {
  expect(violations(await log())).toEqual([]);
  const { run } = launch(diamond());
  await run.result();

  expect(violations(run.log)).toEqual([]);
});

test("a gap in its numbers is found", async () => {
  expect(violations((await log()).filter(({ seq }) => seq !== 3))).toEqual([
    expect.stringMatching(/^Event 4 \(.*\): expected seq 3\.$/),
  ]);
});

test("an attempt before what it needs is found", async () => {
  const found = await without((event) => event.type === "task.accepted" && event.taskId === "a");

  expect(found).toEqual([
    expect.stringMatching(/attempt\.queued\): "b" needs a\.$/),
    expect.stringMatching(/task\.accepted\): "b" needs a\.$/),
  ]);
});

test("an acceptance without passed checks is found", async () => {
  expect(await without((event) => event.type === "attempt.checked" && event.taskId === "b")).toEqual([
    expect.stringMatching(/attempt 1 passed no checks\.$/),
  ]);
});

test("an acceptance without a verdict is found", async () => {
  expect(await without((event) => event.type === "review.returned" && event.taskId === "b")).toEqual([
    expect.stringMatching(/attempt 1 has no verdict that accepts it\.$/),
  ]);
});

test("an acceptance by a person who said nothing is found", async () => {
  const events = (await log()).map((event) =>
    event.type === "task.accepted" ? { ...event, by: "person" as const } : event,
  );

  expect(violations(events)).toHaveLength(2);
});

test("an attempt at a tier that nobody escalated to is found", async () => {
  expect(await without(({ type }) => type === "task.escalated")).toEqual([
    expect.stringMatching(/attempt\.queued\): expected tier haiku\.$/),
  ]);
});

test("a step of two tiers is found", async () => {
  const events = (await log()).map((event) =>
    event.type === "task.escalated" ? { ...event, to: "opus" } : event,
  );

  expect(violations(events)[0]).toMatch(/haiku → opus is not one tier up\.$/);
});

test("a call that ends twice, or never began, is found", async () => {
  const events = await log();
  const twice = events.flatMap((event): readonly RunEvent[] =>
    event.type === "call.answered" ? [event, event] : [event],
  );

  expect(violations(renumbered(twice)).length).toBeGreaterThan(0);
  expect(await without(({ type }) => type === "call.sent")).not.toEqual([]);
});

test("whatever comes after the end is found, but for answers to calls", async () => {
  const events = await log();

  expect(violations(renumbered([...events, { type: "run.cancelled", reason: "" }]))).toEqual([
    expect.stringMatching(/run\.cancelled\): the run had ended\.$/),
  ]);
  const late = events.findLast(({ type }) => type === "call.answered");
  const reordered = [...events.filter((event) => event !== late), late].filter(
    (event) => event !== undefined,
  );

  expect(violations(renumbered(reordered))).toEqual([]);
});

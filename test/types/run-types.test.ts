/** What the compiler knows of a run. Compiled by `tsc -b test`; a line that stops being an error fails the build. */
import {
  createOrchestrator,
  defineTeam,
  type EventType,
  type Run,
  type RunEvent,
  type RunState,
} from "@terrace/core";
import { scriptedAgents, testTeam, wide } from "@terrace/core/testing";
import { expect, expectTypeOf, test } from "vitest";

const ownTeam = defineTeam({
  ladder: ["small", "large"],
  models: { small: "s", large: "l" },
  planner: { tier: "large" },
  executors: { clerk: { tier: "small" } },
});

type Tier = "haiku" | "sonnet" | "opus";
type Role = "worker" | "researcher" | "writer";

/** Uses of a run that never run: they are here to be compiled. */
export async function wrongUses(run: Run<Tier, Role>, own: Run<"small" | "large", "clerk">): Promise<void> {
  // @ts-expect-error A misspelt event.
  run.on("task.excalated", () => {});
  // @ts-expect-error A field of another event.
  run.on("task.accepted", ({ from }) => from);
  // @ts-expect-error A tier that the ladder does not have.
  await run.resolve("a", { action: "rerun", tier: "mythos" });
  // @ts-expect-error A tier of another ladder.
  await own.resolve("a", { action: "rerun", tier: "opus" });
  // @ts-expect-error No such resolution.
  await run.resolve("a", { action: "ignore" });
  // @ts-expect-error A cancellation needs a reason.
  await run.cancel();
  // @ts-expect-error A run is not thenable.
  run.then(() => {});
  // @ts-expect-error The state is read, never written.
  run.state.status = "completed";
  // @ts-expect-error The log is read, never written.
  run.log.push();
  run.on("task.escalated", ({ to }) => {
    // @ts-expect-error A comparison with what can never be.
    return to === "mythos";
  });
}

test("an event's role and tiers are those of the team", () => {
  const run = createOrchestrator({ agents: scriptedAgents(), team: testTeam }).submit(wide(1));

  expectTypeOf(run).toEqualTypeOf<Run<Tier, Role>>();
  run.on("attempt.queued", (event) => {
    expectTypeOf(event.role).toEqualTypeOf<Role>();
    expectTypeOf(event.route.tier).toEqualTypeOf<Tier>();
  });
  run.on("task.escalated", ({ from, to }) => {
    expectTypeOf(from).toEqualTypeOf<Tier>();
    expectTypeOf(to).toEqualTypeOf<Tier>();
  });
  expect(run.id).toMatch(/^run_/);
});

test("an event's role and tiers are those of a ladder of one's own", () => {
  const run = createOrchestrator({ agents: scriptedAgents(), team: ownTeam }).submit("anything");

  run.on("attempt.queued", (event) => expectTypeOf(event.role).toEqualTypeOf<"clerk">());
  run.on("review.returned", ({ tier }) => expectTypeOf(tier).toEqualTypeOf<"small" | "large">());
  expect(run.id).toMatch(/^run_/);
});

test("iterating a run narrows by type", async () => {
  const run = createOrchestrator({ agents: scriptedAgents(), team: testTeam }).submit(wide(1));
  for await (const event of run) {
    if (event.type === "task.accepted") expectTypeOf(event.tier).toEqualTypeOf<Tier>();
    if (event.type === "run.completed") expect(event.answer).toBe("t1 by haiku");
  }
});

test("awaiting a run gives the run", async () => {
  const run = createOrchestrator({ agents: scriptedAgents(), team: testTeam }).submit(wide(1));
  const awaited = await run;

  expectTypeOf(awaited).toEqualTypeOf<typeof run>();
  expect(awaited).toBe(run);
});

test("every event carries its envelope, and the state is readonly", () => {
  expectTypeOf<RunEvent<EventType>["seq"]>().toEqualTypeOf<number>();
  expectTypeOf<RunState["tasks"]>().not.toHaveProperty("set");
});

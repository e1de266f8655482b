// A person in the loop: rows H01–H09, H11 and H13. (H07, H10 and H12 are also shown by the command.)
import { setTimeout as sleep } from "node:timers/promises";
import { checkInvariants, memoryStore } from "@terrace/core";
import {
  accept,
  blame,
  eventsOf,
  manualClock,
  ok,
  planOf,
  reject,
  settled,
  typesOf,
} from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { atRest, complaintOf, failureOf, launch } from "../core/support.js";
import { laterClock } from "../resume/processes.js";
import { requestsOf, start } from "../resume/support.js";

/** "facts" is rejected at every tier; "essay" needs it, "sketch" does not, and gives the answer. */
const plan = planOf({ facts: {}, essay: { dependsOn: ["facts"] }, sketch: {} }, "sketch");
const script = { review: { facts: reject("No source.") } };
const ACCEPT = { action: "accept" } as const;
const GIVE_UP = { action: "give_up" } as const;

describe("[H01] when nobody answers", () => {
  test("the run waits, and accepts nothing, for as long as it takes", async () => {
    const env = manualClock();
    const { run } = launch(plan, script, { env });
    await atRest(run);
    await env.advance(30 * 86_400_000);

    expect(run.census).toMatchObject({ outcome: "flagged", flagged: 1, accepted: 1 });
  });

  test("the task fails after its deadline, if there is one, while a process drives the run", async () => {
    const env = manualClock();
    const { run } = launch(
      plan,
      {
        ...script,
        execute: { sketch: () => new Promise((resolve) => env.after(10_000, () => resolve(ok("sketch")))) },
      },
      { env, limits: { personDeadlineMs: 5_000 } },
    );
    await settled();
    await env.advance(4_999);
    expect(run.state.tasks.get("facts")?.status).toBe("flagged");
    await env.advance(1);

    expect(eventsOf(run.log, "task.resolved")).toMatchObject([
      {
        resolution: GIVE_UP,
        by: "deadline",
        reason: expect.stringMatching(/^Nobody settled it within 5000 ms: .*No source\.$/) as string,
      },
    ]);
    await env.advance(10_000);
    expect((await run.result()).census).toMatchObject({ accepted: 1, failed: 1, skipped: 1 });
  });

  test("the task fails after its deadline, too, when its run had waited for a person before", async () => {
    const env = manualClock();
    const again = planOf(
      { facts: {}, essay: { dependsOn: ["facts"] }, long: { dependsOn: ["facts"] } },
      "long",
    );
    const long = () => new Promise<never>(() => {});
    const { run } = launch(
      again,
      { execute: { long }, review: { facts: reject("No source."), essay: reject("No end.") } },
      { env, limits: { personDeadlineMs: 5_000 } },
    );
    await atRest(run);
    await run.resolve("facts", ACCEPT);
    await settled();
    expect(run.state.tasks.get("essay")?.status).toBe("flagged");
    await env.advance(5_000);

    expect(run.state.tasks.get("essay")?.status).toBe("failed");
  });

  test("a deadline that passes on a handle that was told to stop is kept for whoever goes on", async () => {
    const store = memoryStore();
    const env = manualClock();
    const never = () => new Promise<never>(() => {});
    // The second task blames the first, which nothing can save then, while the third still works on its output.
    const blamed = planOf({ facts: {}, essay: { dependsOn: ["facts"] }, long: { dependsOn: ["facts"] } });
    const review = {
      facts: [accept, reject("No source.")],
      essay: [blame("facts", "No source."), accept],
    };
    const options = { env, limits: { personDeadlineMs: 5_000 } };
    const left = start(store, { execute: { long: never }, review }, options).orchestrator.submit(blamed);
    await settled();
    expect(left.state).toMatchObject({ status: "paused", halt: { reason: "person" } });
    await left.pause("SIGTERM.");
    await env.advance(5_000);
    expect(eventsOf(left.log, "run.resumed")).toEqual([]);
    expect(eventsOf(left.log, "task.resolved")).toMatchObject([{ taskId: "facts", by: "deadline" }]);
    await env.advance(33_000);
    await atRest(left);
    const run = await start(store, {}, { env }).orchestrator.resume(left.id);
    await atRest(run);

    expect(eventsOf(run.log, "run.resumed")).toHaveLength(1);
    expect(run.census).toMatchObject({ failed: 1, skipped: 2 });
    expect(checkInvariants(run.log)).toEqual([]);
  });

  test("a deadline that passes while no process drives the run counts when one does", async () => {
    const store = memoryStore();
    const limits = { personDeadlineMs: 5_000 };
    const left = await atRest(start(store, script, { limits }).orchestrator.submit(plan));
    expect(left.state.halt?.reason).toBe("person");
    const run = await start(store, script, { env: laterClock(1) }).orchestrator.resume(left.id);

    expect((await run.result()).census).toMatchObject({ accepted: 1, failed: 1, skipped: 1 });
    expect(checkInvariants(run.log)).toEqual([]);
  });
});

test("[H11] without anybody to ask, a flagged task fails at once, with all that was tried", async () => {
  const { run } = launch(plan, script, { limits: { personDeadlineMs: 0 } });
  const { census, outcome } = await run.result();
  const { attempts, reason } = run.state.tasks.get("facts") ?? { attempts: [] };

  expect(outcome).toBe("partial");
  expect(census).toMatchObject({ failed: 1, skipped: 1, flagged: 0 });
  expect(attempts.map(({ tier, rejectedFor }) => [tier, rejectedFor !== null])).toEqual([
    ["haiku", true],
    ["sonnet", true],
    ["opus", true],
  ]);
  expect(reason).toMatch(/^No person is there to settle it \(personDeadlineMs is 0\): .*No source\.$/);
});

test("[H11] and is given up only once, however long a store takes to record it", async () => {
  const inner = memoryStore();
  const append: typeof inner.append = async (...asked) => {
    await sleep(5);
    await inner.append(...asked);
  };
  const { run } = launch(plan, script, { limits: { personDeadlineMs: 0 }, store: { ...inner, append } });
  const { outcome } = await run.result();

  expect(outcome).toBe("partial");
  expect(eventsOf(run.log, "task.failed")).toHaveLength(1);
  expect(eventsOf(run.log, "task.resolved")).toEqual([]);
  expect(run.state.open).toBe(0);
});

describe("a decision", () => {
  test("[H02] that is made twice counts once", async () => {
    const { run } = launch(plan, script);
    await atRest(run);
    await Promise.all([
      run.resolve("facts", ACCEPT, { by: "ana" }),
      run.resolve("facts", ACCEPT, { by: "bo" }),
    ]);
    await run.result();
    await run.resolve("facts", ACCEPT);

    expect(eventsOf(run.log, "task.resolved")).toMatchObject([{ by: "ana" }]);
  });

  test("[H03] by the first who decides stands; whoever decides otherwise is told who it was, and when", async () => {
    const { run } = launch(plan, script, { env: manualClock(Date.UTC(2026, 10, 21)) });
    await atRest(run);
    const first = run.resolve("facts", GIVE_UP, { by: "ana@laptop" });
    const second = complaintOf(run.resolve("facts", ACCEPT, { by: "bo" }));
    await first;

    expect(await second).toEqual({
      code: "ALREADY_DECIDED",
      message:
        'Task "facts" was settled by "ana@laptop" at 2026-11-21T00:00:00.000Z (give_up). ' +
        "What was decided first stands.",
    });
    expect(eventsOf(run.log, "task.resolved")).toHaveLength(1);
  });

  test("[H04] on a run that was cancelled is refused", async () => {
    const { run } = launch(plan, script);
    await atRest(run);
    await run.cancel("Enough.");

    expect(await complaintOf(run.resolve("facts", ACCEPT))).toEqual({
      code: "TASK_NOT_FLAGGED",
      message:
        'Expected task "facts" to be flagged for a person, but its run has ended (cancelled). ' +
        "Only a flagged task can be settled.",
    });
  });

  test("[H05] on a draft that is not the present one is refused", async () => {
    const { run } = launch(plan, script);
    await atRest(run);
    const looked = run.state.tasks.get("facts")?.attempts.length ?? 0;
    await run.resolve("facts", { action: "rerun", tier: "opus" });
    await atRest(run);

    expect(await complaintOf(run.resolve("facts", ACCEPT, { attempt: looked }))).toEqual({
      code: "RESOLUTION_OUTDATED",
      message:
        'The decision on task "facts" was made on attempt `3`, and its present attempt is 4. ' +
        "Look at that one, and decide again.",
    });
    await run.resolve("facts", ACCEPT, { attempt: 4 });
    expect((await run.result()).outcome).toBe("complete");
  });

  test("[H13] to give up is kept with its reason; a re-run is made only when the person asks for it", async () => {
    const { run, agents } = launch(plan, script);
    await atRest(run);
    const before = agents.requests.execute.length;
    await run.resolve("facts", GIVE_UP, { by: "ana", reason: "There is no source." });
    await run.result();

    expect(agents.requests.execute).toHaveLength(before);
    expect(run.state.tasks.get("facts")).toMatchObject({
      status: "failed",
      reason: "There is no source.",
      decision: { by: "ana", resolution: GIVE_UP },
    });
  });
});

test("[H06] an output that a person gives must have the form that a model's must have", async () => {
  const checks = {
    facts: [{ name: "sources", run: (output: unknown) => (output === "sourced" ? [] : ["none named"]) }],
  };
  const { run } = launch(plan, script, {}, { checks });
  await atRest(run);
  await run.resolve("facts", { action: "answer", output: "trust me" });
  await atRest(run);
  expect(run.state.tasks.get("facts")?.flag).toMatchObject({ cause: "check", reason: "sources: none named" });
  await run.resolve("facts", { action: "answer", output: "sourced" });

  expect((await run.result()).outcome).toBe("complete");
});

test("[H07] [H10] a run that waits for a person over days holds no slot, no timer and no lease, and asks nothing", async () => {
  const store = memoryStore();
  const env = manualClock();
  const left = await atRest(start(store, script, { env }).orchestrator.submit(plan));

  expect(env.timers).toEqual([]);
  expect((await store.list(1))[0]).toMatchObject({ lastRunEvent: "run.paused", owner: null });
  await env.advance(5 * 86_400_000);
  const later = start(store, script, { env });
  const run = await later.orchestrator.resume(left.id);
  await atRest(run);
  expect(requestsOf(later.agents)).toBe(0);
  expect(typesOf(run.log).slice(-2)).toEqual(["run.resumed", "run.paused"]);
  await run.resolve("facts", ACCEPT);

  expect((await run.result()).outcome).toBe("complete");
});

test("[H08] who fails to tell the person changes nothing, and finds what to tell in the log", async () => {
  const told: string[] = [];
  const errors: unknown[] = [];
  const { run } = launch(plan, script, { onListenerError: (error) => errors.push(error) });
  run.on("task.flagged", () => {
    throw new Error("The mail server is down.");
  });
  await atRest(run);
  for await (const event of run) if (event.type === "task.flagged") told.push(event.taskId);

  expect(errors).toHaveLength(1);
  expect(told).toEqual(["facts"]);
  expect(run.state.halt?.reason).toBe("person");
});

test("[H09] while a task waits for a person, only what depends on it waits", async () => {
  const { run } = launch(plan, script);
  const { message } = await failureOf(run.result());

  expect(message).toContain("(1 of 3 tasks accepted");
  expect([...run.state.tasks].map(([id, { status }]) => `${id} ${status}`)).toEqual([
    "facts flagged",
    "essay waiting",
    "sketch accepted",
  ]);
});

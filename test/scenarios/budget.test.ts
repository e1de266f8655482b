// What a run may spend: rows B01–B04, B06–B08, B12–B14, and P33.
import { type Agents, type Budget, checkInvariants, memoryStore, type RunEvent } from "@terrace/core";
import {
  chain,
  countingIds,
  diamond,
  eventsOf,
  fault,
  ok,
  planOf,
  reject,
  type ScriptedOptions,
  scriptedAgents,
  typesOf,
  wide,
} from "@terrace/core/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { atRest, complaintOf, failureOf, issuesOf, launch } from "../core/support.js";
import { laterClock } from "../resume/processes.js";
import { start } from "../resume/support.js";

/** Each call costs 10 micro-dollars, and may cost 100. */
const usage = { inputTokens: 1, costMicroUsd: 10, reservedMicroUsd: 100 };

/** A run whose budget is given in micro-dollars. */
const spend = (
  work: Parameters<typeof launch>[0],
  microUsd: number,
  script: ScriptedOptions = {},
  options = {},
) => launch(work, { usage, ...script }, { budget: { hardUsd: microUsd / 1e6 }, ...options });

const requestsOf = ({ requests }: ReturnType<typeof scriptedAgents>) =>
  requests.plan.length + requests.execute.length + requests.review.length;

describe("a budget that bears nothing", () => {
  test("[B01] [P33] of 0 sends nothing, and says what it would take", async () => {
    const { run } = spend("Anything.", 0, { plan: wide(1) });

    expect(await complaintOf(run.result())).toEqual({
      code: "RUN_PAUSED",
      message:
        'Run "run_1" is paused (budget): The budget, 0.000000 USD, does not bear the next call: ' +
        '0.000000 USD are spent or reserved, and the call to "model-opus" may cost up to 0.000100 USD. ' +
        "(0 of 0 tasks accepted, 0.000000 USD spent). Raise its budget with `run.changeBudget(…)`, and it goes on.",
    });
    expect(eventsOf(run.log, "call.sent")).toEqual([]);
    expect(run.census.outcome).toBe("over_budget");
  });

  test("[B02] below what the planner may cost sends nothing either", async () => {
    const { run } = spend("Anything.", 99, { plan: wide(1) });
    await atRest(run);

    expect(typesOf(run.log)).toEqual(["run.submitted", "plan.queued", "plan.failed", "run.paused"]);
  });

  test("for a model without a price cannot be kept in dollars, and is told so", async () => {
    const { run } = spend(wide(1), 1_000, { usage: {} });

    expect((await failureOf(run.result())).message).toContain(
      'The budget, 0.001000 USD, cannot be kept with "model-haiku", which has no known price. ' +
        "Give it one (`prices`), or no budget in dollars.",
    );
  });
});

describe("a budget that runs out", () => {
  test("[B03] lets what is under way finish and be recorded, and begins nothing more", async () => {
    const { run } = spend(wide(6), 330, {}, { concurrency: 3 });
    await atRest(run);

    expect(run.state.status).toBe("paused");
    expect(run.state.halt?.reason).toBe("budget");
    expect(eventsOf(run.log, "call.sent")).toHaveLength(eventsOf(run.log, "call.answered").length);
    expect(run.state.ledger.reservedMicroUsd).toBe(0);
    const last = run.log.findLastIndex(({ type }) => type === "call.sent");
    const denied = run.log.findIndex((event) => "fault" in event && event.fault.code === "BUDGET_EXCEEDED");
    expect(last).toBeLessThan(denied);
    expect(checkInvariants(run.log, { isOver: true })).toEqual([]);
  });

  test("[B04] is never overshot, however many calls are made at once", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 3_000 }),
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 0, max: 100 }),
        async (microUsd, concurrency, cost) => {
          const priced = { ...usage, costMicroUsd: cost };
          const { run } = spend(wide(20), microUsd, { usage: priced }, { concurrency });
          await atRest(run);

          expect(mostCommitted(run.log)).toBeLessThanOrEqual(microUsd);
          expect(checkInvariants(run.log, { slots: concurrency })).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("[B06] counts a call whose cost is unknown at its worst case", async () => {
    const unknown = { ...usage, costMicroUsd: null, reservedMicroUsd: 100 };
    const { run } = spend(chain(5), 250, { usage: unknown }, { concurrency: 1 });
    await atRest(run);

    expect(eventsOf(run.log, "call.sent")).toHaveLength(2);
    expect(run.budget).toMatchObject({ spentUsd: 0.0002, reservedUsd: 0, leftUsd: 0.00005, calls: 2 });
    expect(run.ledger).toMatchObject({ usd: 0, unpricedCalls: 2, unknownUsd: 0.0002 });
  });

  test("[B07] counts each retry anew", async () => {
    const busy = fault("transport");
    const { run } = spend(planOf({ a: {} }), 250, { execute: { a: [busy, busy, busy, ok("late")] } });
    await atRest(run);

    expect(eventsOf(run.log, "call.sent")).toHaveLength(2);
    expect(run.state.halt?.reason).toBe("budget");
  });

  test("[B13] in calls, or in time at work, pauses by the same way", async () => {
    const calls = launch(wide(5), { usage }, { budget: { maxCalls: 3 }, concurrency: 1 });
    expect((await failureOf(calls.run.result())).message).toContain("The budget of 3 calls is spent.");
    expect(eventsOf(calls.run.log, "call.sent")).toHaveLength(3);

    let now = 0;
    const env = { now: () => (now += 1_000) };
    const time = launch(wide(5), { usage }, { budget: { maxMs: 5_000 }, concurrency: 1, env });
    expect((await failureOf(time.run.result())).message).toMatch(
      /The budget of 5000 ms at work is spent: the run was at work for \d+ ms\./,
    );
  });

  test("ends the run when it is to stop, with what was accepted kept", async () => {
    const { run } = launch(wide(5), { usage }, { budget: { maxCalls: 3, onExceed: "stop" }, concurrency: 1 });
    const { code, census } = await failureOf(run.result());

    expect(code).toBe("RUN_FAILED");
    expect(run.state.ending).toBe("The budget of 3 calls is spent.");
    expect(census).toMatchObject({ outcome: "over_budget", accepted: 1 });
  });
});

describe("an escalation that the budget does not bear", () => {
  const rejected = { review: { a: { haiku: reject("No.") } } };
  const plan = planOf({ a: {}, b: {}, c: { dependsOn: ["b"] }, d: { dependsOn: ["a"] } }, "c");

  test("[B13] flags its task, and only what depends on it waits", async () => {
    const { run } = launch(plan, { usage, ...rejected }, { budget: { maxEscalations: 0 } });
    const { census, message } = await failureOf(run.result());

    expect(message).toContain("The budget of 0 escalations is spent, and this would be one: ");
    expect(census).toMatchObject({ outcome: "flagged", accepted: 2, flagged: 1, flags: { budget: 1 } });
    expect(run.state.tasks.get("d")?.status).toBe("waiting");
  });

  test("in dollars does so too, and leaves the rest of the run what it needs", async () => {
    const dear = ({ route }: { route: { tier: string } }) =>
      route.tier === "haiku" ? usage : { ...usage, reservedMicroUsd: 10_000 };
    const { run } = spend(plan, 1_000, { usage: dear, ...rejected });
    await atRest(run);

    expect(run.census).toMatchObject({ outcome: "flagged", accepted: 2, flags: { budget: 1 } });
    expect(eventsOf(run.log, "task.flagged")[0]?.reason).toContain("may cost up to 0.010000 USD");
  });

  test("is made once the budget is raised, and nobody need ask for it", async () => {
    const { run } = launch(plan, { usage, ...rejected }, { budget: { maxEscalations: 0 } });
    expect((await failureOf(run.result())).message).toContain(
      'Settle it with `run.resolve("a", …)`, or raise the budget.',
    );
    await run.changeBudget({ maxEscalations: 1 });

    expect((await run.result()).outcome).toBe("complete");
    expect(eventsOf(run.log, "task.escalated")).toHaveLength(1);
    expect(eventsOf(run.log, "task.resolved")).toEqual([]);
  });

  test("is made when a person asks for it", async () => {
    const { run } = launch(plan, { usage, ...rejected }, { budget: { maxEscalations: 0 } });
    await atRest(run);
    await run.resolve("a", { action: "rerun", tier: "sonnet" });

    expect((await run.result()).outcome).toBe("complete");
  });
});

test("[B14] a task that would take more than its share is flagged, and the others go on", async () => {
  const { run } = launch(
    planOf({ a: {}, b: {}, c: { dependsOn: ["b"] } }),
    { usage, execute: { a: fault("invalid_output") } },
    { budget: { perTaskUsd: 0.000115 } },
  );
  await atRest(run);

  expect(run.census).toMatchObject({ outcome: "flagged", accepted: 2, flags: { budget: 1 } });
  expect(eventsOf(run.log, "task.flagged")[0]?.reason).toBe(
    'The budget of task "a", 0.000115 USD, does not bear the next call: 0.000020 USD are spent or reserved, ' +
      'and the call to "model-sonnet" may cost up to 0.000100 USD.',
  );
});

describe("a soft bound", () => {
  test("is told of once when it is passed, and stops nothing", async () => {
    const { run } = launch(wide(5), { usage }, { budget: { softUsd: 0.00003 }, concurrency: 1 });

    expect((await run.result()).outcome).toBe("complete");
    expect(eventsOf(run.log, "budget.warned")).toMatchObject([{ softMicroUsd: 30, spentMicroUsd: 30 }]);
    expect(run.budget).toMatchObject({ budget: { softUsd: 0.00003 }, isWarned: true, leftUsd: null });
  });

  test("is told of again under another budget", async () => {
    const { run } = launch(wide(5), { usage }, { budget: { softUsd: 0.00001 }, concurrency: 1 });
    run.on("budget.warned", ({ softMicroUsd }) => {
      if (softMicroUsd === 10) void run.changeBudget({ softUsd: 0.00005 });
    });
    await run.result();

    expect(eventsOf(run.log, "budget.warned").map(({ softMicroUsd }) => softMicroUsd)).toEqual([10, 50]);
  });
});

describe("a budget of tokens", () => {
  test("counts the worst case of what is under way, and pauses the run by the same way", async () => {
    const counted = { ...usage, inputTokens: 20, outputTokens: 10, reservedTokens: 50 };
    const { run } = launch(wide(5), { usage: counted }, { budget: { maxTokens: 100 }, concurrency: 1 });

    expect((await failureOf(run.result())).message).toContain(
      "The budget of 100 tokens does not bear the next call: 60 are used or reserved, " +
        'and the call to "model-haiku" may use up to 50.',
    );
    expect(run.budget).toMatchObject({ tokens: 60, calls: 2 });
    expect(checkInvariants(run.log, { isOver: true })).toEqual([]);
  });

  test("counts a call whose usage is unknown at its worst case", async () => {
    const busy = fault("transport");
    const counted = { ...usage, inputTokens: 1, reservedTokens: 50 };
    const script = { execute: { a: [busy, ok("late")] }, usage: counted };
    const { run } = launch(planOf({ a: {} }), script, { budget: { maxTokens: 150 } });
    await atRest(run);

    expect(run.budget).toMatchObject({ tokens: 52, calls: 3 });
    expect(run.ledger.unknownTokens).toBe(50);
  });

  test("cannot be kept by agents that do not say what a call may use", async () => {
    const { run } = launch(wide(1), { usage }, { budget: { maxTokens: 1_000 } });

    expect((await failureOf(run.result())).message).toContain(
      'The budget of 1000 tokens cannot be kept with "model-haiku": nobody says how many a call may use.',
    );
  });
});

describe("a budget under which the run is to be degraded", () => {
  const dearer = { haiku: 10, sonnet: 100, opus: 1_000 } as const;
  const byTier = ({ route }: { route: { tier: string } }) => {
    const cost = dearer[route.tier as keyof typeof dearer];
    return { inputTokens: 1, costMicroUsd: cost, reservedMicroUsd: cost };
  };
  const four = planOf({
    a: { tier: "sonnet" },
    b: { tier: "sonnet" },
    c: { tier: "sonnet", dependsOn: ["a", "b"] },
    d: { tier: "sonnet", dependsOn: ["c"] },
  });
  const degraded = (budget: Budget, script: ScriptedOptions = {}) =>
    launch(
      four,
      { usage: byTier, ...script },
      { budget: { onExceed: "degrade", ...budget }, concurrency: 1 },
    );

  test("starts what has not begun at the cheapest tier of its role past the soft bound, and says so", async () => {
    const { run } = degraded({ softUsd: 0.0002 });

    expect((await run.result()).outcome).toBe("complete");
    expect(eventsOf(run.log, "task.degraded")).toMatchObject([
      { taskId: "b", from: "sonnet", to: "haiku", reason: "The soft bound of the budget is passed." },
      { taskId: "c", from: "sonnet", to: "haiku" },
      { taskId: "d", from: "sonnet", to: "haiku" },
    ]);
    expect(checkInvariants(run.log, { isOver: true })).toEqual([]);
  });

  test("has its soft bound at four fifths of the hard one, unless it is given", async () => {
    const { run } = degraded({ hardUsd: 0.01 });
    await run.result();

    expect(run.budget.budget).toEqual({ softUsd: 0.008, hardUsd: 0.01, onExceed: "degrade" });
  });

  test("flags each task that cannot be paid for at the hard bound, while the others go on", async () => {
    const plan = planOf(
      { dear: { tier: "opus" }, cheap: {}, both: { dependsOn: ["dear", "cheap"] } },
      "both",
    );
    const budget = { hardUsd: 0.0005, onExceed: "degrade" as const };
    const { run } = launch(plan, { usage: byTier }, { budget, concurrency: 1 });
    const { code, census } = await failureOf(run.result());

    expect(code).toBe("RUN_PAUSED");
    expect(census).toMatchObject({ outcome: "flagged", accepted: 1, flags: { budget: 1 } });
    await run.changeBudget({ hardUsd: 1 });
    expect((await run.result()).outcome).toBe("complete");
    expect(checkInvariants(run.log, { isOver: true })).toEqual([]);
  });

  test("escalates as long as that can be paid for, and exactly one tier", async () => {
    const { run } = degraded({ softUsd: 0.0002 }, { review: { c: { haiku: reject("No.") } } });
    await run.result();

    expect(eventsOf(run.log, "task.escalated")).toMatchObject([{ taskId: "c", from: "haiku", to: "sonnet" }]);
  });
});

describe("a budget that is raised", () => {
  test("lets the run go on, and asks for nothing twice", async () => {
    const { run, agents } = spend(diamond(), 145, {}, { concurrency: 1 });
    await atRest(run);
    await run.changeBudget({ hardUsd: 1 }, "ana");

    expect((await run.result()).outcome).toBe("complete");
    const answered = eventsOf(run.log, "call.answered").length;
    expect(answered).toBe(8);
    expect(requestsOf(agents)).toBe(
      answered + eventsOf(run.log, "attempt.failed").length + eventsOf(run.log, "review.failed").length,
    );
    expect(eventsOf(run.log, "budget.changed")).toMatchObject([
      { by: "ana", budget: { hardMicroUsd: 1_000_000 } },
    ]);
  });

  test("[B12] by whoever resumes the run in another process does the same", async () => {
    const store = memoryStore();
    const first = start(store, {}, { budget: { maxCalls: 3 }, concurrency: 1 });
    const left = await atRest(first.orchestrator.submit(wide(3)));
    const second = start(store, {}, { env: laterClock(1) });
    const run = await second.orchestrator.resume(left.id, { budget: { maxCalls: 6 } });

    expect((await run.result()).outcome).toBe("complete");
    expect(eventsOf(run.log, "call.sent")).toHaveLength(6);
    expect(checkInvariants(run.log, { isOver: true })).toEqual([]);
  });

  test("[B08] counts what a crash orphaned at its worst case", async () => {
    const store = memoryStore();
    const never = () => new Promise<never>(() => {});
    const died = start(store, { execute: never }, { graceMs: 0 });
    const left = died.orchestrator.submit(wide(1));
    await new Promise((resolve) => setImmediate(resolve));
    await left.pause();
    const later = { env: laterClock(1) };
    const run = await start(store, {}, later).orchestrator.resume(left.id, { budget: { hardUsd: 0.00015 } });
    await atRest(run);

    expect(run.state.halt?.reason).toBe("budget");
    expect(run.budget.spentUsd).toBe(0.0001);
  });
});

test("[B09] money is whole micro-dollars, and its sums are exact", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 1_000_000 }), { minLength: 8, maxLength: 8 }), async (costs) => {
      let call = 0;
      const priced = () => ({ ...usage, costMicroUsd: costs[call++ % costs.length] ?? 0 });
      const { run } = launch(diamond(), { usage: priced });
      await run.result();

      const { total, byTask } = run.state.ledger;
      expect(total.microUsd).toBe(costs.reduce((sum, cost) => sum + cost, 0));
      expect([...byTask.values()].reduce((sum, { microUsd }) => sum + microUsd, 0)).toBe(total.microUsd);
    }),
    { numRuns: 30 },
  );
});

test.each([
  [
    { hardUsd: -1 },
    "Expected `budget.hardUsd` to be valid (Too small: expected number to be >=0), got `-1`.",
  ],
  [
    { hardUsd: Number.NaN },
    "Expected `budget.hardUsd` to be valid (Invalid input: expected number, received NaN), got `NaN`.",
  ],
  [
    { maxCalls: 1.5 },
    "Expected `budget.maxCalls` to be valid (Invalid input: expected int, received number), got `1.5`.",
  ],
  [{ usd: 1 }, 'Expected `budget` to be valid (Unrecognized key: "usd"), got `{"usd":1}`.'],
])("a budget of %j is refused", (budget, issue) => {
  expect(issuesOf(() => launch(wide(1), {}, { budget: budget as object }))).toEqual([issue]);
});

test("[B17] more runs than may be at work are refused, and there is room again when one ends", async () => {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const execute: Agents["execute"] = async () => {
    await opened;
    return ok("done");
  };
  const agents = { ...scriptedAgents(), execute };
  const { orchestrator } = start(memoryStore(), {}, { agents, maxRuns: 2, env: countingIds() });
  const runs = [orchestrator.submit(wide(1)), orchestrator.submit(wide(1))];

  expect(() => orchestrator.submit(wide(1))).toThrow(
    "2 runs are at work, and at most 2 may be. Wait for one to end (`run.result()`), or allow more (`maxRuns`).",
  );
  open();
  await Promise.all(runs.map((run) => run.result()));
  expect((await orchestrator.submit(wide(1)).result()).outcome).toBe("complete");
});

/** The most that was spent and reserved at once, by the log alone. */
function mostCommitted(log: readonly RunEvent[]): number {
  const open = new Map<string, number>();
  let spent = 0;
  let most = 0;
  for (const event of log) {
    if (event.type === "call.sent") open.set(event.callId, event.reservedMicroUsd ?? 0);
    if (event.type === "call.answered") {
      spent += event.costMicroUsd ?? 0;
      open.delete(event.callId);
    }
    most = Math.max(most, spent + [...open.values()].reduce((sum, each) => sum + each, 0));
  }
  return most;
}

import {
  type Agents,
  checkInvariants,
  createOrchestrator,
  defineTeam,
  evolve,
  initialState,
  memoryStore,
  type RunEvent,
  type RunStore,
} from "@terrace/core";
import {
  chain,
  eventsOf,
  fault,
  manualClock,
  ok,
  planOf,
  reject,
  scriptedAgents,
  settled,
  testTeam,
  typesOf,
  wide,
} from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { atRest, complaintOf, failureOf } from "../core/support.js";
import { laterClock, mortal } from "./processes.js";
import { requestsOf, start, usage } from "./support.js";

/** A store in which a process died at its Nth append, and the id of its run. */
async function after(
  append: number,
  script: Parameters<typeof start>[1] = {},
  options: Parameters<typeof start>[2] = {},
) {
  const store = memoryStore();
  const died = start(mortal(store, { append, written: true }), script, options);
  const run = died.orchestrator.submit(planOf({ a: {} }));
  await atRest(run);
  return { store, runId: run.id, died };
}

/** A store after the first event of this type (or a later one) was written and nobody heard of it. */
async function afterFirst(
  type: RunEvent["type"],
  script: Parameters<typeof start>[1] = {},
  options: Parameters<typeof start>[2] = {},
  place = 0,
) {
  const whole = memoryStore();
  const batches: RunEvent["type"][][] = [];
  const seen: RunStore = {
    ...whole,
    append(lease, events, seq) {
      batches.push(events.map((event) => event.type));
      return whole.append(lease, events, seq);
    },
  };
  await atRest(start(seen, script, options).orchestrator.submit(planOf({ a: {} })));
  const places = batches.flatMap((types, index) => (types.includes(type) ? [index] : []));
  return after(1 + (places[place] ?? Number.NaN), script, options);
}

const later = { env: laterClock(1) };

describe("resuming a run that has ended", () => {
  test("[K33] answers, asks nothing, records nothing and takes no lease", async () => {
    const store = memoryStore();
    const run = start(store).orchestrator.submit(wide(3));
    const result = await run.result();
    const { orchestrator, agents } = start(store);
    const again = await orchestrator.resume(run.id);

    expect(await again.result()).toEqual(result);
    expect(again.log).toEqual(run.log);
    expect(requestsOf(agents)).toBe(0);
    expect(await store.read(run.id)).toHaveLength(run.log.length);
    expect((await store.list(1))[0]?.owner).toBeNull();
  });

  test("charges a call that was under way when its process died", async () => {
    const store = memoryStore();
    const never = () => new Promise<never>(() => {});
    const run = start(store, { execute: never }, { graceMs: 0 }).orchestrator.submit(wide(1));
    await settled();
    await run.cancel("Enough.");
    const again = await start(store, {}, later).orchestrator.resume(run.id);
    await complaintOf(again.result());

    expect(typesOf(again.log).slice(-2)).toEqual(["run.cancelled", "call.orphaned"]);
    expect(again.state.ledger.total).toMatchObject({ microUsd: 100, orphanedCalls: 1 });
    expect(checkInvariants(again.log, { isOver: true })).toEqual([]);
    expect((await store.list(1))[0]?.owner).toBeNull();
  });

  test("says again why it failed", async () => {
    const store = memoryStore();
    const run = start(store).orchestrator.submit(wide(1));
    await run.cancel("Enough.");
    const again = await start(store).orchestrator.resume(run.id);

    expect(await complaintOf(again.result())).toMatchObject({ code: "RUN_CANCELLED" });
  });
});

describe("resuming is refused", () => {
  test("without the checks and schemas that it was submitted with", async () => {
    const store = memoryStore();
    const checks = { a: [{ name: "any", run: () => [] }] };
    const died = start(mortal(store, { append: 5, written: true }), {}, { outputs: { worker: z.string() } });
    const { id } = await atRest(died.orchestrator.submit(planOf({ a: {} }), { checks }));

    expect(await complaintOf(start(store, {}, later).orchestrator.resume(id))).toEqual({
      code: "OPTIONS_INVALID",
      message:
        `Run "${id}" was submitted with output schemas or checks for "a", "worker", which no log can keep. ` +
        "Give them again: those of roles to the orchestrator, those of tasks to `resume`.",
    });
    const having = start(store, {}, { ...later, outputs: { worker: z.string() } });
    expect((await (await having.orchestrator.resume(id, { checks })).result()).outcome).toBe("complete");
  });

  test("[K34] for a run that is not there, with the ids that are nearest", async () => {
    const store = memoryStore();
    const first = start(store).orchestrator.submit(wide(1));
    await first.result();

    expect(await complaintOf(start(store).orchestrator.resume(`${first.id}0`))).toEqual({
      code: "RUN_UNKNOWN",
      message: `The store holds no run \`"${first.id}0"\`. The nearest: "${first.id}".`,
    });
    expect(await complaintOf(start().orchestrator.resume("run_1"))).toEqual({
      code: "RUN_UNKNOWN",
      message: 'The store holds no run `"run_1"`. It holds no run at all; is it the right one?',
    });
    expect(await store.list(10)).toHaveLength(1);
  });

  test("[K10] while somebody else drives the run, with the name of who does", async () => {
    const store = memoryStore();
    const clock = manualClock(5_000);
    const waiting = { execute: () => new Promise<never>(() => {}) };
    const { orchestrator } = start(store, waiting, { owner: "host-a:17", env: clock });
    const run = orchestrator.submit(wide(1));
    await settled();

    expect(await complaintOf(start(store, {}, { env: clock }).orchestrator.resume(run.id))).toEqual({
      code: "RUN_LOCKED",
      message:
        `Run "${run.id}" is being written by "host-a:17" since 1970-01-01T00:00:05.000Z. Wait for it to end, ` +
        "or stop it: without a sign of life its lease runs out at 1970-01-01T00:00:35.000Z.",
    });
  });

  test("when its log has a gap, at the event that does not follow", async () => {
    const { store, runId } = await afterFirst("attempt.finished");
    const broken: RunStore = {
      ...store,
      read: async (...asked) => (await store.read(...asked)).filter(({ seq }) => seq !== 3),
    };

    expect(await complaintOf(start(broken, {}, later).orchestrator.resume(runId))).toEqual({
      code: "LOG_UNREADABLE",
      message: `Event 3 of run "${runId}" cannot be trusted, so the run is not continued: Expected seq 3, got 4.`,
    });
  });

  test("when its log is that of another run", async () => {
    const { store, runId } = await afterFirst("attempt.finished");
    const mixed: RunStore = { ...store, read: () => store.read(runId) };

    expect(await complaintOf(start(mixed).orchestrator.resume("run_0"))).toEqual({
      code: "LOG_UNREADABLE",
      message: `Event 0 of run "run_0" cannot be trusted, so the run is not continued: It belongs to run "${runId}".`,
    });
  });

  test("when its log speaks of what cannot be, and the lease is not kept", async () => {
    const { store, runId } = await afterFirst("attempt.finished");
    const odd: RunStore = {
      ...store,
      async read(id, fromSeq = 0) {
        const log = await store.read(id, fromSeq);
        const stray = {
          type: "task.accepted",
          taskId: "z",
          attempt: 1,
          tier: "haiku",
          by: "reviewer",
        } as const;
        const seq = log.length + fromSeq;
        return fromSeq === 0 ? log : [{ ...stray, runId: id, seq, at: 0 }];
      },
    };

    expect(await complaintOf(start(odd, {}, later).orchestrator.resume(runId))).toMatchObject({
      code: "LOG_UNREADABLE",
      message: expect.stringContaining('The log speaks of task "z", which its plan does not hold.'),
    });
    expect((await store.list(1))[0]?.owner).toBeNull();
  });

  test("without the review policy that no log can keep", async () => {
    const policy = () => "opus";
    const team = defineTeam({
      models: { haiku: "h", sonnet: "s", opus: "o" },
      planner: { tier: "opus" },
      executors: { worker: { tier: "haiku" } },
      reviewer: { policy, auditShare: 0 },
    }) as never;
    const { store, runId } = await afterFirst("attempt.finished", {}, { team });

    expect(await complaintOf(start(store, {}, later).orchestrator.resume(runId))).toEqual({
      code: "OPTIONS_INVALID",
      message:
        `Run "${runId}" was submitted with a review policy of its own, which no log can keep. ` +
        "Give this orchestrator a team whose `reviewer.policy` is that function.",
    });
    const run = await start(store, {}, { ...later, team }).orchestrator.resume(runId);
    await run.result();

    expect(eventsOf(run.log, "review.queued")).toMatchObject([{ route: { tier: "opus" } }]);
  });

  test("with expectations of tasks that its plan does not hold", async () => {
    const { store, runId } = await afterFirst("attempt.finished");
    const { orchestrator } = start(store, {}, later);

    expect(await complaintOf(orchestrator.resume(runId, { checks: { b: [] } }))).toEqual({
      code: "OPTIONS_INVALID",
      message: 'Expected `checks` to name tasks ("a"), got `"b"`.',
    });
  });
});

describe("a resumed run", () => {
  test("is handed over before anything new happens", async () => {
    const { store, runId } = await afterFirst("attempt.started");
    const run = await start(store, {}, later).orchestrator.resume(runId);
    const heard: string[] = [];
    run.on("run.resumed", ({ by }) => heard.push(by));
    const before = run.log.length;
    await run.result();

    expect(heard).toHaveLength(1);
    expect(run.log[before]?.type).toMatch(/call.orphaned|run.resumed/);
    expect(run.log).toEqual(await store.read(runId));
  });

  test("charges what was in flight at its worst case, and asks it again once", async () => {
    const { store, runId } = await afterFirst("call.sent");
    const { orchestrator, agents } = start(store, {}, { ...later, owner: "host-b:1" });
    const run = await orchestrator.resume(runId);
    await run.result();
    const [lost, again] = eventsOf(run.log, "call.sent");

    expect(eventsOf(run.log, "call.orphaned")).toMatchObject([
      { callId: lost?.callId, chargedMicroUsd: usage.reservedMicroUsd },
    ]);
    expect(eventsOf(run.log, "run.resumed")).toMatchObject([{ by: "host-b:1" }]);
    expect(again?.key).toBe(lost?.key);
    expect(agents.requests.execute).toHaveLength(1);
    expect(run.ledger).toMatchObject({ calls: 3, orphanedCalls: 1, usd: 0.00012 });
    expect(run.ledger.byTask.a).toMatchObject({ orphanedCalls: 1 });
  });

  test.each<[RunEvent["type"], number, number]>([
    ["attempt.queued", 1, 1],
    ["attempt.started", 1, 1],
    ["call.sent", 1, 1],
    ["attempt.finished", 0, 1],
    ["attempt.checked", 0, 1],
    ["review.queued", 0, 1],
  ])(
    "[K39] opens again what was left after %s: nothing of it counts as done before it is",
    async (type, executions, reviews) => {
      const { store, runId } = await afterFirst(type);
      const { orchestrator, agents } = start(store, {}, later);
      const left = await orchestrator.open(runId);
      expect(left.census).toMatchObject({ accepted: 0, tasks: 1 });
      const run = await orchestrator.resume(runId);
      await run.result();

      expect(agents.requests.execute).toHaveLength(executions);
      expect(agents.requests.review).toHaveLength(reviews);
      expect(eventsOf(run.log, "task.accepted")).toMatchObject([{ taskId: "a", attempt: 1, by: "reviewer" }]);
      expect(run.log.findIndex((event) => event.type === "task.accepted")).toBeGreaterThan(left.log.length);
      expect(checkInvariants(run.log, { isOver: true })).toEqual([]);
    },
  );

  test("reads a recorded answer again, and asks nobody", async () => {
    const { store, runId, died } = await afterFirst("call.answered");
    expect(died.agents.requests.execute).toHaveLength(1);
    let asked = 0;
    const execute = () => {
      asked += 1;
      return ok("another");
    };
    const run = await start(store, { execute }, later).orchestrator.resume(runId);

    expect(await run.result()).toMatchObject({ answer: "a by haiku" });
    expect(asked).toBe(0);
    expect(eventsOf(run.log, "call.sent")).toHaveLength(2);
    expect(run.ledger).toMatchObject({ calls: 2, orphanedCalls: 0, usd: 0.00002 });
  });

  test("asks anew when an answer was recorded and the work failed for want of one", async () => {
    // An answer from somebody else's model is recorded, and brings no output.
    const agents = (): Agents => ({
      ...scriptedAgents(),
      async execute({ calls, route, retry }) {
        const recorded = calls.recorded("the question");
        if (recorded !== undefined) return fault("transport");
        const { model, effort } = route;
        const intent = { model, effort, maxTokens: 1, key: "the question", reservedMicroUsd: null };
        const callId = await calls.sent(intent);
        await calls.answered(callId, { ...NOTHING, model });
        return retry === 0 ? fault("transport") : ok("right");
      },
    });
    const { store, runId } = await afterFirst("attempt.queued", {}, { agents: agents() }, 1);
    const run = await start(store, {}, { ...later, agents: agents() }).orchestrator.resume(runId);

    expect(await run.result()).toMatchObject({ answer: "right" });
    expect(eventsOf(run.log, "attempt.failed")).toHaveLength(1);
    expect(eventsOf(run.log, "call.answered")).toHaveLength(2);
  });

  test("gives each recorded answer once to whoever asks the same several times", async () => {
    const agents = (first: number): Agents => ({
      ...scriptedAgents(),
      async execute({ calls, route }) {
        const answers: unknown[] = [];
        for (let next = first; answers.length < 3; ) {
          const recorded = calls.recorded("the question");
          if (recorded !== undefined) {
            answers.push(recorded.raw);
            continue;
          }
          const { model, effort } = route;
          const intent = { model, effort, maxTokens: 1, key: "the question", reservedMicroUsd: null };
          const callId = await calls.sent(intent);
          await calls.answered(callId, { ...NOTHING, model, raw: next });
          answers.push(next++);
        }
        return ok(answers.join());
      },
    });
    const { store, runId } = await afterFirst("call.sent", {}, { agents: agents(1) }, 2);
    expect(typesOf(await store.read(runId)).slice(-3)).toEqual(["call.sent", "call.answered", "call.sent"]);
    const run = await start(store, {}, { ...later, agents: agents(3) }).orchestrator.resume(runId);

    expect(await run.result()).toMatchObject({ answer: "1,2,3" });
    expect(eventsOf(run.log, "call.orphaned")).toHaveLength(1);
  });

  test("waits before a retry no longer than was left to wait", async () => {
    const store = memoryStore();
    const script = { execute: [fault("transport", { retryAfterMs: 60_000 }), ok("late")] };
    const clocks = [manualClock(), manualClock(40_000)] as const;
    const died = start(mortal(store, { append: 7, written: true }), script, { env: clocks[0] });
    const runId = died.orchestrator.submit(planOf({ a: {} })).id;
    await settled();
    expect(typesOf(await store.read(runId)).at(-1)).toBe("attempt.queued");
    const resumed = start(store, { execute: ok("late") }, { env: clocks[1] });
    const run = await resumed.orchestrator.resume(runId);
    await settled();
    expect(requestsOf(resumed.agents)).toBe(0);
    await clocks[1].advance(19_999);
    expect(requestsOf(resumed.agents)).toBe(0);
    await clocks[1].advance(1);

    expect(await run.result()).toMatchObject({ answer: "late" });
  });

  test("[K27] keeps the team it was submitted with, and takes the checks of who resumes it", async () => {
    const { store, runId } = await afterFirst("attempt.queued");
    const team = defineTeam({
      models: { haiku: "other-haiku", sonnet: "other-sonnet", opus: "other-opus" },
      planner: { tier: "opus" },
      executors: { worker: { tier: "haiku", instructions: "Other." } },
    }) as never;
    const seen: unknown[] = [];
    const check = {
      name: "seen",
      run(output: unknown) {
        seen.push(output);
        return [];
      },
    };
    const { orchestrator, agents } = start(store, {}, { ...later, team });
    const run = await orchestrator.resume(runId, { checks: { a: [check] } });
    await run.result();

    expect(agents.requests.execute[0]).toMatchObject({
      instructions: "Work.",
      route: { model: "model-haiku" },
    });
    expect(seen).toEqual(["a by haiku"]);
  });

  test("[H07] that waits for a person goes on where another process settles it", async () => {
    const store = memoryStore();
    const flagging = { review: { t1: reject("No.") } };
    const first = start(store, flagging).orchestrator.submit(chain(3));
    await failureOf(first.result());
    const run = await start(store, flagging).orchestrator.resume(first.id);
    await failureOf(run.result());
    await run.resolve("t1", { action: "answer", output: "By hand." });

    expect(await run.result()).toMatchObject({ outputs: { t1: "By hand." } });
    expect(run.log.reduce(evolve, initialState())).toEqual(run.state);
  });

  test("of several in one store knows nothing of the others", async () => {
    const store = memoryStore();
    const { orchestrator } = start(store);
    const others = [orchestrator.submit(wide(2)), start(store).orchestrator.submit(wide(3))];
    await Promise.all(others.map((run) => run.result()));
    const { store: _, runId } = await afterFirst("attempt.started");

    expect(others.map(({ log }) => eventsOf(log, "task.accepted").length)).toEqual([2, 3]);
    expect(runId).not.toBe(others[0]?.id);
  });
});

test("[K19] of several who resume a run at once, one does, and the others are told who", async () => {
  const { store, runId, died } = await afterFirst("call.sent");
  const resumers = Array.from({ length: 5 }, (_, n) => start(store, {}, { ...later, owner: `host:${n}` }));
  const outcomes = await Promise.allSettled(
    resumers.map(({ orchestrator }) => orchestrator.resume(runId).then((run) => run.result())),
  );

  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", ...Array(4).fill("rejected")]);
  for (const outcome of outcomes) {
    if (outcome.status === "rejected") {
      expect(outcome.reason).toMatchObject({
        code: "RUN_LOCKED",
        message: expect.stringMatching(/"host:\d" since/),
      });
    }
  }
  expect(died.agents.requests.execute).toHaveLength(1);
  expect(resumers.flatMap(({ agents }) => agents.requests.execute)).toHaveLength(1);
});

describe("looking up", () => {
  test("lists the runs of the store, the newest first, and page by page", async () => {
    const store = memoryStore();
    const clock = manualClock();
    const { orchestrator } = start(store, {}, { env: clock });
    const ids: string[] = [];
    for (const goal of ["first", "second", "third"]) {
      await clock.advance(1_000);
      const run = start(store, {}, { env: clock }).orchestrator.submit({ ...wide(1), goal });
      await run.result();
      ids.unshift(run.id);
    }
    const runs = await orchestrator.runs();

    expect(runs.map(({ runId, goal }) => [runId, goal])).toEqual([
      [ids[0], "third"],
      [ids[1], "second"],
      [ids[2], "first"],
    ]);
    expect(runs[0]).toMatchObject({ lastRunEvent: "run.completed", startedAt: 3_000, owner: null });
    expect(await orchestrator.runs(1, runs[0])).toMatchObject([{ goal: "second" }]);
  });

  test("opens a run for reading, while another process drives it", async () => {
    const store = memoryStore();
    const { orchestrator } = start(store, { execute: () => new Promise<never>(() => {}) });
    const run = orchestrator.submit(wide(2));
    await settled();
    const view = await start(store).orchestrator.open(run.id);

    expect(view).toMatchObject({ runId: run.id, census: { tasks: 2, accepted: 0 }, ledger: { calls: 0 } });
    expect(view.log).toEqual(run.log);
    expect(view.state).toEqual(run.state);
  });

  test("opens no run that is not there", async () => {
    expect(await complaintOf(start().orchestrator.open("run_1"))).toMatchObject({ code: "RUN_UNKNOWN" });
  });

  test("without a store of one's own, an orchestrator keeps its runs in memory", async () => {
    const orchestrator = createOrchestrator({ agents: scriptedAgents(), team: testTeam });
    const run = orchestrator.submit(wide(1));
    await run.result();

    expect(await orchestrator.runs()).toMatchObject([{ runId: run.id }]);
    expect((await orchestrator.open(run.id)).state).toEqual(run.state);
  });
});

const NOTHING = {
  requestId: null,
  stopReason: null,
  usage: {
    inputTokens: 0,
    outputTokens: 0,
    thinkingTokens: 0,
    cacheReadTokens: 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
  },
  costMicroUsd: null,
  priceAsOf: null,
  latencyMs: 0,
  raw: null,
} as const;

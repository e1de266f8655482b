import { type CallJournal, checkInvariants, memoryStore, type RunStore } from "@terrace/core";
import {
  chain,
  diamond,
  eventsOf,
  fault,
  manualClock,
  ok,
  planOf,
  settled,
  typesOf,
  wide,
} from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { atRest, complaintOf, failureOf } from "../core/support.js";
import { opening, requestsOf, start } from "./support.js";

describe("pausing", () => {
  /** A run of five tasks on two slots whose executions wait to be let go, paused as soon as they are under way. */
  const underWay = async () => {
    const store = memoryStore();
    const clock = manualClock();
    const { opened, open } = opening();
    const execute = async ({ task }: { task: { id: string } }) => {
      await opened;
      return ok(`${task.id}, at last`);
    };
    const started = start(store, { execute }, { env: clock, concurrency: 2 });
    const run = started.orchestrator.submit(wide(5));
    await settled();
    await run.pause("SIGTERM.");
    return { store, clock, run, open, ...started };
  };

  test("begins nothing more, lets what is under way finish, and says how to go on", async () => {
    const { run, open, agents, clock } = await underWay();
    open();

    expect(await complaintOf(run.result())).toEqual({
      code: "RUN_PAUSED",
      message:
        `Run "${run.id}" is paused (interrupted): SIGTERM. (0 of 5 tasks accepted, 0.000020 USD spent). ` +
        `Go on with \`orchestrator.resume("${run.id}")\`.`,
    });
    expect(eventsOf(run.log, "attempt.finished")).toHaveLength(2);
    expect(requestsOf(agents)).toBe(2);
    expect(clock.timers).toEqual([]);
  });

  test("is undone by another process, which repeats nothing", async () => {
    const { store, run, open } = await underWay();
    open();
    await atRest(run);
    const { orchestrator, agents } = start(store, { execute: ok("new") });
    const resumed = await orchestrator.resume(run.id);
    const { outputs } = await resumed.result();

    expect(outputs).toEqual({ t1: "t1, at last", t2: "t2, at last", t3: "new", t4: "new", t5: "new" });
    expect(agents.requests.execute).toHaveLength(3);
    expect(eventsOf(resumed.log, "call.orphaned")).toEqual([]);
    expect(checkInvariants(resumed.log)).toEqual([]);
  });

  test("is undone by the same orchestrator, with a new handle", async () => {
    const { run, open, orchestrator } = await underWay();
    open();
    await atRest(run);
    const resumed = await orchestrator.resume(run.id);

    expect(await resumed.result()).toMatchObject({ outcome: "complete" });
    expect(await failureOf(run.result())).toMatchObject({ code: "RUN_PAUSED" });
  });

  test("is not undone by the handle it was asked of", async () => {
    const { run, open } = await underWay();
    open();
    await atRest(run);

    expect(await complaintOf(run.resume())).toMatchObject({ code: "RUN_PAUSED" });
    expect(run.state.status).toBe("paused");
  });

  test("is not undone by a budget that is raised: that is kept for whoever goes on", async () => {
    const store = memoryStore();
    const { opened, open } = opening();
    const execute = async () => {
      await opened;
      return ok("done");
    };
    const { orchestrator } = start(store, { execute });
    const run = orchestrator.submit(planOf({ a: {}, b: {} }), { budget: { maxCalls: 1 } });
    await settled();
    expect(run.state.halt?.reason).toBe("budget");
    await run.pause("SIGTERM.");
    await run.changeBudget(null, "ana");
    expect(run.state.status).toBe("paused");
    open();
    expect(await failureOf(run.result())).toMatchObject({ code: "RUN_PAUSED" });
    expect(eventsOf(run.log, "call.sent")).toHaveLength(1);
    const resumed = await orchestrator.resume(run.id);

    expect((await resumed.result()).outcome).toBe("complete");
    expect(resumed.budget.budget).toBeNull();
  });

  test("is not undone by whoever asks the handle before the pause is recorded", async () => {
    const { opened, open } = opening();
    const execute = async () => {
      await opened;
      return ok("late");
    };
    const inner = memoryStore();
    const store: RunStore = {
      ...inner,
      async append(...batch) {
        await settled();
        await inner.append(...batch);
      },
    };
    const run = start(store, { execute }).orchestrator.submit(wide(2));
    while (run.state.underWay < 2) await settled();
    const asked = [run.pause(), complaintOf(run.resume())];
    await Promise.all(asked);
    open();

    expect(await asked[1]).toMatchObject({ code: "RUN_PAUSED" });
    expect(await failureOf(run.result())).toMatchObject({ code: "RUN_PAUSED" });
    expect(eventsOf(run.log, "run.resumed")).toEqual([]);
  });

  test("tells what is under way to stop when the grace is over", async () => {
    const { run, agents, clock, open } = await underWay();
    await clock.advance(29_999);
    expect(agents.requests.execute[0]?.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(agents.requests.execute[0]?.signal.aborted).toBe(true);
    open();

    expect(await failureOf(run.result())).toMatchObject({ code: "RUN_PAUSED" });
    expect(clock.timers).toEqual([]);
  });

  test("does not wait for ever for an agent that does not listen; what it says late is kept", async () => {
    const { store, run, clock, open } = await underWay();
    await clock.advance(33_000);
    expect(await failureOf(run.result())).toMatchObject({ code: "RUN_PAUSED" });
    expect((await store.list(1))[0]?.owner).toBeNull();
    expect(clock.timers).toEqual([]);
    open();
    await settled();

    expect(eventsOf(run.log, "call.answered")).toHaveLength(2);
    expect(await store.read(run.id)).toEqual(run.log);
    expect((await store.list(1))[0]?.owner).toBeNull();
  });

  test("does not hold it against an agent that it could ask no more", async () => {
    const clock = manualClock();
    const { opened, open } = opening();
    const intent = { model: "m", effort: null, maxTokens: 1, key: "second", reservedMicroUsd: 1 };
    const execute = async ({ calls }: { calls: CallJournal }) => {
      await opened;
      await calls.sent(intent);
      return ok("never");
    };
    const store = memoryStore();
    const run = start(store, { execute }, { env: clock }).orchestrator.submit(wide(1));
    await settled();
    await run.pause();
    await clock.advance(30_000);
    open();
    await failureOf(run.result());
    const resumed = await start(store, {}, { env: clock }).orchestrator.resume(run.id);
    await resumed.result();

    expect(eventsOf(resumed.log, "attempt.failed")).toMatchObject([
      {
        fault: {
          outcome: "transport",
          message:
            "The agent was told to stop before it answered: The run was told to stop: nothing more may be sent for it.",
        },
      },
    ]);
    expect(eventsOf(resumed.log, "attempt.queued")).toMatchObject([{ retry: 0 }, { attempt: 1, retry: 1 }]);
  });

  test("leaves what came too late to whoever has resumed the run", async () => {
    const { store, run, clock, open } = await underWay();
    await clock.advance(33_000);
    await failureOf(run.result());
    const resumed = await start(store, {}, { env: clock }).orchestrator.resume(run.id);
    await resumed.result();
    open();
    await settled();

    expect(await store.read(run.id)).toEqual(resumed.log);
    expect(eventsOf(resumed.log, "call.orphaned")).toHaveLength(2);
  });

  test("a run that waits before a retry leaves no timer behind", async () => {
    const clock = manualClock();
    const execute = fault("transport", { retryAfterMs: 60_000 });
    const { orchestrator } = start(memoryStore(), { execute }, { env: clock });
    const run = orchestrator.submit(wide(1));
    await settled();
    await run.pause();
    await failureOf(run.result());
    await settled();

    expect(clock.timers).toEqual([]);
  });

  test("a run that is paused for want of a key also stops what is still under way", async () => {
    const clock = manualClock();
    const { opened, open } = opening();
    const halting = fault("transport", { retryable: false, scope: "run", pause: "auth", message: "No key." });
    const t2 = async () => {
      await opened;
      return ok("t2");
    };
    const store = memoryStore();
    const run = start(store, { execute: { t1: halting, t2 } }, { env: clock }).orchestrator.submit(wide(2));
    await settled();
    expect(run.state).toMatchObject({ status: "paused", halt: { reason: "auth" } });
    await run.pause();
    await clock.advance(30_000);
    open();

    expect(await complaintOf(run.result())).toMatchObject({
      code: "RUN_PAUSED",
      message: expect.stringMatching(/paused \(auth\): No key\. .* Go on with `orchestrator\.resume\("/),
    });
    expect(await complaintOf(run.resume())).toMatchObject({ code: "RUN_PAUSED" });
    const resumed = await start(store, {}, { env: clock }).orchestrator.resume(run.id);

    expect(await resumed.result()).toMatchObject({ outputs: { t2: "t2" } });
  });

  test("twice, or a run that is paused already, changes nothing", async () => {
    const { run, open } = await underWay();
    await run.pause("Again.");
    open();
    await atRest(run);
    await run.pause("And again.");

    expect(eventsOf(run.log, "run.paused")).toMatchObject([{ reason: "interrupted", message: "SIGTERM." }]);
  });

  test("a run that has ended changes nothing", async () => {
    const run = start().orchestrator.submit(diamond());
    await run.result();
    await run.pause();

    expect(await run.result()).toMatchObject({ status: "completed" });
  });

  test("at once, before anything happened, leaves a run that can be resumed", async () => {
    const { orchestrator } = start();
    const run = orchestrator.submit(chain(3));
    await run.pause();
    await atRest(run);

    expect(typesOf(run.log).slice(0, 2)).toEqual(["run.submitted", "run.paused"]);
    expect(await (await orchestrator.resume(run.id)).result()).toMatchObject({ outcome: "complete" });
  });

  test("while the planner is asked keeps its answer", async () => {
    const { opened, open } = opening();
    const plan = async () => {
      await opened;
      return diamond();
    };
    const store = memoryStore();
    const run = start(store, { plan }).orchestrator.submit("Build it.");
    await settled();
    await run.pause();
    open();
    await atRest(run);
    expect(typesOf(run.log).at(-1)).toBe("plan.proposed");
    const { orchestrator, agents } = start(store);
    await (await orchestrator.resume(run.id)).result();

    expect(agents.requests.plan).toEqual([]);
  });

  test("while a check runs repeats no more than the check", async () => {
    const store = memoryStore();
    const { opened, open } = opening();
    const ran: string[] = [];
    const check = (name: string, until: Promise<void>) => ({
      name,
      async run() {
        ran.push(name);
        await until;
        return [];
      },
    });
    const first = start(store, {}, {
      checks: { worker: [check("first", opened)] },
      checkConcurrency: 1,
    } as never);
    const run = first.orchestrator.submit(wide(2));
    await settled();
    await run.pause();
    open();
    await atRest(run);
    const options = { checks: { worker: [check("second", Promise.resolve())] } } as never;
    const { orchestrator, agents } = start(store, {}, options);
    await (await orchestrator.resume(run.id)).result();

    expect(ran).toEqual(["first", "second"]);
    expect(agents.requests.execute).toEqual([]);
  });
});

describe("cancelling", () => {
  test("waits for an agent that does not listen no longer than the grace", async () => {
    const clock = manualClock();
    const { opened, open } = opening();
    const execute = async () => {
      await opened;
      return ok("late");
    };
    const { orchestrator } = start(memoryStore(), { execute }, { env: clock, graceMs: 2_000 });
    const run = orchestrator.submit(planOf({ a: {} }));
    await settled();
    await run.cancel("Enough.");
    await clock.advance(2_000);
    expect(await failureOf(run.result())).toMatchObject({ code: "RUN_CANCELLED" });
    open();
    await settled();

    expect(typesOf(run.log).slice(-2)).toEqual(["run.cancelled", "call.answered"]);
    expect(checkInvariants(run.log)).toEqual([]);
  });

  test("lets an agent that does not listen send nothing more", async () => {
    const { opened, open } = opening();
    const said: unknown[] = [];
    const { orchestrator } = start(
      memoryStore(),
      {
        async execute({ calls }) {
          await opened;
          const intent = { model: "m", effort: null, maxTokens: 1, key: "k", reservedMicroUsd: 0 };
          await calls.sent(intent).catch((error: unknown) => said.push(error));
          return ok("late");
        },
      },
      { graceMs: 0 },
    );
    const run = orchestrator.submit(planOf({ a: {} }));
    await settled();
    await run.pause();
    await failureOf(run.result());
    open();
    await settled();

    expect(said).toMatchObject([
      { code: "RUN_ENDED", message: "The run was told to stop: nothing more may be sent for it." },
    ]);
    expect(eventsOf(run.log, "call.sent")).toHaveLength(1);
  });
});

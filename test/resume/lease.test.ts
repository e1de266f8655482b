import { memoryStore, OrchestrationError, type RunStore } from "@terrace/core";
import { diamond, eventsOf, manualClock, ok, planOf, settled, wide } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { slowStore } from "../core/shell/stores.js";
import { failureOf } from "../core/support.js";
import { opening, requestsOf, start } from "./support.js";

const ownerOf = async (store: RunStore) => (await store.list(1))[0]?.owner ?? null;

describe("the lease of a run", () => {
  test("is held while it runs, by the name of its owner, and given back at its end", async () => {
    const store = memoryStore();
    const { opened, open } = opening();
    const execute = async () => {
      await opened;
      return ok("done");
    };
    const run = start(store, { execute }, { owner: "host:1" }).orchestrator.submit(wide(1));
    await settled();
    expect(await ownerOf(store)).toMatchObject({ name: "host:1" });
    open();
    await run.result();

    expect(await ownerOf(store)).toBeNull();
  });

  test("is given back while the run waits for a person, and taken again for what follows", async () => {
    const store = memoryStore();
    const { orchestrator } = start(store, { review: () => ({ outcome: "ok", value: REJECTED }) });
    const run = orchestrator.submit(planOf({ a: { tier: "opus" } }));
    await failureOf(run.result());
    expect(await ownerOf(store)).toBeNull();
    await run.resolve("a", { action: "accept" });

    expect(await run.result()).toMatchObject({ status: "completed" });
    expect(await ownerOf(store)).toBeNull();
  });

  test("is given back before a result is handed out, however slow the store", async () => {
    const inner = memoryStore();
    const run = start(slowStore(inner)).orchestrator.submit(diamond());
    await run.result();

    expect(await ownerOf(inner)).toBeNull();
  });

  test("is renewed for as long as the run lasts, and leaves no timer behind", async () => {
    const store = memoryStore();
    const clock = manualClock();
    const { opened, open } = opening();
    const execute = async () => {
      await opened;
      return ok("done");
    };
    const run = start(store, { execute }, { env: clock }).orchestrator.submit(wide(1));
    await clock.advance(100_000);
    expect(clock.timers).toEqual([110_000]);
    await expect(start(store, {}, { env: clock }).orchestrator.resume(run.id)).rejects.toThrow(
      "at 1970-01-01T00:02:10",
    );
    open();
    await run.result();

    expect(clock.timers).toEqual([]);
  });

  test("may be shorter, for those who cannot wait", async () => {
    const clock = manualClock();
    const execute = () => new Promise<never>(() => {});
    const options = { env: clock, leaseMs: 3_000 };
    start(memoryStore(), { execute }, options).orchestrator.submit(wide(1));
    await settled();

    expect(clock.timers).toEqual([1_000]);
  });

  test("is asked for again and again when the store fails, until it has run out", async () => {
    const clock = manualClock();
    let renewals = 0;
    const store: RunStore = {
      ...memoryStore(),
      renew() {
        renewals += 1;
        throw new OrchestrationError("STORE_FAILED", "The disk is gone.");
      },
    };
    const { orchestrator, agents } = start(store, { execute: untilAborted }, { env: clock });
    const run = orchestrator.submit(wide(1));
    await clock.advance(20_000);
    expect([renewals, agents.requests.execute[0]?.signal.aborted]).toEqual([2, false]);
    await clock.advance(10_000);

    expect(await failureOf(run.result())).toMatchObject({
      code: "RUN_STOPPED",
      cause: { code: "STORE_FAILED" },
    });
    expect(agents.requests.execute[0]?.signal.aborted).toBe(true);
  });
});

describe("a process that slept through its lease", () => {
  /** A run whose process sleeps in the middle of its first execution, while another process completes it. */
  const overslept = async () => {
    const store = memoryStore();
    const clock = manualClock();
    const { opened, open } = opening();
    const execute = async () => {
      await opened;
      return ok("too late");
    };
    const zombie = start(store, { execute }, { env: clock, concurrency: 1, owner: "zombie" });
    const run = zombie.orchestrator.submit(wide(3));
    await settled();
    const successor = start(store, {}, { env: manualClock(30_000), owner: "successor" });
    const resumed = await successor.orchestrator.resume(run.id);
    return { store, env: clock, zombie, run, resumed, wake: open };
  };

  test("[K20] records nothing and sends nothing when it wakes, and says who took over", async () => {
    const { store, zombie, run, resumed, wake } = await overslept();
    await resumed.result();
    const [log, asked] = [await store.read(run.id), requestsOf(zombie.agents)];
    wake();
    const failure = await failureOf(run.result());
    await settled();

    expect(failure).toMatchObject({ code: "RUN_STOPPED", cause: { code: "LEASE_LOST" } });
    expect(await store.read(run.id)).toEqual(log);
    expect(requestsOf(zombie.agents)).toBe(asked);
    expect(eventsOf(log, "task.accepted").map(({ taskId }) => taskId)).toEqual(["t1", "t2", "t3"]);
  });

  test("stops at its next sign of life, though it has nothing to record", async () => {
    const { env: clock, zombie, run } = await overslept();
    await clock.advance(10_000);

    expect(zombie.agents.requests.execute[0]?.signal.aborted).toBe(true);
    await expect(run.cancel("Enough.")).resolves.toBeUndefined();
    expect(run.state.status).toBe("running");
  });

  test("does not send what it had recorded as sent before it slept", async () => {
    const inner = memoryStore();
    const clock = manualClock();
    const { opened, open } = opening();
    // The intent is durable; before the process hears of it, it sleeps and another takes over.
    const store: RunStore = {
      ...inner,
      append(lease, events, expectedSeq) {
        inner.append(lease, events, expectedSeq);
        return events.some(({ type }) => type === "call.sent") ? opened : undefined;
      },
    };
    let replies = 0;
    const execute = () => {
      replies += 1;
      return ok("twice");
    };
    let asleepMs = 0;
    const env = { ...clock, now: () => clock.now() + asleepMs };
    const run = start(store, { execute }, { env }).orchestrator.submit(wide(1));
    await settled();
    const successor = start(inner, {}, { env: manualClock(30_000) });
    const resumed = await successor.orchestrator.resume(run.id);
    await resumed.result();
    asleepMs = 30_000;
    open();

    expect(await failureOf(run.result())).toMatchObject({ cause: { code: "LEASE_LOST" } });
    expect(replies).toBe(0);
    expect(eventsOf(resumed.log, "call.orphaned")).toHaveLength(1);
  });

  /** A run that sleeps for a while whenever an intent is recorded, and whenever a renewal is. */
  const sleepy = (sleeps: number) => {
    const inner = memoryStore();
    const clock = manualClock();
    let [asleepMs, slept, replies] = [0, 0, 0];
    const sleep = async (): Promise<void> => {
      await Promise.resolve();
      if (slept < sleeps) asleepMs += 30_000;
      slept += 1;
    };
    const store: RunStore = {
      ...inner,
      append(lease, events, expectedSeq) {
        inner.append(lease, events, expectedSeq);
        return events.some(({ type }) => type === "call.sent") && slept === 0 ? sleep() : undefined;
      },
      renew(...asked) {
        inner.renew(...asked);
        return sleep();
      },
    };
    const execute = () => {
      replies += 1;
      return ok("rested");
    };
    const env = { ...clock, now: () => clock.now() + asleepMs };
    const run = start(store, { execute }, { env }).orchestrator.submit(wide(1));
    return { run, replies: () => replies };
  };

  test("renews once more when it heard too late that its lease was renewed", async () => {
    expect(await sleepy(3).run.result()).toMatchObject({ answer: "rested" });
  });

  test("sends nothing when it never hears in time that its lease was renewed", async () => {
    const { run, replies } = sleepy(Number.POSITIVE_INFINITY);

    expect(await failureOf(run.result())).toMatchObject({
      code: "RUN_STOPPED",
      cause: {
        code: "LEASE_LOST",
        message:
          `The lease 1 of run "${run.id}" ran out 3 times before its store said that it was renewed. ` +
          "Nothing is sent any more. Expected an answer within 30000 ms: take a longer `leaseMs`, or a faster store.",
      },
    });
    expect(replies()).toBe(0);
  });

  test("rests paused when it gave its lease back before its store renewed it", async () => {
    const inner = memoryStore();
    const clock = manualClock();
    const { opened, open } = opening();
    let [asleepMs, replies] = [0, 0];
    const store: RunStore = {
      ...inner,
      append(lease, events, expectedSeq) {
        inner.append(lease, events, expectedSeq);
        if (events.some(({ type }) => type === "call.sent")) asleepMs = 30_000;
        return undefined;
      },
      async renew(...asked) {
        await opened;
        await inner.renew(...asked);
      },
    };
    const execute = () => {
      replies += 1;
      return ok("late");
    };
    const env = { ...clock, now: () => clock.now() + asleepMs };
    const run = start(store, { execute }, { env, graceMs: 0 }).orchestrator.submit(wide(1));
    await settled();
    await run.pause();
    await clock.advance(1);
    open();
    await settled();

    expect(await failureOf(run.result())).toMatchObject({ code: "RUN_PAUSED" });
    expect(replies).toBe(0);
    expect(await ownerOf(inner)).toBeNull();
    expect(clock.timers).toEqual([]);
  });

  test("goes on when nobody took over meanwhile", async () => {
    const store = memoryStore();
    const clock = manualClock();
    const { opened, open } = opening();
    const execute = async () => {
      await opened;
      return ok("rested");
    };
    let asleepMs = 0;
    const env = { ...clock, now: () => clock.now() + asleepMs };
    const run = start(store, { execute }, { env }).orchestrator.submit(wide(2));
    await settled();
    asleepMs = 8 * 3_600_000;
    open();

    expect(await run.result()).toMatchObject({ answer: "rested" });
  });
});

const REJECTED = { criteria: [], problems: [{ description: "No.", blocking: true }], blame: null };

const untilAborted = ({ signal }: { signal: AbortSignal }) =>
  new Promise<ReturnType<typeof ok>>((resolve) => {
    signal.addEventListener("abort", () => resolve(ok("stopped")));
  });

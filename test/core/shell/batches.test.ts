// What core does with work that may wait: its lanes, its open calls, and their end. The agents here are by hand.
import {
  type Agents,
  type CallIntent,
  checkInvariants,
  createOrchestrator,
  type ExecuteRequest,
  memoryStore,
  type OrchestratorOptions,
  type PendingCall,
  type RunStore,
} from "@terrace/core";
import { accept, eventsOf, ok, planOf, settled, testTeam, wide } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { atRest, complaintOf } from "../support.js";

const intent = (key: string): CallIntent => ({
  model: "m",
  effort: null,
  maxTokens: 1_000,
  key,
  reservedMicroUsd: 100,
  urgency: "batch",
});

const ANSWER = {
  model: "m",
  requestId: null,
  stopReason: "end_turn",
  usage: {
    inputTokens: 1,
    outputTokens: 1,
    thinkingTokens: 0,
    cacheReadTokens: 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
  },
  costMicroUsd: 50,
  priceAsOf: null,
  latencyMs: 1,
  raw: "raw",
} as const;

/** Reviewers that accept, and executors as a test will have them. */
const agents = (execute: Agents["execute"]): Agents => ({
  plan: async () => ({ outcome: "ok", value: wide(1) }),
  execute,
  review: async (request) => accept(request),
});

const start = (
  execute: Agents["execute"],
  store: RunStore = memoryStore(),
  options: Partial<OrchestratorOptions> = {},
) => createOrchestrator({ team: testTeam, agents: agents(execute), store, ...options });

const BATCH = { urgency: "batch" } as const;

/** Resolves when the run is told to leave, or that nobody wants it any more. */
const stopped = ({ signal }: ExecuteRequest) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });

const stop = (code: string) => ({
  outcome: "transport" as const,
  fault: {
    outcome: "transport" as const,
    code,
    message: "It was told to stop.",
    retryable: true,
    scope: "work" as const,
    pause: "network" as const,
    retryAfterMs: 0,
    issues: [],
  },
});

/** Sends a call with a batch, and leaves it there when told to. */
const leaving =
  (key: string): Agents["execute"] =>
  async (request) => {
    const callId = await request.calls.sent(intent(key));
    await request.calls.batched(callId, "batch_1");
    await stopped(request);
    return stop("CANCELLED");
  };

describe("work that may wait", () => {
  test("needs no slot of the run, and live work goes on beside it", async () => {
    const asked: string[] = [];
    let open = (): void => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { submit } = start(
      async ({ task, urgency }) => {
        asked.push(`${task.id} ${urgency}`);
        if (urgency === "batch") await opened;
        return ok("done");
      },
      memoryStore(),
      { concurrency: 1, enforceInvariants: true },
    );
    const run = submit(planOf({ a: BATCH, b: BATCH, c: BATCH, now: {} }));
    await settled();
    await settled();

    expect(asked).toEqual(["now live", "a batch", "b batch", "c batch"]);
    expect(eventsOf(run.log, "task.accepted").map(({ taskId }) => taskId)).toEqual(["now"]);
    open();
    expect((await run.result()).outcome).toBe("complete");
  });

  test("is bounded, too", async () => {
    let most = 0;
    let now = 0;
    const { submit } = start(
      async (_request) => {
        now += 1;
        most = Math.max(most, now);
        await settled();
        now -= 1;
        return ok("done");
      },
      memoryStore(),
      { batchConcurrency: 3 },
    );
    await submit(wide(10), BATCH).result();

    expect(most).toBe(3);
  });

  test("takes a slot when it is done at once all the same", async () => {
    let most = 0;
    let now = 0;
    const { submit } = start(
      async (request) => {
        const work = async () => {
          now += 1;
          most = Math.max(most, now);
          await settled();
          now -= 1;
          return ok("done");
        };
        return request.inSlot === undefined ? work() : request.inSlot(work);
      },
      memoryStore(),
      { concurrency: 2 },
    );
    await submit(wide(10), BATCH).result();

    expect(most).toBe(2);
  });

  test("that waits for a slot when the run is paused waits no longer, and is asked for again", async () => {
    let isFirst = true;
    const { submit } = start(
      async (request) => {
        if (request.urgency === "batch") return request.inSlot?.(async () => ok("done")) as never;
        if (isFirst) {
          isFirst = false;
          await settled();
          const halt = stop("NO_KEY");
          return { ...halt, fault: { ...halt.fault, retryable: false, scope: "run", pause: "auth" } };
        }
        return ok("done");
      },
      memoryStore(),
      { concurrency: 1 },
    );
    const run = submit(planOf({ now: {}, later: BATCH }));
    expect(await complaintOf(run.result())).toMatchObject({ code: "RUN_PAUSED" });
    await run.resume();

    expect((await run.result()).outcome).toBe("complete");
    expect(eventsOf(run.log, "attempt.failed").map(({ fault }) => fault.code)).toEqual([
      "NO_KEY",
      "CANCELLED",
    ]);
    expect(eventsOf(run.log, "task.escalated")).toEqual([]);
  });
});

describe("a call that waits in a batch", () => {
  /** A run of one task, paused while its call is with the provider. */
  const left = async () => {
    const store = memoryStore();
    const run = start(leaving("k"), store).submit(wide(1), BATCH);
    await settled();
    await run.pause();
    await atRest(run);
    return { store, run };
  };

  test("stays open when the run is paused, and the attempt with it", async () => {
    const { run } = await left();

    expect(run.log.at(-1)?.type).toBe("run.paused");
    expect([...run.state.ledger.openCalls.values()]).toMatchObject([
      { urgency: "batch", batchId: "batch_1" },
    ]);
    expect(eventsOf(run.log, "attempt.failed")).toEqual([]);
    expect(run.budget.reservedUsd).toBe(0.0001);
  });

  test("is handed to whoever asks the same again, once", async () => {
    const { store, run } = await left();
    const found: (PendingCall | undefined)[] = [];
    const execute: Agents["execute"] = async (request) => {
      found.push(request.calls.pending("other"), request.calls.pending("k"), request.calls.pending("k"));
      await request.calls.answered(found[1]?.callId ?? "", ANSWER);
      return ok("done");
    };
    const resumed = await start(execute, store).resume(run.id);
    await resumed.result();

    expect(found).toMatchObject([
      undefined,
      { batchId: "batch_1", intent: { key: "k", reservedMicroUsd: 100, urgency: "batch" } },
      undefined,
    ]);
    expect(eventsOf(resumed.log, "call.orphaned")).toEqual([]);
    expect(checkInvariants(resumed.log, { isOver: true })).toEqual([]);
  });

  test("that nobody asks for any more is orphaned at what was reserved", async () => {
    const { store, run } = await left();
    const execute: Agents["execute"] = async ({ calls }) => {
      await calls.answered(await calls.sent(intent("other")), ANSWER);
      return ok("done");
    };
    const resumed = await start(execute, store).resume(run.id);
    await resumed.result();

    expect(eventsOf(resumed.log, "call.orphaned")).toMatchObject([{ chargedMicroUsd: 100 }]);
    expect(checkInvariants(resumed.log, { isOver: true })).toEqual([]);
  });

  test("is orphaned when its run is cancelled and whoever waited for it does not end it", async () => {
    const run = start(leaving("k"), memoryStore(), { graceMs: 0 }).submit(wide(1), BATCH);
    await settled();
    await run.cancel("Enough.");
    await atRest(run);
    await settled();

    expect(eventsOf(run.log, "call.orphaned")).toMatchObject([{ chargedMicroUsd: 100 }]);
    expect(checkInvariants(run.log, { isOver: true })).toEqual([]);
  });

  test("is told why it is to stop: left when the run may go on elsewhere, cancelled when nobody wants it", async () => {
    const reasons: unknown[] = [];
    const execute: Agents["execute"] = async (request) => {
      await stopped(request);
      reasons.push(request.signal.reason);
      return stop("CANCELLED");
    };
    const paused = start(execute).submit(wide(1), BATCH);
    await settled();
    await paused.pause();
    const cancelled = start(execute).submit(wide(1), BATCH);
    await settled();
    await cancelled.cancel("Enough.");
    await Promise.all([atRest(paused), atRest(cancelled)]);

    expect(reasons).toEqual(["left", "cancelled"]);
  });
});

describe("what waits in a batch", () => {
  test("is not sent again, and a run that enforces its invariants stops before", async () => {
    const run = start(
      async (request) => {
        await request.calls.sent(intent("k"));
        await request.calls.sent(intent("k"));
        return ok("done");
      },
      memoryStore(),
      { enforceInvariants: true },
    ).submit(wide(1), BATCH);

    expect(await complaintOf(run.result())).toMatchObject({
      code: "RUN_STOPPED",
      message: expect.stringContaining("I-36"),
    });
  });

  test("is not counted among the calls that need a slot, and its orphans not among those of a crash", async () => {
    const { submit } = start(async (request) => {
      const callId = await request.calls.sent(intent("k"));
      await settled();
      await request.calls.answered(callId, ANSWER);
      return ok("done");
    });
    const run = submit(wide(5), BATCH);
    await run.result();

    expect(checkInvariants(run.log, { slots: 1, isOver: true })).toEqual([]);
  });
});

test("a plan keeps which of its tasks can wait", async () => {
  const run = start(async (_request) => ok("done")).submit(
    planOf({ a: { urgency: "batch" }, b: { urgency: "live" }, c: {} }),
    BATCH,
  );
  await run.result();

  expect(eventsOf(run.log, "attempt.queued").map(({ taskId, urgency }) => `${taskId} ${urgency}`)).toEqual([
    "a batch",
    "b live",
    "c batch",
  ]);
  expect(eventsOf(run.log, "review.queued").find(({ taskId }) => taskId === "b")?.urgency).toBe("live");
});

import {
  checkInvariants,
  type EventType,
  eventSchemas,
  evolve,
  initialState,
  memoryStore,
  type OrchestratorOptions,
  type RunEvent,
  type RunState,
  type RunStore,
} from "@terrace/core";
import {
  diamond,
  fault,
  manualClock,
  ok,
  planOf,
  reject,
  scriptedAgents,
  settled,
  wide,
} from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { atRest, failureOf, launch, rejectionOf } from "../support.js";
import { failingAt, slowStore } from "./stores.js";

const fold = (log: readonly RunEvent[]): RunState => log.reduce(evolve, initialState());
const usage = { inputTokens: 1, costMicroUsd: 1 };

describe("what is recorded", () => {
  test("gets the run's id, the next seq and the time", async () => {
    const { run } = launch(wide(2), {}, { env: manualClock(1_700) });
    await run.result();

    expect(run.log.map(({ seq }) => seq)).toEqual(run.log.map((_, index) => index));
    expect(new Set(run.log.map(({ runId, at }) => `${runId} ${at}`))).toEqual(new Set(["run_1 1700"]));
  });

  test("is what the store holds, and folds to the state", async () => {
    const store = slowStore();
    const { run } = launch(diamond(), { usage, review: { left: { haiku: reject("No.") } } }, { store });
    await run.result();

    expect(await store.read("run_1")).toEqual(run.log);
    expect(fold(run.log)).toEqual(run.state);
  });

  test("holds no secret, and neither does what the agents are told", async () => {
    const secrets = ["sk-very-secret"];
    const { run, agents } = launch(
      "Use sk-very-secret.",
      { plan: planOf({ a: { brief: "sk-very-secret" } }) },
      { secrets },
    );
    await run.result();

    expect(JSON.stringify(run.log)).not.toContain("sk-very-secret");
    expect(JSON.stringify([...run.state.tasks])).not.toContain("sk-very-secret");
    expect(agents.requests.execute[0]?.task.brief).toBe("[redacted]");
  });
});

describe("a run that enforces the invariants", () => {
  /** An agent that uses an answer which it never recorded. */
  const forgetful: OrchestratorOptions["agents"] = {
    ...scriptedAgents(),
    async execute({ calls }) {
      await calls.sent({ model: "m", effort: null, maxTokens: 1, key: "k", reservedMicroUsd: 0 });
      return ok("unrecorded");
    },
  };

  test("stops rather than record what breaks one", async () => {
    const { run } = launch(wide(1), {}, { agents: forgetful, enforceInvariants: true });

    const { message, cause } = await failureOf(run.result());
    expect(cause).toMatchObject({ code: "INVARIANT_BROKEN" });
    expect(message).toBe(
      'Run "run_1" stopped at event 5, and recorded nothing after it: ' +
        'Run "run_1" was about to break invariant I-02, and stopped before: Event 5 (attempt.finished): ' +
        "its call is still under way: no answer is recorded. Nothing of it was recorded. " +
        "Please report this, with the log.",
    );
    expect(checkInvariants(run.log)).toEqual([]);
  });

  test("goes on when nothing is wrong, and when it is resumed", async () => {
    const { run } = launch(diamond(), { usage }, { enforceInvariants: true, concurrency: 2 });

    expect((await run.result()).outcome).toBe("complete");
  });
});

describe("nothing happens before what calls for it is durable:", () => {
  test("a store that is slow holds every effect back until it has answered", async () => {
    const durable = new Set<string>();
    const inner = slowStore();
    const store: RunStore = {
      ...inner,
      async append(...batch) {
        await inner.append(...batch);
        for (const event of batch[1]) {
          if ("attempt" in event)
            durable.add(`${event.type} ${"taskId" in event ? event.taskId : ""} ${event.attempt}`);
        }
      },
    };
    const early: string[] = [];
    const asked = (fact: string): void => {
      if (!durable.has(fact)) early.push(fact);
    };
    const { run } = launch(
      "anything",
      {
        plan: () => {
          asked("plan.queued  1");
          return { outcome: "ok", value: diamond() };
        },
        execute({ task, attempt }) {
          asked(`attempt.queued ${task.id} ${attempt}`);
          return ok("done");
        },
        review(request) {
          asked(`review.queued ${request.task.id} ${request.attempt}`);
          return reject("No.")(request);
        },
      },
      { store },
    );
    run.on("task.escalated", ({ taskId }) => asked(`attempt.finished ${taskId} 1`));
    await atRest(run);

    expect(early).toEqual([]);
    expect(run.log.length).toBeGreaterThan(20);
  });

  test("whoever listens hears only what is durable, and a call leaves only when its intent is", async () => {
    const inner = memoryStore();
    const store = slowStore(inner);
    const early: string[] = [];
    const { run } = launch(
      diamond(),
      {
        usage,
        async execute({ runId, task }) {
          const sent = (await inner.read(runId)).filter(({ type }) => type === "call.sent");
          if (!sent.some((event) => "taskId" in event && event.taskId === task.id)) early.push(task.id);
          return ok("done");
        },
      },
      { store },
    );
    let heard = 0;
    for (const type of Object.keys(eventSchemas) as EventType[]) {
      run.on(type, async (event) => {
        heard += 1;
        const durable = await inner.read(run.id, event.seq);
        if (durable[0]?.type !== event.type) early.push(event.type);
      });
    }
    await run.result();
    await settled();

    expect(early).toEqual([]);
    expect(heard).toBe(run.log.length);
  });

  test("what arrives while the store is busy is recorded together", async () => {
    const store = slowStore();
    const { run } = launch(wide(20), {}, { store, concurrency: 20 });
    await run.result();

    expect(store.batches.length).toBeLessThan(run.log.length / 4);
    expect(store.batches.flat()).toEqual(run.log);
  });
});

describe.each([
  ["at once", false],
  ["later", true],
])("a store that fails %s at its Nth append", (_, slow) => {
  test.each(Array.from({ length: 20 }, (_, index) => index + 1))(
    "N = %i: the run stops there, and keeps what it had",
    async (nth) => {
      const store = failingAt(nth, slow);
      const script = {
        plan: planOf({ a: {}, b: {}, c: { dependsOn: ["a", "b"] } }),
        usage,
        review: { a: { haiku: reject("No.") } },
      };
      const { run, agents } = launch("anything", script, { store });
      const failure = await failureOf(run.result());
      const asked = agents.requests.execute.length;
      await settled();

      expect(failure).toMatchObject({
        code: "RUN_STOPPED",
        runId: "run_1",
        cause: new Error("The disk is full."),
      });
      expect(failure.message).toBe(
        `Run "run_1" stopped at event ${run.log.length}, and recorded nothing after it: The disk is full.`,
      );
      expect(store.attempts()).toBe(nth);
      expect(await store.read("run_1")).toEqual(run.log);
      expect(fold(run.log)).toEqual(run.state);
      expect(checkInvariants(run.log)).toEqual([]);
      expect(agents.requests.execute.length).toBe(asked);
    },
  );
});

describe("a run whose store failed", () => {
  /** A run that stops while an executor waits to be told to. */
  const stopped = () => {
    const waiting = { execute: ({ signal }: { signal: AbortSignal }) => untilAborted(signal) };
    return launch(planOf({ a: {} }), waiting, { store: failingAt(4) });
  };
  const untilAborted = (signal: AbortSignal) =>
    new Promise<ReturnType<typeof fault>>((resolve) => {
      signal.addEventListener("abort", () => resolve(fault("transport")));
    });

  test("tells what is under way to stop", async () => {
    expect(await failureOf(stopped().run.result())).toMatchObject({ code: "RUN_STOPPED" });
  });

  test("can be asked for nothing more", async () => {
    const { run } = stopped();
    await atRest(run);

    expect(await rejectionOf(run.resolve("a", { action: "accept" }))).toBeInstanceOf(Error);
  });

  test("says so as often as it is asked for its result", async () => {
    const { run } = stopped();
    await atRest(run);

    expect(await failureOf(run.result())).toMatchObject({ code: "RUN_STOPPED" });
  });
});

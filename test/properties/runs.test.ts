import {
  checkInvariants,
  evolve,
  initialState,
  type RunEvent,
  type RunState,
  TERMINAL_EVENTS,
} from "@terrace/core";
import { eventsOf } from "@terrace/core/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { holds, live, RUNS, start } from "./live.js";
import { plans, worlds } from "./worlds.js";

const fold = (log: readonly RunEvent[]): RunState => log.reduce(evolve, initialState());

describe("whatever the plan and whatever becomes of its tasks,", () => {
  test("a run comes to exactly one end, and its log breaks no rule", async () => {
    await holds(
      fc.asyncProperty(worlds(), async (world) => {
        const { run } = await live(world);

        expect(checkInvariants(run.log)).toEqual([]);
        expect(run.log.filter(({ type }) => TERMINAL_EVENTS.includes(type))).toHaveLength(1);
        expect(["completed", "failed"]).toContain(run.state.status);
      }),
      RUNS * 2,
    );
  });

  test("every pause has a name, and says which tasks wait", async () => {
    await holds(
      fc.asyncProperty(worlds(), async (world) => {
        const { run } = await live(world);
        for (const { reason, message } of eventsOf(run.log, "run.paused")) {
          expect(["person", "reviewer", "auth", "billing", "rate_limit", "network"]).toContain(reason);
          expect(message).not.toBe("");
        }
      }),
    );
  });

  test("no limit is exceeded", async () => {
    await holds(
      fc.asyncProperty(worlds(), async (world) => {
        const { agents } = await live(world);

        expect(agents.mostUnderWay()).toBeLessThanOrEqual(world.concurrency);
        expect(agents.mostUnderWay("haiku")).toBeLessThanOrEqual(world.haikuLimit);
      }),
    );
  });

  test("the folded log is the state, also after a journey through JSON", async () => {
    await holds(
      fc.asyncProperty(worlds(), async (world) => {
        const { run, store } = await live(world);

        expect(fold(await store.read(run.id))).toEqual(run.state);
        expect(fold(JSON.parse(JSON.stringify(run.log)))).toEqual(run.state);
      }),
    );
  });

  test("the ledger is the sum of the calls", async () => {
    await holds(
      fc.asyncProperty(worlds(), async (world) => {
        const { run } = await live(world);
        const answered = eventsOf(run.log, "call.answered");
        const sent = eventsOf(run.log, "call.sent");

        expect(run.ledger).toMatchObject({
          calls: sent.length,
          unpricedCalls: sent.length - answered.length,
          inputTokens: 3 * answered.length,
          outputTokens: 2 * answered.length,
        });
        expect(Math.round(run.ledger.usd * 1e6)).toBe(5 * answered.length);
        expect(run.state.ledger.openCalls.size).toBe(0);
      }),
    );
  });

  test("an executor works from exactly the outputs that stood when it was asked", async () => {
    await holds(
      fc.asyncProperty(worlds(), async (world) => {
        const { agents } = await live(world);
        for (const { task, inputs } of agents.requests.execute) {
          expect(inputs.map(({ taskId }) => taskId)).toEqual(task.dependsOn);
        }
      }),
    );
  });

  test("the final output of each task was made from the final outputs of those it needs", async () => {
    await holds(
      fc.asyncProperty(worlds(), async (world) => {
        const { run, agents } = await live(world);
        for (const [taskId, { status, attempts, task }] of run.state.tasks) {
          const last = attempts.at(-1);
          if (status !== "accepted" || last?.by !== "executor") continue;
          const request = agents.requests.execute.findLast(
            (each) => each.task.id === taskId && each.attempt === last.number,
          );
          const used = request?.inputs.map(({ taskId: id, attempt }) => [id, attempt]);
          const standing = task.dependsOn.map((id) => [id, run.state.tasks.get(id)?.attempts.length]);

          expect(used).toEqual(standing);
        }
      }),
    );
  });

  test("the same world always gives the same log", async () => {
    await holds(
      fc.asyncProperty(worlds(), async (world) => {
        const [first, second] = [await live(world), await live(world)];

        expect(first.run.log).toEqual(second.run.log);
      }),
    );
  });
});

test("[K38] where nobody blames another, the results are the same for every concurrency", async () => {
  const results = async (world: Parameters<typeof live>[0], concurrency: number) => {
    const { run } = await live({ ...world, concurrency, haikuLimit: concurrency });
    return {
      status: run.state.status,
      answer: run.state.answer,
      tasks: [...run.state.tasks].map(([id, { status, tier, attempts }]) => [
        id,
        status,
        tier,
        attempts.at(-1)?.output,
      ]),
    };
  };
  await holds(
    fc.asyncProperty(
      worlds({ blames: false }),
      fc.integer({ min: 2, max: 64 }),
      async (world, concurrency) => {
        expect(await results(world, concurrency)).toEqual(await results(world, 1));
      },
    ),
  );
});

test("a plan whose every task goes well is completed with one attempt each", async () => {
  await holds(
    fc.asyncProperty(plans, fc.integer({ min: 1, max: 64 }), async (plan, concurrency) => {
      const world = { plan, fates: {}, concurrency, haikuLimit: concurrency, slowStore: false };
      const { run } = start(world);

      expect(await run.result()).toMatchObject({
        census: { accepted: plan.tasks.length, attempts: plan.tasks.length, escalated: 0 },
      });
    }),
  );
});

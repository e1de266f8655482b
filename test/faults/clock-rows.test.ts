// Clocks that jump, and a machine that sleeps: rows K16, K17 and K18.
import { checkInvariants, memoryStore, type RunEvent, type RunStore } from "@terrace/core";
import { diamond, eventsOf, fault, manualClock, ok, planOf, reject, typesOf } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { launch } from "../core/support.js";
import { begin, planFor, play } from "./whole-run.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** When the tests begin, by the calendar. */
const TODAY = Date.UTC(2026, 10, 21);

/** A machine whose calendar can be set while its timers go on. */
function machine() {
  const clock = manualClock(TODAY);
  let offset = 0;
  return {
    env: { ...clock, now: () => clock.now() + offset, monotonic: () => clock.monotonic() },
    advance: (ms: number) => clock.advance(ms),
    set: (byMs: number) => {
      offset += byMs;
    },
  };
}

/** A run with retries, escalations and a person's share, in which each call takes ten seconds; the nth sets the clock. */
async function disturbed(nth: number, byMs: number) {
  const { env, advance, set } = machine();
  const inner = memoryStore();
  let renewals = 0;
  const store: RunStore = {
    ...inner,
    renew(...asked) {
      renewals += 1;
      return inner.renew(...asked);
    },
  };
  let calls = 0;
  const spend = async <Value>(value: Value): Promise<Value> => {
    calls += 1;
    if (calls === nth) set(byMs);
    await new Promise<void>((resolve) => void env.after(10_000, resolve));
    return value;
  };
  const busy = fault("transport", { retryAfterMs: 5_000 });
  const { run } = launch(
    diamond(),
    {
      usage: { inputTokens: 1, costMicroUsd: 10 },
      execute: ({ task, retry, route }) =>
        spend(task.id === "left" && retry === 0 ? busy : ok(`${task.id} by ${route.tier}`)),
      review: async (request) => {
        await spend(0);
        const isLow = request.task.id === "right" && request.executedAt === "haiku";
        return isLow
          ? reject("No.")(request)
          : { outcome: "ok", value: { criteria: [], problems: [], blame: null } };
      },
    },
    // So long a lease that nothing but the clock calls for its renewal.
    { env, store, leaseMs: HOUR },
  );
  await advance(600_000);
  return { run, calls, renewals, log: await store.read(run.id) };
}

const quiet = await disturbed(0, 0);
const moments = Array.from({ length: quiet.calls }, (_, index) => index + 1);

/** What must be as if nobody had touched the clock. */
async function expectUnmoved({ run, log }: Awaited<ReturnType<typeof disturbed>>): Promise<void> {
  expect((await run.result()).outputs).toEqual((await quiet.run.result()).outputs);
  expect(typesOf(log)).toEqual(typesOf(quiet.log));
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index));
  expect(delays(log)).toEqual(delays(quiet.log));
  expect(checkInvariants(log, { isOver: true })).toEqual([]);
}

const delays = (log: readonly RunEvent[]) => eventsOf(log, "attempt.queued").map(({ delayMs }) => delayMs);

/** A run with a flagged task that a person has an hour for, while another task goes on and on. */
async function waiting() {
  const { env, advance, set } = machine();
  const { run } = launch(
    planOf({ facts: { tier: "opus" }, long: {} }, "long"),
    {
      execute: { long: () => new Promise((resolve) => void env.after(10 * DAY, () => resolve(ok("long")))) },
      review: { facts: reject("No source.") },
    },
    { env, limits: { personDeadlineMs: HOUR } },
  );
  await advance(0);
  expect(run.state.tasks.get("facts")?.status).toBe("flagged");
  const standing = () => run.state.tasks.get("facts")?.status;
  return { run, advance, set, standing };
}

describe("[K16] a clock that is set back", () => {
  test.each([
    ["by an hour", -HOUR],
    ["to 1970", -TODAY],
  ])(
    "%s, during any call, changes neither order nor waits, and nothing took less than no time",
    async (_, byMs) => {
      for (const nth of moments) {
        const run = await disturbed(nth, byMs);
        await expectUnmoved(run);
        expect(run.run.budget.workedMs).toBeGreaterThanOrEqual(0);
        expect(run.run.budget.workedMs).toBeLessThanOrEqual(quiet.run.budget.workedMs);
        expect(run.renewals).toBe(quiet.renewals);
      }
    },
  );

  test("with every look at it, leaves no call and no run that took less than no time", async () => {
    let looks = 0;
    const env = { now: () => TODAY - (looks++ * HOUR) / 1_000 };
    const { run } = await play(planFor({ a: {}, b: { dependsOn: ["a"] } }), {
      env,
      client: { env: { ...env, random: () => 0 } },
      faults: [{ kind: "status", status: 503, on: { nth: 2 } }],
    });

    expect(run.census.outcome).toBe("complete");
    expect(run.budget.workedMs).toBe(0);
    const ended = [...eventsOf(run.log, "call.answered"), ...eventsOf(run.log, "call.failed")];
    expect(ended).toHaveLength(5);
    expect(ended.filter(({ latencyMs }) => latencyMs < 0)).toEqual([]);
    expect(checkInvariants(run.log, { isOver: true })).toEqual([]);
  });

  test("gives a person the longer time, and not for ever", async () => {
    const { advance, set, standing } = await waiting();
    await advance(HOUR / 2);
    set(-HOUR);
    await advance(HOUR);
    expect(standing()).toBe("flagged");
    await advance(HOUR / 2 - 1);
    expect(standing()).toBe("flagged");
    await advance(1);

    expect(standing()).toBe("failed");
  });
});

describe("[K17] a clock that is set forward by a day", () => {
  test("during any call, times nothing out, and the lease is made sure of before the next call", async () => {
    for (const nth of moments) {
      const run = await disturbed(nth, DAY);
      await expectUnmoved(run);
      expect(run.renewals > quiet.renewals, `call ${nth}`).toBe(nth < moments.length);
    }
  });

  test("ends the time that a person has, by the calendar, within a minute", async () => {
    const { run, advance, set, standing } = await waiting();
    await advance(HOUR / 2);
    set(DAY);
    await advance(60_000);

    expect(standing()).toBe("failed");
    expect(eventsOf(run.log, "task.resolved")).toMatchObject([{ by: "deadline" }]);
  });

  test("takes nothing from who sits at it: another process may take the run over, and this one then sends nothing", async () => {
    const { env, advance, set } = machine();
    const store = memoryStore();
    let asked = 0;
    const execute = async () => {
      asked += 1;
      await new Promise<void>((resolve) => void env.after(5_000, resolve));
      return ok("done");
    };
    const usage = { inputTokens: 1, costMicroUsd: 10 };
    const { run } = launch(diamond(), { usage, execute }, { env, store });
    await advance(1_000);
    set(DAY);
    await store.acquire(run.id, "rival", env.now(), 60_000);
    const log = await store.read(run.id);
    await advance(DAY);

    await expect(run.result()).rejects.toMatchObject({ code: "RUN_STOPPED", cause: { code: "LEASE_LOST" } });
    expect(await store.read(run.id)).toEqual(log);
    expect(asked).toBe(1);
  });
});

describe("[K18] a machine that sleeps for eight hours while answers arrive", () => {
  test.each([
    ["goes on", 8 * HOUR],
    ["stands still", 0],
  ])(
    "cuts each of them once when it wakes, and asks once more for each, if its timer clock %s meanwhile",
    async (_, sleptMs) => {
      const clock = manualClock(TODAY);
      let asleepMs = 0;
      const env = {
        now: () => clock.now() + (asleepMs > 0 ? 8 * HOUR : 0),
        monotonic: () => clock.monotonic() + (asleepMs > 0 ? sleptMs : 0),
        after: clock.after,
        random: () => 0,
      };
      const plan = planFor({ a: {}, b: {}, c: {}, d: { dependsOn: ["a", "b", "c"] } });
      const { run, simulator } = await begin(plan, {
        env,
        client: { env },
        faults: [{ kind: "stall-stream", afterEvents: 3, on: { nth: [1, 2, 3] } }],
      });
      const silences = () => clock.timers.filter((at) => at === TODAY + 60_000).length;
      await until(() => silences() === 3);
      asleepMs = 8 * HOUR;
      await clock.advance(60_000);
      const { census } = await run.result();

      const failed = eventsOf(run.log, "call.failed");
      expect(failed.map(({ fault }) => fault.code)).toEqual(["STALLED", "STALLED", "STALLED"]);
      expect(failed.filter(({ latencyMs }) => latencyMs < 60_000)).toEqual([]);
      expect(simulator.requests).toHaveLength(3 + 8);
      expect(census).toMatchObject({ accepted: 4, attempts: 4 });
      expect(run.log.filter(({ type }) => type === "task.escalated")).toEqual([]);
      expect(clock.timers).toEqual([]);
    },
  );
});

/** Resolves when something is so, looking again and again. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

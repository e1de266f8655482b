import { checkPlan, type ExecuteRequest, type RunEvent } from "@terrace/core";
import {
  accept,
  chain,
  countingIds,
  diamond,
  fault,
  finished,
  given,
  manualClock,
  mostAtOnce,
  ok,
  planned,
  planOf,
  reject,
  type scriptedAgents,
  settled,
  startedBefore,
  startOrder,
  testTeam,
  tiersOf,
  typesOf,
  wide,
} from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { DEFAULT_PLAN_LIMITS } from "../../../packages/core/src/plan/plan.js";
import { atRest, launch } from "../support.js";

describe("a manual clock", () => {
  test("stands still until it is told to move", async () => {
    const clock = manualClock(100);
    await settled();

    expect(clock.now()).toBe(100);
    await clock.advance(50);

    expect(clock.now()).toBe(150);
  });

  test("sets timers off in the order of their time, and shows each its own", async () => {
    const clock = manualClock();
    const wentOff: [string, number][] = [];
    clock.after(30, () => wentOff.push(["late", clock.now()]));
    clock.after(10, () => wentOff.push(["early", clock.now()]));

    expect(clock.timers).toEqual([10, 30]);
    await clock.advance(20);

    expect(wentOff).toEqual([["early", 10]]);
    await clock.advance(10);

    expect(wentOff).toEqual([
      ["early", 10],
      ["late", 30],
    ]);
    expect(clock.timers).toEqual([]);
  });

  test("sets off a timer that is set on the way", async () => {
    const clock = manualClock();
    const wentOff: number[] = [];
    clock.after(10, () => clock.after(10, () => wentOff.push(clock.now())));
    await clock.advance(25);

    expect(wentOff).toEqual([20]);
  });

  test("refuses to go back", async () => {
    const message = "Expected `advance` to go forward, got `-1` milliseconds.";

    await expect(manualClock().advance(-1)).rejects.toThrow(new RangeError(message));
    await expect(manualClock().advance(Number.NaN)).rejects.toThrow(RangeError);
  });

  test("sets off no timer that was called off", async () => {
    const clock = manualClock();
    const wentOff: number[] = [];
    const stop = clock.after(10, () => wentOff.push(clock.now()));
    stop();

    expect(clock.timers).toEqual([]);
    await clock.advance(10);

    expect(wentOff).toEqual([]);
  });
});

test("counting ids count each kind for itself", () => {
  const ids = countingIds();

  expect([ids.id("run"), ids.id("call"), ids.id("call"), ids.id("run")]).toEqual([
    "run_1",
    "call_1",
    "call_2",
    "run_2",
  ]);
});

test.each([
  ["wide", wide(3)],
  ["chain", chain(3)],
  ["diamond", diamond()],
  ["plan of one", planOf({ only: {} })],
])("the plans of the kit stand: %s", (_, plan) => {
  expect(checkPlan(plan, testTeam, DEFAULT_PLAN_LIMITS).ok).toBe(true);
});

describe("scripted agents", () => {
  const outputs = async (execute: Parameters<typeof scriptedAgents>[0]) => {
    const { run } = launch(planOf({ a: {}, b: {} }), execute);
    await run.result();
    return Object.values((await run.result()).outputs);
  };

  test("answer the same for every task when they are told one answer", async () => {
    expect(await outputs({ execute: ok("x") })).toEqual(["x", "x"]);
  });

  test("answer as a function of the request", async () => {
    expect(await outputs({ execute: ({ task }: ExecuteRequest) => ok(task.title) })).toEqual([
      "Do a",
      "Do b",
    ]);
  });

  test("answer by task, and plainly for a task that is not in the table", async () => {
    expect(await outputs({ execute: { b: ok("x") } })).toEqual(["a by haiku", "x"]);
  });

  test("answer by tier below the task, and plainly for a tier that is not in the table", async () => {
    const script = { execute: { a: { sonnet: ok("x") } }, review: { a: [reject("No."), accept] } };

    expect(await outputs(script)).toEqual(["x", "b by haiku"]);
  });

  test("answer the 1st, 2nd … time from a list, and its last from then on", async () => {
    const busy = fault("transport");

    expect(await outputs({ execute: { a: [busy, busy, ok("x")] } })).toEqual(["x", "b by haiku"]);
  });

  test("keep every request", async () => {
    const { run, agents } = launch("anything", { plan: planOf({ a: {} }) });
    await run.result();

    expect(agents.requests.plan).toMatchObject([{ goal: "anything" }]);
    expect(agents.requests.execute).toMatchObject([{ task: { id: "a" } }]);
    expect(agents.requests.review).toMatchObject([{ output: "a by haiku" }]);
  });

  test("journal a call for each request when they are told what it used, and none otherwise", async () => {
    const quiet = launch(planOf({ a: {} }));
    const telling = launch(planOf({ a: {} }), { usage: { outputTokens: 7 } });
    await Promise.all([atRest(quiet.run), atRest(telling.run)]);

    expect(typesOf(quiet.run.log)).not.toContain("call.sent");
    expect(telling.run.ledger).toMatchObject({ calls: 2, outputTokens: 14 });
  });

  test("reject a criterion when the task has one, and find a problem otherwise", () => {
    const asked = (criteria: readonly string[]) => reject("No.")({ task: { criteria } } as never);

    expect(asked(["It is right.", "It is short."])).toMatchObject({
      value: {
        criteria: [
          { criterion: 0, met: false, finding: "No." },
          { criterion: 1, met: true },
        ],
        problems: [],
      },
    });
    expect(asked([])).toMatchObject({
      value: { criteria: [], problems: [{ description: "No.", blocking: true }] },
    });
  });
});

describe("a story", () => {
  test("lets happen what must have happened before", () => {
    const state = given(planned({ a: {} }), finished("a"));

    expect(state).toMatchObject({ runId: "run_1", seq: 5 });
    expect(state.tasks.get("a")).toMatchObject({ status: "checking", attempts: [{ output: "a by haiku" }] });
  });

  test("needs a plan that stands", () => {
    expect(() => given(planned({ a: { dependsOn: ["b"] } }))).toThrow('Task "a" depends on "b"');
    expect(() => given(planned({ a: {} }), finished("b"))).toThrow('The story\'s plan has no task "b".');
  });
});

describe("reading a log", () => {
  const started = (...taskIds: readonly string[]): RunEvent[] =>
    taskIds.map((taskId, seq) => ({
      type: "attempt.started",
      taskId,
      attempt: 1,
      runId: "run_1",
      seq,
      at: 0,
    }));

  test("tells who started before whom", () => {
    const log = started("a", "b", "a");

    expect(startedBefore(log, "a", "b")).toBe(true);
    expect(startedBefore(log, "b", "a")).toBe(false);
    expect(startedBefore(log, "a", "never")).toBe(true);
    expect(startedBefore(log, "never", "a")).toBe(false);
    expect(startOrder(log)).toEqual(["a", "b"]);
  });

  test("tells how many were under way at once, and at which tiers a task was tried", async () => {
    const { run } = launch(wide(3), { review: { t1: [reject("No."), accept] } }, { concurrency: 2 });
    await run.result();

    expect(mostAtOnce(run.log)).toBe(2);
    expect(mostAtOnce(run.log, "sonnet")).toBe(1);
    expect(mostAtOnce(run.log, "opus")).toBe(0);
    expect(tiersOf(run.log, "t1")).toEqual(["haiku", "sonnet"]);
  });
});

// Alarms: what calls for one, that each is raised once a run, and that a run goes on all the same.
import {
  calibrationOf,
  checkInvariants,
  decide,
  defineTeam,
  evolve,
  initialState,
  memoryStore,
  plannerRouter,
  type RunEvent,
} from "@terrace/core";
import { accept, ok, planOf, reject, type ScriptedOptions, testTeam, wide } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import type { Alarm } from "../../../packages/core/src/calibration/alarm.js";
import { alarmsOf, driftOf, type Signs } from "../../../packages/core/src/calibration/alarms.js";
import { noSums, sumsOf } from "../../../packages/core/src/calibration/sums.js";
import { row } from "../routing/support.js";
import { atRest, launch } from "../support.js";

const signs = (changes: Partial<Signs> = {}): Signs => ({
  kind: "task",
  tier: "haiku",
  isTop: false,
  ofKind: noSums(),
  ofTier: noSums(),
  attempts: 0,
  trend: undefined,
  ...changes,
});
const names = (changes: Partial<Signs>): readonly string[] =>
  alarmsOf(signs(changes)).map(({ alarm }) => alarm);
const said = (sure: number, sureAccepted: number, unsure: number, unsureAccepted: number) => ({
  ...noSums(),
  sure,
  sureAccepted,
  unsure,
  unsureAccepted,
});

describe("an alarm", () => {
  test.each([
    [9, 9, false],
    [10, 4, false],
    [10, 5, true],
    [100, 27, false],
    [100, 28, true],
  ])("of escalations: of %i tasks %i sent on (%s)", (tasks, escalated, isRaised) => {
    expect(names({ ofKind: sumsOf(row("haiku", tasks, tasks - escalated)) })).toEqual(
      isRaised ? ["escalation"] : [],
    );
  });

  test.each([
    [29, 29, true, false],
    [30, 10, true, false],
    [30, 11, true, true],
    [30, 30, false, false],
  ])("of the top: of %i attempts %i at a tier which is it (%s) (%s)", (attempts, atTop, isTop, isRaised) => {
    const ofTier = { ...noSums(), attempts: atTop };

    expect(names({ tier: "opus", attempts, isTop, ofTier })).toEqual(isRaised ? ["top_share"] : []);
  });

  test.each<[string, Signs["ofTier"], number | null]>([
    ["too few of them", said(14, 0, 0, 0), null],
    ["as many as may fail", said(50, 45, 0, 0), null],
    ["more that fail", said(50, 44, 0, 0), 0.95],
    ["no better than the others, when hardly any fail", said(30, 29, 30, 30), null],
    ["no better than the others", said(40, 37, 30, 28), 28 / 30],
    ["better than the others", said(40, 38, 30, 23), null],
    ["too few others", said(40, 38, 29, 29), null],
  ])("of confidence: %s", (_, ofTier, bound) => {
    expect(alarmsOf(signs({ ofTier })).map((alarm) => alarm.bound)).toEqual(bound === null ? [] : [bound]);
  });

  test.each<[[number, number], [number, number], "fallen" | "risen" | null]>([
    [[40, 38], [20, 14], null],
    [[40, 38], [20, 13], "fallen"],
    [[40, 10], [40, 30], "risen"],
    [[0, 0], [40, 0], null],
  ])("of drift: %j before and %j lately have %s", ([before, a], [lately, b], moved) => {
    expect(driftOf({ judged: before, accepted: a }, { judged: lately, accepted: b })).toBe(moved);
  });

  test("of drift needs a baseline of twenty and ten cases since, and says where the baseline is from", () => {
    const trend = (before: number, lately: number) => ({
      golden: "smoke",
      before: { judged: before, accepted: before },
      lately: { judged: lately, accepted: 0 },
    });

    expect(names({ trend: trend(19, 40) })).toEqual([]);
    expect(names({ trend: trend(40, 9) })).toEqual([]);
    const [alarm] = alarmsOf(signs({ trend: trend(20, 10) }));
    expect(alarm?.reason).toBe(
      'Of 10 "task" tasks at haiku lately 0 were accepted at once (0 to 28 %); in the golden set "smoke" it was 20 of 20 ' +
        "(84 to 100 %). Find out what has changed: the model, the reviewer or the tasks (`terrace baseline`).",
    );
  });
});

const team = { ...testTeam, router: plannerRouter() };
const failing: ScriptedOptions = {
  review: (request) => (request.executedAt === "haiku" ? reject("No.") : accept)(request),
};
const bare = (event: object | undefined) => {
  const { runId: _, seq: __, at: ___, ...fact } = event as { runId: string; seq: number; at: number };
  return fact;
};
const alarmsOfLog = (log: readonly { readonly type: string }[]) =>
  log.filter((event) => event.type === "alarm.raised") as unknown as readonly Alarm[];

describe("a run of a team with a router", () => {
  test("raises each alarm once, as soon as there are cases enough, and goes on", async () => {
    const { run } = launch(wide(20), failing, { team, concurrency: 1, enforceInvariants: true });
    const { outcome } = await run.result();

    expect(outcome).toBe("complete");
    expect(alarmsOfLog(run.log)).toMatchObject([
      {
        alarm: "escalation",
        kind: "task",
        tier: "haiku",
        bound: 0.2,
        reason: expect.stringMatching(
          /^\d+ of 20 "task" tasks were sent on from haiku \(\d+ to \d+ %\), more than 20 %\. /,
        ),
      },
      { alarm: "confidence", kind: null, tier: "haiku", cases: 15 },
    ]);
    expect(checkInvariants(run.log)).toEqual([]);
  });

  test("adds its own cases to those of earlier runs", async () => {
    const store = memoryStore();
    const quiet = launch(wide(9), failing, { team, store });
    await quiet.run.result();
    const { run } = launch(wide(1), failing, { team, store, env: { id: (what) => `${what}-2` } });
    await run.result();

    expect(alarmsOfLog(quiet.run.log)).toEqual([]);
    expect(alarmsOfLog(run.log)).toMatchObject([{ alarm: "escalation", cases: 10, share: 0.9 }]);
  });

  test("raises what its log still owes when somebody takes it over, and nothing twice", async () => {
    const { run } = launch(wide(20), failing, { team, concurrency: 1 });
    await run.result();
    const fold = (log: readonly RunEvent[]) => log.reduce(evolve, initialState());
    const first = run.log.findIndex(({ type }) => type === "alarm.raised");

    expect(decide(fold(run.log.slice(0, first)))).toMatchObject([alarmsOfLog(run.log)[0]].map(bare));
    expect(decide(fold(run.log.slice(0, first + 1))).map(({ type }) => type)).not.toContain("alarm.raised");
    expect(run.state.alarms?.due).toEqual([]);
    expect(fold(run.log)).toEqual(run.state);
  });

  test("tells too many attempts at the top", async () => {
    const dear = defineTeam({ ...teamDeclaration, executors: { worker: { tier: "opus" } } });
    const { run } = launch(wide(30, { tier: "opus" }), {}, { team: dear });
    await run.result();

    expect(alarmsOfLog(run.log)).toMatchObject([{ alarm: "top_share", kind: null, tier: "opus", cases: 30 }]);
  });
});

const teamDeclaration = {
  models: { haiku: "h", sonnet: "s", opus: "o" },
  planner: { tier: "opus" },
  router: plannerRouter(),
} as const;

test("a team without a router is left alone", async () => {
  const { run } = launch(wide(20), failing);
  await run.result();

  expect(run.state.alarms).toBeNull();
  expect(alarmsOfLog(run.log)).toEqual([]);
});

describe("what a log teaches", () => {
  const learn = async (...given: Parameters<typeof launch>) => {
    const { run } = launch(...given);
    return calibrationOf([(await atRest(run)).log]);
  };

  test("counts an output that fails its checks as one that was judged", async () => {
    const check = { name: "no", run: (output: unknown) => (output === "t1 by haiku" ? ["No."] : []) };
    const rows = await learn(wide(1), {}, { checks: { worker: [check] } });

    expect(rows[0]).toMatchObject({
      tier: "haiku",
      started: 1,
      acceptedFirst: 0,
      words: { high: { judged: 1, accepted: 0 } },
    });
  });

  test("counts those that fail their checks no more often than others where outputs are reviewed by sample", async () => {
    const check = {
      name: "no",
      run: (output: unknown) => (/[05] by haiku$/.test(String(output)) ? ["No."] : []),
    };
    const sampled = defineTeam({
      ...teamDeclaration,
      executors: { worker: { tier: "haiku" } },
      reviewer: { sample: { task: 0.25 }, auditShare: 0 },
    });
    const rows = await learn(
      wide(400),
      {},
      { team: sampled, checks: { worker: [check] }, limits: { maxTasks: 400 } },
    );
    const haiku = rows.find(({ tier }) => tier === "haiku");

    expect(haiku?.started).toBeGreaterThan(60);
    expect(haiku?.started).toBeLessThan(140);
    expect((haiku?.acceptedFirst ?? 0) / (haiku?.started ?? 1)).toBeGreaterThan(0.7);
  });

  test("keeps a task that is done again after another's error as one task", async () => {
    const plan = planOf({
      a: {},
      b: { kind: "mid", dependsOn: ["a"] },
      c: { kind: "last", dependsOn: ["a", "b"] },
    });
    let blamed = false;
    const rows = await learn(plan, {
      review: (request) => {
        if (request.task.id !== "c" || blamed) return accept(request);
        blamed = true;
        return {
          outcome: "ok",
          value: { criteria: [], problems: [{ description: "No.", blocking: true }], blame: "a" },
        };
      },
    });

    expect(rows.find(({ kind }) => kind === "mid")).toMatchObject({
      tasks: 1,
      accepted: 1,
      started: 1,
      attempts: 2,
    });
    expect(rows.find(({ kind }) => kind === "last")).toMatchObject({
      tasks: 1,
      accepted: 1,
      acceptedFirst: 1,
    });
  });

  test("adds error costs together, every figure of them", async () => {
    const usage = { inputTokens: 3, costMicroUsd: 5 };
    const rows = await learn(planOf({ a: {}, b: { errorCost: "high" } }), { usage, execute: () => ok("x") });

    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      tasks: 2,
      accepted: 2,
      words: { high: { judged: 2, accepted: 2 } },
      execute: { calls: 2, promptTokens: 6, microUsd: 10 },
    });
  });
});

test("no log teaches nothing", () => {
  expect(calibrationOf([[]])).toEqual([]);
});

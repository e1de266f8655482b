// Faults that were planted in worlds of seeded outcomes: each is noticed, and hardly ever where there is none.
import { calibrationOf, checkInvariants, createOrchestrator } from "@terrace/core";
import { accept, blame, countingIds, ok, planOf, scriptedAgents } from "@terrace/core/testing";
import { describe, expect, test, vi } from "vitest";
import { type Lived, live, livesOf, shareOf, team, type World } from "./world.js";

// A hundred worlds take some seconds, on machines that others use too.
vi.setConfig({ testTimeout: 240_000 });

const KINDS = ["extract", "summarise", "translate"];
const changesIn = ({ report }: Lived): readonly string[] =>
  report.changes.map(({ kind, from, to }) => `${kind}: ${from} to ${to}`);

describe("a tier that fails at one kind", () => {
  const healthy: World = { right: (_, tier) => (tier === "haiku" ? 0.95 : 0.97) };
  const planted: World = {
    right: (kind, tier, task) =>
      kind === "translate" && tier === "haiku" ? 0.1 : healthy.right(kind, tier, task),
  };
  const life = { tasks: 60, kinds: KINDS };

  test("is proposed to be passed over for that kind and no other, within 60 tasks", async () => {
    const lives = await livesOf(20, planted, life);

    expect(shareOf(lives, (lived) => changesIn(lived).join() === "translate: haiku to sonnet")).toBe(1);
    expect(
      shareOf(
        lives,
        ({ alarms }) => alarms.map(({ alarm, kind }) => `${alarm} ${kind}`).join() === "escalation translate",
      ),
    ).toBe(1);
  });

  test("is proposed with the figures, as a table for a router, which nobody applies", async () => {
    const { report, logs } = await live(planted, { ...life, seed: 1 });

    expect(report.changes).toEqual([
      {
        kind: "translate",
        role: "worker",
        from: "haiku",
        to: "sonnet",
        reason: expect.stringMatching(
          /^Of 20 "translate" tasks at haiku \d were accepted \(\d+ to \d+ %\)\. A task is expected to cost \$0\.00\d+ from haiku, \$0\.00\d+ from sonnet\. It holds at either end of that\.$/,
        ),
        cases: 20,
        accepted: expect.any(Number),
        low: expect.any(Number),
        high: expect.any(Number),
      },
    ]);
    expect(report.table).toEqual({ translate: { tier: "sonnet" } });
    const routed = logs.flat().filter((event) => event.type === "task.routed");
    expect(new Set(routed.map(({ tier }) => tier))).toEqual(new Set(["haiku"]));
    expect(logs.flatMap((log) => checkInvariants(log))).toEqual([]);
  });

  test("where there is none, 60 tasks change nothing and raise no alarm in 99 of 100 worlds", async () => {
    const lives = await livesOf(100, healthy, life);

    expect(shareOf(lives, (lived) => changesIn(lived).length > 0)).toBeLessThanOrEqual(0.01);
    expect(shareOf(lives, ({ alarms }) => alarms.length > 0)).toBeLessThanOrEqual(0.01);
  });
});

describe("an executor that is sure of what is wrong", () => {
  const sure = (right: World["right"]): World => ({ right, says: () => "high" });
  const life = { tasks: 50 };
  const isAlarmed = ({ alarms }: Lived): boolean => alarms.some(({ alarm }) => alarm === "confidence");

  test("[E03] in every fifth case is alarmed within 50 tasks", async () => {
    const lives = await livesOf(
      20,
      sure((_, tier, task) => (tier === "haiku" && task % 5 === 2 ? 0 : 1)),
      life,
    );

    expect(shareOf(lives, isAlarmed)).toBe(1);
    expect(lives[0]?.alarms.find(({ alarm }) => alarm === "confidence")).toMatchObject({
      kind: null,
      tier: "haiku",
      reason: expect.stringMatching(
        /^\d+ of \d+ outputs of haiku with confidence high were accepted \(\d+ to \d+ %\); at least 95 % should be\. Have more of them reviewed by a stronger tier \(`auditShare`\)\.$/,
      ),
    });
  });

  test("[E03] in a fifth of cases, as they fall, is alarmed within 50 tasks in 98 of 100 worlds", async () => {
    const lives = await livesOf(
      100,
      sure((_, tier) => (tier === "haiku" ? 0.8 : 1)),
      life,
    );

    expect(shareOf(lives, isAlarmed)).toBeGreaterThanOrEqual(0.98);
  });

  test("hardly ever is not: at 2 % in 98 of 100 worlds, and one that keeps its word never", async () => {
    const hardly = await livesOf(
      100,
      sure((_, tier) => (tier === "haiku" ? 0.98 : 1)),
      life,
    );
    const honest = await livesOf(100, { right: (_, tier) => (tier === "haiku" ? 0.8 : 1) }, life);

    expect(shareOf(hardly, isAlarmed)).toBeLessThanOrEqual(0.02);
    expect(shareOf(honest, isAlarmed)).toBe(0);
  });

  test("[R08] says nothing with any word, when others are accepted as often", async () => {
    const random: World = {
      right: (_, tier) => (tier === "haiku" ? 0.9 : 1),
      says: (_, task) => (task % 2 === 0 ? "high" : "medium"),
    };
    const lives = await livesOf(20, random, { tasks: 200 });

    expect(shareOf(lives, isAlarmed)).toBeGreaterThan(0.5);
  });
});

describe("a model that has drifted", () => {
  const life = { tasks: 160 };
  const drifting = (to: number): World => ({
    right: (_, tier, task) => (tier !== "haiku" ? 1 : task < 60 ? 0.95 : to),
  });
  const noticedAfter = ({ alarms }: Lived): number =>
    (alarms.find(({ alarm, tier }) => alarm === "drift" && tier === "haiku")?.after ?? Infinity) - 60;
  const median = (lives: readonly Lived[]): number =>
    lives.map(noticedAfter).sort((a, b) => a - b)[Math.floor(lives.length / 2)] ?? Infinity;

  test.each([
    [0.5, 25],
    [0.6, 35],
  ])(
    "from 95 %% of outputs accepted to %s is noticed within 60 tasks, half of the time within %s",
    async (to, half) => {
      const lives = await livesOf(20, drifting(to), life);

      expect(shareOf(lives, (lived) => noticedAfter(lived) <= 60)).toBeGreaterThanOrEqual(0.99);
      expect(median(lives)).toBeLessThanOrEqual(half);
      const alarm = lives[0]?.alarms.find((each) => each.alarm === "drift");
      expect(alarm?.reason).toMatch(
        /^Of \d+ "extract" tasks at haiku lately \d+ were accepted at once \(\d+ to \d+ %\); in earlier runs it was \d+ of \d+ /,
      );
    },
  );

  test("where it has not, 160 tasks raise no alarm of it in 97 of 100 worlds", async () => {
    const lives = await livesOf(100, drifting(0.95), life);

    expect(shareOf(lives, ({ alarms }) => alarms.some(({ alarm }) => alarm === "drift"))).toBeLessThanOrEqual(
      0.03,
    );
  });
});

describe("an error upstream", () => {
  test("[I-21] counts against the task that made it, and its victim fares no worse", async () => {
    const plan = planOf({ facts: { kind: "find" }, essay: { kind: "write", dependsOn: ["facts"] } });
    const agents = scriptedAgents({
      execute: ({ task, route }) => ok(`${task.id} by ${route.tier}`, { confidence: "high" }),
      review: ({ task, inputs, ...rest }) =>
        task.id === "essay" && inputs[0]?.tier === "haiku"
          ? blame("facts", "The year is wrong.")({ task, inputs, ...rest })
          : accept({ task, inputs, ...rest }),
    });
    const run = createOrchestrator({ agents, team, env: countingIds() }).submit(plan);
    await run.result();

    const rows = calibrationOf([run.log]).map(
      ({ kind, tier, started, acceptedFirst, accepted, escalated }) => ({
        is: `${kind} at ${tier}`,
        first: `${acceptedFirst} of ${started}`,
        accepted,
        escalated,
      }),
    );
    expect(rows).toEqual([
      { is: "find at haiku", first: "0 of 1", accepted: 0, escalated: 1 },
      { is: "write at haiku", first: "1 of 1", accepted: 1, escalated: 0 },
      { is: "find at sonnet", first: "0 of 0", accepted: 1, escalated: 0 },
    ]);
    const high = calibrationOf([run.log]).find(({ kind, tier }) => kind === "find" && tier === "haiku");
    expect(high?.words.high).toEqual({ judged: 1, accepted: 0 });
    expect(checkInvariants(run.log)).toEqual([]);
  });
});

// Golden sets: every task at every tier, with nothing passed on, kept as a baseline by its date.
import {
  checkInvariants,
  createOrchestrator,
  type GoldenSet,
  memoryStore,
  type OrchestratorOptions,
  parseEvent,
  type RunStore,
  readGoldenSet,
  runGoldenSet,
} from "@terrace/core";
import {
  accept,
  countingIds,
  ok,
  planOf,
  reject,
  scriptedAgents,
  testTeam,
  wide,
} from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { expectedCheck } from "../../../packages/core/src/shell/golden-set.js";
import { issuesOf, rejectionOf } from "../support.js";
import { team } from "./world.js";

const set = (tasks: number): GoldenSet => ({
  name: "smoke",
  tasks: Array.from({ length: tasks }, (_, at) => ({
    id: `t${at}`,
    kind: at % 2 ? "write" : "find",
    brief: "Do it.",
  })),
});
const DAY = 86_400_000;
let days = 100;

/** An orchestrator's options, in which haiku writes badly, and finds well until it does not. */
function options(store: RunStore, canFind = true): OrchestratorOptions {
  days += 1;
  const now = days * DAY;
  const ids = countingIds();
  const agents = scriptedAgents({
    review: (request) =>
      request.executedAt === "haiku" && (request.task.kind === "write" || !canFind)
        ? reject("It is wrong.")(request)
        : accept(request),
    usage: { inputTokens: 1, costMicroUsd: 1_000 },
  });
  const id = (what: Parameters<typeof ids.id>[0]) => `${ids.id(what)}-${days}`;
  return { agents, team, store, env: { id, now: () => now } };
}

describe("a golden set", () => {
  test("is done at each tier, a run for each, in which nothing goes up and nobody is asked", async () => {
    const store = memoryStore();
    const report = await runGoldenSet(options(store), set(8));

    expect(report.runs.map(({ tier, status }) => `${tier} ${status}`)).toEqual([
      "haiku failed",
      "sonnet completed",
      "opus completed",
    ]);
    expect(
      report.lines.map(({ kind, tier, accepted, judged, usdPerAccepted }) => [
        kind,
        tier,
        accepted,
        judged,
        usdPerAccepted,
      ]),
    ).toEqual([
      ["find", "haiku", 4, 4, 0.002],
      ["write", "haiku", 0, 4, null],
      ["find", "sonnet", 4, 4, 0.002],
      ["write", "sonnet", 4, 4, 0.002],
      ["find", "opus", 4, 4, 0.002],
      ["write", "opus", 4, 4, 0.002],
    ]);
    for (const { runId, tier } of report.runs) {
      const log = await store.read(runId);
      expect(log[0]).toMatchObject({
        golden: "smoke",
        routing: null,
        goal: 'Set "smoke". Each task stands for itself.',
      });
      expect(log.some(({ type }) => type === "task.escalated" || type === "run.paused")).toBe(false);
      expect(log.every((event) => event.type !== "attempt.queued" || event.route.tier === tier)).toBe(true);
      expect(checkInvariants(log)).toEqual([]);
    }
  });

  test("says what it was the time before, and what has fallen beyond doubt", async () => {
    const store = memoryStore();
    const first = await runGoldenSet(options(store), set(40), { tiers: ["haiku"] });
    const again = await runGoldenSet(options(store), set(40), { tiers: ["haiku"] });
    const drifted = await runGoldenSet(options(store, false), set(40), { tiers: ["haiku"] });
    const other = await runGoldenSet(options(store), { ...set(40), name: "other" }, { tiers: ["haiku"] });

    const finding = [first, again, drifted, other].map(({ lines }) =>
      lines.find(({ kind }) => kind === "find"),
    );
    expect(finding.map((line) => [line?.accepted, line?.before?.accepted ?? null, line?.drift])).toEqual([
      [20, null, null],
      [20, 20, null],
      [0, 20, "fallen"],
      [20, null, null],
    ]);
    expect(finding[2]?.before?.at).toBe(again.at);
  });

  test("teaches routers and quotes nothing, and is the baseline of what comes after it", async () => {
    const store = memoryStore();
    const kind = { kind: "find" };
    await runGoldenSet(options(store), set(60));
    const drifted = createOrchestrator({ ...options(store, false), concurrency: 1 });
    const run = drifted.submit(wide(20, kind));
    await run.result();

    expect(run.log[1]).toMatchObject({ type: "calibration.loaded", runs: 0, rows: [] });
    const alarm = run.log.find((event) => event.type === "alarm.raised" && event.alarm === "drift");
    expect(alarm).toMatchObject({
      kind: "find",
      tier: "haiku",
      reason: expect.stringContaining('in the golden set "smoke" it was 30 of 30'),
    });
    const { rows, trends } = await drifted.calibration();
    expect(rows.map(({ tasks, tier }) => [tier, tasks])).toEqual([
      ["haiku", 20],
      ["sonnet", 20],
    ]);
    expect(trends.find(({ tier }) => tier === "haiku")).toMatchObject({
      golden: "smoke",
      before: { judged: 30, accepted: 30 },
      lately: { judged: 20, accepted: 0 },
    });
  });

  test("teaches no quote either", async () => {
    const store = memoryStore();
    const wired = options(store);
    await runGoldenSet(wired, set(20), { tiers: ["sonnet"] });
    const size = { least: 1, likely: 1, most: 1 };
    const agents = {
      ...wired.agents,
      priceOf: () => ({ microUsd: 1, asOf: "2026-11-21" }),
      sizeOf: () => ({ promptTokens: size, outputTokens: size }),
    };
    const { assumptions } = await createOrchestrator({ ...wired, agents }).quote(wide(1, { tier: "sonnet" }));

    expect(assumptions).toContainEqual(expect.stringContaining("likely: 0 of 1 tasks as earlier runs"));
  });

  test("is found as a baseline however many runs came after it", async () => {
    const store = memoryStore();
    await runGoldenSet(options(store), set(4), { tiers: ["haiku"] });
    const later = createOrchestrator({ ...options(store), learnFrom: 2 });
    for (let run = 0; run < 4; run += 1)
      await later.submit(planOf({ [`a${run}`]: { kind: "find" } })).result();

    const { runs, trends } = await later.calibration();
    expect(runs).toBe(2);
    expect(trends.find(({ kind }) => kind === "find")).toMatchObject({
      golden: "smoke",
      lately: { judged: 2 },
    });
  });

  test("checks an output against what is expected, before any review", async () => {
    const store = memoryStore();
    const agents = scriptedAgents({ execute: ok("Paris is the capital.") });
    const tasks = [
      { id: "right", kind: "find", brief: "Capital?", expected: { contains: ["Paris"] } },
      { id: "wrong", kind: "find", brief: "Capital?", expected: { equals: "Paris" } },
    ];
    const { lines } = await runGoldenSet(
      { agents, team: testTeam, store },
      { name: "n", tasks },
      { tiers: ["haiku"] },
    );

    expect(lines).toMatchObject([{ accepted: 1, judged: 2 }]);
    expect(agents.requests.review.map(({ task }) => task.id)).toEqual(["right"]);
  });

  test.each([
    [{ equals: { a: 1, b: [2] } }, { b: [2], a: 1 }, []],
    [{ equals: "Paris" }, " Paris\n", []],
    [{ equals: 7 }, "7", ['Expected the output to be `7`, got `"7"`.']],
    [{ contains: ["a", "z"] }, "abc", ['Expected the output to contain `"z"`, and it does not.']],
    [{ contains: ['"a":1'] }, { a: 1 }, []],
  ])("expects %j of %j", (expected, output, issues) => {
    expect(expectedCheck(expected).run(output, undefined as never)).toEqual(issues);
  });

  test("refuses tiers that are none", async () => {
    const error = await rejectionOf(runGoldenSet(options(memoryStore()), set(1), { tiers: ["gold"] }));

    expect(error).toMatchObject({
      issues: ['Expected `tiers` to be of the ladder ("haiku", "sonnet", "opus"), got `["gold"]`.'],
    });
  });
});

describe("a golden set in a file", () => {
  test("may be a plan, of which the tiers do not count", () => {
    const { tasks } = wide(1);

    expect(readGoldenSet({ goal: "G", tasks, answer: "t1" }, "plan")).toEqual({
      name: "plan",
      goal: "G",
      tasks: [
        {
          id: "t1",
          title: "Do t1",
          brief: "Everything there is to know about t1.",
          role: "worker",
          kind: "task",
          errorCost: "low",
          criteria: [],
          dependsOn: [],
        },
      ],
    });
  });

  test("is refused with everything that is wrong", () => {
    const read = () => readGoldenSet({ tasks: [{ id: "a", kind: "k", brief: "b", expect: 1 }, {}] }, "n");

    expect(issuesOf(read)).toEqual([
      expect.stringContaining(
        'Expected the golden set\'s `tasks.0` to be valid (Unrecognized key: "expect")',
      ),
      expect.stringContaining("Expected the golden set's `tasks.1.id` to be valid"),
      expect.stringContaining("Expected the golden set's `tasks.1.kind` to be valid"),
      expect.stringContaining("Expected the golden set's `tasks.1.brief` to be valid"),
    ]);
  });
});

test("an older log, which knows of no golden set, is read as before", async () => {
  const store = memoryStore();
  const run = createOrchestrator({ agents: scriptedAgents(), team: testTeam, store }).submit(wide(1));
  await run.result();
  const { golden, ...first } = run.log[0] as unknown as Record<string, unknown>;

  expect(golden).toBeNull();
  expect(parseEvent(first)).toEqual(run.log[0]);
});

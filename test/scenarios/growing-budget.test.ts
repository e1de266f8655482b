// What a plan that grows may cost: shares of subgoals, quotes, and what a person approves.
import {
  checkInvariants,
  createOrchestrator,
  memoryStore,
  type PriceOf,
  type Run,
  type SizeOf,
} from "@terrace/core";
import {
  countingIds,
  eventsOf,
  ok,
  planOf,
  reject,
  type ScriptedOptions,
  scriptedAgents,
  taskOf,
  testTeam,
  wide,
} from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { atRest, launch } from "../core/support.js";

/** Each call costs 100 micro-dollars and might cost as much. */
const usage = { costMicroUsd: 100 };
const GROWS = { maxNesting: 2, maxItems: 10, maxRevisions: 1, maxTopTierShare: 1 };

const shared = (script: ScriptedOptions, microUsd: number, subgoal = 0.5) =>
  launch(
    planOf({ study: { subgoal }, essay: { dependsOn: ["study"] } }),
    { usage, ...script },
    {
      limits: { ...GROWS, maxRevisions: 0 },
      budget: { hardUsd: microUsd / 1e6 },
      enforceInvariants: true,
      concurrency: 1,
    },
  );

const flags = (run: Run) =>
  [...run.state.tasks.values()].flatMap(({ task, flag }) =>
    flag === null ? [] : [[task.id, flag.cause, flag.reason]],
  );

describe("a subgoal spends no more than its share", () => {
  test("what is beyond it is flagged, and the rest of the run keeps what is its own", async () => {
    const { run } = launch(
      planOf({ study: { subgoal: 0.5 }, note: {}, essay: { dependsOn: ["study", "note"] } }),
      { usage, revise: { study: wide(4) } },
      { limits: GROWS, budget: { hardUsd: 0.0014 }, enforceInvariants: true, concurrency: 1 },
    );
    await atRest(run);

    // The planner's call, and an attempt and a review for each of three tasks.
    expect(flags(run)).toEqual([
      [
        "study-t3",
        "budget",
        'The share of subgoal "study", 0.000700 USD, does not bear the next call: 0.000700 USD are spent or reserved, ' +
          'and the call to "model-haiku" may cost up to 0.000100 USD.',
      ],
    ]);
    expect(run.state.tasks.get("note")?.status).toBe("accepted");
    expect(run.state.ledger.committedBySubgoal).toEqual(new Map([["study", 700]]));
    expect(checkInvariants(run.log)).toEqual([]);
  });

  test("more budget is more of its share", async () => {
    const { run } = shared({ revise: { study: wide(2) } }, 600);
    await atRest(run);
    expect(flags(run).map(([id, cause]) => [id, cause])).toEqual([["study-t1", "budget"]]);
    await run.changeBudget({ hardUsd: 0.002 });

    expect((await run.result()).outcome).toBe("complete");
    expect(checkInvariants(run.log)).toEqual([]);
  });

  test("nor do the subgoals within it", async () => {
    const deep = planOf({ deeper: { subgoal: 0.5 } });
    const { run } = shared({ revise: { study: deep, "study-deeper": wide(9) } }, 2_000);
    await atRest(run);

    expect(flags(run)[0]?.[2]).toContain('The share of subgoal "study-deeper", 0.000500 USD, does not bear');
    expect(run.state.ledger.committedBySubgoal).toEqual(
      new Map([
        ["study", 600],
        ["study-deeper", 500],
      ]),
    );
  });

  test("planning it is part of it: a share that bears no planner is flagged", async () => {
    const { run, agents } = shared({ revise: { study: wide(1) } }, 1_000, 0.05);
    await atRest(run);

    expect(flags(run).map(([id, cause]) => [id, cause])).toEqual([["study", "budget"]]);
    expect(eventsOf(run.log, "plan.kept")).toHaveLength(1);
    expect(agents.requests.execute).toEqual([]);
    await run.changeBudget(null);
    expect((await run.result()).outcome).toBe("complete");
  });

  test("no number of slots overshoots it", async () => {
    const { run } = launch(
      planOf({ study: { subgoal: 0.5 } }),
      { usage: { costMicroUsd: 60, reservedMicroUsd: 100 }, revise: { study: wide(40) } },
      { limits: GROWS, budget: { hardUsd: 0.003 }, enforceInvariants: true, concurrency: 16 },
    );
    await atRest(run);

    expect(run.state.ledger.committedBySubgoal.get("study")).toBeLessThanOrEqual(1_500);
    expect(checkInvariants(run.log, { slots: 16 })).toEqual([]);
  });
});

const priceOf: PriceOf = () => ({ microUsd: 1_000, asOf: "2026-11-21" });
const tokens = { least: 1, likely: 1, most: 1 };
const sizeOf: SizeOf = () => ({ promptTokens: tokens, outputTokens: tokens });
const quoting = (limits = {}) =>
  createOrchestrator({
    agents: { ...scriptedAgents(), priceOf, sizeOf },
    team: testTeam,
    store: memoryStore(),
    env: countingIds(),
    limits: { ...GROWS, maxRevisions: 0, ...limits },
  });

describe("the quote of a plan that grows", () => {
  const list = planOf({
    list: {},
    each: { dependsOn: ["list"], forEach: "list" },
    all: { dependsOn: ["each"] },
  });

  test("counts as many items as there may be at most, none at least, and says what one costs", async () => {
    const three = await quoting().quote(planOf({ a: {}, b: { dependsOn: ["a"] }, c: { dependsOn: ["b"] } }));
    const quote = await quoting().quote(list);

    expect(quote).toMatchObject({ minUsd: 0.004, likelyUsd: null });
    expect(quote.maxUsd).toBeGreaterThan(3 * (three.maxUsd ?? 0));
    expect(quote.calls.min).toBe(4);
    expect(quote.assumptions.at(-1)).toMatch(
      /^"each" is done for each item of "list", for none at least and for 10 at most; each costs 0\.002000 to \d\.\d{6} USD, probably 0\.002480\.$/,
    );
  });

  test("says of a subgoal, or of a planner that may change it, what nobody knows", async () => {
    const subgoal = planOf({ study: { subgoal: 0.25 }, essay: { dependsOn: ["study"] } });

    expect(await quoting().quote(subgoal)).toMatchObject({ minUsd: 0.002, likelyUsd: null, maxUsd: null });
    const within = await quoting().quote(subgoal, { budget: { hardUsd: 2 } });
    expect(within).toMatchObject({ maxUsd: 2, calls: { min: 2, likely: null, max: null } });
    expect(within.byTier.haiku?.calls).toEqual({ min: 2, likely: null, max: null });
    expect((await quoting().quote(subgoal)).assumptions.at(-1)).toBe(
      'What subgoal "study" costs is known once it is planned; it may spend 25 % of the budget.',
    );
    const changing = await quoting({ maxRevisions: 2 }).quote(wide(1));
    expect(changing).toMatchObject({ likelyUsd: 0.00248, maxUsd: null });
    expect(changing.assumptions.at(-1)).toBe(
      "The planner may change the plan 2 times; what that brings is in no figure.",
    );
  });

  test("bounds what it comes to", async () => {
    const orchestrator = createOrchestrator({
      agents: {
        ...scriptedAgents({
          usage: { costMicroUsd: 1_000 },
          execute: { list: ok(["a", "b", "c"]) },
          review: { "each-2": reject("No.") },
        }),
        priceOf,
        sizeOf,
      },
      team: testTeam,
      env: countingIds(),
      limits: { ...GROWS, maxRevisions: 0 },
    });
    const { maxUsd, minUsd } = await orchestrator.quote(list);
    const run = orchestrator.submit(list);
    await atRest(run as unknown as Run);

    expect(run.ledger.usd).toBeLessThanOrEqual(maxUsd ?? 0);
    expect(run.ledger.usd).toBeGreaterThanOrEqual(minUsd ?? 0);
  });
});

describe("in a run whose plan needs approval", () => {
  const begin = (approveAboveUsd: number, script: ScriptedOptions = {}) => {
    const agents = {
      ...scriptedAgents({
        usage: { costMicroUsd: 1_000 },
        review: { a: reject("No.") },
        revise: {
          a: {
            tasks: ["c", "d", "e", "f"].map((id) => taskOf(id)),
            withdraw: ["a"],
            answer: "b",
            reason: "There is more to do.",
          },
        },
        ...script,
      }),
      priceOf,
      sizeOf,
    };
    return launch(planOf({ a: {}, b: {} }), {}, { agents, limits: GROWS }, { approveAboveUsd }).run;
  };

  test("a revision is quoted anew, with what is spent, and waits when that is likely to cost too much", async () => {
    const run = begin(0.01);
    await atRest(run);

    expect(run.state.halt?.reason).toBe("approval");
    const [first, second] = eventsOf(run.log, "plan.quoted");
    expect(first?.likelyMicroUsd).toBe(4_960);
    // What `a` came to at three tiers, `b`, the planner, and the four tasks that are left.
    expect(second?.likelyMicroUsd).toBe(9_000 + 4 * 2_480);
    expect(second?.minMicroUsd).toBe(9_000 + 4 * 2_000);
    expect(run.state.tasks.get("c")?.attempts).toEqual([]);
    await run.approve("ana");
    expect((await run.result()).outcome).toBe("complete");
    expect(checkInvariants(run.log)).toEqual([]);
  });

  test("a revision that stays below is not waited for", async () => {
    const run = begin(1);

    expect((await run.result()).outcome).toBe("complete");
    expect(eventsOf(run.log, "plan.quoted")).toHaveLength(2);
  });
});

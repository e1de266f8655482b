import type { CallAnswer, LedgerLine } from "@terrace/core";
import { accept, fault, ok, planOf, reject } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import {
  emptyLedger,
  noteCall,
  noteReuse,
  orphanCall,
  settleCall,
} from "../../../packages/core/src/run/ledger.js";
import { reportLedger } from "../../../packages/core/src/run/ledger-report.js";
import { atRest, launch } from "../support.js";

const call = { purpose: "execute", tier: "haiku", role: "worker", taskId: "a", attempt: 1 } as const;
const intent = {
  model: "m",
  effort: null,
  maxTokens: 10,
  key: "k",
  reservedMicroUsd: 9,
  reservedTokens: 20,
  urgency: "live",
  standsInFor: null,
} as const;
const usage: CallAnswer["usage"] = {
  inputTokens: 10,
  outputTokens: 20,
  thinkingTokens: 5,
  cacheReadTokens: 100,
  cacheWrite5mTokens: 200,
  cacheWrite1hTokens: 300,
};

describe("a ledger", () => {
  test("of nothing is nothing", () => {
    expect(reportLedger({ ledger: emptyLedger(), seq: 0 }, [])).toMatchObject({
      calls: 0,
      usd: 0,
      unpricedCalls: 0,
      byTier: {},
      byTask: {},
    });
  });

  test("keeps a call open until it ends, and counts it then", () => {
    const ledger = emptyLedger();
    noteCall(ledger, { callId: "call_1", ...call, ...intent });

    expect(ledger.openCalls.size).toBe(1);
    expect(ledger.total.calls).toBe(0);
    settleCall(ledger, "call_1", usage, 1_500);

    expect(ledger.openCalls.size).toBe(0);
    expect(ledger.total).toEqual({
      calls: 1,
      microUsd: 1_500,
      unpricedCalls: 0,
      unknownMicroUsd: 0,
      unknownTokens: 0,
      orphanedCalls: 0,
      ...usage,
    });
  });

  test("counts a call once, whatever is reported again", () => {
    const ledger = emptyLedger();
    noteCall(ledger, { callId: "call_1", ...call, ...intent });
    settleCall(ledger, "call_1", usage, 1);
    settleCall(ledger, "call_1", usage, 1);
    settleCall(ledger, "call_unknown", usage, 1);

    expect(ledger.total).toMatchObject({ calls: 1, microUsd: 1 });
  });

  test("counts a call without a price as unpriced, not as free", () => {
    const ledger = emptyLedger();
    noteCall(ledger, { callId: "call_1", ...call, ...intent });
    settleCall(ledger, "call_1", null, null);

    expect(ledger.total).toMatchObject({ calls: 1, microUsd: 0, unpricedCalls: 1, inputTokens: 0 });
  });

  test("charges an orphan what was reserved for it, and counts it apart", () => {
    const ledger = emptyLedger();
    noteCall(ledger, { callId: "call_1", ...call, ...intent });
    noteCall(ledger, { callId: "call_2", ...call, ...intent });
    orphanCall(ledger, "call_1", 9);
    orphanCall(ledger, "call_2", null);
    orphanCall(ledger, "call_2", 9);

    expect(ledger.total).toMatchObject({ calls: 2, microUsd: 9, unpricedCalls: 1, orphanedCalls: 2 });
    expect(ledger.byTask.get("a")).toMatchObject({ orphanedCalls: 2 });
    expect(ledger.openCalls.size).toBe(0);
  });

  test("counts what was not asked for, and what it would have cost, apart from what was spent", () => {
    const ledger = emptyLedger();
    noteReuse(ledger, 250_000);
    noteReuse(ledger, null);

    expect(reportLedger({ ledger, seq: 0 }, [])).toMatchObject({
      calls: 0,
      usd: 0,
      reusedCalls: 2,
      savedUsd: 0.25,
    });
  });

  test("counts the planner's calls for no task", () => {
    const ledger = emptyLedger();
    const planning = { purpose: "plan", tier: "opus", role: "planner", taskId: null, attempt: 1 } as const;
    noteCall(ledger, { callId: "call_1", ...planning, ...intent });
    settleCall(ledger, "call_1", usage, 1);

    expect(reportLedger({ ledger, seq: 0 }, [])).toMatchObject({
      byTier: { opus: { calls: 1 } },
      byRole: { planner: { calls: 1 } },
      byTask: {},
    });
  });
});

describe("what a ledger reports of the cache", () => {
  /** So many calls of a role, each with these tokens. */
  const reported = (calls: number, tokens: Partial<CallAnswer["usage"]>) => {
    const ledger = emptyLedger();
    const none = { inputTokens: 0, outputTokens: 0, thinkingTokens: 0, cacheReadTokens: 0 };
    for (let index = 0; index < calls; index += 1) {
      noteCall(ledger, { ...call, ...intent, callId: `call_${index}` });
      settleCall(
        ledger,
        `call_${index}`,
        { ...none, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0, ...tokens },
        1,
      );
    }
    return reportLedger({ ledger, seq: 0 }, []);
  };

  test("is the share of cached prompt tokens that was read, on every line", () => {
    const { cacheHitRate, byRole, byTier } = reported(1, {
      ...{ inputTokens: 500, cacheReadTokens: 300, cacheWrite5mTokens: 80, cacheWrite1hTokens: 20 },
    });

    expect([cacheHitRate, byRole.worker?.cacheHitRate, byTier.haiku?.cacheHitRate]).toEqual([
      0.75, 0.75, 0.75,
    ]);
  });

  test("is nothing when nothing was cached: that is no hit, and no miss", () => {
    expect(reported(20, { inputTokens: 500 })).toMatchObject({ cacheHitRate: null, warnings: [] });
  });

  test("warns of a role whose cache is hardly read, once it has made ten calls", () => {
    const low = { cacheReadTokens: 79, cacheWrite5mTokens: 21 };

    expect(reported(9, low).warnings).toEqual([]);
    expect(reported(10, { cacheReadTokens: 80, cacheWrite5mTokens: 20 }).warnings).toEqual([]);
    expect(reported(10, low).warnings).toEqual([
      'The prompt cache served 79 % of what 10 calls of "worker" had in it, and 80 % is low: is its prompt the same ' +
        "each time, and does its first call begin alone?",
    ]);
  });
});

test("[B06] [B08] a ledger warns of calls of unknown cost, and of orphans", () => {
  const ledger = emptyLedger();
  for (const callId of ["call_1", "call_2", "call_3"]) noteCall(ledger, { callId, ...call, ...intent });
  settleCall(ledger, "call_1", usage, null);
  settleCall(ledger, "call_2", usage, null);
  orphanCall(ledger, "call_3", 9);

  expect(reportLedger({ ledger, seq: 0 }, []).warnings).toEqual([
    "The cost of 2 calls is unknown and not in these sums. They can have cost $0.000018.",
    "A crash left 1 call without a recorded end, charged at the most that it can have cost.",
  ]);
});

describe("the ledger of a run", () => {
  /** A run with a planner, a repair, an escalation, a retry and their reviews: every kind of call. */
  const spend = async () => {
    const { run } = launch("anything", {
      plan: planOf({ a: {}, b: { dependsOn: ["a"] } }),
      execute: { a: { haiku: [fault("empty"), ok("x")] }, b: [fault("transport"), ok("y")] },
      review: { a: [reject("No."), accept] },
      usage: ({ route }) => ({
        inputTokens: 10,
        outputTokens: 1,
        costMicroUsd: route.tier === "haiku" ? 3 : null,
      }),
    });
    return atRest(run);
  };

  test("counts every call: plan, attempts, repairs, retries and reviews", async () => {
    const { ledger } = await spend();

    expect(Object.entries(ledger.byPurpose).map(([purpose, { calls }]) => [purpose, calls])).toEqual([
      ["plan", 1],
      ["execute", 5],
      ["review", 3],
    ]);
    expect(ledger).toMatchObject({
      calls: 9,
      usd: 0.000015,
      unpricedCalls: 4,
      inputTokens: 80,
      outputTokens: 8,
    });
  });

  test("adds up to the same sum however it is split", async () => {
    const { ledger } = await spend();
    const sum = (lines: { readonly [name: string]: LedgerLine }) =>
      Object.values(lines).reduce((total, { inputTokens }) => total + inputTokens, 0);

    expect(sum(ledger.byTier)).toBe(ledger.inputTokens);
    expect(sum(ledger.byRole)).toBe(ledger.inputTokens);
    expect(sum(ledger.byPurpose)).toBe(ledger.inputTokens);
    expect(sum(ledger.byTask)).toBe(ledger.inputTokens - (ledger.byPurpose.plan?.inputTokens ?? 0));
  });
});

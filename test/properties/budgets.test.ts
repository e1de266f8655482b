// What a run spends, whatever its plan, its verdicts, its concurrency and its budget.
import { type Budget, checkInvariants, type Run } from "@terrace/core";
import { accept, reject } from "@terrace/core/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { atRest, launch } from "../core/support.js";
import { holds } from "./live.js";
import { plans } from "./worlds.js";

/** In micro-dollars; a call may cost up to three times as much. */
const COSTS = { haiku: 7, sonnet: 60, opus: 130 } as const;

const usage = ({ route: { tier } }: { readonly route: { readonly tier: string } }) => {
  const costMicroUsd = COSTS[tier as keyof typeof COSTS];
  return {
    inputTokens: 3,
    outputTokens: 5,
    costMicroUsd,
    reservedMicroUsd: 3 * costMicroUsd,
    reservedTokens: 30,
  };
};

const budgets: fc.Arbitrary<Budget> = fc.record({
  hardUsd: fc.integer({ min: 0, max: 6_000 }).map((microUsd) => microUsd / 1e6),
  softUsd: fc.integer({ min: 0, max: 6_000 }).map((microUsd) => microUsd / 1e6),
  perTaskUsd: fc.integer({ min: 300, max: 2_000 }).map((microUsd) => microUsd / 1e6),
  maxTokens: fc.integer({ min: 0, max: 2_000 }),
  maxEscalations: fc.integer({ min: 0, max: 5 }),
  onExceed: fc.constantFrom("pause" as const, "degrade" as const, "stop" as const),
});

/** The most that was spent and reserved at any moment, in micro-dollars. */
function mostCommitted({ log }: Run): number {
  let spent = 0;
  let most = 0;
  const open = new Map<string, number>();
  for (const event of log) {
    if (event.type === "call.sent") {
      open.set(event.callId, event.reservedMicroUsd ?? 0);
      spent += event.reservedMicroUsd ?? 0;
    } else if (event.type === "call.answered") {
      spent += (event.costMicroUsd ?? 0) - (open.get(event.callId) ?? 0);
      open.delete(event.callId);
    }
    most = Math.max(most, spent);
  }
  return most;
}

describe("whatever the plan, the verdicts, the concurrency and the budget,", () => {
  test("a run overspends by 0 micro-dollars, comes to rest, and holds nothing reserved then", async () => {
    await holds(
      fc.asyncProperty(
        plans,
        budgets,
        fc.integer({ min: 1, max: 64 }),
        fc.infiniteStream(fc.boolean()),
        async (plan, budget, concurrency, verdicts) => {
          const review = () => (verdicts.next().value === true ? accept : reject("It is wrong."));
          const script = { usage, review: (request: Parameters<typeof accept>[0]) => review()(request) };
          const { run } = launch(plan, script, { budget, concurrency });
          await atRest(run);

          expect(mostCommitted(run)).toBeLessThanOrEqual(Math.floor((budget.hardUsd ?? 0) * 1e6 + 1e-6));
          expect(checkInvariants(run.log, { slots: concurrency, isOver: true })).toEqual([]);
          expect(run.state.ledger.reservedMicroUsd).toBe(0);
          expect(run.state.ledger.reservedTokens).toBe(0);
          // Nothing is gone through in circles between the budget and the escalations.
          expect(run.log.length).toBeLessThan(60 * plan.tasks.length + 60);
        },
      ),
      1_000,
    );
  }, 120_000);

  test("a run whose budget is lifted goes on from where it stood, to the end or to a person", async () => {
    await holds(
      fc.asyncProperty(plans, budgets, fc.integer({ min: 1, max: 64 }), async (plan, budget, concurrency) => {
        const { run } = launch(plan, { usage }, { budget: { ...budget, onExceed: "degrade" }, concurrency });
        await atRest(run);
        await run.changeBudget(null);
        await atRest(run);

        expect(run.state.status).toBe("completed");
        expect(run.census.outcome).toBe("complete");
      }),
    );
  });
});

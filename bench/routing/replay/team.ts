/** A table as a team declares it: a router, and the kinds that are reviewed by sample. */

import { defineTeam, type Plan, type Team, tableRouter } from "@terrace/core";
import type { RoutingTable } from "../fit.js";
import type { Treatment } from "../treatment.js";

/** Models that stand in for the recorded ones, by the length of the ladder; it is the records that answer. */
const STAND_INS: Readonly<Record<string, string>> = {
  haiku: "claude-haiku-5-5",
  sonnet: "claude-sonnet-5-5",
  opus: "claude-opus-5-5",
};

/** The names of so many tiers, cheapest first. */
function tierNames(tiers: number): string[] {
  return tiers === 2 ? ["haiku", "opus"] : ["haiku", "sonnet", "opus"];
}

/**
 * The team that routes as the table does.
 *
 * What the top makes is accepted when it has passed its checks: nobody is left to do it better.
 */
export function teamOf(table: RoutingTable, tiers: number): Team {
  const ladder = tierNames(tiers);
  const rows = [...table].map(([kind, treatment]) => {
    return {
      kind,
      tier: ladder[treatment.path[0] ?? tiers - 1] ?? "opus",
      shares: sharesOf(ladder, treatment),
    };
  });
  return defineTeam({
    ladder,
    models: Object.fromEntries(ladder.map((tier) => [tier, STAND_INS[tier] ?? tier])),
    planner: { tier: "opus" },
    executors: { worker: { tier: "opus" } },
    reviewer: {
      policy: ({ tier }) => tier,
      auditShare: 0,
      sample: {
        [UNKNOWN]: 0,
        ...Object.fromEntries(rows.map(({ kind, shares }) => [kind, shares])),
      },
    },
    router: tableRouter(Object.fromEntries(rows.map(({ kind, tier }) => [kind, { tier }]))),
  });
}

/** The share of each tier's outputs that is reviewed; none of tiers that the path does not lead on from. */
function sharesOf(
  ladder: readonly string[],
  { path, shares }: Treatment,
): { readonly [tier: string]: number } {
  return Object.fromEntries(ladder.map((tier, rung) => [tier, shares[path.indexOf(rung)] ?? 0]));
}

/** A kind that no table has: its tasks start where the plan says, which is the top. */
const UNKNOWN = "unknown";

/** A plan of one task, which the token names. Nothing in it says what the task is or how it went before. */
export function planOf(token: string, kind: string, table: RoutingTable): Plan {
  return {
    goal: "Settle one recorded task.",
    tasks: [
      {
        id: "t",
        title: "A recorded task",
        brief: `Settle ${token}.`,
        role: "worker",
        kind: table.has(kind) ? kind : UNKNOWN,
        tier: "opus",
        tierReason: "Nothing is known of its kind.",
        errorCost: "low",
        criteria: ["The task is settled."],
        dependsOn: [],
      },
    ],
    answer: "t",
  };
}

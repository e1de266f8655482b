/** A table as a team declares it: a router, and the kinds that are reviewed by sample. */

import { defineTeam, type Plan, split, type Team, tableRouter } from "@terrace/core";
import type { RoutingTable, SplitTable } from "../split-table.js";
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
export function teamOf({ share, first, second }: SplitTable, tiers: number): Team {
  const names = tierNames(tiers);
  const used = new Set([...first.values(), ...second.values()].flatMap(({ path }) => path));
  const ladder = names.filter((_, rung) => rung === tiers - 1 || used.has(rung));
  const startsOf = (table: RoutingTable) =>
    tableRouter(
      Object.fromEntries(
        [...table].map(([kind, { path }]) => [kind, { tier: names[path[0] ?? tiers - 1] ?? "opus" }]),
      ),
    );
  const none = Object.fromEntries(ladder.map((tier) => [tier, 0]));
  const rows = [...first].map(([kind, treatment]) => {
    const other = second.get(kind) ?? treatment;
    return [kind, { ...none, ...sharesOf(names, other), ...sharesOf(names, treatment) }];
  });
  return defineTeam({
    ladder,
    models: Object.fromEntries(ladder.map((tier) => [tier, STAND_INS[tier] ?? tier])),
    planner: { tier: "opus" },
    executors: { worker: { tier: "opus" } },
    reviewer: {
      policy: ({ tier }) => tier,
      auditShare: 0,
      sample: { [UNKNOWN]: 0, ...Object.fromEntries(rows) },
    },
    router: share === 1 ? startsOf(first) : split(share, startsOf(first), startsOf(second)),
  });
}

/** The share of each tier's outputs that is reviewed, for the tiers that the path leads on from. */
function sharesOf(
  names: readonly string[],
  { path, shares }: Treatment,
): { readonly [tier: string]: number } {
  return Object.fromEntries(shares.map((share, step) => [names[path[step] ?? 0] ?? "", share]));
}

/** A kind that no table has: its tasks start where the plan says, which is the top. */
const UNKNOWN = "unknown";

/** A plan of one task, which the token names. Nothing in it says what the task is or how it went before. */
export function planOf(token: string, kind: string, { first }: SplitTable): Plan {
  return {
    goal: "Settle one recorded task.",
    tasks: [
      {
        id: "t",
        title: "A recorded task",
        brief: `Settle ${token}.`,
        role: "worker",
        kind: first.has(kind) ? kind : UNKNOWN,
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

/** A whole set of tasks through the real orchestrator, a run each, and what was decided about every one. */

import { type Agents, createOrchestrator, type Run, RunError, type RunResult } from "@terrace/core";
import { eventsOf } from "@terrace/core/testing";
import type { SplitTable } from "../split-table.js";
import { planOf, teamOf } from "./team.js";

/** A task as the orchestrator is given it. */
export interface Assignment {
  readonly token: string;
  readonly kind: string;
  /** Which table routes it: that of its fold. */
  readonly fold: number;
}

/** What was decided about one task, in order, as its log has it. */
export interface Decisions {
  readonly token: string;
  /** Where the router started it; the plan did where there is no row for its kind. */
  readonly routed: string;
  /** The tier of each attempt. */
  readonly attempts: readonly string[];
  readonly verdicts: readonly string[];
  /** `reviewer`, `rule`, or `person` when the top was rejected. */
  readonly acceptedBy: string;
  readonly seal: string;
  readonly usd: number;
  readonly reviewUsd: number;
}

/** Runs under way at once. */
const AT_ONCE = 40;

/** Settles every task. What is rejected at the top goes to a person, who accepts the draft as it is. */
export async function replay(
  agents: Agents,
  tables: readonly SplitTable[],
  tiers: number,
  assignments: readonly Assignment[],
): Promise<Decisions[]> {
  // Which outputs are of a sample follows from the id of the run, so the ids count.
  const last: Record<string, number> = {};
  const id = (kind: string) => {
    last[kind] = (last[kind] ?? 0) + 1;
    return `${kind}_${last[kind]}`;
  };
  const orchestrators = tables.map((table) =>
    createOrchestrator({ agents, team: teamOf(table, tiers), env: { id }, limits: { maxTopTierShare: 1 } }),
  );
  const decided: Decisions[] = [];
  for (let at = 0; at < assignments.length; at += AT_ONCE) {
    const batch = assignments.slice(at, at + AT_ONCE).map(({ token, kind, fold }) => {
      const table = tables[fold] as SplitTable;
      const run = orchestrators[fold]?.submit(planOf(token, kind, table));
      return settle(run as Run, token);
    });
    decided.push(...(await Promise.all(batch)));
  }
  return decided;
}

async function settle(run: Run, token: string): Promise<Decisions> {
  try {
    return decisionsIn(run, token, await run.result());
  } catch (error) {
    if (!(error instanceof RunError) || run.state.tasks.get("t")?.status !== "flagged") throw error;
    await run.resolve("t", { action: "accept" });
    return decisionsIn(run, token, await run.result());
  }
}

function decisionsIn(run: Run, token: string, { outputs, ledger }: RunResult): Decisions {
  return {
    token,
    routed: eventsOf(run.log, "task.routed")[0]?.tier ?? "",
    attempts: eventsOf(run.log, "attempt.queued").map(({ route }) => route.tier),
    verdicts: eventsOf(run.log, "review.returned").map(({ verdict }) => verdict),
    acceptedBy: eventsOf(run.log, "task.accepted")[0]?.by ?? "",
    seal: String(outputs.t),
    usd: ledger.usd,
    reviewUsd: ledger.byPurpose.review?.usd ?? 0,
  };
}

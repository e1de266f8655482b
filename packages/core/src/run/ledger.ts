import type { Usage } from "../ports/call-journal.js";
import type { Facts, Purpose } from "./events.js";

/** A sum of calls: how many, their tokens of every class, and what they cost at list price. */
export interface LedgerSum extends Usage {
  readonly calls: number;
  /** Integer micro-dollars over the calls that have a price. */
  readonly microUsd: number;
  /** Calls whose model has no known price, or whose answer never came: their cost is unknown, not 0. */
  readonly unpricedCalls: number;
}

/** A call that was sent and has not ended. */
interface OpenCall {
  readonly purpose: Purpose;
  readonly tier: string;
  readonly role: string;
  readonly taskId: string | null;
}

/** What a run has spent: every call of every purpose, repairs, reviews and retries included. */
export interface Ledger {
  readonly total: LedgerSum;
  readonly byTier: ReadonlyMap<string, LedgerSum>;
  readonly byRole: ReadonlyMap<string, LedgerSum>;
  readonly byPurpose: ReadonlyMap<string, LedgerSum>;
  /** Keyed by task id; the planner's calls belong to no task. */
  readonly byTask: ReadonlyMap<string, LedgerSum>;
  /** Calls under way, by call id. */
  readonly openCalls: ReadonlyMap<string, OpenCall>;
}

const NO_USAGE: Usage = {
  inputTokens: 0,
  outputTokens: 0,
  thinkingTokens: 0,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
};

const NOTHING: LedgerSum = { calls: 0, microUsd: 0, unpricedCalls: 0, ...NO_USAGE };

/** A ledger of nothing. */
export function emptyLedger(): Ledger {
  return {
    total: NOTHING,
    byTier: new Map(),
    byRole: new Map(),
    byPurpose: new Map(),
    byTask: new Map(),
    openCalls: new Map(),
  };
}

/** Notes that a call left. Changes the ledger it is given. */
export function noteCall(ledger: Ledger, call: Facts["call.sent"]): void {
  const { purpose, tier, role, taskId } = call;
  (ledger.openCalls as Map<string, OpenCall>).set(call.callId, { purpose, tier, role, taskId });
}

/** Settles a call: once, whatever is reported again. Changes the ledger it is given. */
export function settleCall(
  ledger: Ledger,
  callId: string,
  usage: Usage | null,
  microUsd: number | null,
): void {
  const call = ledger.openCalls.get(callId);
  if (call === undefined) return;
  (ledger.openCalls as Map<string, OpenCall>).delete(callId);
  const add = (sum: LedgerSum | undefined): LedgerSum => plus(sum ?? NOTHING, usage ?? NO_USAGE, microUsd);
  (ledger as { total: LedgerSum }).total = add(ledger.total);
  const sums: [ReadonlyMap<string, LedgerSum>, string | null][] = [
    [ledger.byTier, call.tier],
    [ledger.byRole, call.role],
    [ledger.byPurpose, call.purpose],
    [ledger.byTask, call.taskId],
  ];
  for (const [map, key] of sums) {
    if (key !== null) (map as Map<string, LedgerSum>).set(key, add(map.get(key)));
  }
}

function plus(sum: LedgerSum, usage: Usage, microUsd: number | null): LedgerSum {
  return {
    calls: sum.calls + 1,
    microUsd: sum.microUsd + (microUsd ?? 0),
    unpricedCalls: sum.unpricedCalls + (microUsd === null ? 1 : 0),
    inputTokens: sum.inputTokens + usage.inputTokens,
    outputTokens: sum.outputTokens + usage.outputTokens,
    thinkingTokens: sum.thinkingTokens + usage.thinkingTokens,
    cacheReadTokens: sum.cacheReadTokens + usage.cacheReadTokens,
    cacheWrite5mTokens: sum.cacheWrite5mTokens + usage.cacheWrite5mTokens,
    cacheWrite1hTokens: sum.cacheWrite1hTokens + usage.cacheWrite1hTokens,
  };
}

import { NO_USAGE, type Usage } from "../ports/call-journal.js";
import type { Facts, Purpose } from "./events.js";
import type { Latency } from "./latency.js";
import type { Urgency } from "./urgency.js";

/** A sum of calls: how many, their tokens of every class, and what they cost at list price. */
export interface LedgerSum extends Usage {
  readonly calls: number;
  /** Integer micro-dollars over the calls that have a price. */
  readonly microUsd: number;
  /** Calls whose model has no known price, or whose answer never came: their cost is unknown, not 0. */
  readonly unpricedCalls: number;
  /** What was reserved for those, in integer micro-dollars: a budget counts it as spent. */
  readonly unknownMicroUsd: number;
  /** Tokens that were reserved for calls whose usage is unknown. */
  readonly unknownTokens: number;
  /** Calls that a crash left without a recorded end; each is charged at what was reserved for it. */
  readonly orphanedCalls: number;
}

/** A call that was sent and has not ended. */
export interface OpenCall {
  readonly purpose: Purpose;
  readonly tier: string;
  readonly role: string;
  readonly taskId: string | null;
  readonly reservedMicroUsd: number | null;
  readonly reservedTokens: number | null;
  readonly urgency: Urgency;
  /** The batch that it went with, as far as that is recorded. */
  readonly batchId: string | null;
  /** The subgoals whose shares it is paid from. */
  readonly subgoals: readonly string[];
}

/** What a run has spent: every call of every purpose, repairs, reviews and retries included. */
export interface Ledger {
  readonly total: LedgerSum;
  readonly byTier: ReadonlyMap<string, LedgerSum>;
  readonly byRole: ReadonlyMap<string, LedgerSum>;
  readonly byPurpose: ReadonlyMap<string, LedgerSum>;
  /** Keyed by task id; the planner's calls for the first plan belong to no task, those for a change to the one it is about. */
  readonly byTask: ReadonlyMap<string, LedgerSum>;
  /** Keyed by subgoal: what is spent within it, reserved, or was reserved for calls whose cost is unknown; micro-dollars. */
  readonly committedBySubgoal: ReadonlyMap<string, number>;
  /** Of live answers. */
  readonly latencyByTier: ReadonlyMap<string, Latency>;
  readonly latencyByPurpose: ReadonlyMap<string, Latency>;
  /** Calls that were not made, since another run had the answer. */
  readonly reusedCalls: number;
  /** What those cost the other run, in integer micro-dollars, as far as it is known. */
  readonly savedMicroUsd: number;
  /** Calls under way, by call id. */
  readonly openCalls: ReadonlyMap<string, OpenCall>;
  /** What is reserved for them, in integer micro-dollars. */
  readonly reservedMicroUsd: number;
  readonly reservedTokens: number;
}

const NOTHING: LedgerSum = {
  calls: 0,
  microUsd: 0,
  unpricedCalls: 0,
  unknownMicroUsd: 0,
  unknownTokens: 0,
  orphanedCalls: 0,
  ...NO_USAGE,
};

/** A ledger of nothing. */
export function emptyLedger(): Ledger {
  return {
    total: NOTHING,
    byTier: new Map(),
    byRole: new Map(),
    byPurpose: new Map(),
    byTask: new Map(),
    committedBySubgoal: new Map(),
    latencyByTier: new Map(),
    latencyByPurpose: new Map(),
    reusedCalls: 0,
    savedMicroUsd: 0,
    openCalls: new Map(),
    reservedMicroUsd: 0,
    reservedTokens: 0,
  };
}

/** Notes that a call left. Changes the ledger it is given. */
export function noteCall(ledger: Ledger, call: Facts["call.sent"], subgoals: readonly string[] = []): void {
  const { purpose, tier, role, taskId, reservedMicroUsd, reservedTokens, urgency } = call;
  const reserved = { reservedMicroUsd, reservedTokens };
  const open = { purpose, tier, role, taskId, ...reserved, urgency, batchId: null, subgoals };
  (ledger.openCalls as Map<string, OpenCall>).set(call.callId, open);
  const sums = ledger as { reservedMicroUsd: number; reservedTokens: number };
  sums.reservedMicroUsd += reservedMicroUsd ?? 0;
  sums.reservedTokens += reservedTokens ?? 0;
  commit(ledger, subgoals, reservedMicroUsd ?? 0);
}

function commit({ committedBySubgoal }: Ledger, subgoals: readonly string[], microUsd: number): void {
  const sums = committedBySubgoal as Map<string, number>;
  for (const id of subgoals) sums.set(id, (sums.get(id) ?? 0) + microUsd);
}

/** Notes the batch that a call went with. Changes the ledger it is given. */
export function noteBatch({ openCalls }: Ledger, callId: string, batchId: string): void {
  const call = openCalls.get(callId);
  if (call !== undefined) (openCalls as Map<string, OpenCall>).set(callId, { ...call, batchId });
}

/** Settles a call: once, whatever is reported again. Changes the ledger it is given. */
export function settleCall(
  ledger: Ledger,
  callId: string,
  usage: Usage | null,
  microUsd: number | null,
): void {
  settle(ledger, callId, (sum, call) => plus(sum, usage, microUsd, call));
}

/** Settles a call whose end nobody recorded: it is charged at what was reserved. Changes the ledger it is given. */
export function orphanCall(ledger: Ledger, callId: string, microUsd: number | null): void {
  settle(ledger, callId, (sum, call) => {
    return { ...plus(sum, null, microUsd, call), orphanedCalls: sum.orphanedCalls + 1 };
  });
}

/** Notes a call that was spared. Changes the ledger it is given. */
export function noteReuse(ledger: Ledger, microUsd: number | null): void {
  const saved = ledger as { reusedCalls: number; savedMicroUsd: number };
  saved.reusedCalls += 1;
  saved.savedMicroUsd += microUsd ?? 0;
}

/** What is spent, reserved for calls under way, or was reserved for those whose cost is unknown; of one task, or of all. */
export function committedMicroUsd(ledger: Ledger, taskId?: string): number {
  if (taskId === undefined) {
    return ledger.total.microUsd + ledger.total.unknownMicroUsd + ledger.reservedMicroUsd;
  }
  const { microUsd, unknownMicroUsd } = ledger.byTask.get(taskId) ?? NOTHING;
  let committed = microUsd + unknownMicroUsd;
  for (const call of ledger.openCalls.values())
    if (call.taskId === taskId) committed += call.reservedMicroUsd ?? 0;
  return committed;
}

/** Tokens that are used, reserved for calls under way, or were reserved for those whose usage is unknown. */
export function committedTokens({ total, reservedTokens }: Ledger): number {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens } = total;
  const used = inputTokens + outputTokens + cacheReadTokens + cacheWrite5mTokens + cacheWrite1hTokens;
  return used + total.unknownTokens + reservedTokens;
}

function settle(ledger: Ledger, callId: string, add: (sum: LedgerSum, call: OpenCall) => LedgerSum): void {
  const call = ledger.openCalls.get(callId);
  if (call === undefined) return;
  (ledger.openCalls as Map<string, OpenCall>).delete(callId);
  const settled = ledger as { total: LedgerSum; reservedMicroUsd: number; reservedTokens: number };
  settled.reservedMicroUsd -= call.reservedMicroUsd ?? 0;
  settled.reservedTokens -= call.reservedTokens ?? 0;
  const before = ledger.total;
  settled.total = add(before, call);
  if (call.subgoals.length > 0) {
    const { microUsd, unknownMicroUsd } = settled.total;
    const cost = microUsd + unknownMicroUsd - before.microUsd - before.unknownMicroUsd;
    commit(ledger, call.subgoals, cost - (call.reservedMicroUsd ?? 0));
  }
  const sums: [ReadonlyMap<string, LedgerSum>, string | null][] = [
    [ledger.byTier, call.tier],
    [ledger.byRole, call.role],
    [ledger.byPurpose, call.purpose],
    [ledger.byTask, call.taskId],
  ];
  for (const [map, key] of sums) {
    if (key !== null) (map as Map<string, LedgerSum>).set(key, add(map.get(key) ?? NOTHING, call));
  }
}

function plus(
  sum: LedgerSum,
  known: Usage | null,
  microUsd: number | null,
  { reservedMicroUsd, reservedTokens }: OpenCall,
): LedgerSum {
  const usage = known ?? NO_USAGE;
  return {
    calls: sum.calls + 1,
    microUsd: sum.microUsd + (microUsd ?? 0),
    unpricedCalls: sum.unpricedCalls + (microUsd === null ? 1 : 0),
    unknownMicroUsd: sum.unknownMicroUsd + (microUsd === null ? (reservedMicroUsd ?? 0) : 0),
    unknownTokens: sum.unknownTokens + (known === null ? (reservedTokens ?? 0) : 0),
    orphanedCalls: sum.orphanedCalls,
    inputTokens: sum.inputTokens + usage.inputTokens,
    outputTokens: sum.outputTokens + usage.outputTokens,
    thinkingTokens: sum.thinkingTokens + usage.thinkingTokens,
    cacheReadTokens: sum.cacheReadTokens + usage.cacheReadTokens,
    cacheWrite5mTokens: sum.cacheWrite5mTokens + usage.cacheWrite5mTokens,
    cacheWrite1hTokens: sum.cacheWrite1hTokens + usage.cacheWrite1hTokens,
  };
}

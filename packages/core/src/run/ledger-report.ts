import type { Usage } from "../ports/call-journal.js";
import type { PriceOf } from "../ports/price-of.js";
import { type Comparison, compare } from "./compare.js";
import type { RunEvent } from "./events.js";
import { type LatencyLine, reportLatency } from "./latency.js";
import type { Ledger, LedgerSum } from "./ledger.js";
import { ledgerWarnings } from "./ledger-warnings.js";
import type { RunState } from "./state.js";

/** A sum of calls as people read it. */
export interface LedgerLine extends Usage {
  readonly calls: number;
  /** US dollars at list price, over the calls that have a price. */
  readonly usd: number;
  /** Calls whose cost is unknown: no price for the model, or no answer that said what it used. */
  readonly unpricedCalls: number;
  /** The most that those can have cost, in US dollars. */
  readonly unknownUsd: number;
  /** The most tokens that calls without known usage can have taken. */
  readonly unknownTokens: number;
  /** Calls that a crash left without a recorded end; each is charged at the most it could cost. */
  readonly orphanedCalls: number;
  /** Of the prompt tokens that were read from the cache or written to it, the share that was read; `null` when none was. */
  readonly cacheHitRate: number | null;
}

/** What a run has spent, at list price: an estimate of the bill, which is the provider's. */
export interface LedgerReport extends LedgerLine {
  readonly byTier: { readonly [tier: string]: LedgerLine };
  /** The planner and the reviewer are roles of their own. */
  readonly byRole: { readonly [role: string]: LedgerLine };
  readonly byPurpose: { readonly [purpose: string]: LedgerLine };
  readonly byTask: { readonly [taskId: string]: LedgerLine };
  readonly latencyByTier: { readonly [tier: string]: LatencyLine };
  readonly latencyByPurpose: { readonly [purpose: string]: LatencyLine };
  /** What is worth a look, each in a line. */
  readonly warnings: readonly string[];
  /** Calls that were not made, since a reused run had the answer. */
  readonly reusedCalls: number;
  /** What those cost that run, in US dollars. */
  readonly savedUsd: number;
  /**
   * This run against all of its accepted work at one tier, and what its money went on. It tells the moment of this
   * report, however long the run goes on. Not enumerable, so that a report prints and compares as data.
   */
  compare(): Comparison;
}

/** Without anybody who knows prices, none is known. */
const UNPRICED: PriceOf = () => null;

/** The ledger at its public edge: micro-dollars become dollars, maps become records. */
export function reportLedger(
  { ledger, seq }: Pick<RunState, "ledger" | "seq">,
  log: readonly RunEvent[],
  priceOf: PriceOf = UNPRICED,
): LedgerReport {
  const total = toLine(ledger.total);
  const byRole = toRecord(ledger.byRole);
  const report = {
    ...total,
    byTier: toRecord(ledger.byTier),
    byRole,
    byPurpose: toRecord(ledger.byPurpose),
    byTask: toRecord(ledger.byTask),
    latencyByTier: toLatencies(ledger.latencyByTier),
    latencyByPurpose: toLatencies(ledger.latencyByPurpose),
    warnings: ledgerWarnings(total, byRole),
    reusedCalls: ledger.reusedCalls,
    savedUsd: ledger.savedMicroUsd / 1_000_000,
  };
  const value = (): Comparison => compare(log.slice(0, seq), priceOf);
  return Object.defineProperty(report, "compare", { value }) as LedgerReport;
}

function toLine({ microUsd, unknownMicroUsd, ...rest }: LedgerSum): LedgerLine {
  const { cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens } = rest;
  const cached = cacheReadTokens + cacheWrite5mTokens + cacheWrite1hTokens;
  const cacheHitRate = cached === 0 ? null : cacheReadTokens / cached;
  return { ...rest, usd: microUsd / 1_000_000, unknownUsd: unknownMicroUsd / 1_000_000, cacheHitRate };
}

function toRecord(sums: ReadonlyMap<string, LedgerSum>): { readonly [name: string]: LedgerLine } {
  return Object.fromEntries([...sums].map(([name, sum]) => [name, toLine(sum)]));
}

function toLatencies(latencies: Ledger["latencyByTier"]): { readonly [name: string]: LatencyLine } {
  return Object.fromEntries([...latencies].map(([name, latency]) => [name, reportLatency(latency)]));
}

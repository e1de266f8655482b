import type { Usage } from "../ports/call-journal.js";
import type { Ledger, LedgerSum } from "./ledger.js";

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
}

/** What a run has spent, at list price: an estimate of the bill, which is the provider's. */
export interface LedgerReport extends LedgerLine {
  readonly byTier: { readonly [tier: string]: LedgerLine };
  /** The planner and the reviewer are roles of their own. */
  readonly byRole: { readonly [role: string]: LedgerLine };
  readonly byPurpose: { readonly [purpose: string]: LedgerLine };
  readonly byTask: { readonly [taskId: string]: LedgerLine };
  /** Calls that were not made, since a reused run had the answer. */
  readonly reusedCalls: number;
  /** What those cost that run, in US dollars. */
  readonly savedUsd: number;
}

/** The ledger at its public edge: micro-dollars become dollars, maps become records. */
export function reportLedger(ledger: Ledger): LedgerReport {
  return {
    ...toLine(ledger.total),
    byTier: toRecord(ledger.byTier),
    byRole: toRecord(ledger.byRole),
    byPurpose: toRecord(ledger.byPurpose),
    byTask: toRecord(ledger.byTask),
    reusedCalls: ledger.reusedCalls,
    savedUsd: ledger.savedMicroUsd / 1_000_000,
  };
}

function toLine({ microUsd, unknownMicroUsd, ...rest }: LedgerSum): LedgerLine {
  return { ...rest, usd: microUsd / 1_000_000, unknownUsd: unknownMicroUsd / 1_000_000 };
}

function toRecord(sums: ReadonlyMap<string, LedgerSum>): { readonly [name: string]: LedgerLine } {
  return Object.fromEntries([...sums].map(([name, sum]) => [name, toLine(sum)]));
}

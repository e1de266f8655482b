import { type Budget, toBudget } from "./budget.js";
import { leftMicroUsd } from "./budget-gate.js";
import { committedTokens } from "./ledger.js";
import type { RunState } from "./state.js";

/** A budget as people read it, beside what is gone of it. Amounts in US dollars. */
export interface BudgetReport {
  readonly budget: Budget | null;
  readonly spentUsd: number;
  /** The worst case of the calls under way. */
  readonly reservedUsd: number;
  /** `null` when it bounds no money. */
  readonly leftUsd: number | null;
  /** Tokens of every class, with the worst case of the calls under way. */
  readonly tokens: number;
  readonly calls: number;
  readonly escalations: number;
  /** Milliseconds at work. */
  readonly workedMs: number;
  /** Whether the soft bound is passed. */
  readonly isWarned: boolean;
}

/** The budget at its public edge. */
export function reportBudget(state: RunState): BudgetReport {
  const { budget, ledger, escalations, workedMs, isWarned } = state;
  const left = leftMicroUsd(state, null);
  return {
    budget: budget === null ? null : toBudget(budget),
    spentUsd: (ledger.total.microUsd + ledger.total.unknownMicroUsd) / 1_000_000,
    reservedUsd: ledger.reservedMicroUsd / 1_000_000,
    leftUsd: left === null ? null : left / 1_000_000,
    tokens: committedTokens(ledger),
    calls: ledger.total.calls + ledger.openCalls.size,
    escalations,
    workedMs,
    isWarned,
  };
}

import type { LedgerLine } from "./ledger-report.js";

/** A role's cache is worth a look below this share of reads, when it has made so many calls. */
const LOW_HIT_RATE = 0.8;
const ENOUGH_CALLS = 10;

/** What is worth a look in a ledger, each in a line; empty when nothing is. */
export function ledgerWarnings(
  total: LedgerLine,
  byRole: { readonly [role: string]: LedgerLine },
): readonly string[] {
  const warnings: string[] = [];
  for (const [role, { calls, cacheHitRate }] of Object.entries(byRole)) {
    if (cacheHitRate === null || cacheHitRate >= LOW_HIT_RATE || calls < ENOUGH_CALLS) continue;
    const percent = Math.floor(cacheHitRate * 100);
    warnings.push(
      `The prompt cache served ${percent} % of what ${calls} calls of "${role}" had in it, and ${LOW_HIT_RATE * 100} % ` +
        "is low: is its prompt the same each time, and does its first call begin alone?",
    );
  }
  const { unpricedCalls, unknownUsd, orphanedCalls } = total;
  if (unpricedCalls > 0) {
    const bound = unknownUsd > 0 ? ` They can have cost $${unknownUsd.toFixed(6)}.` : "";
    warnings.push(`The cost of ${calls(unpricedCalls)} is unknown and not in these sums.${bound}`);
  }
  if (orphanedCalls > 0) {
    warnings.push(
      `A crash left ${calls(orphanedCalls)} without a recorded end, charged at the most that it can have cost.`,
    );
  }
  return warnings;
}

function calls(count: number): string {
  return count === 1 ? "1 call" : `${count} calls`;
}

import type { Findings } from "./judge.js";
import { SLOTS } from "./reference-plan.js";

/** What was found over many runs. */
export interface Tally {
  readonly points: number;
  readonly repeatedRecordedCalls: number;
  readonly lostResponses: number;
  readonly stateMismatches: number;
  readonly ledgerMismatches: number;
  readonly violations: number;
  readonly orphans: number;
  readonly maxOrphansPerKill: number;
  readonly slots: number;
  /** How many runs anything at all was wrong with. */
  readonly failures: number;
}

/** Adds up what was found, run by run. */
export function tallyOf(found: readonly Findings[]): Tally {
  const sum = (of: (each: Findings) => number): number => found.reduce((total, each) => total + of(each), 0);
  return {
    points: found.length,
    repeatedRecordedCalls: sum((each) => each.repeatedRecordedCalls),
    lostResponses: sum((each) => each.lostResponses),
    stateMismatches: sum((each) => each.stateMismatches),
    ledgerMismatches: sum((each) => each.ledgerMismatches),
    violations: sum((each) => each.violations),
    orphans: sum((each) => each.orphans.reduce((total, count) => total + count, 0)),
    maxOrphansPerKill: Math.max(0, ...found.flatMap((each) => each.orphans)),
    slots: SLOTS,
    failures: found.filter((each) => each.troubles.length > 0).length,
  };
}

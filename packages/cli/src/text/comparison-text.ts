// Where the money of a run went, and what the same accepted work would have cost at one tier.

import type { Baseline, Comparison, LedgerReport, SpendingLines } from "@terrace/core";
import { formatMicroUsd } from "./format.js";
import type { Palette } from "./palette.js";
import { wrap } from "./wrap.js";

/** What a run's money went on, then a line for each tier that could have done all of it; readable in 80 columns. */
export function describeComparison(ledger: LedgerReport, palette: Palette): string {
  const { dim } = palette;
  const compared = ledger.compare();
  const { allCheapest, allMiddle, allTop } = compared;
  const baselines = [allTop, allMiddle, allCheapest].filter((each) => each !== null);
  return [
    dim(wrap(`Spent on ${spendings(compared)}.`, 80)),
    ...savings(compared).map((line) => dim(line)),
    "",
    ...baselines.map((baseline) => against(baseline, compared, palette)),
    dim(wrap(allTop.assumes, 80)),
  ].join("\n");
}

const SPENT_ON: readonly (readonly [keyof SpendingLines, string])[] = [
  ["acceptedUsd", "accepted answers"],
  ["plannerUsd", "planning"],
  ["reviewUsd", "their reviews"],
  ["escalationUsd", "tiers that failed"],
  ["repairUsd", "repairs"],
  ["unacceptedUsd", "what was not accepted"],
  ["retryUsd", "retries"],
  ["orphanedUsd", "orphans"],
];

function spendings(compared: Comparison): string {
  const parts = SPENT_ON.filter(([line]) => compared[line] > 0).map(
    ([line, what]) => `${what} ${formatMicroUsd(compared[line] * 1e6)}`,
  );
  return parts.length === 0 ? "nothing that has a price" : parts.join(", ");
}

/** What the cache and batches saved; nothing where there were none. */
function savings({ cacheSavingUsd, batchSavingUsd }: Comparison): readonly string[] {
  const lines: string[] = [];
  if (cacheSavingUsd !== null && cacheSavingUsd > 0) {
    lines.push(`The prompt cache saved ${formatMicroUsd(cacheSavingUsd * 1e6)}.`);
  } else if (cacheSavingUsd !== null && cacheSavingUsd < 0) {
    lines.push(`The prompt cache cost ${formatMicroUsd(-cacheSavingUsd * 1e6)} more than it saved.`);
  }
  if (batchSavingUsd) lines.push(`Batches saved ${formatMicroUsd(batchSavingUsd * 1e6)}.`);
  return lines;
}

/** What all of it would have cost at one tier, and by how much this run differs. */
function against(baseline: Baseline, { usd: spent, unpricedCalls }: Comparison, palette: Palette): string {
  const { tier, model, usd, reviewedUsd, trustedAnswers } = baseline;
  if (usd === null) {
    return palette.dim(
      `All at ${tier}: unknown, for want of a price of "${model}" or of an answer's tokens.`,
    );
  }
  const line = (what: string, all: number): string => {
    const told = unpricedCalls > 0 ? "unknown" : differenceOf(spent, all, palette);
    return `${what.padEnd(34)} ${formatMicroUsd(all * 1e6).padStart(9)}   this run: ${told}`;
  };
  if (trustedAnswers > 0) return line(`All at ${tier}, trusted with ${trustedAnswers} more`, usd);
  const alone = palette.bold(line(`All at ${tier}`, usd));
  return reviewedUsd === null ? alone : `${alone}\n${line("  planned and reviewed as here", reviewedUsd)}`;
}

function differenceOf(spent: number, all: number, { green, yellow }: Palette): string {
  const difference = Math.round((spent - all) * 1e6);
  const percent = Math.abs((difference / all) * 1e-4).toFixed(0);
  const share = all === 0 ? "" : ` (${difference > 0 ? "+" : "−"}${percent} %)`;
  return (difference <= 0 ? green : yellow)(`${formatMicroUsd(difference, { signed: true })}${share}`);
}

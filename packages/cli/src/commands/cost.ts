import type { LedgerLine, LedgerReport, RunView } from "@terrace/core";
import { settingsOf } from "../config/settings.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { readRun } from "../runs/kept-run.js";
import { idleOrchestrator } from "../runs/orchestrator.js";
import { findStore, type StoreOptions } from "../runs/store.js";
import { type Surroundings, wantsColour } from "../surroundings.js";
import { describeComparison } from "../text/comparison-text.js";
import { formatMicroUsd, formatTokens } from "../text/format.js";
import { createPalette, type Palette, paintTier } from "../text/palette.js";
import { plainTable } from "../text/plain-table.js";
import { safeJson, safeLine } from "../text/safe-text.js";
import { wrap } from "../text/wrap.js";

/** Options of `terrace cost`. */
export interface CostOptions extends StoreOptions {
  readonly json?: boolean;
}

/** Says what a run has cost, by tier, role, purpose and task, and what the same work would have cost at one tier. */
export async function costCommand(
  runId: string,
  options: CostOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { stdout, env } = surroundings;
  const settings = await settingsOf(surroundings);
  const kept = findStore(options, settings);
  try {
    const view = await readRun(idleOrchestrator(settings, kept.runs), runId, kept);
    const { ledger } = view;
    const palette = createPalette(wantsColour(stdout, env));
    stdout.write(
      options.json === true
        ? `${safeJson({ type: "cost", runId, ledger, comparison: ledger.compare() })}\n`
        : describeCost(view, palette),
    );
    return EXIT.accepted;
  } finally {
    await kept.close();
  }
}

/** More tasks than these are left to `--json`. */
const MOST_TASKS = 100;

function describeCost({ state, ledger }: RunView, palette: Palette): string {
  const { bold, yellow, dim } = palette;
  if (ledger.calls === 0) return "Nothing was asked, and nothing is spent.\n";
  const { ladder } = state.team;
  const byTier = ladder.flatMap((tier) => row(ledger.byTier[tier], `at ${paintTier(palette, ladder, tier)}`));
  const tasks = Object.entries(ledger.byTask).sort(([, a], [, b]) => b.usd - a.usd);
  const groups = [
    byTier,
    named(ledger.byPurpose, "for"),
    named(ledger.byRole, "by"),
    named(Object.fromEntries(tasks.slice(0, MOST_TASKS)), "task"),
    row(ledger, bold("in all")),
  ];
  const table = plainTable(palette, ["cost", "calls", "tokens in", "tokens out", "USD"], [1, 2, 3, 4]);
  for (const rows of groups) table.push(...rows.map((cells) => [...cells]));
  const more = tasks.length - MOST_TASKS;
  return `${[
    table.toString(),
    ...(more > 0 ? [dim(`And ${more} more tasks; --json has all.`)] : []),
    ...ledger.warnings.map((warning) => yellow(wrap(warning, 80))),
    "",
    describeComparison(ledger, palette),
    dim("List prices: an estimate of the bill, which is your provider's."),
  ].join("\n")}\n`;
}

function named(lines: LedgerReport["byRole"], word: string): readonly (readonly string[])[] {
  return Object.entries(lines).flatMap(([name, line]) => row(line, `${word} ${safeLine(name, 40)}`));
}

function row(line: LedgerLine | undefined, name: string): readonly (readonly string[])[] {
  if (line === undefined) return [];
  const { calls, inputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens, outputTokens, usd } =
    line;
  const input = inputTokens + cacheReadTokens + cacheWrite5mTokens + cacheWrite1hTokens;
  return [[name, String(calls), formatTokens(input), formatTokens(outputTokens), formatMicroUsd(usd * 1e6)]];
}

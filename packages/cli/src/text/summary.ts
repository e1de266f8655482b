// What a run came to, as a table for people; readable in 80 columns.

import type {
  Census,
  LatencyLine,
  LedgerLine,
  LedgerReport,
  RunEvent,
  RunState,
  TaskState,
  TaskStatus,
} from "@terrace/core";
import { tellingIssue } from "../reporters/note.js";
import { describeComparison } from "./comparison-text.js";
import { count, formatMicroUsd, formatMs, formatTokens } from "./format.js";
import { glyph, type Palette, paintTier } from "./palette.js";
import { plainTable } from "./plain-table.js";
import { safeLine } from "./safe-text.js";
import { summaryRows } from "./summary-rows.js";
import { tierPath } from "./tier-path.js";
import { wrap } from "./wrap.js";

/** What a summary is made of. */
export interface SummaryParts {
  readonly state: RunState;
  readonly log: readonly RunEvent[];
  readonly ledger: LedgerReport;
  readonly census: Census;
  readonly palette: Palette;
}

/** Tasks, escalations, cost, and what all work at one tier would have cost; ends with a line break. */
export function summarize(parts: SummaryParts): string {
  const { state, palette } = parts;
  const blocks = [
    state.tasks.size === 0 ? "" : taskTable(parts),
    escalations(parts),
    parts.census.warnings.map((warning) => palette.yellow(wrap(safeLine(warning, 300), 80))).join("\n"),
    alarms(parts),
    parts.ledger.calls === 0 ? "" : costTable(parts),
    [...state.tasks.values()].some(({ status }) => status === "accepted")
      ? describeComparison(parts.ledger, palette)
      : "",
  ].filter((block) => block !== "");
  return blocks.length === 0 ? palette.dim("Nothing was done.\n") : `${blocks.join("\n\n")}\n`;
}

function taskTable({ state, ledger, palette }: SummaryParts): string {
  const { dim } = palette;
  const table = plainTable(palette, ["task", "tiers", "attempts", "confidence", "verdict", "cost"], [2, 5]);
  for (const { label, tasks, parts } of summaryRows(state)) {
    const [task] = tasks as [TaskState];
    const words = new Set(
      tasks.map(({ attempts }) => attempts[attempts.length - 1]?.confidence ?? undefined),
    );
    const tiers = tierPath(task).map((tier) => paintTier(palette, state.team.ladder, tier));
    const costs = tasks.flatMap(({ task: { id } }) => ledger.byTask[id]?.usd ?? []);
    table.push([
      `${UNDER_WAY.has(task.status) ? dim("○") : glyph(palette, task.status)} ${safeLine(label, 20)}`,
      task.attempts.length === 0 ? dim("–") : tiers.join(dim("→")),
      tasks.reduce((sum, { attempts }) => sum + attempts.length, 0),
      (words.size === 1 ? [...words][0] : undefined) ?? dim("–"),
      task.status === "expanded" ? count(parts, "task") : verdictOf(task),
      costs.length === 0 ? dim("–") : formatMicroUsd(costs.reduce((sum, usd) => sum + usd, 0) * 1e6),
    ]);
  }
  return table.toString();
}

function verdictOf({ status, acceptedBy }: TaskState): string {
  if (status === "accepted") return acceptedBy === "person" ? "by a person" : "accepted";
  return UNDER_WAY.has(status) ? "unfinished" : status;
}

/** What was being done when the run came to rest before its end. */
const UNDER_WAY: ReadonlySet<TaskStatus> = new Set<TaskStatus>([
  "executing",
  "checking",
  "checked",
  "reviewing",
  "reviewed",
]);

/** Why each task that rose a tier did so. */
function escalations({ log, state, palette }: SummaryParts): string {
  const rises = log.filter((event) => event.type === "task.escalated");
  if (rises.length === 0) return "";
  const { bold, dim } = palette;
  const width = Math.max(...rises.map(({ taskId }) => Math.min(20, taskId.length)));
  const lines = rises.map(({ taskId, from, to, reason, seq }) => {
    const paint = (tier: string): string => paintTier(palette, state.team.ladder, tier);
    const step = `${paint(from)}${dim("→")}${paint(to)}${" ".repeat(Math.max(0, 12 - from.length - to.length))}`;
    const head = `${safeLine(taskId, 20).padEnd(width)}  ${step}  `;
    const room = 80 - 4 - width - Math.max(13, from.length + to.length + 1);
    return `${head}${dim(safeLine(causeOf(log, seq, taskId) ?? reason, room))}`;
  });
  return [bold(count(rises.length, "escalation")), ...lines].join("\n");
}

/** What is wrong with where tasks start, as the log has it. */
function alarms({ log, palette }: SummaryParts): string {
  const raised = log.filter((event) => event.type === "alarm.raised");
  return raised.map(({ reason }) => palette.yellow(wrap(`Alarm: ${safeLine(reason, 400)}`, 80))).join("\n");
}

/** What a check or a review found just before: their own words are plainer than the core's summary of them. */
function causeOf(log: readonly RunEvent[], before: number, taskId: string): string | undefined {
  const found = log
    .slice(0, before)
    .findLast((event) => "taskId" in event && event.taskId === taskId && CAUSES.has(event.type));
  if (found?.type === "attempt.checked" && found.issues.length > 0) return tellingIssue(found.issues);
  return found?.type === "review.returned" ? `review: ${found.reason}` : undefined;
}

const CAUSES: ReadonlySet<string> = new Set([
  "attempt.checked",
  "review.returned",
  "attempt.failed",
  "task.blamed",
]);

function costTable({ state, ledger, palette }: SummaryParts): string {
  const { bold, dim } = palette;
  const table = plainTable(
    palette,
    ["cost", "calls", "tokens in", "cached", "tokens out", "USD"],
    [1, 2, 3, 4, 5],
  );
  const row = (name: string, line: LedgerLine): string[] => {
    const input = line.inputTokens + line.cacheReadTokens + line.cacheWrite5mTokens + line.cacheWrite1hTokens;
    const usd = formatMicroUsd(line.usd * 1e6);
    const hits = line.cacheHitRate === null ? "–" : `${Math.floor(line.cacheHitRate * 100)} %`;
    return [name, String(line.calls), formatTokens(input), hits, formatTokens(line.outputTokens), usd];
  };
  for (const tier of state.team.ladder) {
    const line = ledger.byTier[tier];
    if (line !== undefined) table.push(row(`at ${paintTier(palette, state.team.ladder, tier)}`, line));
  }
  for (const role of ["planner", ...Object.keys(state.team.executors), "reviewer", "comparer"]) {
    const line = ledger.byRole[role];
    if (line !== undefined) table.push(row(`by ${safeLine(role, 30)}`, line).map((cell) => dim(cell)));
  }
  table.push(row("spent", ledger).map((cell) => bold(cell)));
  const warnings = ledger.warnings.map((warning) => palette.yellow(wrap(warning, 80)));
  return [
    table.toString(),
    ...latencies(ledger, state.team.ladder).map((line) => dim(line)),
    ...warnings,
  ].join("\n");
}

/** How long answers took, at each tier of the ladder. */
function latencies({ latencyByTier }: LedgerReport, ladder: readonly string[]): readonly string[] {
  const lines = ladder.flatMap((tier) => {
    const line = latencyByTier[tier];
    return line === undefined ? [] : [{ tier, ...line }];
  });
  const spans = (pick: (line: LatencyLine) => readonly [number | null, number | null]): string =>
    lines
      .flatMap(({ tier, ...line }) => {
        const [half, most] = pick(line);
        return half === null || most === null ? [] : [`${tier} ${formatMs(half)} / ${formatMs(most)}`];
      })
      .join(", ");
  const whole = spans(({ p50Ms, p95Ms }) => [p50Ms, p95Ms]);
  const first = spans(({ firstTokenP50Ms, firstTokenP95Ms }) => [firstTokenP50Ms, firstTokenP95Ms]);
  return [
    ...(whole === "" ? [] : [wrap(`Answers took (p50 / p95): ${whole}`, 80)]),
    ...(first === "" ? [] : [wrap(`Their first tokens: ${first}`, 80)]),
  ];
}

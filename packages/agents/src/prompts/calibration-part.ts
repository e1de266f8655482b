// What earlier runs showed of where tasks should start, for the planner: a short table, quoted, since planners named the kinds.

import { type CalibrationRow, intervalOf, percents, proposeTable, type TableChange } from "@terrace/core";
import { fenced, oneLine } from "../fence.js";

/** More rows than a planner would heed. */
const MOST_ROWS = 30;
/** Tasks below which a row is not worth a line, and below which nothing is advised. */
const FEW = 5;
const ENOUGH = 10;
/** What is accepted at once so often, beyond doubt, stays; what so seldom, where no price is known, goes up. */
const WELL = 0.7;
const BADLY = 0.5;

/** What the planner is told of earlier runs; empty when they taught nothing. */
export function calibrationPart(rows: readonly CalibrationRow[], ladder: readonly string[]): string {
  const telling = rows
    .filter(({ tier, started }) => started >= FEW && ladder.includes(tier))
    .sort((a, b) => b.started - a.started)
    .slice(0, MOST_ROWS);
  if (telling.length === 0) return "";
  const changes = proposeTable(rows, { ladder });
  const lines = telling.map((row) => lineOf(row, adviceOn(row, changes, ladder)));
  const table = [HEAD, ...lines].join("\n");
  return `${OPENING}\n\n${fenced([{ source: "Counted from the logs of earlier runs.", content: table }])}`;
}

const OPENING =
  "# How such tasks went before\n\nWhat became of tasks that this team did in earlier runs, by kind and by the tier that " +
  "they started at. Where the last column of the table says where to start a kind, start tasks of that kind there, " +
  "unless you can name what makes them unlike those before. An empty last column says that the figures decide nothing. " +
  "Where a kind of the table fits a task, use its name.";

const HEAD = "kind (role) | tier | accepted at once | sent one tier higher | cost of each accepted | advice";

function lineOf(row: CalibrationRow, advice: string): string {
  const { kind, role, tier, tasks, started, acceptedFirst, escalated, accepted, execute, review } = row;
  const spent = execute.microUsd + review.microUsd;
  const each = accepted === 0 || spent === 0 ? "unknown" : `$${(spent / accepted / 1e6).toPrecision(2)}`;
  const share = percents(intervalOf(acceptedFirst, started));
  return [
    `${JSON.stringify(oneLine(kind))} (${oneLine(role)})`,
    tier,
    `${acceptedFirst} of ${started} (${share})`,
    `${escalated} of ${tasks}`,
    each,
    advice,
  ]
    .join(" | ")
    .trim();
}

function adviceOn(row: CalibrationRow, changes: readonly TableChange[], ladder: readonly string[]): string {
  const { kind, role, tier, started, acceptedFirst, execute } = row;
  if (started < ENOUGH) return "";
  const change = changes.find((each) => each.kind === kind && each.role === role && each.from === tier);
  if (change !== undefined) return `start at ${change.to}`;
  const { low, high } = intervalOf(acceptedFirst, started);
  if (low >= WELL) return "keep it there";
  const next = ladder[ladder.indexOf(tier) + 1];
  return high < BADLY && execute.microUsd === 0 && next !== undefined ? `start at ${next}` : "";
}

// The head of a frame: the goal, and how far the run is, in facts that are as many lines as they need.

import type { Baseline, RunState } from "@terrace/core";
import { formatMicroUsd, formatMs } from "../text/format.js";
import type { Palette } from "../text/palette.js";
import { progressOf } from "../text/progress.js";
import type { RunView } from "../text/run-view.js";
import { safeLine } from "../text/safe-text.js";

/** What a header depends on besides the run. */
export interface HeaderOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly columns: number;
  readonly palette: Palette;
  /** How many calls may be under way at once; `null` when it is not known. */
  readonly limit?: number | null;
  /** What the accepted work would have cost at the top of the ladder, when that is known. */
  readonly allTop?: Baseline | null;
}

const SEPARATOR = "  ·  ";

/** The lines of the head. */
export function drawHeader({ state, startedAt }: RunView, options: HeaderOptions): readonly string[] {
  const { palette, columns, now } = options;
  const { bold, dim } = palette;
  const goal = safeLine(state.goal, Math.max(10, columns - 10));
  const elapsed = formatMs(startedAt === null ? 0 : now - startedAt);
  const facts = [elapsed, doneOf(state), runningOf(state, options), ...moneyOf(state, options)];
  return [`${bold("terrace")}  ${goal}`, ...inLines(facts, columns - 1).map((line) => dim(line))];
}

function doneOf(state: RunState): string {
  const { tasks, accepted } = progressOf(state);
  return tasks === 0 ? WITHOUT_TASKS[state.planning.status] : `${accepted}/${tasks} accepted`;
}

const WITHOUT_TASKS: Readonly<Record<RunState["planning"]["status"], string>> = {
  needed: "planning",
  asked: "planning",
  proposed: "checking the plan",
  unanswered: "planning",
  stalled: "planning has stopped",
  done: "no tasks",
};

function runningOf({ ledger }: RunState, { limit = null }: HeaderOptions): string {
  const running = ledger.openCalls.size;
  return limit === null
    ? `${running} ${running === 1 ? "call" : "calls"} running`
    : `${running}/${limit} running`;
}

function moneyOf({ ledger, budget }: RunState, { allTop = null }: HeaderOptions): readonly string[] {
  const spent = formatMicroUsd(ledger.total.microUsd);
  const hard = budget?.hardMicroUsd ?? null;
  return [
    hard === null ? `${spent} spent` : `${spent} of ${formatMicroUsd(hard)} spent`,
    ...(allTop === null || allTop.usd === null
      ? []
      : [`all at ${allTop.tier} ${formatMicroUsd(allTop.usd * 1e6)}`]),
  ];
}

/** Facts beside one another, as many as fit on a line. */
function inLines(facts: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  for (const fact of facts) {
    const line = lines.at(-1);
    if (line === undefined || line.length + SEPARATOR.length + fact.length > width) lines.push(fact);
    else lines[lines.length - 1] = line + SEPARATOR + fact;
  }
  return lines;
}

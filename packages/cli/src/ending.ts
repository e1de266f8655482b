// What is said when a run did not complete: why, and what a person can do.

import type { Run, TaskState } from "@terrace/core";
import { count, formatMicroUsd } from "./format.js";
import { tellingIssue } from "./reporters/note.js";
import { safeLine, safeText } from "./text.js";

/** Lines on why a run did not complete; none when it did. `message` is the core's own. */
export function describeEnding(run: Run, message: string | undefined, advice: readonly string[]): string {
  if (message === undefined) return "";
  const flagged = [...run.state.tasks.values()].filter(({ status }) => status === "flagged");
  if (run.state.status !== "paused" || flagged.length === 0) return `${safeText(message)}\n`;
  const { accepted, tasks } = run.census;
  const spent = formatMicroUsd(run.ledger.usd * 1e6);
  const waits = flagged.length === 1 ? "waits" : "wait";
  return `${[
    `${count(flagged.length, "task")} ${waits} for a person; ${accepted} of ${tasks} are accepted, and ${spent} is spent.`,
    ...flagged.map((task) => `  ${task.task.id}: ${safeLine(whyFlagged(task), 300)}`),
    ...advice,
  ].join("\n")}\n`;
}

/** What a person can do after `terrace run`, which keeps no run. */
export const AFTER_RUN: readonly string[] = [
  "This command keeps no run, so it ends here. To go on, change the plan and carry it out:",
  '  terrace plan "<goal>" --json > plan.json, then terrace run --plan plan.json',
  'A program of your own settles a flagged task while its run waits: run.resolve("<task>", { action: "accept" }).',
];

/** The same after the demo, whose answers are what they are. */
export const AFTER_DEMO: readonly string[] = [
  "The demo ends here: no answer that was written for it passes these tests.",
  'A program settles a flagged task while its run waits: run.resolve("<task>", { action: "answer", output }).',
];

function whyFlagged({ attempts, flag }: TaskState): string {
  const issues = attempts[attempts.length - 1]?.issues ?? [];
  return issues.length > 0 ? tellingIssue(issues) : (flag?.reason ?? "It is flagged.");
}

// How a run stands, in words: ours first, then what models wrote, fenced.

import { fenced, type Quotation } from "@terrace/agents";
import type { PauseReason } from "@terrace/core";
import { describeStanding } from "../runs/standing.js";
import { count, formatMicroUsd } from "../text/format.js";
import type { Powers } from "./mcp-context.js";
import type { RunReport } from "./run-report.js";

/** A run for an agent that reads: how it stands, what can be done, and, fenced, what models wrote. */
export function describeRun(report: RunReport, powers: Powers): string {
  const quotations = quotationsOf(report);
  return [
    standingLine(report),
    ...nextLines(report, powers),
    ...(quotations.length === 0 ? [] : ["", fenced(quotations)]),
  ].join("\n");
}

function standingLine({ runId, standing, waitsFor, tasks, spentUsd, budgetUsd }: RunReport): string {
  const of = budgetUsd === null ? "" : ` of ${formatMicroUsd(budgetUsd * 1e6)}`;
  const done =
    tasks.total === 0
      ? "There is no plan yet"
      : `${tasks.accepted} of ${count(tasks.total, "task")} accepted`;
  const stands = describeStanding(standing, waitsFor as PauseReason | null);
  return `Run "${runId}": ${stands}. ${done}; ${formatMicroUsd(spentUsd * 1e6)}${of} spent.`;
}

function nextLines(
  { standing, waitsFor, wayOn, flagged }: RunReport,
  { canApprove }: Powers,
): readonly string[] {
  if (standing === "running") return ["Wait for it with wait_run."];
  if (wayOn === null) return [];
  if (waitsFor !== "person") return [`A person goes on with: ${wayOn}`];
  const named = flagged.map(({ taskId }) => taskId).join(", ");
  return [
    canApprove && flagged.length > 0
      ? `Settle ${named} with approve_task, or have a person look: ${wayOn}`
      : `This server does not let you settle tasks. A person looks and decides: ${wayOn}`,
  ];
}

function quotationsOf({ answer, flagged, message }: RunReport): readonly Quotation[] {
  return [
    ...(answer === null ? [] : [{ source: `The answer${partly(answer.isWhole)}:`, content: answer.text }]),
    ...(message === null ? [] : [{ source: "Why it is not complete:", content: message }]),
    ...flagged.flatMap(({ taskId, why, draft, attempt }) => [
      { source: `Why task "${taskId}" waits for a person:`, content: why.text },
      ...(draft === null
        ? []
        : [
            {
              source: `The draft of task "${taskId}", attempt ${attempt}${partly(draft.isWhole)}, not accepted:`,
              content: draft.text,
            },
          ]),
    ]),
  ];
}

function partly(isWhole: boolean): string {
  return isWhole ? "" : ", its beginning";
}

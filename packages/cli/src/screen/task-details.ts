// All that is known of a task, in lines: what it is to do, and what became of each attempt.

import type { Attempt, TaskState } from "@terrace/core";
import wrapAnsi from "wrap-ansi";
import { quoteDraft } from "../runs/quoted-draft.js";
import { safeLine, safeText } from "../text/safe-text.js";
import { PHASES } from "./phase.js";

/** More of a text than this is not shown; `terrace show` has the events. */
const MOST_CHARACTERS = 4_000;

/** The details of a task, in lines of at most so many columns. Words of models stand behind a bar or within a sentence. */
export function describeTask(task: TaskState, width: number): readonly string[] {
  const { title, brief, role, kind, tier, tierReason, errorCost, criteria, dependsOn, id } = task.task;
  const needs = dependsOn.length === 0 ? [] : [`Needs ${dependsOn.join(", ")}.`];
  const flag =
    task.flag === null || task.status !== "flagged"
      ? []
      : ["", `Flagged: ${said(task.flag.reason)}`, ...quoteDraft(task)];
  const lines = [
    `${id}  ${PHASES[task.status]}`,
    said(title),
    `Role ${said(role)}, kind ${said(kind)}, error cost ${errorCost}; starts at ${tier}: ${said(tierReason)}`,
    ...needs,
    "",
    "Brief",
    ...quoted(brief),
    "",
    "Criteria",
    ...criteria.map((criterion, at) => `  ${at + 1}. ${said(criterion)}`),
    ...task.attempts.flatMap((attempt) => ["", ...describeAttempt(attempt)]),
    ...flag,
  ];
  return lines.flatMap((line) => wrapped(line, Math.max(10, width)));
}

function describeAttempt(attempt: Attempt): readonly string[] {
  const { number, tier, reason, confidence, because, fault, issues, by } = attempt;
  const sure = confidence === null ? "" : `, confidence ${confidence}: ${said(because)}`;
  const whose = by === "person" ? ", by a person" : "";
  return [
    `Attempt ${number} at ${tier} (${reason.replaceAll("_", " ")})${whose}${sure}`,
    ...(fault === null ? [] : [`  no output: ${said(fault.message)}`]),
    ...(issues ?? []).map((issue) => `  check: ${said(issue)}`),
    ...describeReview(attempt),
  ];
}

function describeReview(attempt: Attempt): readonly string[] {
  const { reviewTier, verdict, verdictReason, criteria, problems, reviewFault } = attempt;
  const fault = reviewFault === null ? [] : [`  no verdict: ${said(reviewFault.message)}`];
  if (verdict === null) return fault;
  const marks = criteria.map(
    ({ criterion, met, finding }) => `    ${met ? "✔" : "✖"} ${criterion + 1}. ${said(finding)}`,
  );
  return [
    ...fault,
    `  review at ${reviewTier ?? "?"}: ${verdict}: ${said(verdictReason)}`,
    ...marks,
    ...problems.map(
      ({ description, blocking }) => `    ${blocking ? "blocking" : "problem"}: ${said(description)}`,
    ),
  ];
}

function said(text: string): string {
  return safeLine(text, MOST_CHARACTERS);
}

function quoted(text: string): readonly string[] {
  return safeText(text.slice(0, MOST_CHARACTERS))
    .replaceAll("\t", "  ")
    .trimEnd()
    .split("\n")
    .map((line) => `  │ ${line}`);
}

/** A line in lines of at most so many columns; what goes on stands as far to the right as it began, behind the same bar. */
function wrapped(line: string, width: number): readonly string[] {
  const [indent = ""] = /^ *(?:│ )?/.exec(line) ?? [];
  const text = line.slice(indent.length);
  return wrapAnsi(text, Math.max(5, width - indent.length), { hard: true, trim: false })
    .split("\n")
    .map((each, at) => (at === 0 ? indent + each : indent + each.trimStart()));
}

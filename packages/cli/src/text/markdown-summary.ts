// What a run came to, in Markdown: for a file, and for the page of a build.

import { isReplaced, type RunState, type RunView, type TaskState } from "@terrace/core";
import { type Advice, whyFlagged } from "../runs/ending.js";
import { describeStanding, standingOf } from "../runs/standing.js";
import { describeComparison } from "./comparison-text.js";
import { count, formatMicroUsd, formatMs } from "./format.js";
import { codeBlock, codeCell, codeSpan } from "./markdown-text.js";
import { createPalette } from "./palette.js";
import { tierPath } from "./tier-path.js";

/** What the summary says besides the run. */
export interface MarkdownTerms {
  /** Why it did not complete; `undefined` when it did. */
  readonly message: string | undefined;
  readonly advice: Advice;
  /** How many bytes it may have. */
  readonly maxBytes: number;
}

/**
 * The summary, with a line break at its end; `null` when not even its head fits.
 *
 * Of more tasks and reasons than fit, the first are told and the others counted.
 */
export function summarizeInMarkdown(
  view: RunView,
  { message, advice, maxBytes }: MarkdownTerms,
): string | null {
  const { state } = view;
  const head = headOf(view, message);
  const tail = tailOf(view, message === undefined ? [] : advice(state));
  const room = maxBytes - bytesOf([...head, ...tail].join("\n\n")) - SPARE;
  if (room < 0) return null;
  const tasks = [...state.tasks.values()].filter(({ status }) => !isReplaced(status));
  const rows = tasks.map((task) => rowOf(view, task));
  const table =
    rows.length === 0
      ? []
      : [...COLUMNS, ...within(rows, room / 2, (n) => `\nAnd ${count(n, "more task")}.`)];
  const reasons = reasonsOf(view);
  const told = within(reasons, room - bytesOf(table.join("\n")), (n) => `- and ${n} more`);
  const blocks = [
    ...head,
    table.join("\n"),
    ...(told.length === 0 ? [] : ["### Why", told.join("\n")]),
    ...tail,
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

/** Bytes for what stands between the blocks. */
const SPARE = 500;

function headOf({ runId, state, census, ledger }: RunView, message: string | undefined): readonly string[] {
  const standing = describeStanding(standingOf(state.status, null), state.halt?.reason ?? null);
  const done = `${census.accepted} of ${count(census.tasks, "task")} ${census.accepted === 1 ? "is" : "are"} accepted`;
  const figures = `${done}, after ${formatMs(state.workedMs)} at work; ${formatMicroUsd(ledger.usd * 1e6)} is spent on ${count(ledger.calls, "call")}.`;
  return [
    `## Run ${codeSpan(runId)}: ${standing}`,
    `Goal: ${codeSpan(state.goal, 1_000)}`,
    figures,
    // What waits for a person is told task by task.
    message === undefined || state.halt?.reason === "person" ? "" : codeSpan(message, 1_000),
  ];
}

const COLUMNS = [
  "| task | tiers | attempts | confidence | verdict | cost |",
  "| --- | --- | ---: | --- | --- | ---: |",
];

function rowOf({ ledger }: RunView, task: TaskState): string {
  const { task: planned, attempts, status, acceptedBy } = task;
  const cost = ledger.byTask[planned.id]?.usd;
  const cells = [
    codeCell(planned.id),
    codeCell(tierPath(task).join("→")),
    attempts.length,
    attempts.at(-1)?.confidence ?? "–",
    status === "accepted" && acceptedBy === "person" ? "by a person" : status,
    cost === undefined ? "–" : formatMicroUsd(cost * 1e6),
  ];
  return `| ${cells.join(" | ")} |`;
}

/** Why tasks rose, wait, or are not done, one line each. */
function reasonsOf({ log, state }: RunView): readonly string[] {
  const rises = log.flatMap((event) =>
    event.type === "task.escalated"
      ? [`- ${codeSpan(event.taskId)} ${codeSpan(`${event.from}→${event.to}`)}: ${codeSpan(event.reason)}`]
      : [],
  );
  return [...[...state.tasks.values()].flatMap((task) => standingReason(task)), ...rises];
}

function standingReason(task: TaskState): readonly string[] {
  const id = codeSpan(task.task.id);
  if (task.status === "flagged") return [`- ${id} waits for a person: ${codeSpan(whyFlagged(task))}`];
  return task.status === "failed" ? [`- ${id} failed: ${codeSpan(task.reason)}`] : [];
}

function tailOf({ state, ledger }: RunView, advice: readonly string[]): readonly string[] {
  return [
    hasAccepted(state)
      ? `### What it cost\n\n${codeBlock(describeComparison(ledger, createPalette(false)))}`
      : "",
    advice.length === 0 ? "" : `### How to go on\n\n${codeBlock(advice.join("\n"))}`,
  ].filter((block) => block !== "");
}

function hasAccepted({ tasks }: RunState): boolean {
  return [...tasks.values()].some(({ status }) => status === "accepted");
}

/** As many of the lines as fit, with a word on the others. */
function within(
  lines: readonly string[],
  room: number,
  others: (number: number) => string,
): readonly string[] {
  let used = 0;
  const fits = lines.findIndex((line) => {
    used += bytesOf(line) + 1;
    return used > room;
  });
  return fits === -1 ? lines : [...lines.slice(0, fits), others(lines.length - fits)];
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}

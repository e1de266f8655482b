// What an event says to a reader, in a line; most events say nothing.

import type { EventType, RunEvent, RunState } from "@terrace/core";
import { describeCall } from "../runs/held-calls.js";
import { count, formatMicroUsd } from "../text/format.js";
import { safeLine } from "../text/safe-text.js";
import { revisionNotes } from "./revision-notes.js";

/** A line about an event: whom it is about, and what happened. */
export interface Note {
  /** A task's id, or what else the line is about. */
  readonly about: string;
  readonly text: string;
  /** Whether something went wrong, went well, or just went on. */
  readonly tone: "bad" | "good" | "plain";
}

/** What a note looks up: the run's state after the event, or later. */
interface Known {
  readonly state: RunState;
}

type Notes = { readonly [E in EventType]?: (event: RunEvent<E>, known: Known) => Note | undefined };

const NOTES: Notes = {
  "run.submitted": ({ goal }) => plain("goal", goal),
  "plan.rejected": ({ issues }) => bad("plan", `does not stand: ${issues[0] ?? ""}`),
  "plan.failed": ({ fault }) => bad("plan", fault.message),
  "plan.accepted": ({ tasks }, { state }) => {
    const counts = state.team.ladder
      .map((tier) => [tasks.filter((task) => task.tier === tier).length, tier] as const)
      .filter(([number]) => number > 0);
    const starts = counts.map(([number, tier]) => `${number} at ${tier}`).join(", ");
    return plain("plan", `${count(tasks.length, "task")}: ${starts}`);
  },
  ...revisionNotes,
  "plan.quoted": quoted,
  "plan.approved": ({ by }) => ({ about: "plan", text: `approved by ${by || "somebody"}`, tone: "good" }),
  "attempt.finished": ({ taskId, attempt, confidence, because }, known) =>
    plain(taskId, `${tierOf(known, taskId, attempt)} answers, confidence ${confidence}: ${because}`),
  // What is held has said so itself.
  "attempt.failed": ({ taskId, attempt, fault }, known) =>
    fault.code === "TOOL_HELD"
      ? undefined
      : bad(taskId, `${tierOf(known, taskId, attempt)} brings no output: ${fault.message}`),
  "tool.started": ({ taskId, tool, input }) => plain(taskId, `uses ${describeCall(tool, input)}`),
  "tool.ended": ({ taskId, isError, content }) =>
    isError ? bad(taskId, `a tool fails: ${content}`) : undefined,
  "tool.held": ({ taskId, tool, input }) => bad(taskId, `a person must allow ${describeCall(tool, input)}`),
  "tool.approved": ({ taskId, tool, by }) => ({
    about: taskId,
    text: `${by || "somebody"} lets it use ${tool}`,
    tone: "good",
  }),
  "tool.denied": ({ taskId, by, reason }) =>
    plain(taskId, `${by || "somebody"} does not let it use a tool${reason === "" ? "" : `: ${reason}`}`),
  "attempt.checked": ({ taskId, issues }) =>
    issues.length === 0
      ? plain(taskId, "passes its checks")
      : bad(taskId, `fails its checks: ${tellingIssue(issues)}`),
  "review.returned": ({ taskId, tier, verdict, reason, blame }) => {
    if (verdict === "accept") return plain(taskId, `${tier} reviews: ${reason}`);
    const whom = verdict === "blame" ? ` and blames ${blame ?? "an input"}` : "";
    return bad(taskId, `${tier} rejects it${whom}: ${reason}`);
  },
  "review.failed": ({ taskId, fault }) => bad(taskId, `the review brings no verdict: ${fault.message}`),
  "grade.returned": ({ taskId, finding }, { state }) => {
    if (finding.step === "review") {
      const upheld = finding.verdict === "accept";
      const text = `is ${upheld ? "upheld" : "overturned"}: ${finding.reason}`;
      return upheld ? plain(taskId, text) : bad(taskId, text);
    }
    const sample = state.shadow?.terms.samples.find(({ task }) => task.id === taskId);
    const lower = sample?.lowerTo ?? "it";
    if (finding.step === "execute")
      return finding.issues.length === 0
        ? plain(taskId, `${lower} answers on the side`)
        : plain(taskId, `${lower} fails its checks on the side: ${tellingIssue(finding.issues)}`);
    return plain(taskId, `compared with ${lower}: ${finding.reason}`);
  },
  "grade.failed": ({ taskId, step, fault }) => bad(taskId, `${step} brings no grade: ${fault.message}`),
  "task.accepted": ({ taskId, attempt, tier, by }, { state }) => {
    const spent = formatMicroUsd(state.ledger.byTask.get(taskId)?.microUsd ?? 0);
    const whom = by === "person" ? ", by a person" : "";
    return { about: taskId, text: `accepted at ${tier}, attempt ${attempt}${whom}, ${spent}`, tone: "good" };
  },
  "task.escalated": ({ taskId, from, to, reason }, known) => {
    const why = isExplained(known, taskId) ? "" : `, since: ${reason}`;
    return plain(taskId, `escalates: ${from} → ${to}${why}`);
  },
  "task.degraded": ({ taskId, from, to, reason }) =>
    plain(taskId, `starts cheaper: ${from} → ${to}, since: ${reason}`),
  "task.blamed": ({ taskId, by, reason }) => bad(taskId, `blamed by the review of ${by}: ${reason}`),
  "task.flagged": ({ taskId, reason }) => bad(taskId, `flagged for a person: ${reason}`),
  "task.resolved": ({ taskId, resolution }) => plain(taskId, `settled by a person: ${resolution.action}`),
  "task.failed": ({ taskId, reason }) => bad(taskId, `failed: ${reason}`),
  "task.skipped": ({ taskId, dueTo }) => bad(taskId, `skipped, since ${dueTo} failed`),
  "budget.warned": ({ softMicroUsd, spentMicroUsd }) =>
    bad(
      "budget",
      `${formatMicroUsd(spentMicroUsd)} is spent, of the soft bound of ${formatMicroUsd(softMicroUsd)}`,
    ),
  "alarm.raised": ({ kind, tier, reason }) => bad(kind ?? tier, `alarm: ${reason}`),
  "call.failed": ({ fault }) => bad("call", fault.message),
  // How a program settles it is of no use here; the command says how it does.
  "run.paused": ({ reason, message }) =>
    bad("run", `paused (${reason}): ${message.replace(/ Settle (?:it|each) with `run\..*$/s, "")}`),
  "run.resumed": ({ by }) => plain("run", `resumed by ${by}`),
  "run.completed": () => ({ about: "run", text: "completed", tone: "good" }),
  "run.failed": ({ reason }) => bad("run", `failed: ${reason}`),
  "run.cancelled": ({ reason }) => bad("run", `cancelled: ${reason}`),
};

function quoted({ minMicroUsd, likelyMicroUsd, maxMicroUsd }: RunEvent<"plan.quoted">): Note {
  if (minMicroUsd === null) return bad("plan", "cannot be quoted: not every price is known");
  const most = maxMicroUsd === null ? "without a bound" : `to ${formatMicroUsd(maxMicroUsd)}`;
  const range = `from ${formatMicroUsd(minMicroUsd)} ${most}`;
  return likelyMicroUsd === null
    ? plain("plan", `quoted ${range}: how far it grows, nobody can say`)
    : plain("plan", `quoted at ${formatMicroUsd(likelyMicroUsd)} likely, ${range}`);
}

/** What an event says in a line, given the state that already holds it; `undefined` when it is not worth one. */
export function noteOf(event: RunEvent, known: Known): Note | undefined {
  const note = NOTES[event.type] as ((event: RunEvent, known: Known) => Note | undefined) | undefined;
  const told = note?.(event, known);
  if (told === undefined) return undefined;
  const { about, text, tone } = told;
  return { about: safeLine(about, 64), text: safeLine(text, 400), tone };
}

/** The issue that says most: a check that ran a program opens with how the program ended. */
export function tellingIssue(issues: readonly string[]): string {
  return issues.find((issue) => !/ended with exit code \d+\.$/.test(issue)) ?? issues[0] ?? "";
}

/** Whether the lines before have said what is wrong with a task's last attempt. */
function isExplained({ state }: Known, taskId: string): boolean {
  const last = state.tasks.get(taskId)?.attempts.at(-1);
  return last === undefined || last.fault !== null || last.verdict !== null || (last.issues ?? []).length > 0;
}

function tierOf({ state }: Known, taskId: string, attempt: number): string {
  return state.tasks.get(taskId)?.attempts.find(({ number }) => number === attempt)?.tier ?? "it";
}

function plain(about: string, text: string): Note {
  return { about, text, tone: "plain" };
}

function bad(about: string, text: string): Note {
  return { about, text, tone: "bad" };
}

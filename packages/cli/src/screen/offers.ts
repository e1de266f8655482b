// Which keys do something now: the line at the bottom names them, and no other key has an effect.

import type { RunState } from "@terrace/core";
import { describeCall, heldCalls } from "../runs/held-calls.js";
import type { Deed } from "./deed.js";

/** A key, what it does, and what is asked before, since it cannot be taken back. */
export interface Offer {
  readonly key: string;
  readonly label: string;
  readonly deed: Deed;
  readonly question: string | null;
}

/** The keys that can be used now, given the task that is selected and what the command can do. */
export function offersFor(
  run: RunState,
  selected: string | undefined,
  can: ReadonlySet<Deed["type"]>,
): readonly Offer[] {
  const all = [...onTask(run, selected), ...onCall(run, selected), ...onRun(run)];
  return all.filter(({ deed }) => can.has(deed.type));
}

function onTask(run: RunState, taskId: string | undefined): readonly Offer[] {
  const task = taskId === undefined ? undefined : run.tasks.get(taskId);
  if (taskId === undefined || task?.status !== "flagged" || hasEnded(run)) return [];
  const last = task.attempts.at(-1);
  const of = { taskId, ...(last === undefined ? {} : { attempt: last.number }) };
  const reject: Offer = {
    key: "r",
    label: "reject",
    deed: { type: "reject", ...of },
    question: `Give "${taskId}" up, with all that needs it?`,
  };
  if (last?.outcome !== "ok") return [reject];
  const question = `Accept the draft of "${taskId}"?`;
  return [{ key: "a", label: "approve", deed: { type: "approve", ...of }, question }, reject];
}

/** On the first tool call of the task that waits for a person; the next follows when it is settled. */
function onCall(run: RunState, taskId: string | undefined): readonly Offer[] {
  const held = hasEnded(run) ? undefined : heldCalls(run).find((call) => call.taskId === taskId);
  if (held === undefined) return [];
  const { tool, input, useId } = held;
  const call = describeCall(tool, input);
  const of = { taskId: held.taskId, useId };
  return [
    {
      key: "a",
      label: "allow the call",
      deed: { type: "allow_call", ...of },
      question: `Have it made: ${call}?`,
    },
    { key: "r", label: "deny it", deed: { type: "deny_call", ...of }, question: `Deny it: ${call}?` },
  ];
}

function onRun(run: RunState): readonly Offer[] {
  if (hasEnded(run)) return [];
  const waits = waitsForPerson(run);
  const isStopping = run.status === "paused" && run.halt?.reason === "interrupted";
  const end: Offer = { key: "Ctrl-C", label: "end it at once", deed: { type: "interrupt" }, question: null };
  const plan: Offer = {
    key: "a",
    label: "approve the plan",
    deed: { type: "approve_plan" },
    question: "Carry the plan out at its price?",
  };
  return [
    ...(run.status === "paused" && run.halt?.reason === "approval" ? [plan] : []),
    ...(waits ? [] : [{ key: "p", label: "pause", deed: { type: "pause" }, question: null } as const]),
    { key: "x", label: "cancel", deed: { type: "cancel" }, question: "Cancel the run for good?" },
    ...(isStopping ? [end] : []),
    { key: "q", label: waits ? "leave it waiting" : "lines", deed: { type: "detach" }, question: null },
  ];
}

/** Whether a run is at rest until a person says a word that a key can say: on a flagged task, a tool call, or the plan. */
export function waitsForPerson(run: RunState): boolean {
  const { status, halt, tasks } = run;
  if (status !== "paused") return false;
  if (halt?.reason === "approval") return true;
  if (halt?.reason !== "person") return false;
  return [...tasks.values()].some((task) => task.status === "flagged") || heldCalls(run).length > 0;
}

function hasEnded({ status }: RunState): boolean {
  return status === "completed" || status === "failed" || status === "cancelled";
}

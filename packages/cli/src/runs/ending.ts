// What is said when a run did not complete: why, and what a person can do.

import type { RunState, RunView, TaskState } from "@terrace/core";
import { tellingIssue } from "../reporters/note.js";
import { count, formatMicroUsd } from "../text/format.js";
import { safeLine, safeText } from "../text/safe-text.js";
import { describeCall, heldCalls } from "./held-calls.js";
import {
  callCommands,
  type KeptRun,
  raisingCommands,
  resumeCommand,
  settlingCommands,
  showCommand,
} from "./ways-on.js";

/** What a person can do about a run that did not complete, in lines. */
export type Advice = (state: RunState) => readonly string[];

/** What a run came to. */
type Ended = Pick<RunView, "state" | "census" | "ledger">;

/** Lines on why a run did not complete; none when it did. `message` is the core's own. */
export function describeEnding(run: Ended, message: string | undefined, advice: Advice): string {
  if (message === undefined) return "";
  return `${[...reasonsOf(run, message), ...advice(run.state)].join("\n")}\n`;
}

/** What can be done when the run was kept. The last line is a command. */
export function adviseKept(kept: KeptRun): Advice {
  return (state) => {
    if (state.status === "failed" || state.status === "cancelled") return [];
    if (!waitsForPerson(state)) return wayOn(kept, state);
    const raising = raisingCommands(kept, state);
    const flagged = flaggedTasks(state);
    const settling = flagged.slice(0, MOST_SPELT_OUT).flatMap((task) => settlingCommands(kept, task));
    const held = heldCalls(state).slice(0, MOST_SPELT_OUT);
    const calls = held.flatMap((call) => callCommands(kept, call));
    return [
      flagged.length === 0 ? "See all of what is asked for:" : "See what was drafted:",
      `  ${showCommand(kept)}`,
      ...below("Settle it in one of these ways, and the run goes on:", settling),
      ...below(LET, calls),
      ...below(MORE, raising),
    ];
  };
}

/** Commands under what they are for; nothing without any. */
function below(heading: string, commands: readonly string[]): readonly string[] {
  return commands.length === 0 ? [] : [heading, ...commands.map((command) => `  ${command}`)];
}

/** How tool calls that are held go on. */
export const LET = "Let the call be made, or not, and the run goes on:";

/** How a run that waits for no decision on a task goes on. The last line is a command. */
function wayOn(kept: KeptRun, state: RunState): readonly string[] {
  return [...before(kept, state), `  ${resumeCommand(kept, state)}`];
}

/** What is to be done before a run goes on. */
function before(kept: KeptRun, { halt }: RunState): readonly string[] {
  switch (halt?.reason) {
    case "crashes":
      return ["See what was under way:", `  ${showCommand(kept)}`, "If it may be tried again, go on with:"];
    case "approval":
      return ["See what is planned:", `  ${showCommand(kept)}`, "If it may cost that much, go on with:"];
    default:
      return ["Go on with:"];
  }
}

/** How tasks that the budget flagged go on. */
export const MORE = "Or let the run spend more:";

/** More tasks than these are settled in the same words. */
const MOST_SPELT_OUT = 5;

/** What is said when nothing was kept. */
export const adviseUnkept: Advice = ({ status }) =>
  status === "failed" ? [] : ["Nothing of this run is kept, as --no-store asked: it cannot be resumed."];

/** What is said after the demo, whose answers are what they are. */
export const adviseDemo: Advice = (state) =>
  waitsForPerson(state)
    ? [
        "The demo ends here: no answer that was written for it passes these tests.",
        'A program settles a flagged task while its run waits: run.resolve("<task>", { action: "answer", output }).',
      ]
    : [];

/** The tasks that wait for a person. */
export function flaggedTasks({ tasks }: RunState): readonly TaskState[] {
  return [...tasks.values()].filter(({ status }) => status === "flagged");
}

/** Why a task is flagged, in a line that is safe to show. */
export function whyFlagged({ attempts, flag }: TaskState): string {
  const issues = attempts[attempts.length - 1]?.issues ?? [];
  return safeLine(issues.length > 0 ? tellingIssue(issues) : (flag?.reason ?? "It is flagged."), 300);
}

function reasonsOf({ state, census, ledger }: Ended, message: string): readonly string[] {
  if (state.status !== "paused") return [safeText(message)];
  const { accepted, tasks } = census;
  const spent = formatMicroUsd(ledger.usd * 1e6);
  if (!waitsForPerson(state)) {
    const { reason = "person", message: why = "" } = state.halt ?? {};
    const done =
      state.shadow !== null
        ? gradesOf(state.shadow)
        : tasks === 0
          ? "There is no plan yet"
          : `${accepted} of ${count(tasks, "task")} ${accepted === 1 ? "is" : "are"} accepted`;
    return [`The run is paused (${reason}): ${safeLine(why, 400)}`, `${done}, and ${spent} is spent.`];
  }
  const [flagged, held] = [flaggedTasks(state), heldCalls(state)];
  const all = [
    ...(flagged.length === 0 ? [] : [count(flagged.length, "task")]),
    ...(held.length === 0 ? [] : [count(held.length, "tool call")]),
  ].join(" and ");
  const waits = flagged.length + held.length === 1 ? "waits" : "wait";
  return [
    `${all} ${waits} for a person; ${accepted} of ${tasks} are accepted, and ${spent} is spent.`,
    ...flagged.map((task) => `  ${task.task.id}: ${whyFlagged(task)}`),
    ...held.map(({ taskId, tool, input }) => `  ${taskId}: ${describeCall(tool, input)}`),
  ];
}

function gradesOf({ terms, grades }: NonNullable<RunState["shadow"]>): string {
  const done = [...grades.values()].filter(({ finding }) => finding?.step === "review").length;
  return `${done} of ${count(terms.samples.length, "attempt")} ${done === 1 ? "is" : "are"} reviewed again`;
}

/** Whether the run waits for a person to settle a task, or a tool call. */
export function waitsForPerson(state: RunState): boolean {
  if (state.status !== "paused" || state.halt?.reason !== "person") return false;
  return flaggedTasks(state).length + heldCalls(state).length > 0;
}

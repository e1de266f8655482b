// What is said when a run did not complete: why, and what a person can do.

import type { RunState, RunView, TaskState } from "@terrace/core";
import { count, formatMicroUsd } from "./format.js";
import { tellingIssue } from "./reporters/note.js";
import { safeLine, safeText } from "./text.js";
import { type KeptRun, raisingCommands, resumeCommand, settlingCommands, showCommand } from "./ways-on.js";

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
    const flagged = flaggedTasks(state);
    if (!waitsForPerson(state)) return wayOn(kept, state);
    const raising = raisingCommands(kept, state);
    return [
      "See what was drafted:",
      `  ${showCommand(kept)}`,
      "Settle it in one of these ways, and the run goes on:",
      ...flagged
        .slice(0, MOST_SPELT_OUT)
        .flatMap((task) => settlingCommands(kept, task).map((command) => `  ${command}`)),
      ...(raising.length === 0 ? [] : [MORE, ...raising.map((command) => `  ${command}`)]),
    ];
  };
}

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
  const flagged = flaggedTasks(state);
  const waits = flagged.length === 1 ? "waits" : "wait";
  return [
    `${count(flagged.length, "task")} ${waits} for a person; ${accepted} of ${tasks} are accepted, and ${spent} is spent.`,
    ...flagged.map((task) => `  ${task.task.id}: ${whyFlagged(task)}`),
  ];
}

function gradesOf({ terms, grades }: NonNullable<RunState["shadow"]>): string {
  const done = [...grades.values()].filter(({ finding }) => finding?.step === "review").length;
  return `${done} of ${count(terms.samples.length, "attempt")} ${done === 1 ? "is" : "are"} reviewed again`;
}

function waitsForPerson(state: RunState): boolean {
  return state.status === "paused" && state.halt?.reason === "person" && flaggedTasks(state).length > 0;
}

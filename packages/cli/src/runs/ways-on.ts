// Commands that go on with a run, ready to be copied into a shell.

import type { RunState, TaskState } from "@terrace/core";
import type { HeldCall } from "./held-calls.js";
import type { KeptStore } from "./store.js";

/** A run and where it is kept. */
export interface KeptRun {
  readonly runId: string;
  readonly kept: Pick<KeptStore, "options">;
}

/** The command that goes on with a run, and says what its pause asks for: more money, an approval, or that somebody looked at it. */
export function resumeCommand(run: KeptRun, state?: Pick<RunState, "halt" | "budget">): string {
  const words = ["resume", run.runId];
  const { halt = null, budget = null } = state ?? {};
  if (halt?.reason === "crashes") return command(run, [...words, "--parked"]);
  if (halt?.reason === "approval") return command(run, [...words, "--approve"]);
  return halt?.reason === "budget" ? command(run, words, ...raised(budget)) : command(run, words);
}

/** The command that frees the tasks which its budget flagged; none when there are none, or it raises no bound of theirs. */
export function raisingCommands(run: KeptRun, { tasks, budget }: RunState): readonly string[] {
  const more = raised(budget);
  const isShort = [...tasks.values()].some(
    ({ status, flag }) => status === "flagged" && flag?.cause === "budget",
  );
  return isShort && more.length > 0 ? [command(run, ["resume", run.runId], ...more)] : [];
}

/** The bounds that the command can raise, each to be written. */
function raised(budget: RunState["budget"]): readonly string[] {
  return [
    ...(typeof budget?.hardMicroUsd === "number" ? ['--budget-usd "<more>"'] : []),
    ...(typeof budget?.maxTokens === "number" ? ['--max-tokens "<more>"'] : []),
    ...(typeof budget?.maxCalls === "number" ? ['--max-calls "<more>"'] : []),
  ];
}

/** The command that shows a run. */
export function showCommand(run: KeptRun): string {
  return command(run, ["show", run.runId]);
}

/** The commands that settle a flagged task, each in another way; what is in angle brackets is to be written. */
export function settlingCommands(run: KeptRun, { task, tier, attempts }: TaskState): readonly string[] {
  const of = [run.runId, task.id];
  const hasDraft = attempts[attempts.length - 1]?.outcome === "ok";
  return [
    ...(hasDraft ? [command(run, ["approve", ...of])] : []),
    command(run, ["answer", ...of], '"<your answer>"'),
    command(run, ["rerun", ...of, "--tier", tier]),
    command(run, ["reject", ...of]),
  ];
}

/** The commands that let a held tool call be made, and that do not. */
export function callCommands(run: KeptRun, { taskId, useId }: HeldCall): readonly string[] {
  const of = [run.runId, taskId, "--tool", useId];
  return [command(run, ["approve", ...of]), command(run, ["reject", ...of])];
}

/** A command in a line; what is `asIs` is no word yet, but stands where one is to be written. */
function command({ kept }: KeptRun, words: readonly string[], ...asIs: readonly string[]): string {
  return ["terrace", ...words.map(shellWord), ...asIs, ...kept.options.map(shellWord)].join(" ");
}

/** A word as a POSIX shell takes it, whatever is in it. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

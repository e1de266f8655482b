// Commands that go on with a run, ready to be copied into a shell.

import type { RunState, TaskState } from "@terrace/core";
import type { KeptStore } from "./store.js";

/** A run and where it is kept. */
export interface KeptRun {
  readonly runId: string;
  readonly kept: Pick<KeptStore, "named">;
}

/** The command that goes on with a run, and says what its pause asks for: more money, an approval, or that somebody looked at it. */
export function resumeCommand(run: KeptRun, state?: Pick<RunState, "halt" | "budget">): string {
  const words = ["resume", run.runId];
  const { halt = null, budget = null } = state ?? {};
  if (halt?.reason === "crashes") return command(run, [...words, "--parked"]);
  if (halt?.reason === "approval") return command(run, [...words, "--approve"]);
  if (halt?.reason !== "budget") return command(run, words);
  const dollars = typeof budget?.hardMicroUsd === "number" ? ['--budget-usd "<more>"'] : [];
  const tokens = typeof budget?.maxTokens === "number" ? ['--max-tokens "<more>"'] : [];
  const calls = typeof budget?.maxCalls === "number" ? ['--max-calls "<more>"'] : [];
  return command(run, words, ...dollars, ...tokens, ...calls);
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

/** A command in a line; what is `asIs` is no word yet, but stands where one is to be written. */
function command({ kept }: KeptRun, words: readonly string[], ...asIs: readonly string[]): string {
  const store = kept.named === undefined ? [] : ["--store", shellWord(kept.named)];
  return ["terrace", ...words.map(shellWord), ...asIs, ...store].join(" ");
}

/** A word as a POSIX shell takes it, whatever is in it. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

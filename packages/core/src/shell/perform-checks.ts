import { listOf } from "../plan/list-of.js";
import { present } from "../run/draft.js";
import type { Fact } from "../run/events.js";
import { listedBy } from "../run/items-of.js";
import type { JsonValue } from "../run/json.js";
import type { RunState, TaskState } from "../run/state.js";
import { type CheckReport, checkForm, PASSED, runChecks, type TaskChecks } from "./checks.js";
import { clipLines } from "./clip.js";
import type { Lanes } from "./lanes.js";
import { inputsOf } from "./requests.js";
import type { Runner } from "./runner.js";

/** What checking needs. */
interface CheckOptions {
  readonly runner: Runner;
  readonly checkLane: Lanes;
  readonly signal: AbortSignal;
  readonly checksOf: (task: TaskState) => TaskChecks;
}

/** Holds the output of a task against what is expected of it, and records what came of it. */
export function performChecks(options: CheckOptions, taskId: string): void {
  const { runner, checksOf } = options;
  const task = runner.state.tasks.get(taskId) as TaskState;
  const expected = checksOf(task);
  const { number: attempt, output } = present(task);
  const form = checkList(runner.state, taskId, output) ?? checkForm(expected, output);
  if (form !== undefined || expected.checks.length === 0) {
    runner.record(checked(taskId, attempt, form ?? PASSED));
    return;
  }
  runInLane(options, task, expected);
}

/** What is wrong with an output that other tasks are done for each item of. */
function checkList(state: RunState, taskId: string, output: JsonValue): CheckReport | undefined {
  const user = listedBy(state, taskId);
  if (user === undefined) return undefined;
  const items = listOf(output);
  const { maxItems } = state.limits;
  if (items === undefined) {
    const issue = `Expected a JSON list, since task "${user}" is done for each item of it. Answer with that list and nothing else.`;
    return { issues: [issue], repairable: true };
  }
  if (items.length <= maxItems) return undefined;
  const issue = `Expected a list of at most ${maxItems} items, since task "${user}" is done for each, got ${items.length}.`;
  return { issues: [issue], repairable: false };
}

function runInLane(
  { runner, checkLane, signal }: CheckOptions,
  task: TaskState,
  { checks }: TaskChecks,
): void {
  const { state } = runner;
  const { number: attempt, tier, output } = present(task);
  const context = {
    runId: state.runId,
    task: task.task,
    attempt,
    tier,
    inputs: inputsOf(state, task),
    signal,
  };
  const work = async (): Promise<void> =>
    runner.record(checked(task.task.id, attempt, await runChecks(checks, output, context)));
  checkLane.add("checks", { priority: task.priority, work });
  checkLane.start();
}

function checked(taskId: string, attempt: number, { issues, repairable }: CheckReport): Fact {
  return { type: "attempt.checked", taskId, attempt, issues: clipLines(issues), repairable };
}

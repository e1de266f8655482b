// Work-conserving: whenever everything that can go on by itself has, no slot is free for work that may start.
import type { RunEvent, RunState, TaskState } from "@terrace/core";
import type { Judge } from "./judge.js";
import { planningOf } from "./run-book.js";
import type { Host } from "./scheduler.js";
import type { World } from "./world.js";

/** Finds work that stands still for no reason in a process that drives a run, all of whose words have arrived. */
export function judgeIdleness(judge: Judge, world: World, host: Host, runId: string): void {
  const book = judge.bookOf(runId);
  const { state } = book;
  if (judge.shiftOf(host).harmed || (state.status !== "running" && state.status !== "planning")) return;
  const { status, revises } = state.planning;
  const isPlanning = status !== "done";
  const idle =
    (isPlanning ? idlePlanning(judge, world, host, runId) : undefined) ??
    (isPlanning && revises === null ? undefined : idleTask(judge, world, host, runId));
  if (idle !== undefined) judge.found("I-12", `${idle} in ${host.name} after event ${state.seq - 1}.`);
}

function idlePlanning(judge: Judge, world: World, host: Host, runId: string): string | undefined {
  const { planning } = judge.bookOf(runId).state;
  // While a subgoal waits for a planner that cannot be reached, all else goes on.
  if (planning.status === "stalled" && planning.revises?.cause === "subgoal") return undefined;
  if (planning.status !== "asked") return `the planning is ${planning.status}, and nobody decides`;
  const work = planningOf(planning);
  if (!mayStart(judge, host, runId, work) || !isFree(judge, world, host, tierOf(judge, runId, work)))
    return undefined;
  return "nobody asks the planner, and a slot is free";
}

function idleTask(judge: Judge, world: World, host: Host, runId: string): string | undefined {
  const { state } = judge.bookOf(runId);
  const shift = judge.shiftOf(host);
  for (const task of state.tasks.values()) {
    const { id } = task.task;
    switch (task.status) {
      case "waiting":
      case "flagged":
      case "stalled":
      case "accepted":
      case "failed":
      case "skipped":
      case "expanded":
      case "withdrawn":
        break;
      case "checking":
        if (shift.checks.size < world.checkConcurrency && !shift.checks.has(`${id} ${attemptOf(task)}`)) {
          return `nobody checks ${id}, and a slot is free`;
        }
        break;
      case "classifying":
      case "queued":
      case "executing":
      case "reviewing": {
        const purpose = PURPOSES[task.status];
        const work = `${purpose} ${id} ${attemptOf(task)}`;
        if (!mayStart(judge, host, runId, work)) break;
        if (isFree(judge, world, host, tierOf(judge, runId, work)))
          return `${work} waits, and a slot is free`;
        break;
      }
      default:
        if (waitsForPlan(state, task)) break;
        return `${id} is ${task.status}, and nobody decides`;
    }
  }
  return undefined;
}

/** Whether nothing can be decided of a task before the planner has answered what it is asked. */
function waitsForPlan({ planning, limits }: RunState, { task, status }: TaskState): boolean {
  if (planning.status === "done" || planning.revises === null) return false;
  if (planning.revises.cause !== "subgoal") return true;
  const mayBeReplanned = limits.maxRevisions > 0 && status !== "ready";
  return mayBeReplanned || (task.subgoal !== undefined && status === "ready");
}

const PURPOSES = {
  classifying: "classify",
  queued: "execute",
  executing: "execute",
  reviewing: "review",
} as const;

function attemptOf({ attempts }: TaskState): number {
  return attempts[attempts.length - 1]?.number ?? 0;
}

function tierOf(judge: Judge, runId: string, work: string): string {
  return judge.bookOf(runId).licences.get(work)?.route.tier ?? "";
}

/** Whether a piece of work is neither under way nor made to wait. */
function mayStart(judge: Judge, host: Host, runId: string, work: string): boolean {
  const licence: RunEvent | undefined = judge.bookOf(runId).licences.get(work);
  return !judge.shiftOf(host).works.has(work) && (licence?.delayMs ?? 0) === 0;
}

function isFree(judge: Judge, world: World, host: Host, tier: string): boolean {
  const { works, byTier, held } = judge.shiftOf(host);
  const { concurrency, tierConcurrency } = world;
  if (held.has(tier) || works.size >= concurrency) return false;
  return (byTier.get(tier) ?? 0) < (tierConcurrency[tier] ?? concurrency);
}

import { startPriority, type TaskGraph } from "../plan/graph.js";
import type { Task } from "../plan/plan.js";
import type { TaskDraft } from "./draft.js";

// Lists of a task are replaced and not added to while they are empty, so all may share the empty one.
const NONE: never[] = [];

/** A task that nothing has happened to yet. */
export function newTask(task: Task, graph: TaskGraph, position: number): TaskDraft {
  return {
    task,
    status: task.dependsOn.length === 0 ? "ready" : "waiting",
    tier: task.tier,
    classification: null,
    routedBy: null,
    maxTokens: null,
    nextReason: "first",
    attempts: NONE,
    retries: 0,
    repairs: 0,
    reviewRepairs: 0,
    refusals: 0,
    awaitsReview: false,
    waitingOn: task.dependsOn.length,
    blockedBy: null,
    flag: null,
    decision: null,
    acceptedBy: null,
    blamed: NONE,
    held: NONE,
    acts: NONE,
    replanned: false,
    reason: "",
    priority: startPriority(graph, position, task.dependsOn.length),
    listed: false,
  };
}

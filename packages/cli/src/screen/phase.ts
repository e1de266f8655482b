import { isReplaced, type TaskStatus } from "@terrace/core";

/** A task's status in a word that fits a column. */
export const PHASES: Readonly<Record<TaskStatus, string>> = {
  waiting: "waits",
  ready: "ready",
  classifying: "routes",
  queued: "queued",
  executing: "works",
  checking: "checks",
  checked: "checked",
  reviewing: "review",
  reviewed: "reviewed",
  unanswered: "again",
  stalled: "stalled",
  blamed: "blamed",
  flagged: "flagged",
  resolved: "resolved",
  blocked: "blocked",
  accepted: "accepted",
  failed: "failed",
  skipped: "skipped",
  expanded: "expanded",
  withdrawn: "withdrawn",
};

/** Whether nothing is to be seen at a task yet, or ever. */
export function isQuiet(status: TaskStatus): boolean {
  if (isReplaced(status)) return true;
  return status === "waiting" || status === "ready" || status === "queued" || status === "skipped";
}

/** How much a status tells: what needs a person first, then what is under way, what is next, and what is settled. */
export function rankOf(status: TaskStatus): number {
  if (status === "flagged" || status === "failed" || status === "stalled") return 0;
  if (status === "accepted" || isReplaced(status)) return 4;
  if (status === "waiting" || status === "skipped" || status === "blocked") return 3;
  return status === "queued" || status === "ready" ? 2 : 1;
}

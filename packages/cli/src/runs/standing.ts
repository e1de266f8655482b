// How a run stands, as its log and its lease tell it.

import type { EventType, Owner, PauseReason, RunStatus, RunView } from "@terrace/core";

/** How a run stands. `stopped`: it has not ended, is not paused, and nobody drives it. */
export type Standing = "running" | "paused" | "stopped" | "completed" | "failed" | "cancelled";

/** How a run stands, given who drives it. */
export function standingOf(status: RunStatus, owner: Owner | null): Standing {
  switch (status) {
    case "completed":
    case "failed":
    case "cancelled":
      return status;
    case "paused":
      return owner === null ? "paused" : "running";
    case "planning":
    case "running":
      return owner === null ? "stopped" : "running";
    default:
      return status satisfies never;
  }
}

/** A run's status, by the last of its events that says how it stands. */
export function statusAfter(lastRunEvent: EventType): RunStatus {
  return STATUS[lastRunEvent] ?? "running";
}

const STATUS: { readonly [E in EventType]?: RunStatus } = {
  "run.paused": "paused",
  "run.completed": "completed",
  "run.failed": "failed",
  "run.cancelled": "cancelled",
};

/** A standing for people; `reason` is why it is paused, when that is known. */
export function describeStanding(standing: Standing, reason: PauseReason | null): string {
  if (standing !== "paused" || reason === null) return standing;
  if (reason === "person") return "waits for a person";
  return reason === "approval" ? "waits for approval" : `paused (${reason.replaceAll("_", " ")})`;
}

/** Whether nothing more will come of a run. */
export function hasEnded(status: RunStatus): boolean {
  return status === "completed" || status === "failed" || status === "cancelled";
}

/** Why a run is not complete, in a sentence. */
export function messageOf({ state }: Pick<RunView, "state">): string | undefined {
  switch (state.status) {
    case "completed":
      return undefined;
    case "failed":
    case "cancelled":
      return state.ending;
    case "paused":
      return state.halt?.message ?? "";
    case "planning":
    case "running":
      return "It has not come to its end.";
    default:
      return state.status satisfies never;
  }
}

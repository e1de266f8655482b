import type { Standing } from "../plan/check-revision.js";
import type { TaskState } from "./state.js";

/** Where a task stands, as far as a change of the plan goes; `undefined` when it is no part of the plan any more. */
export function standingOf({ task, status, attempts }: TaskState): Standing | undefined {
  switch (status) {
    case "expanded":
    case "withdrawn":
      return undefined;
    case "accepted":
      return "accepted";
    case "failed":
    case "skipped":
    case "blocked":
      return "failed";
    case "waiting":
    case "ready":
    case "classifying":
      // There are as many items as the list has, whatever the planner thinks of them.
      return attempts.length === 0 && task.item === undefined ? "unstarted" : "begun";
    default:
      return "begun";
  }
}

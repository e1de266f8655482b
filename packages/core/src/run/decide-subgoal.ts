import { askPlanner } from "./ask-planner.js";
import type { Fact } from "./events.js";
import type { RunState, TaskState } from "./state.js";

/** Has a task that is a goal of its own planned. One question to the planner at a time: until it is answered others wait. */
export function decideSubgoal(
  state: RunState,
  { task, attempts }: TaskState,
): Fact<"plan.queued" | "task.flagged"> | undefined {
  if (attempts.length > 0) {
    const reason =
      "A person answered it before, and what it works from has changed. Answer it again, or give it up.";
    return { type: "task.flagged", taskId: task.id, cause: "plan", reason };
  }
  if (state.planning.status !== "done") return undefined;
  const due = { cause: "subgoal", taskId: task.id, reason: "" } as const;
  return askPlanner(state, 1, { issues: [], after: null }, due);
}

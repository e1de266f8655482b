import type { Fact } from "./events.js";
import { routeTo } from "./route-to.js";
import type { RunState, TaskState } from "./state.js";

/** Has a task that is a goal of its own planned. One question to the planner at a time: until it is answered others wait. */
export function decideSubgoal(state: RunState, { task }: TaskState): Fact<"plan.queued"> | undefined {
  const { planning, team } = state;
  if (planning.status !== "done") return undefined;
  return {
    type: "plan.queued",
    attempt: 1,
    retry: 0,
    route: routeTo(team, team.planner.tier),
    issues: [],
    after: null,
    delayMs: 0,
    revises: { cause: "subgoal", taskId: task.id, reason: "" },
  };
}

import type { Task } from "../plan/plan.js";
import { shownOf } from "./shown-of.js";
import type { RunState } from "./state.js";

/** What a token is in characters, as a rule; text in other scripts has fewer. */
const CHARACTERS = 4;

/** How many tokens an attempt at a task will be shown, as a rule: what its role is told, its brief, and its inputs. */
export function contextTokens(
  { goal, team, tasks }: Pick<RunState, "goal" | "team" | "tasks">,
  task: Task,
): number {
  const told = [goal, team.executors[task.role]?.instructions ?? "", task.brief, ...task.criteria];
  const inputs = task.dependsOn.flatMap((id) => {
    const input = tasks.get(id);
    if (input === undefined || input.acceptedBy === null) return [];
    return [JSON.stringify(shownOf({ tasks }, task, input))];
  });
  const characters = [...told, ...inputs].reduce((sum, { length }) => sum + length, 0);
  return Math.ceil(characters / CHARACTERS);
}

import type { TeamData } from "../team.js";
import type { PlannedTask } from "./plan.js";

const NONE: readonly string[] = [];

/**
 * The tools that a task may use: those that its role declares, or the ones among them that its plan names.
 *
 * Worked out from the team and the plan alone, so that nothing a model writes can add one.
 */
export function grantedTools(
  { role, tools }: Pick<PlannedTask, "role" | "tools">,
  { executors }: Pick<TeamData, "executors">,
): readonly string[] {
  const declared = Object.hasOwn(executors, role) ? (executors[role]?.tools ?? NONE) : NONE;
  return tools === undefined || declared.length === 0
    ? declared
    : declared.filter((tool) => tools.includes(tool));
}

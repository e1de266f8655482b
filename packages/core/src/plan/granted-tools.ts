import type { TeamData } from "../team.js";
import type { PlannedTask } from "./plan.js";

const NONE: readonly string[] = [];

/**
 * The tools that a task may use: those that its role declares, or the ones among them that its plan names. A name may be
 * that of a family, such as all tools of one server.
 *
 * Worked out from the team and the plan alone, so that nothing a model writes can add one.
 */
export function grantedTools(
  { role, tools }: Pick<PlannedTask, "role" | "tools">,
  { executors }: Pick<TeamData, "executors">,
): readonly string[] {
  const declared = Object.hasOwn(executors, role) ? (executors[role]?.tools ?? NONE) : NONE;
  return tools === undefined ? declared : declared.filter((tool) => tools.includes(tool));
}

/** What stands between the name of a family of tools and the name of one of them. */
const WITHIN = "__";

/** Whether what is granted allows a tool: by its name, or by that of a family it belongs to. */
export function isGranted(tool: string, granted: readonly string[]): boolean {
  return granted.some((name) => name === tool || tool.startsWith(name + WITHIN));
}

import { describeNote } from "@terrace/agents";
import { UsageError } from "../surroundings.js";
import { count } from "../text/format.js";
import type { Settings } from "./settings.js";

/** @throws UsageError when an agent file cannot be a role: what it was meant to do, nobody would do */
export function assertRoles({ agents }: Pick<Settings, "agents">): void {
  const errors = agents.notes.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return;
  const warnings = agents.notes.length - errors.length;
  const rest = warnings === 0 ? [] : [`\`terrace agents\` has ${count(warnings, "warning")} more.`];
  throw new UsageError([...errors.map(describeNote), ...rest].join("\n"));
}

import type { Tool } from "@terrace/agents";
import { isGranted } from "@terrace/core";
import { UsageError } from "../surroundings.js";
import type { Settings } from "./settings.js";
import type { ToolPlace } from "./tool-settings.js";

/**
 * The tools of the settings, ready for a run.
 *
 * @throws UsageError when a role names one that the folder must be trusted for, or one cannot be made
 */
export function toolsFor(settings: Pick<Settings, "team" | "tools">): readonly Tool[] {
  const lines = settings.tools.places
    .filter((place) => place.untrusted !== "" && rolesWith(place, settings).length > 0)
    .map((place) => `${place.untrusted} ${leaveOut(rolesWith(place, settings))}`);
  if (lines.length > 0) throw new UsageError(lines.join("\n"));
  return settings.tools.make();
}

/** The roles that name a tool of a place. */
export function rolesWith(
  { names, families }: Pick<ToolPlace, "names" | "families">,
  { team }: Pick<Settings, "team">,
): readonly string[] {
  return Object.entries(team.executors).flatMap(([role, { tools = [] }]) =>
    tools.some((tool) => names.includes(tool) || families.some((family) => isGranted(tool, [family])))
      ? [role]
      : [],
  );
}

function leaveOut(roles: readonly string[]): string {
  const named = roles.map((role) => JSON.stringify(role)).join(", ");
  return `Otherwise take its tools from ${roles.length === 1 ? "the role" : "the roles"} ${named}.`;
}

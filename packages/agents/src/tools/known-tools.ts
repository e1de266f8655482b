import type { Tool } from "./tool.js";

/** What tools there are, by name, for whoever decides which role has them. */
export interface KnownTools {
  readonly names: readonly string[];
  /** What the names of tools begin with that are known only later, such as `mcp__github`. */
  readonly families: readonly string[];
  /** The tool that runs programs, and what it may run; `null` without one. */
  readonly command: { readonly name: string; readonly allow: readonly string[] } | null;
}

/** What these tools are called. */
export function knownTools(tools: readonly Tool[]): KnownTools {
  const names = tools.flatMap((tool) => (tool.kind === "source" ? [] : [tool.name]));
  const families = tools.flatMap((tool) => (tool.kind === "source" ? tool.families : []));
  const command = tools.find((tool) => tool.kind === "local" && tool.allow !== undefined);
  if (command?.kind !== "local") return { names, families, command: null };
  return { names, families, command: { name: command.name, allow: command.allow ?? [] } };
}

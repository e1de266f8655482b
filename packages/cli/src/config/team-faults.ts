// What is wrong with a team, each fault named where it was made.

import { type KnownTools, openPlaceholder } from "@terrace/agents";
import { isGranted, type ModelMapping, misspelt, type RoleDeclaration, type Team } from "@terrace/core";
import { UsageError } from "../surroundings.js";
import { describeOrigin, type Origin } from "./origin.js";
import type { TerraceConfig } from "./terrace-config.js";

/** Where the value at a path was set. */
export type Find = (path: string) => Origin | undefined;

/** @throws UsageError when instructions hold a placeholder that nobody filled in */
export function assertFilledIn(
  {
    planner,
    executors,
    reviewer,
  }: {
    readonly planner: { readonly instructions?: string };
    readonly executors: { readonly [role: string]: RoleDeclaration<string> };
    readonly reviewer: { readonly instructions?: string };
  },
  find: Find,
): void {
  const told = [
    ["planner", planner.instructions] as const,
    ["reviewer", reviewer.instructions] as const,
    ...Object.entries(executors).map(([name, role]) => [`executors.${name}`, role.instructions] as const),
  ];
  const lines = told.flatMap(([path, instructions = ""]) => {
    const open = openPlaceholder(instructions);
    const where = `${path}.instructions`;
    return open === undefined
      ? []
      : [
          `${name(find(where))}: ${where}: the placeholder ${open.name} was left in line ${open.line}. Fill it in.`,
        ];
  });
  if (lines.length > 0) throw new UsageError(lines.join("\n"));
}

/** @throws UsageError when two tiers of a configuration are the same: an escalation would ask the same once more */
export function assertApart(models: Readonly<Record<string, ModelMapping>>, find: Find): void {
  const seen = new Map<string, string>();
  for (const [tier, mapping] of Object.entries(models)) {
    const key = JSON.stringify(typeof mapping === "string" ? [mapping] : [mapping.model, mapping.effort]);
    const other = seen.get(key);
    const origin = find(`models.${tier}`);
    const isFile = origin?.kind === "project" || origin?.kind === "user";
    if (other !== undefined && isFile) {
      throw new UsageError(
        `${name(origin)}: models.${tier}: expected another model or effort than models.${other} has, got the same. ` +
          "Give it another, or leave the tier out of the ladder.",
      );
    }
    seen.set(key, tier);
  }
}

/** One of the team's complaints, after the place where what it is about was said. */
export function placed(issue: string, find: Find): string {
  const [, path, rest] = /^Expected `([^`]+)` to (.*)$/s.exec(issue) ?? [];
  if (path === undefined || rest === undefined) return issue;
  const [, inner, got] = /^be valid \((?:expected )?(.*?)\), (got .*)$/s.exec(rest) ?? [];
  const expected =
    inner !== undefined ? `${inner}, ${got}` : rest.startsWith("be ") ? rest.slice(3) : `to ${rest}`;
  return `${name(find(path))}: ${path}: expected ${expected}`;
}

/** @throws UsageError when something is given for a tier or a role that is not there */
export function assertNames(config: TerraceConfig, team: Team, find: Find): void {
  const roles = Object.keys(team.executors);
  const strangers = [
    ...namesOf("tierConcurrency", config.tierConcurrency, team.ladder),
    ...namesOf("outputs", config.outputs, roles),
    ...namesOf("checks", config.checks, roles),
  ];
  if (strangers.length === 0) return;
  const lines = strangers.map(([key, stranger, known]) => {
    const what = key === "tierConcurrency" ? "a tier of the ladder" : "a role";
    const meant = misspelt(stranger, known);
    const hint = meant === undefined ? "" : ` Did you mean "${meant}"?`;
    const names = known.map((each) => JSON.stringify(each)).join(", ");
    return `${name(find(`${key}.${stranger}`))}: ${key}.${stranger}: expected ${what} (${names}).${hint}`;
  });
  throw new UsageError(lines.join("\n"));
}

/** @throws UsageError when a role names a tool that there is not */
export function assertTools({ executors }: Team, { names, families }: KnownTools, find: Find): void {
  const known = [...names, ...families];
  const lines = Object.entries(executors).flatMap(([role, { tools = [] }]) => {
    const path = `executors.${role}.tools`;
    return tools
      .filter((tool) => !names.includes(tool) && !families.some((family) => isGranted(tool, [family])))
      .map((tool) => {
        const got = `${name(find(path))}: ${path}: there is no tool ${JSON.stringify(tool)}.`;
        if (known.length === 0) return `${got} The configuration has none: add \`tools\`, or remove it.`;
        const meant = misspelt(tool, known);
        const hint = meant === undefined ? "" : ` Did you mean "${meant}"?`;
        const there = known.slice(0, 50).map((each) => JSON.stringify(each));
        return `${got}${hint} There are ${there.join(", ")}.`;
      });
  });
  if (lines.length > 0) throw new UsageError(lines.join("\n"));
}

function namesOf(
  key: string,
  given: object | undefined,
  known: readonly string[],
): readonly (readonly [string, string, readonly string[]])[] {
  const strangers = Object.keys(given ?? {}).filter((each) => !known.includes(each));
  return strangers.map((each) => [key, each, known] as const);
}

function name(origin: Origin | undefined): string {
  return origin === undefined ? "configuration" : describeOrigin(origin);
}

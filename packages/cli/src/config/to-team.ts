// Configuration and agent files → the team, with every fault named where it was made.

import {
  type LoadedAgents,
  loadAgentFiles,
  openPlaceholder,
  PRESETS,
  PROVIDER_MODELS,
  teamPartsOf,
} from "@terrace/agents";
import {
  DeclarationError,
  defineTeam,
  type ModelMapping,
  type RoleDeclaration,
  type Team,
} from "@terrace/core";
import { UsageError } from "../surroundings.js";
import { type Merged, originAt } from "./merge.js";
import { describeOrigin, type Origin } from "./origin.js";

/** A team, and what was read for it. */
export interface ConfiguredTeam {
  readonly team: Team;
  readonly agents: LoadedAgents;
  /** Where models and roles come from, beside what the configuration says itself. */
  readonly origins: ReadonlyMap<string, Origin>;
  readonly notes: readonly string[];
}

/** Makes the team of a configuration. @throws UsageError with everything that is wrong, each in a line */
export async function toTeam(
  merged: Merged,
  folders: readonly string[],
  cwd: string,
): Promise<ConfiguredTeam> {
  const { config } = merged;
  const preset = PRESETS[config.preset ?? "worker"];
  const presetOrigin: Origin =
    config.preset === undefined ? { kind: "default", name: "" } : { kind: "preset", name: config.preset };
  const origins = new Map<string, Origin>();
  const ladder = config.ladder ?? preset.ladder;
  const { models, notes } = modelsOf(merged, ladder, origins);
  const table = {
    ladder,
    models: Object.fromEntries(Object.entries(models).map(([tier, each]) => [tier, asked(each)])),
  };
  const agents = await loadAgentFiles(folders, { table, cwd });
  const parts = teamPartsOf(agents);
  const declared = { ...parts.executors, ...config.executors };
  const isAlone = config.preset === undefined && Object.keys(declared).length > 0;
  const presets = isAlone ? {} : preset.executors;
  for (const role of agents.roles) {
    const path = role.kind === "executor" ? `executors.${role.name}` : role.kind;
    if (originAt(merged.origins, path) === undefined)
      origins.set(path, { kind: "agent file", name: role.file });
  }
  for (const name of Object.keys(presets))
    if (!Object.hasOwn(declared, name)) origins.set(`executors.${name}`, presetOrigin);
  const isOnLadder = ladder.includes(preset.planner.tier);
  const tier = isOnLadder ? preset.planner.tier : (ladder[ladder.length - 1] ?? "");
  const whole = {
    ladder,
    models,
    planner: { ...preset.planner, tier, ...parts.planner, ...config.planner },
    executors: { ...presets, ...declared },
    reviewer: { ...preset.reviewer, ...parts.reviewer, ...config.reviewer },
    ...(config.router === undefined ? {} : { router: config.router }),
    ...(config.prices === undefined ? {} : { prices: config.prices }),
  };
  // A default is no place where somebody can mend anything: the ladder that it does not fit is.
  const find = (path: string): Origin | undefined =>
    originAt(merged.origins, path) ?? merged.origins.get("ladder") ?? originAt(origins, path);
  assertFilledIn(whole, find);
  assertApart(models, find);
  try {
    return { team: defineTeam<string, string>(whole), agents, origins, notes };
  } catch (error) {
    if (error instanceof DeclarationError)
      throw new UsageError(error.issues.map((issue) => placed(issue, find)).join("\n"));
    throw error;
  }
}

function asked(mapping: ModelMapping): { readonly model: string; readonly effort: null } {
  return { model: typeof mapping === "string" ? mapping : mapping.model, effort: null };
}

/** A model for each tier of the ladder: as configured, or as the provider calls it. */
function modelsOf(
  { config, origins }: Merged,
  ladder: readonly string[],
  added: Map<string, Origin>,
): { readonly models: Record<string, ModelMapping>; readonly notes: readonly string[] } {
  const { provider = "anthropic", models: configured = {} } = config;
  const known = PROVIDER_MODELS[provider];
  const own = Object.entries(configured).filter(
    (entry): entry is [string, ModelMapping] => entry[1] !== undefined,
  );
  const isStray = (tier: string): boolean =>
    !ladder.includes(tier) && isVariable(origins.get(`models.${tier}`));
  const notes = own
    .filter(([tier]) => isStray(tier))
    .map(
      ([tier]) => `${origins.get(`models.${tier}`)?.name} has no effect: the ladder has no tier "${tier}".`,
    );
  const models = Object.fromEntries(own.filter(([tier]) => !isStray(tier)));
  for (const tier of ladder) {
    const model = known[tier];
    if (model === undefined || Object.hasOwn(models, tier)) continue;
    models[tier] = model;
    added.set(`models.${tier}`, { kind: "default", name: "" });
  }
  const missing = ladder.filter((tier) => !Object.hasOwn(models, tier));
  if (missing.length > 0 && provider !== "anthropic") {
    const names = missing.map((tier) => `models.${tier}`).join(", ");
    throw new UsageError(
      `${places(origins, "provider")}: ${names}: expected a model id, got nothing. What ${provider} calls ` +
        `${missing.length === 1 ? "this model" : "these models"} is not known here: add the id from its console.`,
    );
  }
  return { models: inOrder(models, ladder), notes };
}

/** As the ladder has them; what is no tier of it stands last. */
function inOrder(
  models: Readonly<Record<string, ModelMapping>>,
  ladder: readonly string[],
): Record<string, ModelMapping> {
  const place = (tier: string): number => (ladder.includes(tier) ? ladder.indexOf(tier) : ladder.length);
  return Object.fromEntries(Object.entries(models).sort(([a], [b]) => place(a) - place(b)));
}

function isVariable(origin: Origin | undefined): boolean {
  return origin?.kind === "environment" || origin?.kind === ".env";
}

function places(origins: ReadonlyMap<string, Origin>, path: string): string {
  const origin = originAt(origins, path);
  return origin === undefined ? "the default" : describeOrigin(origin);
}

type Find = (path: string) => Origin | undefined;

/** @throws UsageError when instructions hold a placeholder that nobody filled in */
function assertFilledIn(
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
function assertApart(models: Readonly<Record<string, ModelMapping>>, find: Find): void {
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
function placed(issue: string, find: Find): string {
  const [, path, rest] = /^Expected `([^`]+)` to (.*)$/s.exec(issue) ?? [];
  if (path === undefined || rest === undefined) return issue;
  const expected = rest.replace(/^be /, "").replace(/^valid \((?:expected )?(.*?)\), got/s, "$1, got");
  return `${name(find(path))}: ${path}: expected ${expected.startsWith("have") || expected.startsWith("map") ? "to " : ""}${expected}`;
}

function name(origin: Origin | undefined): string {
  return origin === undefined ? "configuration" : describeOrigin(origin);
}

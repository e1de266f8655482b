// Configuration and agent files → the team, with every fault named where it was made.

import { type KnownTools, type LoadedAgents, loadAgentFiles, PRESETS, teamPartsOf } from "@terrace/agents";
import { DeclarationError, defineTeam, type ModelMapping, type Team } from "@terrace/core";
import { UsageError } from "../surroundings.js";
import { type Merged, originAt } from "./merge.js";
import { modelsOf } from "./models-of.js";
import type { Origin } from "./origin.js";
import { assertApart, assertFilledIn, assertNames, assertTools, type Find, placed } from "./team-faults.js";

/** A team, and what was read for it. */
export interface ConfiguredTeam {
  readonly team: Team;
  readonly agents: LoadedAgents;
  /** Where models and roles come from, beside what the configuration says itself. */
  readonly origins: ReadonlyMap<string, Origin>;
  readonly notes: readonly string[];
}

/** What a team is made of besides the configuration. */
export interface TeamTerms {
  /** The folders of agent files. */
  readonly folders: readonly string[];
  readonly cwd: string;
  /** The tools that roles can be given. */
  readonly tools: KnownTools;
}

/** Makes the team of a configuration. @throws UsageError with everything that is wrong, each in a line */
export async function toTeam(merged: Merged, { folders, cwd, tools }: TeamTerms): Promise<ConfiguredTeam> {
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
  const agents = await loadAgentFiles(folders, { table, tools, cwd });
  const parts = teamPartsOf(agents);
  const roles = { ...parts.executors, ...config.executors };
  const isAlone = config.preset === undefined && Object.keys(roles).length > 0;
  const presets = isAlone ? {} : preset.executors;
  for (const role of agents.roles) {
    const path = role.kind === "executor" ? `executors.${role.name}` : role.kind;
    if (originAt(merged.origins, path) === undefined)
      origins.set(path, { kind: "agent file", name: role.file });
  }
  for (const name of Object.keys(presets))
    if (!Object.hasOwn(roles, name)) origins.set(`executors.${name}`, presetOrigin);
  const isOnLadder = ladder.includes(preset.planner.tier);
  const tier = isOnLadder ? preset.planner.tier : (ladder[ladder.length - 1] ?? "");
  const whole = {
    ladder,
    models,
    planner: { ...preset.planner, tier, ...parts.planner, ...config.planner },
    executors: { ...presets, ...roles },
    reviewer: { ...preset.reviewer, ...parts.reviewer, ...config.reviewer },
    ...(config.router === undefined ? {} : { router: config.router }),
    ...(config.prices === undefined ? {} : { prices: config.prices }),
  };
  // A default is no place where somebody can mend anything: the ladder that it does not fit is.
  const find: Find = (path) =>
    originAt(merged.origins, path) ?? merged.origins.get("ladder") ?? originAt(origins, path);
  assertFilledIn(whole, find);
  assertApart(models, find);
  const team = declared(whole, find);
  assertNames(config, team, find);
  assertTools(team, tools, find);
  return { team, agents, origins, notes };
}

/** @throws UsageError with everything that is wrong, each in a line, where it was said */
function declared(whole: Parameters<typeof defineTeam<string, string>>[0], find: Find): Team {
  try {
    return defineTeam<string, string>(whole);
  } catch (error) {
    if (!(error instanceof DeclarationError)) throw error;
    throw new UsageError(error.issues.map((issue) => placed(issue, find)).join("\n"));
  }
}

function asked(mapping: ModelMapping): { readonly model: string; readonly effort: null } {
  return { model: typeof mapping === "string" ? mapping : mapping.model, effort: null };
}

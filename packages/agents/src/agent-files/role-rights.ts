// What an agent file lets its role do: the tools it has, how often it is asked, and how hard it thinks.

import type { Effort } from "@terrace/core";
import { takesEffort } from "../model-rules.js";
import type { KnownTools } from "../tools/known-tools.js";
import { EXECUTORS_ONLY } from "./agent-keys.js";
import type { AgentRole } from "./agent-role.js";
import type { Entry } from "./front-matter.js";
import { grantedByFile } from "./granted-by-file.js";
import type { TierTable } from "./tier-of-model.js";
import { asCount, asEffort, type Said } from "./values.js";

/** What is read for it. */
export interface RightsParts {
  readonly given: ReadonlyMap<string, Entry>;
  readonly table: TierTable;
  readonly tools: KnownTools;
}

/** The part of a role that says so. */
export type Rights = Pick<AgentRole, "granted" | "maxTurns" | "effort">;

/** What an executor may use, how often it is asked, and how hard it is to think. */
export function rightsOf({ given, table, tools }: RightsParts, bounds: Bounds, say: Said): Rights {
  const [named, taken, servers] = ["tools", "disallowedTools", "mcpServers"].map((key) => given.get(key));
  const granted = grantedByFile({ tools: named, disallowedTools: taken, mcpServers: servers }, tools, say);
  return {
    granted,
    maxTurns: turnsOf(given.get("maxTurns"), granted, say),
    effort: effortOf(given.get("effort"), table, bounds, say),
  };
}

/** Those of a planner or a reviewer, which has none; says so of each key that would give some. */
export function noRights(given: ReadonlyMap<string, Entry>, kind: string, say: Said): Rights {
  for (const [key, why] of Object.entries(EXECUTORS_ONLY)) {
    const entry = given.get(key);
    if (entry !== undefined) say(entry.line, `"${key}" has no effect on a ${kind}: ${why}.`);
  }
  return { granted: [], maxTurns: null, effort: null };
}

/** No attempt has more turns. */
const MOST_TURNS = 20;

function turnsOf(entry: Entry | undefined, granted: readonly string[], say: Said): number | null {
  const turns = asCount(entry, say);
  if (entry === undefined || turns === null) return null;
  if (granted.length === 0) {
    say(entry.line, '"maxTurns" has no effect: without tools an executor answers in one turn.');
    return null;
  }
  if (turns > MOST_TURNS)
    say(entry.line, `"maxTurns" is ${turns}, of which no attempt has more than ${MOST_TURNS}.`);
  return Math.min(turns, MOST_TURNS);
}

type Bounds = Pick<AgentRole, "minTier" | "maxTier">;

/** One effort for all tiers of a role would leave nothing between two that differ in it alone. */
function effortOf(
  entry: Entry | undefined,
  { ladder, models }: TierTable,
  { minTier, maxTier }: Bounds,
  say: Said,
): Effort | null {
  const effort = asEffort(entry, say);
  if (entry === undefined || effort === null) return null;
  const from = minTier === undefined ? 0 : ladder.indexOf(minTier);
  const tiers = ladder.slice(from, maxTier === undefined ? ladder.length : ladder.indexOf(maxTier) + 1);
  const ids = tiers.flatMap((tier) => models[tier]?.model ?? []);
  if (new Set(ids).size < ids.length) {
    say(entry.line, '"effort" has no effect: tiers of the ladder differ in nothing else.');
    return null;
  }
  for (const model of ids.filter((id) => !takesEffort(id, effort)))
    say(entry.line, `"effort" has no effect at "${model}", which cannot be asked for ${effort}.`);
  return effort;
}

import { describeNote } from "@terrace/agents";
import type { Role } from "@terrace/core";
import { originAt } from "../config/merge.js";
import { describeOrigin } from "../config/origin.js";
import { type Settings, settingsOf } from "../config/settings.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { type Surroundings, wantsColour } from "../surroundings.js";
import { createPalette, paintTier } from "../text/palette.js";
import { plainTable } from "../text/plain-table.js";
import { safeJson, safeLine, safeText } from "../text/safe-text.js";

/** Options of `terrace agents`. */
export interface AgentsOptions {
  readonly json?: boolean;
}

/** A role as it is listed. */
interface Listed {
  readonly name: string;
  readonly kind: "planner" | "executor" | "reviewer";
  /** Where it starts; `null` for the reviewer, whose tier follows from each output. */
  readonly tier: string | null;
  readonly minTier: string | null;
  readonly maxTier: string | null;
  readonly model: string | null;
  /** The tools that its tasks may use. */
  readonly tools: readonly string[];
  /** How often its executor is asked in one attempt; `null` when there is no bound of its own. */
  readonly maxTurns: number | null;
  /** How hard its executor is to think; `null` when its tier says. */
  readonly effort: string | null;
  readonly from: string;
  readonly description: string;
}

/** Lists the roles of the team with their tiers, models and sources, and what has no effect in agent files. */
export async function agentsCommand({ json }: AgentsOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { stdout, stderr, env } = surroundings;
  const settings = await settingsOf(surroundings);
  const roles = rolesOf(settings);
  const { notes } = settings.agents;
  if (json === true) {
    for (const role of roles) stdout.write(`${safeJson({ type: "role", ...role })}\n`);
    for (const note of notes) stdout.write(`${safeJson({ type: "note", ...note })}\n`);
  } else {
    const palette = createPalette(wantsColour(stdout, env));
    const table = plainTable(palette, ["role", "starts at", "up to", "model", "tools", "from"], []);
    const paint = (tier: string | null): string =>
      tier === null ? palette.dim("–") : paintTier(palette, settings.team.ladder, tier);
    for (const { name, tier, maxTier, model, tools, from } of roles) {
      table.push([
        name,
        paint(tier),
        paint(maxTier),
        model ?? palette.dim("–"),
        tools.length === 0 ? palette.dim("–") : safeLine(tools.join(", "), 80),
        palette.dim(safeLine(from, 60)),
      ]);
    }
    stdout.write(`${table.toString()}\n`);
    for (const note of notes) stderr.write(`${note.severity}: ${safeText(describeNote(note))}\n`);
  }
  return notes.some(({ severity }) => severity === "error") ? EXIT.usage : EXIT.accepted;
}

function rolesOf({ team, origins }: Settings): readonly Listed[] {
  const from = (path: string): string => {
    const origin = originAt(origins, path);
    return origin === undefined ? "default" : describeOrigin(origin);
  };
  const modelOf = (tier: string): string | null => team.models[tier]?.model ?? null;
  const { planner, reviewer } = team;
  const fixed = { minTier: null, maxTier: null, tools: [], maxTurns: null, effort: null, description: "" };
  const executor = ([name, role]: readonly [string, Role]): Listed => ({
    name,
    kind: "executor",
    tier: role.tier,
    minTier: role.minTier,
    maxTier: role.maxTier,
    model: modelOf(role.tier),
    tools: role.tools ?? [],
    maxTurns: role.maxTurns ?? null,
    effort: role.effort ?? null,
    from: from(`executors.${name}`),
    description: role.description ?? "",
  });
  return [
    {
      ...fixed,
      name: "planner",
      kind: "planner",
      tier: planner.tier,
      model: modelOf(planner.tier),
      from: from("planner"),
    },
    ...Object.entries(team.executors).map(executor),
    {
      ...fixed,
      name: `reviewer (${reviewer.policy})`,
      kind: "reviewer",
      tier: null,
      model: null,
      from: from("reviewer"),
    },
  ];
}

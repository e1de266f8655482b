// The orchestrators of the command: on the models that the settings name, or on nobody.

import { claudeAgents } from "@terrace/agents";
import {
  createOrchestrator,
  type Orchestrator,
  type OrchestratorOptions,
  type RunStore,
} from "@terrace/core";
import { assertRoles } from "../config/assert-roles.js";
import type { Settings } from "../config/settings.js";
import { toolsFor } from "../config/tools-for.js";
import { clientOf, secretsOf } from "./claude-client.js";
import { processName } from "./identity.js";
import { idleAgents } from "./idle-agents.js";

/** How long calls under way may go on when the command is to end, in milliseconds. */
export const GRACE_MS = 30_000;

/** What an orchestrator is made with besides the settings. */
export interface Wiring {
  readonly concurrency: number;
  /** @default in memory */
  readonly store?: RunStore;
}

/** An orchestrator on the models that the settings name. @throws UsageError as `optionsFrom` does */
export async function orchestratorFrom(settings: Settings, wiring: Wiring): Promise<Orchestrator> {
  return createOrchestrator(await optionsFrom(settings, wiring));
}

/**
 * What such an orchestrator is made of.
 *
 * @throws UsageError when the settings name neither key nor server, an agent file is no role, or the folder must be trusted for
 * a tool of a role
 */
export async function optionsFrom(settings: Settings, wiring: Wiring): Promise<OrchestratorOptions> {
  assertRoles(settings);
  const tools = toolsFor(settings);
  const { tierConcurrency } = settings.config;
  return {
    ...common(settings),
    agents: claudeAgents({ client: await clientOf(settings), tools }),
    graceMs: GRACE_MS,
    ...wiring,
    ...(tierConcurrency === undefined
      ? {}
      : { tierConcurrency: within(tierConcurrency, wiring.concurrency) }),
  };
}

/** An orchestrator that reads and settles, and asks no model: it needs no key, and waits for nothing when it stops. */
export function idleOrchestrator(settings: Settings, store: RunStore): Orchestrator {
  return createOrchestrator({ ...common(settings), agents: idleAgents, graceMs: 0, store });
}

function common(settings: Settings): Omit<OrchestratorOptions, "agents"> {
  const { limits, outputs, checks } = settings.config;
  return {
    team: settings.team,
    secrets: secretsOf(settings),
    owner: processName(),
    ...(limits === undefined ? {} : { limits }),
    ...(outputs === undefined ? {} : { outputs }),
    ...(checks === undefined ? {} : { checks }),
  };
}

/** A lane is no wider than all of them together, which a flag may have narrowed. */
function within(
  lanes: { readonly [tier: string]: number | undefined },
  concurrency: number,
): { readonly [tier: string]: number } {
  const given = Object.entries(lanes).filter((entry): entry is [string, number] => entry[1] !== undefined);
  return Object.fromEntries(given.map(([tier, limit]) => [tier, Math.min(limit, concurrency)]));
}

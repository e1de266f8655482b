// The orchestrators of the command: on the models that the environment names, or on nobody.

import { claudeAgents } from "@terrace/agents";
import {
  createOrchestrator,
  type Orchestrator,
  type OrchestratorOptions,
  type RunStore,
} from "@terrace/core";
import { clientFromEnvironment, secretsOf, teamFromEnvironment } from "./claude-client.js";
import { processName } from "./identity.js";
import { idleAgents } from "./idle-agents.js";
import type { Surroundings } from "./surroundings.js";

/** How long calls under way may go on when the command is to end, in milliseconds. */
export const GRACE_MS = 30_000;

/** What an orchestrator is made with besides the environment. */
export interface Wiring {
  readonly concurrency: number;
  /** @default in memory */
  readonly store?: RunStore;
}

/** An orchestrator on the models that the environment names. @throws UsageError when it names neither key nor server */
export function orchestratorFrom(env: Surroundings["env"], wiring: Wiring): Orchestrator {
  return createOrchestrator(optionsFrom(env, wiring));
}

/** What such an orchestrator is made of. @throws UsageError when the environment names neither key nor server */
export function optionsFrom(env: Surroundings["env"], wiring: Wiring): OrchestratorOptions {
  return {
    agents: claudeAgents({ client: clientFromEnvironment(env) }),
    team: teamFromEnvironment(env),
    secrets: secretsOf(env),
    owner: processName(),
    graceMs: GRACE_MS,
    ...wiring,
  };
}

/** An orchestrator that reads and settles, and asks no model: it needs no key, and waits for nothing when it stops. */
export function idleOrchestrator(env: Surroundings["env"], store: RunStore): Orchestrator {
  return createOrchestrator({
    agents: idleAgents,
    team: teamFromEnvironment(env),
    secrets: secretsOf(env),
    owner: processName(),
    graceMs: 0,
    store,
  });
}

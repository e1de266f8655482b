// The three agents on one model client.

import type { Agents } from "@terrace/core";
import { type AnthropicClientOptions, anthropicClient } from "./anthropic-client.js";
import { claudeTeam } from "./claude-team.js";
import { execute } from "./executor.js";
import type { ModelClient } from "./model-client.js";
import { plan } from "./planner.js";
import { review } from "./reviewer.js";

/** Planner, executor and reviewer on Claude; with `claudeTeam` for whoever declares no team. */
export function claudeAgents(options: AnthropicClientOptions = {}): Agents {
  return { ...agentsOn(anthropicClient(options)), defaultTeam: claudeTeam };
}

/** Planner, executor and reviewer on any model client: another vendor's, or one that follows a script. */
export function agentsOn(client: ModelClient): Agents {
  return {
    plan: (request) => plan(client, request),
    execute: (request) => execute(client, request),
    review: (request) => review(client, request),
    ...(client.paceOf && { paceOf: client.paceOf.bind(client) }),
  };
}

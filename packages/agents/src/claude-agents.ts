// The agents on one model client.

import type { Agents } from "@terrace/core";
import { type AnthropicClientOptions, anthropicClient } from "./anthropic-client.js";
import { classify } from "./classifier.js";
import { claudeTeam } from "./claude-team.js";
import { compare } from "./comparer.js";
import { execute } from "./executor.js";
import type { ModelClient } from "./model-client.js";
import { plan } from "./planner.js";
import { priceOf } from "./prices.js";
import { review } from "./reviewer.js";
import { sizeOf } from "./size-of.js";
import { toStderr } from "./to-stderr.js";
import type { Tool } from "./tools/tool.js";
import { toolbox } from "./tools/toolbox.js";
import { watchUnpriced } from "./unpriced.js";

/** What `claudeAgents` is given. */
export interface ClaudeAgentsOptions extends AnthropicClientOptions {
  /** What the roles of teams can be given; a role has of it what it names in its own `tools`. @default none */
  readonly tools?: readonly Tool[];
}

/** Agents that classify tasks too. */
export type ClassifyingAgents = Agents & Required<Pick<Agents, "classify">>;

/** Planner, classifier, executor and reviewer on Claude; with `claudeTeam` for whoever declares no team. */
export function claudeAgents({ tools = [], ...options }: ClaudeAgentsOptions = {}): ClassifyingAgents {
  const client = anthropicClient(options);
  const agents = agentsOn(client, { tools, warn: options.warn ?? toStderr });
  const watch = watchUnpriced(client.priceOf ?? priceOf, options.warn ?? toStderr);
  return {
    ...agents,
    defaultTeam: claudeTeam,
    plan: (request) => {
      const { models } = request.team;
      watch([request.route.model, ...Object.values(models).map(({ model }) => model)], request.prices);
      return agents.plan(request);
    },
    classify: (request) => {
      watch([request.route.model], request.prices);
      return agents.classify(request);
    },
    execute: (request) => {
      watch([request.route.model], request.prices);
      return agents.execute(request);
    },
    review: (request) => {
      watch([request.route.model], request.prices);
      return agents.review(request);
    },
    compare: (request) => {
      watch([request.route.model], request.prices);
      return compare(client, request);
    },
  };
}

/** What agents have besides a model. */
export interface AgentsOptions {
  /** What the roles of teams can be given. The model client must know of tools. @default none */
  readonly tools?: readonly Tool[];
  /** Told what is odd but does no harm, in a line. @default a line on stderr */
  readonly warn?: (line: string) => void;
}

/**
 * Planner, classifier, executor and reviewer on any model client: another vendor's, or one that follows a script.
 *
 * @throws DeclarationError when two tools have one name.
 */
export function agentsOn(
  client: ModelClient,
  { tools = [], warn = toStderr }: AgentsOptions = {},
): ClassifyingAgents {
  const box = toolbox(tools);
  return {
    plan: (request) => plan(client, request),
    classify: (request) => classify(client, request),
    execute: (request) => execute(client, request, { toolbox: box, warn }),
    review: (request) => review(client, request),
    compare: (request) => compare(client, request),
    ...(client.paceOf && { paceOf: client.paceOf.bind(client) }),
    priceOf: client.priceOf ?? priceOf,
    sizeOf,
    ...(tools.length > 0 && { release: box.release }),
  };
}

// Goal → plan, or a plan that runs → its change, as the model wrote it. Whether it stands is decided by the core.

import type { Answer, PlanRequest } from "@terrace/core";
import { effortOf, formFault, inShort, room } from "./intake.js";
import type { ModelClient } from "./model-client.js";
import { plannerSystem, plannerUser } from "./prompts/planner-prompt.js";
import { readJson } from "./read-json.js";
import { planSchemaFor, revisionSchemaFor } from "./schemas.js";

/** Room for an answer, thinking included; twice as much for one that broke off. */
export const PLANNER_TOKENS = 64_000;

/** Asks for a plan or a change and returns the JSON that came, unchecked but for being one sound JSON object. */
export async function plan(client: ModelClient, request: PlanRequest): Promise<Answer<unknown>> {
  const { route, team, limits, revision } = request;
  const isPlan = revision === undefined || revision.cause === "subgoal";
  const reply = await client.ask(
    {
      model: route.model,
      effort: effortOf(route, "medium"),
      maxTokens: room(PLANNER_TOKENS, request.after === "truncated"),
      system: [plannerSystem(team, limits)],
      user: plannerUser(request),
      schema: isPlan ? planSchemaFor(team, limits) : revisionSchemaFor(team, limits),
      retry: request.retry,
      prices: request.prices,
      signal: request.signal,
    },
    request.calls,
  );
  return reply.outcome === "ok" ? read(reply.value.text) : reply;
}

/**
 * What a model must write into a field and says nothing: no list, no share. Nor does "live", since whether the other
 * tasks can wait is for whoever submitted the run.
 */
const SAYS_NOTHING: readonly (readonly [string, unknown])[] = [
  ["urgency", "live"],
  ["forEach", ""],
  ["subgoal", 0],
];

function withoutNothings(plan: Readonly<Record<string, unknown>>): unknown {
  if (!Array.isArray(plan.tasks)) return plan;
  return { ...plan, tasks: plan.tasks.map(withoutNothingsIn) };
}

function withoutNothingsIn(task: unknown): unknown {
  if (typeof task !== "object" || task === null || Array.isArray(task)) return task;
  const says = ([field, value]: [string, unknown]): boolean =>
    !SAYS_NOTHING.some(([name, nothing]) => name === field && nothing === value);
  return Object.fromEntries(Object.entries(task).filter(says));
}

function read(text: string): Answer<unknown> {
  if (text.trim() === "") {
    return formFault("empty", "PLAN_NOT_JSON", "The planner answered nothing where a plan was expected.", []);
  }
  const json = readJson(text);
  if (json.ok) return { outcome: "ok", value: withoutNothings(json.value) };
  return formFault(
    "invalid_output",
    "PLAN_NOT_JSON",
    `The planner's answer could not be read as a plan: ${inShort(json.issues)}`,
    json.issues,
  );
}

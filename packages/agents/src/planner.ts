// Goal → plan, as the model wrote it. Whether it stands is decided by `checkPlan` in the core.

import type { Answer, PlanRequest } from "@terrace/core";
import { effortOf, formFault, inShort, room } from "./intake.js";
import type { ModelClient } from "./model-client.js";
import { plannerSystem, plannerUser } from "./prompts/planner-prompt.js";
import { readJson } from "./read-json.js";
import { planSchemaFor } from "./schemas.js";

/** Room for an answer, thinking included; twice as much for one that broke off. */
export const PLANNER_TOKENS = 64_000;

/** Asks for a plan and returns the JSON that came, unchecked but for being one sound JSON object. */
export async function plan(client: ModelClient, request: PlanRequest): Promise<Answer<unknown>> {
  const { route, team, limits } = request;
  const reply = await client.ask(
    {
      model: route.model,
      effort: effortOf(route, "medium"),
      maxTokens: room(PLANNER_TOKENS, request.after === "truncated"),
      system: [plannerSystem(team, limits)],
      user: plannerUser(request),
      schema: planSchemaFor(team),
      retry: request.retry,
      prices: request.prices,
      signal: request.signal,
    },
    request.calls,
  );
  return reply.outcome === "ok" ? read(reply.value.text) : reply;
}

/** A plan says which tasks can wait. Whether the others do is for whoever submitted the run, so "live" says nothing. */
function withoutLive(plan: Readonly<Record<string, unknown>>): unknown {
  if (!Array.isArray(plan.tasks)) return plan;
  return { ...plan, tasks: plan.tasks.map(withoutLiveIn) };
}

function withoutLiveIn(task: unknown): unknown {
  if (typeof task !== "object" || task === null || !("urgency" in task) || task.urgency !== "live")
    return task;
  const { urgency: _, ...rest } = task;
  return rest;
}

function read(text: string): Answer<unknown> {
  if (text.trim() === "") {
    return formFault("empty", "PLAN_NOT_JSON", "The planner answered nothing where a plan was expected.", []);
  }
  const json = readJson(text);
  if (json.ok) return { outcome: "ok", value: withoutLive(json.value) };
  return formFault(
    "invalid_output",
    "PLAN_NOT_JSON",
    `The planner's answer could not be read as a plan: ${inShort(json.issues)}`,
    json.issues,
  );
}

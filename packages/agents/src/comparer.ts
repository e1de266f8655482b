// Two outputs of one task → which of them is better. Nobody says who made which.

import type { Answer, CompareRequest, Preference } from "@terrace/core";
import { z } from "zod";
import { effortOf, readAs, waiting } from "./intake.js";
import type { ModelClient } from "./model-client.js";
import { comparerContext, comparerSystem, comparerUser } from "./prompts/comparer-prompt.js";
import { PREFERENCE_SCHEMA } from "./schemas.js";

/** Room for an answer, thinking included. */
const COMPARER_TOKENS = 16_000;

/** Asks which of two outputs does a task better. */
export async function compare(client: ModelClient, request: CompareRequest): Promise<Answer<Preference>> {
  const { route } = request;
  const reply = await client.ask(
    {
      model: route.model,
      effort: effortOf(route, "high"),
      maxTokens: COMPARER_TOKENS,
      system: [comparerSystem(request.instructions), comparerContext(request.goal)],
      user: comparerUser(request),
      schema: PREFERENCE_SCHEMA,
      retry: request.retry,
      ...waiting(request),
      prices: request.prices,
      signal: request.signal,
    },
    request.calls,
  );
  return reply.outcome === "ok" ? readAs(reply.value.text, preferenceSchema, FORM) : reply;
}

const preferenceSchema = z.strictObject({
  better: z.enum(["first", "second", "neither"]),
  reason: z.string().max(20_000),
});

const FORM = { code: "COMPARISON_INVALID", what: "comparison" } as const;

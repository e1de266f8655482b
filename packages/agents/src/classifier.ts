// A task → what sort of work it is. A run goes on without it when no answer comes, so nothing is asked twice.

import type { Answer, Classification, ClassifyRequest } from "@terrace/core";
import { z } from "zod";
import { effortOf, readAs, waiting } from "./intake.js";
import type { ModelClient } from "./model-client.js";
import { classifierContext, classifierSystem, classifierUser } from "./prompts/classifier-prompt.js";
import { CLASSIFICATION_SCHEMA } from "./schemas.js";

/** Room for three short fields, and for a model that thinks before it answers even so. */
export const CLASSIFIER_TOKENS = 4_000;

/** Asks what sort of work a task is. */
export async function classify(
  client: ModelClient,
  request: ClassifyRequest,
): Promise<Answer<Classification>> {
  const { route } = request;
  const reply = await client.ask(
    {
      model: route.model,
      effort: effortOf(route, "low"),
      maxTokens: CLASSIFIER_TOKENS,
      system: [classifierSystem(), classifierContext(request.goal)],
      user: classifierUser(request),
      schema: CLASSIFICATION_SCHEMA,
      retry: request.retry,
      ...waiting(request),
      prices: request.prices,
      signal: request.signal,
    },
    request.calls,
  );
  return reply.outcome === "ok" ? readAs(reply.value.text, classificationSchema, FORM) : reply;
}

const classificationSchema = z.strictObject({
  // The API does not vouch for the case of a word.
  complexity: z
    .string()
    .toLowerCase()
    .pipe(z.enum(["mechanical", "generative", "reasoning"])),
  errorCost: z
    .string()
    .toLowerCase()
    .pipe(z.enum(["low", "high"])),
  reason: z.string().max(2_000),
});

const FORM = { code: "CLASSIFICATION_INVALID", what: "classification" } as const;

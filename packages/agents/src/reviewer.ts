// An output → what the reviewer found about each criterion. The verdict is derived from that in the core.

import type { Answer, Review, ReviewRequest } from "@terrace/core";
import { z } from "zod";
import { effortOf, formFault, inShort, room, toLines, waiting } from "./intake.js";
import type { ModelClient } from "./model-client.js";
import { reviewerContext, reviewerSystem, reviewerUser } from "./prompts/reviewer-prompt.js";
import { readJson } from "./read-json.js";
import { REVIEW_SCHEMA } from "./schemas.js";

/** Room for an answer, thinking included; twice as much for one that broke off. */
export const REVIEWER_TOKENS = 16_000;

/** Asks for a review of one attempt, in a context that knows nothing of how it was made. */
export async function review(client: ModelClient, request: ReviewRequest): Promise<Answer<Review>> {
  const { route } = request;
  const reply = await client.ask(
    {
      model: route.model,
      // One level above what an executor is asked for.
      effort: effortOf(route, "high"),
      maxTokens: room(REVIEWER_TOKENS, request.issues.length > 0),
      system: [reviewerSystem(request.instructions), reviewerContext(request.goal)],
      user: reviewerUser(request),
      schema: REVIEW_SCHEMA,
      retry: request.retry,
      ...waiting(request),
      prices: request.prices,
      signal: request.signal,
    },
    request.calls,
  );
  return reply.outcome === "ok" ? read(reply.value.text, request) : reply;
}

const line = z.string().max(20_000);

const reviewSchema = z.strictObject({
  criteria: z
    .array(z.strictObject({ criterion: z.number().int().min(0).max(1_000), met: z.boolean(), finding: line }))
    .max(200),
  problems: z.array(z.strictObject({ description: line, blocking: z.boolean() })).max(200),
  blame: z.string().max(64),
});

function read(text: string, request: ReviewRequest): Answer<Review> {
  if (text.trim() === "") {
    return formFault("empty", "REVIEW_EMPTY", "The reviewer answered nothing.", [
      "Expected a review, got nothing.",
    ]);
  }
  const json = readJson(text);
  if (!json.ok) return unreadable(json.issues);
  const parsed = reviewSchema.safeParse(json.value);
  if (!parsed.success) return unreadable(toLines(parsed.error));
  const { criteria, problems, blame } = parsed.data;
  const issues = [...unanswered(criteria, request.task.criteria.length), ...unknown(blame, request)];
  if (issues.length > 0) return unreadable(issues);
  const inOrder = [...criteria].sort((a, b) => a.criterion - b.criterion);
  return { outcome: "ok", value: { criteria: inOrder, problems, blame: blame === "" ? null : blame } };
}

/** Every criterion must be answered, and once: an answer left out is not a yes. */
function unanswered(answers: Review["criteria"], count: number): string[] {
  const times = Array.from(
    { length: count },
    (_, index) => answers.filter(({ criterion }) => criterion === index).length,
  );
  const issues = times.flatMap((met, index) =>
    met === 1 ? [] : [`Expected one answer to criterion ${index}, got ${met === 0 ? "none" : met}.`],
  );
  const strangers = new Set(
    answers.map(({ criterion }) => criterion).filter((criterion) => criterion >= count),
  );
  for (const criterion of strangers) {
    issues.push(
      `Expected answers to criteria 0 to ${count - 1}, got one to ${criterion}, which the task does not have.`,
    );
  }
  return issues;
}

function unknown(blame: string, { inputs }: ReviewRequest): string[] {
  const ids = inputs.map(({ taskId }) => taskId);
  if (blame === "" || ids.includes(blame)) return [];
  const allowed = ["", ...ids].map((id) => JSON.stringify(id)).join(", ");
  return [`Expected \`blame\` to be one of ${allowed}, got \`${JSON.stringify(blame)}\`.`];
}

function unreadable(issues: readonly string[]): Answer<Review> {
  return formFault(
    "invalid_output",
    "REVIEW_INVALID",
    `The review could not be read: ${inShort(issues)}`,
    issues,
  );
}

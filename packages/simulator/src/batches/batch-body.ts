// The body of POST /v1/messages/batches. It is refused as a whole only for its own shape; what is wrong with one of
// its requests comes out as that request's error.
//
// @see Anthropic's batch-processing page, read 2026-11-21
import { z } from "zod";
import { invalidRequest } from "../errors.js";
import type { MessagesRequest } from "../request.js";
import { type Checked, checkBody, refused } from "../validate.js";

/** Most requests in one batch. */
const MAX_REQUESTS = 100_000;

/** Largest body of a batch, in bytes. */
export const MAX_BATCH_BYTES: number = 256 * 1024 * 1024;

/** A request of a batch, as it came. */
export interface BatchRequest {
  readonly custom_id: string;
  readonly params: unknown;
}

const PATTERN = "^[a-zA-Z0-9_-]{1,64}$";

const batchBody = z.strictObject({
  requests: z
    .array(
      z.strictObject({
        custom_id: z.string().regex(new RegExp(PATTERN), `String should match pattern '${PATTERN}'`),
        params: z.record(z.string(), z.unknown()),
      }),
    )
    .min(1, "at least one request is required")
    .max(MAX_REQUESTS, `at most ${MAX_REQUESTS} requests are allowed`),
});

/** Checks the shape of a batch, and that each `custom_id` names one request. */
export function checkBatch(body: unknown): Checked<readonly BatchRequest[]> {
  const parsed = batchBody.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path.map(String).join(".") ?? "";
    return refused(invalidRequest(path === "" ? (issue?.message ?? "") : `${path}: ${issue?.message}`));
  }
  const { requests } = parsed.data;
  const seen = new Set<string>();
  for (const { custom_id: id } of requests) {
    if (seen.has(id)) return refused(invalidRequest(`requests: custom_id "${id}" is not unique`));
    seen.add(id);
  }
  return { ok: true, value: requests };
}

/** Checks one request of a batch as the API does once it is processed. */
export function checkItem(params: unknown): Checked<MessagesRequest> {
  const { stream, speed, max_tokens: maxTokens } = params as Readonly<Record<string, unknown>>;
  if (stream === true) return refused(invalidRequest("stream: streaming is not supported in batches"));
  if (speed !== undefined) return refused(invalidRequest("speed: Extra inputs are not permitted"));
  if (maxTokens === 0) return refused(invalidRequest("max_tokens: 0 is not supported in batches"));
  return checkBody(params, "messages");
}

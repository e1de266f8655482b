import { z } from "zod";

/**
 * How an attempt, a review or a planning attempt ended when it brought no answer.
 *
 * `truncated`: the model ran into its token limit. `refused`: it declined. `invalid_output`: it answered in
 * a form that could not be read. `empty`: it answered nothing. `context_exceeded`: the request was too long
 * for the model. `transport`: no answer came, which is no fault of the work and never escalates.
 */
export type FailedOutcome =
  | "truncated"
  | "refused"
  | "invalid_output"
  | "empty"
  | "context_exceeded"
  | "transport";

/** How an attempt ended, as a value. */
export type Outcome = "ok" | FailedOutcome;

/**
 * Why a run stands still although it has not ended.
 *
 * `person`: a flagged task waits for a person. `reviewer`: a review could not be had. `interrupted`: somebody
 * asked it to stop for now. `budget`: it may spend no more. `approval`: the plan costs more than may be spent unasked.
 * `crashes`:
 * the processes that drove it died again and again. The others name what the model provider said, or that it could not be reached.
 */
export type PauseReason =
  | "person"
  | "reviewer"
  | "interrupted"
  | "budget"
  | "approval"
  | "crashes"
  | "auth"
  | "billing"
  | "provider_spend_cap"
  | "rate_limit"
  | "overloaded"
  | "network";

/** What went wrong when an answer was not had. */
export interface Fault {
  readonly outcome: FailedOutcome;
  /** A short name in capitals, such as `RATE_LIMITED`. */
  readonly code: string;
  /** One line: what happened and what to do. Never a secret, never unquoted model text. */
  readonly message: string;
  /** Whether the very same request may succeed later. */
  readonly retryable: boolean;
  /** `work`: this piece of work alone. `tier`: every call to this tier. `run`: the whole run must stop. */
  readonly scope: "work" | "tier" | "run";
  /** What a run that stops for this fault waits for. */
  readonly pause: PauseReason;
  /** How long to wait before asking again, in milliseconds; 0 when at once. */
  readonly retryAfterMs: number;
  /** What was wrong with the answer, each in a line; for a repair. */
  readonly issues: readonly string[];
}

const line = z.string().max(20_000);

export const pauseReasonSchema: z.ZodType<PauseReason> = z.enum([
  "person",
  "reviewer",
  "interrupted",
  "budget",
  "approval",
  "crashes",
  "auth",
  "billing",
  "provider_spend_cap",
  "rate_limit",
  "overloaded",
  "network",
]);

export const faultSchema: z.ZodType<Fault> = z.strictObject({
  outcome: z.enum(["truncated", "refused", "invalid_output", "empty", "context_exceeded", "transport"]),
  code: z.string().max(100),
  message: line,
  retryable: z.boolean(),
  scope: z.enum(["work", "tier", "run"]),
  pause: pauseReasonSchema,
  retryAfterMs: z.number().min(0),
  issues: z.array(line).max(1000),
});

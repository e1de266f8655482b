// From whatever a call came to, to the fault it is. Pure: what was thrown and what the wire showed go in.
import type { Fault } from "@terrace/core";
import { faultLine, type Place } from "./fault-text.js";
import { CODES, FAULTS, type FaultCode, type FaultKind } from "./faults.js";
import { UnreadableAnswer } from "./message-schema.js";
import { type WaitOptions, waitBeforeRetry } from "./retry.js";
import { type ApiError, readApiError, systemCodes } from "./vendor-error.js";
import type { Cut } from "./watchdog.js";
import type { Wire } from "./wire-watch.js";

/** The circumstances of a call, in which its end is judged. */
export interface Circumstances extends Place, WaitOptions {
  readonly wire: Wire;
  readonly cut: Cut | undefined;
  /** The text that had arrived before the end. */
  readonly text: string;
  /** Keys that may not be repeated. */
  readonly secrets: readonly string[];
}

/** How a call ended that brought no message. */
export interface Failure {
  readonly fault: Fault;
  /** Whether it is certain that the provider counted nothing. */
  readonly isFree: boolean;
}

/** Classifies what a call ended with instead of a message. */
export function classifyFailure(error: unknown, circumstances: Circumstances): Failure {
  const { wire, cut, text } = circumstances;
  const fail = (code: FaultCode, said?: string, isFree = false): Failure => ({
    fault: toFault(code, circumstances, said),
    isFree,
  });
  const apiError = cut === "cancelled" ? undefined : readApiError(error);
  if (apiError === undefined && cut !== undefined) return fail(CUTS[cut], text, wire.url === undefined);
  if (apiError !== undefined) {
    // Once an answer has begun, what it had cost by then is not known.
    const isFree = apiError.isWorded && wire.status !== undefined && wire.status >= 300;
    const kind = kindOfApiError(apiError);
    return fail(kind, kind === "REDIRECTED" ? target(wire) : apiError.said || apiError.type, isFree);
  }
  if (wire.page !== undefined) return fail("BAD_CONTENT_TYPE", describePage(wire.page));
  if (error instanceof UnreadableAnswer) return fail("BAD_RESPONSE", error.message);
  if (wire.status !== undefined) return fail("TRUNCATED_BODY", text || reason(error));
  const [code, isFree] = kindBeforeAnswer(error, wire);
  return fail(code, reason(wire.failure ?? error), isFree);
}

/** Makes the fault of a kind. */
export function toFault(code: FaultCode, circumstances: Circumstances, said?: string): Fault {
  const { what, advice, ...kind }: FaultKind = FAULTS[code];
  const { wire, retry, secrets } = circumstances;
  const fault = {
    ...kind,
    code: CODES[code] ?? code,
    message: faultLine(what, circumstances, advice, said, secrets),
    retryable: canRetry(code, kind.retryable && (!ONCE.has(code) || retry < 1), kind.scope, wire),
    retryAfterMs: 0,
    issues: kind.outcome === "transport" ? [] : [`${what}. ${advice}`],
  };
  if (!fault.retryable || code === "CANCELLED") return fault;
  const wait = waitBeforeRetry(wire.headers, circumstances);
  if (!wait.isTooLong) return { ...fault, retryAfterMs: wait.ms };
  const pause = code === "RATE_LIMITED" ? "rate_limit" : "overloaded";
  return { ...fault, scope: "run", pause, retryAfterMs: wait.ms };
}

/** A second try may be worth its price, a third is not. */
const ONCE: ReadonlySet<FaultCode> = new Set(["TIMEOUT_FIRST_BYTE", "DEADLINE", "BAD_RESPONSE"]);

const CUTS: Readonly<Record<Cut, FaultCode>> = {
  cancelled: "CANCELLED",
  first_byte: "TIMEOUT_FIRST_BYTE",
  idle: "STALLED",
  deadline: "DEADLINE",
  too_much: "RESPONSE_TOO_LARGE",
};

/** `x-should-retry` is obeyed, but for what would stop the whole run, and for answers that came. */
function canRetry(
  code: FaultCode,
  byKind: boolean,
  scope: Fault["scope"],
  { headers, status }: Wire,
): boolean {
  if (scope === "run" || FAULTS[code].outcome !== "transport" || (status ?? 0) < 400) return byKind;
  const header = headers?.get("x-should-retry");
  return header === "true" ? true : header === "false" ? false : byKind;
}

const SPEND_CAP_CODES = new Set([
  "contract_spend_limit_reached",
  "enforced_spend_limit_reached",
  "linked_organization_spend_limit_reached",
]);
const SPEND_CAP_WORDS = /spend(?:ing)?[\s_-]*(?:cap|limit)|monthly spend|specified api usage limits/i;
const BILLING_WORDS = /credit balance|billing|payment/i;
const LENGTH_WORDS = /prompt is too long|context (?:window|limit|length)/i;

const STATUS_KINDS: Readonly<Record<number, FaultCode>> = {
  401: "AUTH",
  402: "BILLING",
  403: "FORBIDDEN",
  408: "REQUEST_TIMEOUT",
  409: "CONFLICT",
  413: "TOO_LARGE",
  429: "RATE_LIMITED",
  529: "OVERLOADED",
};

function kindOfApiError({ status, type, errorCode, said, isWorded }: ApiError): FaultCode {
  if (status >= 300 && status < 400) return "REDIRECTED";
  if (SPEND_CAP_CODES.has(errorCode)) return "SPEND_CAP";
  if (errorCode === "ramp_limit_exceeded") return "RATE_LIMITED";
  if ((status === 400 || status === 403 || status === 429) && SPEND_CAP_WORDS.test(said)) return "SPEND_CAP";
  if (type === "billing_error" || (status === 400 && BILLING_WORDS.test(said))) return "BILLING";
  if (type === "overloaded_error") return "OVERLOADED";
  if (status === 400 && LENGTH_WORDS.test(said)) return "CONTEXT_EXCEEDED";
  if (status === 404) return isWorded ? "MODEL_NOT_FOUND" : "NOT_FOUND";
  return STATUS_KINDS[status] ?? (status >= 500 ? "SERVER_ERROR" : "INVALID_REQUEST");
}

const TLS_CODES =
  /^(?:CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED_|EPROTO$|HOSTNAME_MISMATCH)/;
/** Nothing of the request can have arrived. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "ENETDOWN",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** What it is when no answer began, and whether it is certain that nothing was counted. */
function kindBeforeAnswer(error: unknown, wire: Wire): [FaultCode, boolean] {
  const codes = systemCodes(wire.failure ?? error);
  if (codes.some((code) => TLS_CODES.test(code))) return ["TLS", true];
  if (codes.includes("ENOTFOUND")) return ["DNS_UNKNOWN", true];
  if (codes.includes("EAI_AGAIN")) return ["DNS", true];
  if (codes.some((code) => NEVER_SENT.has(code))) return ["CONNECTION", true];
  if (codes.includes("UND_ERR_HEADERS_TIMEOUT")) return ["TIMEOUT_FIRST_BYTE", false];
  if (wire.failure !== undefined) return ["CONNECTION", false];
  if (wire.url !== undefined || codes.length > 0) return ["CONNECTION", false];
  const isKeyless = error instanceof Error && /authentication method|credential|apiKey/i.test(error.message);
  return [isKeyless ? "AUTH_MISSING" : "REQUEST_FAILED", true];
}

/** Where a redirect leads: the origin alone, for there may be a key in the rest. */
function target({ headers, url }: Wire): string | undefined {
  const location = headers?.get("location") ?? "";
  return URL.canParse(location, url) ? new URL(location, url).origin : undefined;
}

function describePage({ contentType, text }: NonNullable<Wire["page"]>): string {
  return `${contentType ?? "no content type"}: ${text.slice(0, 80)}`;
}

/** The innermost message says the most: the outer ones are "Connection error." and "fetch failed". */
function reason(error: unknown): string {
  let message = "";
  let current: unknown = error;
  for (let depth = 0; depth < 10 && current instanceof Error; depth += 1) {
    const first: unknown = current instanceof AggregateError ? current.errors[0] : undefined;
    if (current.message !== "") message = current.message;
    current = current.cause ?? first;
  }
  return message;
}

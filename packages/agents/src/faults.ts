// Every fault a call can come to: its name, what it means for the work, and what to do about it.
import type { Fault } from "@terrace/core";

/** The name of a kind of fault. */
export type FaultCode =
  | "RATE_LIMITED"
  | "OVERLOADED"
  | "SERVER_ERROR"
  | "REQUEST_TIMEOUT"
  | "CONFLICT"
  | "CONNECTION"
  | "DNS"
  | "DNS_UNKNOWN"
  | "TLS"
  | "TLS_UNVERIFIED"
  | "BASE_URL"
  | "REDIRECTED"
  | "TIMEOUT_FIRST_BYTE"
  | "STALLED"
  | "DEADLINE"
  | "CANCELLED"
  | "TRUNCATED_BODY"
  | "BAD_CONTENT_TYPE"
  | "BAD_RESPONSE"
  | "RESPONSE_TOO_LARGE"
  | "AUTH"
  | "AUTH_MISSING"
  | "FORBIDDEN"
  | "BILLING"
  | "SPEND_CAP"
  | "MODEL_NOT_FOUND"
  | "NOT_FOUND"
  | "INVALID_REQUEST"
  | "TOO_LARGE"
  | "REQUEST_FAILED"
  | "MODEL_MISMATCH"
  | "NO_STOP_REASON"
  | "BATCH_EXPIRED"
  | "BATCH_LOST"
  | "REFUSED"
  | "MAX_TOKENS"
  | "CONTEXT_EXCEEDED"
  | "UNEXPECTED_STOP"
  | "TOOL_CALL"
  | "EMPTY";

/** What is the same for every fault of a kind. */
export interface FaultKind extends Pick<Fault, "outcome" | "retryable" | "scope" | "pause"> {
  readonly what: string;
  readonly advice: string;
}

/** No answer, and a wait may help. */
const passing = { outcome: "transport", retryable: true, scope: "work", pause: "network" } as const;
/** No answer, and the same request never gets one. */
const lasting = { outcome: "transport", retryable: false, scope: "work", pause: "person" } as const;
/** No request at all gets an answer until somebody does something. */
const halting = { outcome: "transport", retryable: false, scope: "run", pause: "person" } as const;
/** An answer came and cannot be used. */
const unusable = { retryable: false, scope: "work", pause: "person" } as const;

const RESUME = "then resume the run.";

/** Faults by code. */
export const FAULTS: Readonly<Record<FaultCode, FaultKind>> = {
  RATE_LIMITED: {
    ...passing,
    scope: "tier",
    pause: "rate_limit",
    what: "Claude limits the rate of requests",
    advice: "Lower the concurrency if this goes on.",
  },
  OVERLOADED: {
    ...passing,
    scope: "tier",
    pause: "overloaded",
    what: "Claude is overloaded",
    advice: "Ask again later.",
  },
  SERVER_ERROR: {
    ...passing,
    pause: "overloaded",
    what: "The request failed on the server's side",
    advice: "Ask again later.",
  },
  REQUEST_TIMEOUT: {
    ...passing,
    what: "The server did not get the request in time",
    advice: "Ask again.",
  },
  CONFLICT: {
    ...passing,
    pause: "overloaded",
    what: "The request met another one on the server",
    advice: "Ask again.",
  },
  CONNECTION: {
    ...passing,
    what: "The connection to the server failed",
    advice: "Check the network and the base URL.",
  },
  DNS: {
    ...passing,
    what: "The name of the server could not be looked up",
    advice: "Check the network.",
  },
  DNS_UNKNOWN: {
    ...halting,
    pause: "network",
    what: "The name of the server is unknown",
    advice: "Check the network and the base URL, then resume the run.",
  },
  TLS: {
    ...lasting,
    pause: "network",
    what: "The server could not prove who it is",
    advice: "Check its certificate and the clock of this machine; verification stays on.",
  },
  TLS_UNVERIFIED: {
    ...halting,
    what: "Nothing was sent, for NODE_TLS_REJECT_UNAUTHORIZED=0 turns the check of certificates off",
    advice: `Unset it and give a private authority with NODE_EXTRA_CA_CERTS, ${RESUME}`,
  },
  BASE_URL: {
    ...halting,
    what: "Nothing was sent, for the base URL would send the key without encryption",
    advice: `Use an https:// base URL, ${RESUME}`,
  },
  REDIRECTED: {
    ...lasting,
    pause: "network",
    what: "The server redirects to another address, where no key is sent",
    advice: "Set the base URL to where the API really is.",
  },
  TIMEOUT_FIRST_BYTE: {
    ...passing,
    what: "No answer began in time",
    advice: "Ask again, or raise `firstByteMs`.",
  },
  STALLED: {
    ...passing,
    what: "The answer stalled",
    advice: "Ask again, or raise `idleMs`.",
  },
  DEADLINE: {
    ...passing,
    what: "The answer took too long",
    advice: "Ask for less at once, or raise `deadlineMs`.",
  },
  CANCELLED: {
    ...passing,
    what: "The call was cancelled",
    advice: "Nothing needs to be done.",
  },
  TRUNCATED_BODY: {
    ...passing,
    what: "The answer broke off",
    advice: "Ask again.",
  },
  BAD_CONTENT_TYPE: {
    ...passing,
    what: "Something other than an answer of the API came",
    advice: "Is there a proxy or a captive portal in between?",
  },
  BAD_RESPONSE: {
    ...passing,
    what: "The answer has not the shape of a message",
    advice: "Check the base URL and what is in between.",
  },
  RESPONSE_TOO_LARGE: {
    ...lasting,
    pause: "network",
    what: "The answer is larger than any message",
    advice: "Check the base URL and what is in between.",
  },
  AUTH: {
    ...halting,
    pause: "auth",
    what: "The key was not accepted",
    advice: `Check ANTHROPIC_API_KEY, ${RESUME}`,
  },
  AUTH_MISSING: {
    ...halting,
    pause: "auth",
    what: "Nothing was sent, for there is no key",
    advice: `Set ANTHROPIC_API_KEY, ${RESUME}`,
  },
  FORBIDDEN: {
    ...lasting,
    pause: "auth",
    what: "The key may not use this model",
    advice: "Allow it in the Console, or map the tier to another model.",
  },
  BILLING: {
    ...halting,
    pause: "billing",
    what: "The account cannot pay",
    advice: `Add credit in the Console, ${RESUME}`,
  },
  SPEND_CAP: {
    ...halting,
    pause: "provider_spend_cap",
    what: "The account's spend limit is reached, and waiting does not help",
    advice: `Raise the limit in the Console, ${RESUME}`,
  },
  MODEL_NOT_FOUND: {
    ...halting,
    what: "There is no such model",
    advice: `Correct it in \`models\` of the team, ${RESUME}`,
  },
  NOT_FOUND: {
    ...halting,
    pause: "network",
    what: "There is no Messages API at this address",
    advice: `Check the base URL, ${RESUME}`,
  },
  INVALID_REQUEST: {
    ...lasting,
    what: "The request was not accepted",
    advice: "Asking the same again does not help.",
  },
  TOO_LARGE: {
    ...lasting,
    what: "The request is larger than the 32 MB the API takes",
    advice: "Shorten the inputs of the task.",
  },
  REQUEST_FAILED: {
    ...lasting,
    what: "The request could not be made",
    advice: "Check the options of the client.",
  },
  MODEL_MISMATCH: {
    ...lasting,
    what: "Another kind of model answered than was asked",
    advice: "Check what is between here and the API.",
  },
  NO_STOP_REASON: {
    ...passing,
    what: "The answer does not say that it is complete",
    advice: "Ask again.",
  },
  BATCH_EXPIRED: {
    ...passing,
    what: "The batch expired before the request was processed",
    advice: "Ask again.",
  },
  BATCH_LOST: {
    ...passing,
    what: "There is no batch, or none any more, with the answer to the call",
    advice: "Ask again.",
  },
  REFUSED: {
    ...unusable,
    outcome: "refused",
    what: "The model declined",
    advice: "Asking the same model again does not help.",
  },
  MAX_TOKENS: {
    ...unusable,
    outcome: "truncated",
    what: "The answer was cut at its token limit",
    advice: "Allow more tokens, or ask for less.",
  },
  CONTEXT_EXCEEDED: {
    ...unusable,
    outcome: "context_exceeded",
    what: "The request is too long for the model",
    advice: "Shorten the inputs of the task, or split it.",
  },
  UNEXPECTED_STOP: {
    ...unusable,
    outcome: "invalid_output",
    what: "The model stopped for something it was not offered",
    advice: "Answer with the JSON alone.",
  },
  TOOL_CALL: {
    ...unusable,
    outcome: "invalid_output",
    what: "The model asked for a tool in a form that cannot be read",
    advice: "Ask for each tool once, with a JSON object as input.",
  },
  EMPTY: {
    ...unusable,
    outcome: "empty",
    what: "The model answered without a word",
    advice: "Ask again, or at another effort.",
  },
};

/** What kinds are called outside, where it is not their own name: they differ only in what is said and done. */
export const CODES: Readonly<Partial<Record<FaultCode, string>>> = {
  DNS_UNKNOWN: "DNS",
  AUTH_MISSING: "AUTH",
  TLS_UNVERIFIED: "TLS",
};

// From bytes and headers to a request the world may be asked about, or the error the real API would answer.
import type { IncomingHttpHeaders } from "node:http";
import type { z } from "zod";
import { type ApiError, apiError, invalidRequest } from "./errors.js";
import { countTokensBody, type MessagesRequest, messagesBody } from "./request.js";
import { checkRules } from "./rules.js";

/**
 * The API version the simulator speaks; any other is a 400.
 *
 * @see `anthropic-version` sent by `@anthropic-ai/sdk` 1.11.0, read 2026-11-21
 */
export const API_VERSION = "2026-10-21";

/** Either a value or the error to answer. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ApiError };

/** What is wrong with the headers; a key need only be there, whatever it says. */
export function checkHeaders(headers: IncomingHttpHeaders): ApiError | undefined {
  if (!hasKey(headers))
    return apiError(401, "authentication_error: x-api-key or Authorization header is required");
  const version = headers["anthropic-version"];
  if (version === undefined) return invalidRequest("anthropic-version: header is required");
  if (version !== API_VERSION) {
    return invalidRequest(
      `anthropic-version: "${String(version)}" is not a supported version. Expected "${API_VERSION}".`,
    );
  }
  return undefined;
}

/** Whether the request carries a key, as `Authorization: Bearer` or as `x-api-key`. */
export function hasKey(headers: IncomingHttpHeaders): boolean {
  const bearer = /^Bearer\s+\S/i.test(headers.authorization ?? "");
  const key = headers["x-api-key"];
  return bearer || (typeof key === "string" && key.trim() !== "");
}

/** Parses a request body as JSON; only `application/json` is read. */
export function parseJson(bytes: Buffer, contentType: string | undefined): Checked<unknown> {
  if (!/^application\/json\b/i.test(contentType ?? "")) {
    return refused(invalidRequest(`content-type: Expected "application/json", got "${contentType ?? ""}".`));
  }
  try {
    return { ok: true, value: JSON.parse(bytes.toString("utf8")) };
  } catch {
    return refused(invalidRequest("The request body is not valid JSON."));
  }
}

/** Checks a parsed body for `POST /v1/messages`, or for `count_tokens`, which takes fewer fields. */
export function checkBody(body: unknown, endpoint: "messages" | "count_tokens"): Checked<MessagesRequest> {
  const sampling = samplingIssue(body);
  if (sampling !== undefined) return refused(invalidRequest(sampling));
  const parsed = (endpoint === "messages" ? messagesBody : countTokensBody).safeParse(body);
  if (!parsed.success) return refused(invalidRequest(describe(parsed.error.issues)));
  if (hasLoneSurrogate(body))
    return refused(invalidRequest("The request body is not valid JSON: lone surrogate in string"));
  const error = checkRules(parsed.data);
  return error === undefined ? { ok: true, value: parsed.data } : refused(error);
}

/** A check that failed. */
export function refused(error: ApiError): { readonly ok: false; readonly error: ApiError } {
  return { ok: false, error };
}

/** The API names sampling parameters apart from other unknown fields, because older versions took them. */
function samplingIssue(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const name = ["temperature", "top_p", "top_k"].find((field) => field in body);
  return name === undefined
    ? undefined
    : `${name}: sampling parameters are not supported in API version ${API_VERSION}.`;
}

/** The first issue, in the words of the API: path, colon, what was wrong. */
function describe(issues: readonly z.core.$ZodIssue[]): string {
  const [issue] = issues;
  if (issue === undefined) return "Invalid request";
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    return `${[...path, issue.keys[0] ?? ""].join(".")}: Extra inputs are not permitted`;
  }
  if (issue.code === "invalid_union") {
    // The branch that got furthest names the real mistake; the others only say "not a string".
    const branches = issue.errors.map((branch) => branch[0]).filter((first) => first !== undefined);
    const deepest = branches.sort((a, b) => b.path.length - a.path.length || specific(b) - specific(a))[0];
    if (deepest !== undefined) return describe([{ ...deepest, path: [...issue.path, ...deepest.path] }]);
  }
  const missing = issue.code === "invalid_type" && /received undefined/.test(issue.message);
  const said = missing ? "Field required" : issue.message;
  return path.length === 0 ? said : `${path.join(".")}: ${said}`;
}

function specific(issue: z.core.$ZodIssue): number {
  return issue.code === "invalid_type" ? 0 : 1;
}

function hasLoneSurrogate(value: unknown): boolean {
  if (typeof value === "string") return /\p{Surrogate}/u.test(value);
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, inner]) => hasLoneSurrogate(key) || hasLoneSurrogate(inner));
}

// What the simulator answers when it refuses: the wire shape of an API error.

/** An error as the Messages API would answer it, before it is put on the wire. */
export interface ApiError {
  /** HTTP status. */
  readonly status: number;
  /** `error.type` of the body, such as `"invalid_request_error"`. */
  readonly type: string;
  readonly message: string;
  /** `error.details` of the body, left out when absent. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  /** Headers that come with it, lower case, such as `retry-after`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * `error.type` by HTTP status, for the statuses the Messages API answers.
 *
 * @see `error.type` values typed in `@anthropic-ai/sdk` 1.11.0 and the API errors page, read 2026-11-21
 */
const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  408: "timeout_error",
  409: "conflict_error",
  413: "request_too_large",
  429: "rate_limit_error",
  500: "api_error",
  502: "api_error",
  503: "api_error",
  504: "timeout_error",
  529: "overloaded_error",
};

/** An error of this status, typed by its table. */
export function apiError(status: number, message: string): ApiError {
  return { status, type: ERROR_TYPES[status] ?? "api_error", message };
}

/** A 400 with this message. */
export function invalidRequest(message: string): ApiError {
  return apiError(400, message);
}

/** The body of an error on the wire, as JSON text. */
export function errorBody(error: Pick<ApiError, "type" | "message" | "details">, requestId: string): string {
  const { type, message, details } = error;
  const inner = details === undefined ? { type, message } : { type, message, details };
  return JSON.stringify({ type: "error", error: inner, request_id: requestId });
}

// What the vendor's client throws, read by its fields: two copies of the client in one tree must read the same.

/** An error of the API, with a status or, in the middle of a stream, without. */
export interface ApiError {
  readonly status: number;
  /** Whether the API's own words came with it; an error page of a gateway has none. */
  readonly isWorded: boolean;
  readonly type: string;
  /** `error.details.error_code`; empty when there is none. */
  readonly errorCode: string;
  /** The API's sentence, or the beginning of whatever came instead. */
  readonly said: string;
}

/** The status each error type stands for, for errors that come inside a stream. @see Anthropic's API errors page, read 2026-11-21 */
const STATUS_OF_TYPE: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  conflict_error: 409,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

/** Reads an error of the API; `undefined` when it is something else. */
export function readApiError(error: unknown): ApiError | undefined {
  if (!(error instanceof Error) || !("status" in error) || !("errorCode" in error)) return undefined;
  const { type, errorCode, apiMessage, status } = error as ApiErrorFields;
  const isInStream = status === undefined && "error" in error && error.error !== undefined;
  if (typeof status !== "number" && !isInStream) return undefined;
  const known = typeof type === "string" ? type : "";
  return {
    status: typeof status === "number" ? status : (STATUS_OF_TYPE[known] ?? 500),
    isWorded: known !== "",
    type: known,
    errorCode: typeof errorCode === "string" ? errorCode : "",
    said: typeof apiMessage === "string" ? apiMessage : error.message.replace(/^\d{3} /, ""),
  };
}

interface ApiErrorFields extends Error {
  readonly status?: unknown;
  readonly type?: unknown;
  readonly errorCode?: unknown;
  readonly apiMessage?: unknown;
}

/** The system's codes in an error and its causes, outermost first, such as `ECONNREFUSED`. */
export function systemCodes(error: unknown): readonly string[] {
  const codes: string[] = [];
  let current: unknown = error;
  for (let depth = 0; depth < 10 && current instanceof Error; depth += 1) {
    if ("code" in current && typeof current.code === "string") codes.push(current.code);
    const first: unknown = current instanceof AggregateError ? current.errors[0] : undefined;
    current = current.cause ?? first;
  }
  return codes;
}

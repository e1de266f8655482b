// One request and its answer: reading the body, keeping count, and the plain replies every endpoint gives.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ApiError } from "./errors.js";
import { apiError, errorBody } from "./errors.js";
import type { RequestIdentity } from "./ids.js";
import type { ReceivedRequest } from "./request-log.js";
import { type Checked, parseJson } from "./validate.js";

/** Largest request body. @see Anthropic's API errors page (32 MB for Messages), read 2026-11-21 */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** A request under way. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What is noted about it; shown to the user. */
  readonly note: { -readonly [K in keyof ReceivedRequest]: ReceivedRequest[K] };
  /** Aborted when the client goes away or the simulator closes. */
  readonly signal: AbortSignal;
}

/** A body that was read. */
export interface ReadBody {
  /** Parsed, or the raw bytes when that failed. */
  readonly raw: unknown;
  readonly bytes: number;
  readonly checked: Checked<unknown>;
}

/** Reads and parses the body; one that is too large is read to its end but not kept. */
export async function readBody(
  request: IncomingMessage,
  mostBytes: number = MAX_BODY_BYTES,
): Promise<ReadBody> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= mostBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (bytes > mostBytes) {
    const error = apiError(413, "Request exceeds the maximum size");
    return { raw: Buffer.from(String(bytes)), bytes, checked: { ok: false, error } };
  }
  const raw = Buffer.concat(chunks);
  const checked = parseJson(raw, request.headers["content-type"]);
  return { raw: checked.ok ? checked.value : raw, bytes, checked };
}

/** Answers an error in the API's shape. */
export function replyError(
  { response, note }: Exchange,
  error: ApiError,
  { requestId }: Pick<RequestIdentity, "requestId">,
  headers: Readonly<Record<string, string>> = {},
): void {
  replyJson({ response, note }, error.status, errorBody(error, requestId), {
    ...headers,
    ...error.headers,
    "request-id": requestId,
  });
}

/** Answers JSON text. */
export function replyJson(
  { response, note }: Pick<Exchange, "response" | "note">,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>>,
): void {
  note.status = status;
  const length = { "content-length": String(Buffer.byteLength(body)) };
  response.writeHead(status, { "content-type": "application/json", ...length, ...headers });
  response.end(body);
}

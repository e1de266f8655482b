// What the wire shows of one call, seen from inside the vendor's client: where it went, what came back, and each byte.
import type { Watchdog } from "./watchdog.js";

/** What was seen of one call so far. */
export interface Wire {
  /** Where the request went; `undefined` when nothing has left. */
  url?: string;
  /** The status of the answer; `undefined` until its headers are in. */
  status?: number;
  headers?: Headers;
  /** Why no answer came at all, as the runtime's own `fetch` put it. */
  failure?: unknown;
  /** The page that came where an answer was expected. */
  page?: { readonly contentType: string | null; readonly text: string };
}

/** A page came instead of an answer. Says no more on purpose: the vendor's client reads meaning into messages. */
class NotAnAnswer extends Error {
  override readonly name = "NotAnAnswer";
}

const PAGE_BYTES = 1_000;

/**
 * A middleware for the vendor's client that fills `wire`, tells the watchdog of every byte, and tells of the headers.
 *
 * Sees the vendor's own shapes on every platform, and the body as it is after decompression.
 */
export function watchWire(
  wire: Wire,
  watchdog: Watchdog,
  stream: boolean,
  heard: (headers: Headers) => void,
): <Request extends { readonly url: string }>(
  request: Request,
  next: (request: Request) => Promise<Response>,
) => Promise<Response> {
  return async (request, next) => {
    wire.url = request.url;
    const response = await next(request).catch((error: unknown) => {
      wire.failure = error;
      throw error;
    });
    watchdog.arrived(0);
    wire.status = response.status;
    wire.headers = response.headers;
    heard(response.headers);
    const contentType = response.headers.get("content-type");
    if (!response.ok || isExpected(contentType, stream)) return watched(response, watchdog);
    wire.page = { contentType, text: await beginning(response) };
    throw new NotAnAnswer("The body is not of the type of an answer.");
  };
}

function isExpected(contentType: string | null, stream: boolean): boolean {
  const type = contentType?.split(";")[0]?.trim().toLowerCase() ?? "";
  const isJson = type.includes("application/json") || type.endsWith("+json");
  // A stream explains itself, so it may come without a type or under the name of a platform's own framing.
  return stream ? !isJson && (type === "text/event-stream" || !type.startsWith("text/")) : isJson;
}

async function beginning(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    while (reader !== undefined && text.length < PAGE_BYTES) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value.subarray(0, PAGE_BYTES), { stream: true });
    }
    await reader?.cancel();
  } catch {
    // What there is of the page is enough: it is no answer either way.
  }
  return text;
}

function watched(response: Response, watchdog: Watchdog): Response {
  if (response.body === null) return response;
  const reader = response.body.getReader();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) return controller.close();
      watchdog.arrived(value.byteLength);
      controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return new Response(body, { status: response.status, headers: response.headers });
}

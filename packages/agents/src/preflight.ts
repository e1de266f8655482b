// What is refused here, before anything leaves: requests that would harm, or cannot succeed.
import type { FaultCode } from "./faults.js";

/** The largest request body in bytes. @see Anthropic's API errors page (32 MB for Messages), read 2026-11-21 */
const MAX_REQUEST_BYTES = 32 * 1024 * 1024;

/** Why a request must not be sent; `undefined` when it may be. */
export function refuseRequest(
  body: unknown,
  baseUrl: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): FaultCode | undefined {
  const isPlain = baseUrl !== undefined && !/^https:/i.test(baseUrl);
  if (isPlain && !isLoopback(baseUrl)) return "BASE_URL";
  if (!isPlain && env.NODE_TLS_REJECT_UNAUTHORIZED === "0") return "TLS_UNVERIFIED";
  return Buffer.byteLength(JSON.stringify(body)) > MAX_REQUEST_BYTES ? "TOO_LARGE" : undefined;
}

/** Replaces half characters, which UTF-8 cannot carry, by the replacement character; nothing else changes. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, "\uFFFD");
}

/** Whether an address is this machine. */
export function isLoopback(url: string): boolean {
  const { hostname } = URL.canParse(url) ? new URL(url) : { hostname: "" };
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

// Where requests may go: over TLS, or no further than this machine.

import { UsageError } from "../surroundings.js";
import { type Merged, originAt } from "./merge.js";
import { describeOrigin } from "./origin.js";

/** @throws UsageError when it is no URL, or would send a key in the open */
export function checkBaseUrl({ config: { baseUrl }, origins }: Merged): void {
  if (baseUrl === undefined) return;
  const origin = originAt(origins, "baseUrl");
  const isVariable = origin?.kind === "environment" || origin?.kind === ".env";
  const name = isVariable
    ? origin.name
    : `${origin === undefined ? "" : `${describeOrigin(origin)}: `}baseUrl`;
  if (!URL.canParse(baseUrl)) {
    throw new UsageError(`Expected ${name} to be a URL such as http://localhost:8080, got "${baseUrl}".`);
  }
  const { protocol, hostname } = new URL(baseUrl);
  if (protocol === "https:" || (protocol === "http:" && isLoopback(hostname))) return;
  throw new UsageError(
    `Expected ${name} to begin with https://, or to name this machine, got "${baseUrl}": a key would be sent in ` +
      "the open. Use https://.",
  );
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

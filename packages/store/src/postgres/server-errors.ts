// What the server, the way to it and the driver say: what passes by itself, and the rest in words to act upon.

import { OrchestrationError } from "@terrace/core";
import { storeFailed } from "../store-errors.js";

/** What a server says that is restarting or full, or that let nothing of a transaction stand. @see Postgres, appendix A */
const PASSING_STATES: ReadonlySet<string> = new Set([
  "08000",
  "08001",
  "08003",
  "08004",
  "08006",
  // What PgBouncer says of most things.
  "08P01",
  // Too many connections.
  "53300",
  // It is shut down, has crashed, or starts.
  "57P01",
  "57P02",
  "57P03",
  "57P05",
  // Sessions and statements that took too long, and were ended.
  "25P03",
  "55P03",
  "57014",
  // Two transactions that could not both go on.
  "40001",
  "40P01",
]);

/** What a system says of a way that may be there again soon. */
const PASSING_CODES: ReadonlySet<string> = new Set([
  "EAI_AGAIN",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPIPE",
  "ETIMEDOUT",
]);

/** What the driver says, without a code, of a connection that ended or did not come about. */
const PASSING_WORDS =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout)/;

/** The name of the constraint that two who add the same run at once meet. */
export const ONE_RUN_EACH = "one_run_each";

/** Whether it is worth doing the same again: what failed is not there, or nobody knows and it is looked for. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error) || OrchestrationError.is(error)) return false;
  const { code, constraint } = error as { readonly code?: unknown; readonly constraint?: unknown };
  if (code === "23505") return constraint === ONE_RUN_EACH;
  // The socket of a server that starts.
  if (code === "ENOENT") return (error as NodeJS.ErrnoException).syscall === "connect";
  if (typeof code === "string") return PASSING_STATES.has(code) || PASSING_CODES.has(code);
  return PASSING_WORDS.test(error.message) || / not queryable$/.test(error.message);
}

/** Codes of Postgres and of Node, each with what happened and what to do. */
const WORDS: { readonly [code: string]: readonly [what: string, advice: string] } = {
  "28P01": ["the server does not accept the password", "Correct user and password in its URL"],
  "28000": [
    "the server lets this user in nowhere",
    "Correct the user in its URL, or let it in (`pg_hba.conf`)",
  ],
  "3D000": ["there is no such database", "Create it, or name another"],
  "42501": [
    "this user may not do that there",
    "Give it the right to create a schema, or create the schema and make it the owner",
  ],
  "25006": ["it may only be read", "Name the primary server, or give this user the right to write"],
  "53100": ["the disk of the server is full", "Free some space there, then resume the run"],
  "53200": ["the server has not enough memory", "Free some memory there, then resume the run"],
  "58030": ["the disk of the server failed to read or write", "Check the disk, then resume the run"],
  XX001: ["the database is damaged", "Restore it from a copy"],
  XX002: ["an index of the database is damaged", "Have it made anew with `REINDEX`"],
  ENOTFOUND: ["no server has that name", "Correct the host in its URL"],
};

/** An error as one of Terrace's; its own are left as they are. */
export function describeFailure(error: unknown, path: string): Error {
  if (OrchestrationError.is(error)) return error as OrchestrationError;
  const code = (error as { readonly code?: unknown } | null)?.code;
  const known = typeof code === "string" && Object.hasOwn(WORDS, code) ? WORDS[code] : undefined;
  const [what, advice] = known ?? ["it failed in an unexpected way", "Resume the run to try again"];
  return storeFailed(`The store "${path}" cannot be used: ${what} (${said(error)}). ${advice}.`, error);
}

/** What passes by itself did not, for as long as was waited. */
export function outOfReach(path: string, waitedMs: number, cause: unknown): OrchestrationError {
  const message =
    `The store "${path}" was out of reach for ${waitedMs} ms (${said(cause)}). ` +
    "See that the server runs and has connections left, then resume the run.";
  return storeFailed(message, cause);
}

/** Whether an error is that the store was out of reach. */
export function isOutOfReach(error: unknown): boolean {
  return OrchestrationError.is(error) && isPassing((error as OrchestrationError).cause);
}

/** What was said, with its code. A host with several addresses is refused at each. */
function said(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.map(said).join("; ");
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { readonly code?: unknown };
  return typeof code !== "string" || error.message.includes(code)
    ? error.message
    : `${code}: ${error.message}`;
}

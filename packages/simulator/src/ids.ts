// Ids that follow from the request: its hash, and how often it has come.
import { createHash } from "node:crypto";

const KEPT = 100_000;

/** Who a request is: the same bytes at the same occurrence always give the same ids. */
export interface RequestIdentity {
  /** 24 hexadecimal digits; `stream` is no part of it, so that both forms of a request get the same answer. */
  readonly hash: string;
  /** Counted from 1. */
  readonly occurrence: number;
  readonly requestId: string;
  readonly messageId: string;
}

/** Hands out identities. Remembers the newest 100,000 hashes; an older one counts from 1 again. */
export class Identities {
  readonly #seen: Map<string, number> = new Map();

  /** The identity of a parsed body, or of raw bytes that could not be parsed. */
  of(body: unknown): RequestIdentity {
    const hash = createHash("sha256").update(toBytes(body)).digest("hex").slice(0, 24);
    const occurrence = (this.#seen.get(hash) ?? 0) + 1;
    this.#seen.delete(hash);
    this.#seen.set(hash, occurrence);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > KEPT && oldest !== undefined) this.#seen.delete(oldest);
    const name = `${hash}${String(occurrence).padStart(4, "0")}`;
    return { hash, occurrence, requestId: `req_${name}`, messageId: `msg_${name}` };
  }
}

function toBytes(body: unknown): string | Buffer {
  if (Buffer.isBuffer(body)) return body;
  if (typeof body !== "object" || body === null || Array.isArray(body)) return JSON.stringify(body) ?? "";
  const { stream: _, ...rest } = body as Record<string, unknown>;
  return JSON.stringify(rest);
}

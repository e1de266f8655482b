// Every request received, as far as memory allows.
import type { IncomingMessage } from "node:http";
import { hasKey } from "./validate.js";

const KEPT_REQUESTS = 10_000;
const KEPT_BODY_BYTES = 1024 * 1024;
const KEPT_BODIES_BYTES = 64 * 1024 * 1024;

/** One request as it was received. The key itself is never kept. */
export interface ReceivedRequest {
  /** Counted from 1, over all endpoints. */
  readonly n: number;
  /** By the simulator's clock, milliseconds since 1970. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** Headers worth a test: version, betas, content type, user agent and all `x-stainless-*`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether there was a key, and in which header. */
  readonly authorization: "bearer" | "x-api-key" | "none";
  readonly bodyBytes: number;
  /** The parsed body; absent for bodies over 1 MiB, for invalid JSON, and for old ones when all exceed 64 MiB. */
  readonly body?: unknown;
  /** The model asked for, when the body was in order. */
  readonly model?: string | undefined;
  readonly requestId?: string | undefined;
  /** The HTTP status answered; absent while it is open and when it was reset. */
  readonly status?: number | undefined;
  /** The fault that befell it. */
  readonly fault?: string | undefined;
  /** Whether the client went away before the answer had ended. */
  readonly aborted?: boolean;
}

type Note = { -readonly [K in keyof ReceivedRequest]: ReceivedRequest[K] };

/** Keeps the newest 10,000 requests. */
export class RequestLog {
  readonly #notes: Note[] = [];
  #n = 0;
  #bytes = 0;
  /** Index of the oldest note that may still hold a body. */
  #oldestBody = 0;

  /** All that is kept, oldest first; a copy. */
  read(): readonly ReceivedRequest[] {
    return this.#notes.map((note) => ({ ...note }));
  }

  open(request: IncomingMessage, at: number): Note {
    this.#n += 1;
    const note: Note = {
      n: this.#n,
      at,
      method: request.method ?? "",
      path: request.url ?? "",
      headers: interesting(request),
      authorization: keyPlace(request),
      bodyBytes: 0,
    };
    this.#notes.push(note);
    if (this.#notes.length > KEPT_REQUESTS) this.#dropOldest();
    return note;
  }

  /** Keeps a parsed body with its note, dropping the oldest bodies when there are too many bytes. */
  keepBody(note: Note, body: unknown, bytes: number): void {
    note.bodyBytes = bytes;
    if (bytes > KEPT_BODY_BYTES) return;
    note.body = body;
    this.#bytes += bytes;
    while (this.#bytes > KEPT_BODIES_BYTES && this.#oldestBody < this.#notes.length) {
      this.#forgetBody(this.#notes[this.#oldestBody]);
      this.#oldestBody += 1;
    }
  }

  #dropOldest(): void {
    this.#forgetBody(this.#notes.shift());
    this.#oldestBody = Math.max(0, this.#oldestBody - 1);
  }

  #forgetBody(note: Note | undefined): void {
    if (note === undefined || note.body === undefined) return;
    this.#bytes -= note.bodyBytes;
    delete note.body;
  }
}

function interesting({ headers }: IncomingMessage): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) =>
    /^(anthropic-.*|content-type|accept|user-agent|idempotency-key|x-stainless-.*)$/.test(name),
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

function keyPlace({ headers }: IncomingMessage): ReceivedRequest["authorization"] {
  if (!hasKey(headers)) return "none";
  return headers.authorization === undefined ? "x-api-key" : "bearer";
}

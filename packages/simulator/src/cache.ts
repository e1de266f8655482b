// Prompt-cache accounting: which part of a prompt is read, which written, which neither.
//
// @see Anthropic's prompt-caching page, read 2026-11-21: look-back of 20 blocks, byte-exact prefix per model, an entry
// is readable once the first response begins, and its life counts from the start of the request that used it last.
import { createHash } from "node:crypto";
import type { ModelRules } from "./models.js";
import type { MessagesRequest } from "./request.js";
import type { PromptPiece } from "./tokens.js";

const LOOK_BACK = 20;
const TTL_MS = { "5m": 5 * 60_000, "1h": 60 * 60_000 } as const;
const MAX_ENTRIES = 50_000;

/** How the tokens of one prompt are billed; the four add up to the whole prompt. */
export interface PromptUsage {
  readonly inputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWrite5mTokens: number;
  readonly cacheWrite1hTokens: number;
}

/** What one request found in the cache, and what it will leave there. */
export interface CacheVisit {
  readonly usage: PromptUsage;
  /** Makes what was written readable by others; called when the answer begins, not before. */
  commit(): void;
}

interface Entry {
  expiresAt: number;
  readonly ttl: "5m" | "1h";
}

/** Every prefix written so far, by hash. Holds no text. */
export class PromptCache {
  readonly #entries: Map<string, Entry> = new Map();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Looks a prompt up. Changes nothing until {@link CacheVisit.commit}. */
  visit(request: MessagesRequest, pieces: readonly PromptPiece[], model: ModelRules): CacheVisit {
    const startedAt = this.#now();
    const prefixes = hashPrefixes(request, pieces);
    const marks = prefixes.filter(
      (prefix) => prefix.ttl !== undefined && prefix.tokens >= model.minCacheTokens,
    );
    const hit = this.#longestHit(prefixes, marks, startedAt);
    const written = { "5m": 0, "1h": 0 };
    let from = hit?.tokens ?? 0;
    for (const mark of marks) {
      if (mark.ttl === undefined || mark.tokens <= from) continue;
      written[mark.ttl] += mark.tokens - from;
      from = mark.tokens;
    }
    const usage = {
      inputTokens: (prefixes.at(-1)?.tokens ?? 0) - from,
      cacheReadTokens: hit?.tokens ?? 0,
      cacheWrite5mTokens: written["5m"],
      cacheWrite1hTokens: written["1h"],
    };
    const commit = (): void => {
      if (hit !== undefined) this.#touch(hit.hash, startedAt);
      for (const { hash, ttl, tokens } of marks) {
        if (ttl !== undefined && tokens > (hit?.tokens ?? 0)) this.#write(hash, ttl, startedAt);
      }
    };
    return { usage, commit };
  }

  #longestHit(prefixes: readonly Prefix[], marks: readonly Prefix[], now: number): Prefix | undefined {
    for (const mark of marks.toReversed()) {
      for (const prefix of prefixes.slice(Math.max(0, mark.at + 1 - LOOK_BACK), mark.at + 1).toReversed()) {
        const entry = this.#entries.get(prefix.hash);
        if (entry !== undefined && entry.expiresAt > now) return prefix;
      }
    }
    return undefined;
  }

  #touch(hash: string, startedAt: number): void {
    const entry = this.#entries.get(hash);
    if (entry !== undefined) entry.expiresAt = Math.max(entry.expiresAt, startedAt + TTL_MS[entry.ttl]);
  }

  #write(hash: string, ttl: "5m" | "1h", startedAt: number): void {
    this.#entries.delete(hash);
    this.#entries.set(hash, { ttl, expiresAt: startedAt + TTL_MS[ttl] });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MAX_ENTRIES && oldest !== undefined) this.#entries.delete(oldest);
  }
}

interface Prefix {
  /** Index of its last piece. */
  readonly at: number;
  readonly hash: string;
  /** Tokens up to and including its last piece. */
  readonly tokens: number;
  readonly ttl: "5m" | "1h" | undefined;
}

/** The hash of everything up to each piece. What breaks a layer's cache goes into the hash where the layer begins. */
function hashPrefixes(request: MessagesRequest, pieces: readonly PromptPiece[]): Prefix[] {
  const { model, speed, output_config: output, thinking, tool_choice: choice } = request;
  const settings = JSON.stringify([thinking ?? null, output?.effort ?? null, choice ?? null]);
  let hash = digest(JSON.stringify([model, speed ?? "standard", output?.format ?? null]));
  let tokens = 0;
  let inMessages = false;
  return pieces.map((piece, at) => {
    if (piece.layer === "messages" && !inMessages) {
      inMessages = true;
      hash = digest(`${hash}\n${settings}`);
    }
    hash = digest(`${hash}\n${piece.key}`);
    tokens += piece.tokens;
    return { at, hash, tokens, ttl: piece.ttl };
  });
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
